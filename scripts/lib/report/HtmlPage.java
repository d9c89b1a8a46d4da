// The page's template:
//DEPS org.freemarker:freemarker:2.3.35
//SOURCES ../kit/Stage.java
//SOURCES RunResults.java
//SOURCES Section.java
//FILES report.ftlh=report.ftlh

package genrelab.report;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import genrelab.kit.Stage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as one self-contained HTML page, by a FreeMarker template that escapes all texts. */
public final class HtmlPage {
  private HtmlPage() {}

  /** The page in UTF-8. */
  public static byte[] of(RunResults run, List<Section> sections) {
    var configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(HtmlPage.class, "/");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    var html = new StringWriter();
    try {
      configuration
          .getTemplate("report.ftlh")
          .process(
              Map.of(
                  "version",
                  Stage.VERSION,
                  "title",
                  run.withPaper()
                      ? "CNN and LSTM for music genre classification"
                      : "Music genre classification",
                  "lead",
                  !run.withPaper()
                      ? "Results of one run."
                      : "Results of one run beside the published figures of S. Mirsepassi, "
                          + "“Comparative Analysis of CNN and RNN Architectures for Music Genre "
                          + "Classification”.",
                  "synthetic",
                  run.isSynthetic(),
                  "warnings",
                  warnings(run),
                  "sections",
                  sections),
              html);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (TemplateException error) {
      throw new IllegalStateException(error);
    }
    return html.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> warnings(RunResults run) {
    var warnings = new ArrayList<String>();
    if (run.isSynthetic()) {
      warnings.add(
          "SYNTHETIC demo corpus: these sounds were computed, no music was heard. The figures show "
              + "that the kit works; they say nothing of music or of the paper.");
    }
    if (run.synthetic().isEmpty()) {
      warnings.add(
          "The features' file is missing, so it is not known here whether the corpus is"
              + " synthetic.");
    }
    if (run.features()
        .map(f -> f.provenance().path("source").asText())
        .orElse("")
        .equals("import")) {
      warnings.add("The features were computed elsewhere and imported.");
    }
    return warnings;
  }
}

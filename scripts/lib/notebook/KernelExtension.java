// Of the kernel that calls this: 1.0-a6 is the last of this artifact on Maven Central; the methods
// used here are the same in the kernel's own 1.0-a8, whose classes are found first.
//DEPS org.dflib.jjava:jjava-jupyter:1.0-a6
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Embedding.java
//SOURCES Html.java
//SOURCES Kit.java
//SOURCES MissingChart.java
//SOURCES Run.java
//SOURCES Sound.java
//SOURCES Source.java
//SOURCES StageProgress.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/XCharts.java
//SOURCES ../kit/Stage.java
//SOURCES ../networks/Architecture.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.figures.XCharts;
import genrelab.kit.Stage;
import genrelab.networks.Architecture;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.BaseNotebookStatics;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import tech.tablesaw.api.Table;

/**
 * Makes JJava show the kit's values by themselves where a cell ends in one: tables as HTML, charts
 * as PNG, sounds as audio players; and imports what notebooks use.
 *
 * <p>JJava finds it by {@code META-INF/services} on its class path and installs it at start.
 */
public final class KernelExtension implements Extension {
  /** What cells may name without an import. */
  private static final List<String> IMPORTS =
      List.of(
          "genrelab.notebook.*",
          "genrelab.features.Mel",
          "genrelab.features.SegmentFeatures",
          "genrelab.figures.Charts",
          "tech.tablesaw.api.*");

  @Override
  public void install(BaseKernel kernel) {
    register(kernel.getRenderer());
    Kit.showOn(Display::new);
    IMPORTS.forEach(name -> kernel.evalRaw("import " + name + ";"));
  }

  /** Registers what shows the kit's values. */
  public static void register(Renderer renderer) {
    html(renderer, Table.class, table -> table.name() + ": " + table.rowCount() + " rows");
    html(renderer, Sound.class, Sound::title);
    html(renderer, Run.class, Run::name);
    html(renderer, Source.class, Source::code);
    html(renderer, StageProgress.class, progress -> String.join("\n", progress.lines()));
    html(renderer, Architecture.class, Architecture::network);
    html(renderer, Stage.Failure.class, Stage.Failure::getMessage);
    renderer
        .createRegistration(Chart.class)
        .preferring(MIMEType.IMAGE_PNG)
        .register((chart, context) -> show(chart, context.getOutputContainer()));
    renderer
        .createRegistration(Embedding.class)
        .preferring(MIMEType.IMAGE_PNG)
        .register(
            (embedding, context) -> show(embedding.by("genre"), context.getOutputContainer()));
    renderer
        .createRegistration(XCharts.type())
        .preferring(MIMEType.IMAGE_PNG)
        .register((chart, context) -> showAny(chart, context.getOutputContainer()));
  }

  private static <T> void html(Renderer renderer, Class<T> type, Function<T, String> text) {
    renderer
        .createRegistration(type)
        .preferring(MIMEType.TEXT_HTML)
        .register(
            (value, context) -> {
              context.getOutputContainer().putText(text.apply(value));
              context.renderIfRequested(MIMEType.TEXT_HTML, () -> Html.of(value));
            });
  }

  private static void show(Chart chart, DisplayData out) {
    out.putText(chart.getTitle());
    if (chart instanceof MissingChart) {
      out.putHTML(Html.of(chart));
      return;
    }
    image(Html.png(chart), chart.getWidth(), out);
  }

  /** A chart made with XChart itself. */
  private static void showAny(Object chart, DisplayData out) {
    if (chart instanceof Chart ours) {
      show(ours, out);
    } else {
      BufferedImage image = XCharts.image(chart);
      out.putText("chart");
      image(Html.png(image), image.getWidth() / 2, out);
    }
  }

  private static void image(byte[] png, int width, DisplayData out) {
    out.putData(MIMEType.IMAGE_PNG, Base64.getEncoder().encodeToString(png));
    out.putMetaData(MIMEType.IMAGE_PNG, Map.of("width", width));
  }

  /** One place in a cell's output: what is shown there replaces what was. */
  private static final class Display implements Consumer<StageProgress> {
    private String id;

    @Override
    public void accept(StageProgress progress) {
      if (id == null) {
        id = BaseNotebookStatics.display(progress);
      } else {
        BaseNotebookStatics.updateDisplay(id, progress);
      }
    }
  }
}

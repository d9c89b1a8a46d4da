//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Input.java
//SOURCES ../kit/Stage.java
//SOURCES Plan.java

package genrelab.study;

import genrelab.kit.Input;
import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of {@code study} that name a plan and say how much of it runs. */
public final class PlanOptions {
  /** Completion candidates of {@code --plan}. */
  static final class Plans implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Plan.SHIPPED.iterator();
    }
  }

  @Option(
      names = "--plan",
      paramLabel = "FILE|NAME",
      completionCandidates = Plans.class,
      description =
          "Experiments instead of the study: a YAML file, or one of ${COMPLETION-CANDIDATES} (in"
              + " data/plans); --out then holds a folder per plan"
              + " (default: data/runs/experiments).")
  @Input
  String file;

  @Option(
      names = "--seeds",
      split = ",",
      description = "With --plan: seeds instead of the plan's, e.g. 1,2.")
  List<Long> seeds;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "With --plan: the model.zip or .onnx of its features of stage embed that name none, e.g."
              + " with --plan probe.")
  Path model;

  @Option(names = "--dry-run", description = "With --plan: check the plan and list its steps.")
  public boolean dryRun;

  /** Whether there is a plan. */
  public boolean isGiven() {
    return file != null;
  }

  /**
   * Reads the plan.
   *
   * @param epochs instead of the plan's; null for these
   * @throws Stage.Failure if it is missing or broken
   */
  public Plan read(Integer epochs) {
    Plan plan = Plan.read(file).with(seeds, epochs);
    return model == null ? plan : plan.withModel(model.toAbsolutePath().normalize());
  }

  /**
   * Files of features by the plan's names.
   *
   * @param named NAME=FILE each; null for none
   * @throws Stage.UsageError for what isn't
   */
  public static Map<String, Path> features(List<String> named) {
    var files = new LinkedHashMap<String, Path>();
    for (String each : named == null ? List.<String>of() : named) {
      int equals = each.indexOf('=');
      Stage.requireOption(equals > 0, "--features with --plan takes NAME=FILE, not '%s'", each);
      files.put(each.substring(0, equals), Path.of(each.substring(equals + 1)));
    }
    return files;
  }
}

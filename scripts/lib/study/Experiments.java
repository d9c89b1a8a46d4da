//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ExperimentSteps.java
//SOURCES ExperimentTables.java
//SOURCES KitLocation.java
//SOURCES Plan.java
//SOURCES RunResult.java
//SOURCES Step.java
//SOURCES StepRunner.java

package genrelab.study;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tech.tablesaw.api.Table;

/**
 * Runs a {@link Plan}: its steps, skipped where they are up to date, and after each training the
 * rows and tables of what is done.
 *
 * <p>A failed step is reported and the others go on. Nothing is chosen by the test sets: each run
 * is tested once, and the tables show validation and test side by side.
 */
public final class Experiments {
  private final Plan plan;
  private final Path out;
  private final ExperimentSteps steps;

  /**
   * Plans the steps.
   *
   * @param out the plan's folder of results
   * @throws Stage.Failure if the plan needs what isn't given
   */
  public Experiments(Plan plan, ExperimentSteps.Inputs given, Path out) {
    this.plan = plan;
    this.out = out.toAbsolutePath().normalize();
    this.steps = new ExperimentSteps(plan, given, this.out);
  }

  /**
   * Checks that the networks' scripts are there, beside the plan or in the kit.
   *
   * @throws Stage.Failure naming the first that is not
   */
  public void requireScripts(KitLocation kit) {
    plan.scripts()
        .forEach(
            (name, script) -> {
              if (!kit.has(script)) {
                throw new Stage.Failure(
                    "%s: networks.%s.script: no file %s; give its path from the plan's folder, or"
                        + " from the kit's",
                    plan.file(), name, script);
              }
            });
  }

  /** Prints the steps, a line each. */
  public void list() {
    printPlan();
    steps.all().forEach(step -> Stage.results().printf("%s: %s%n", step.name(), step.alias()));
  }

  /**
   * Runs what isn't up to date and writes {@code experiments.json}, {@code .md} and {@code .csv}
   * after each training.
   *
   * @throws Stage.Failure if steps failed; the others are done
   */
  public void run(KitLocation kit) {
    printPlan();
    Store.createFolder(out);
    var runner = new StepRunner(kit, out);
    var failed = new ArrayList<String>();
    Set<Path> missing = new LinkedHashSet<>();
    var finished = new LinkedHashSet<String>();
    for (Step step : steps.all()) {
      try {
        if (step.inputs().stream().anyMatch(missing::contains)) {
          throw new Stage.Failure("== %s: left out, its input is missing", step.name());
        }
        runner.run(step);
        finished.add(step.name());
        if (steps.trainings().containsValue(step)) {
          write(finished);
        }
      } catch (Stage.Failure failure) {
        Stage.warn("%s", failure.getMessage());
        missing.addAll(step.outputs());
        failed.add(step.name());
      }
    }
    printTable(finished);
    if (!failed.isEmpty()) {
      throw new Stage.Failure(
          "plan %s: %d of %d steps failed (%s), see above; the same command goes on from there",
          plan.name(), failed.size(), steps.all().size(), String.join(", ", failed));
    }
  }

  private void printPlan() {
    System.out.printf(
        "plan %s: %s%n%d runs × %d seeds, %d steps: %s%n",
        plan.name(),
        plan.question(),
        plan.runs().size(),
        plan.seeds().size(),
        steps.all().size(),
        out);
  }

  private ExperimentTables write(Set<String> finished) {
    List<RunResult> results = RunResult.read(plan, out, finished);
    var tables = new ExperimentTables(plan, results);
    Store.writeRows(
        out.resolve("experiments.json"),
        results.stream()
            .flatMap(result -> result.figures().stream())
            .flatMap(List::stream)
            .toList());
    write("plan.yaml", plan.yaml());
    write("experiments.md", tables.markdown());
    Table numbers = tables.numbers();
    Store.write(
        out.resolve("experiments.csv"),
        content -> {
          var writer = new OutputStreamWriter(content, StandardCharsets.UTF_8);
          numbers.write().csv(writer);
          writer.flush();
        });
    return tables;
  }

  private void write(String name, String text) {
    Store.write(out.resolve(name), content -> content.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void printTable(Set<String> finished) {
    if (steps.trainings().values().stream().map(Step::name).noneMatch(finished::contains)) {
      return;
    }
    ExperimentTables tables = write(finished);
    System.out.println();
    Table table = tables.table();
    Stage.results().println(table.print(table.rowCount()));
    tables.notes().forEach(Stage.results()::println);
    System.out.println(out.resolve("experiments.md"));
  }
}

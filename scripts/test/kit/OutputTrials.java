//SOURCES Trials.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Outputs of every stage in the place of its inputs and of files of another kind. */
final class OutputTrials extends Trials {
  OutputTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    for (String alias : SmallRun.stages()) {
      String option = SmallRun.outputOption(alias);
      List<String> options = SmallRun.options(alias, run(), run().resolve("nowhere"));
      int at = options.indexOf(option) + 1;
      for (int i = 0; i < options.size(); i++) {
        if (i != at && options.get(i).startsWith(run().toString())) {
          String before = options.get(i - 1);
          String input = before.startsWith("--") ? "`" + before + "`" : "AUDIO";
          cases.add(overwriting(alias, option, at, options, Path.of(options.get(i)), input));
        }
      }
      cases.add(replacing(alias, option, at, options, "corpus/blues/blues.00000.wav", "a song"));
      cases.add(replacing(alias, option, at, options, "cnn/model.zip", "a model"));
      if (!FOLDERS.contains(alias)) {
        cases.add(
            replacing(alias, option, at, options, "cnn/history.json", "another stage's rows"));
        Path text = Files.writeString(fresh("text").resolve("notes.txt"), "my notes\n");
        cases.add(replacing(alias, option, at, options, text, "text"));
      }
    }
    return cases;
  }

  /** An output that is an input. */
  private Case overwriting(
      String alias, String option, int at, List<String> options, Path input, String name)
      throws IOException {
    Map<String, byte[]> before = SmallRun.contents(run());
    var changed = new ArrayList<>(options);
    changed.set(at, input.toString());
    Case seen =
        answered(
            "`%s %s` = its %s".formatted(alias, option, name),
            alias,
            changed,
            run().resolve("nowhere"),
            input.getFileName().toString());
    return same(before, SmallRun.contents(run())) ? seen : seen.failed("an input is changed");
  }

  private Case replacing(
      String alias, String option, int at, List<String> options, String other, String what)
      throws IOException {
    Path source = run().resolve(other);
    Path file = fresh("replaced").resolve(source.getFileName());
    Files.copy(source, file);
    return replacing(alias, option, at, options, file, what);
  }

  /** An output in the place of a file of another kind. */
  private Case replacing(
      String alias, String option, int at, List<String> options, Path file, String what)
      throws IOException {
    byte[] before = Files.readAllBytes(file);
    var changed = new ArrayList<>(options);
    changed.set(at, file.toString());
    Case seen =
        answered(
            "`%s %s` over %s".formatted(alias, option, what),
            alias,
            changed,
            run().resolve("nowhere"),
            file.getFileName().toString());
    return Arrays.equals(before, Files.readAllBytes(file)) ? seen : seen.failed("it is changed");
  }
}

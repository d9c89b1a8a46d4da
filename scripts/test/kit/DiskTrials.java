//SOURCES Trials.java

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Places that cannot be written. */
final class DiskTrials extends Trials {
  DiskTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    cases.add(
        everyStage(
            "a file where `--out`'s folder should be",
            "one line",
            alias -> true,
            (folder, alias) -> Files.writeString(folder.resolve("file"), "").resolve("out")));
    cases.add(
        everyStage(
            "a folder of 300 letters in `--out`",
            "one line",
            alias -> true,
            (folder, alias) -> folder.resolve("x".repeat(300))));
    cases.add(
        everyStage(
            "a folder of the name of the file to write",
            "one line",
            alias -> !FOLDERS.contains(alias) && !alias.equals("split"), // it writes two files
            (folder, alias) -> {
              Path out = Files.createDirectories(folder.resolve("out"));
              for (String option : SmallRun.options(alias, run(), out)) {
                if (option.startsWith(out.toString())) {
                  Files.createDirectories(Path.of(option));
                }
              }
              return out;
            }));
    if (Files.exists(FULL)) {
      cases.add(
          everyStage(
              "a full disk",
              "one line, earlier files as they were",
              alias -> true,
              this::onAFullDisk));
    }
    return cases;
  }

  /** A test's files beside its predictions, which are written together. */
  private static final List<String> TEST =
      List.of(
          "classes.json", "metrics.json", "report.json", "report-tracks.json", "confusion.json");

  static final Path FULL = Path.of("/dev/full");

  /** The files under their temporary names are written to a device that is always full. */
  private Path onAFullDisk(Path folder, String alias) throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    assertEquals(0, SmallRun.run(alias, run(), out).exit());
    for (String name : SmallRun.contents(out).keySet()) {
      boolean together = // locked at the same time as others, which can't be one device
          TEST.stream().anyMatch(name::endsWith)
              || alias.equals("kmeans") && !name.equals("mfcc-kmeans.json")
              || alias.equals("augment") && name.endsWith(".json");
      if (together) {
        continue;
      }
      Path file = out.resolve(name);
      Files.createSymbolicLink(file.resolveSibling(file.getFileName() + ".part"), FULL);
      if (name.endsWith("history.json")) { // a training writes this one first
        Files.createSymbolicLink(file.resolveSibling("checkpoint.bin.part"), FULL);
      }
    }
    return out;
  }
}

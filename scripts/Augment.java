///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Adds stretched, pitch-shifted and noisy copies of a split's training segments
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/augmentation/AugmentationOptions.java
//SOURCES lib/augmentation/AugmentedCopies.java
//SOURCES lib/augmentation/CopyPlan.java
//SOURCES lib/augmentation/TrainingSegments.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.augmentation.AugmentationOptions;
import genrelab.augmentation.AugmentedCopies;
import genrelab.augmentation.CopyPlan;
import genrelab.augmentation.TrainingSegments;
import genrelab.corpus.Corpus;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Adds transformed copies of the training segments, and of nothing else.
 *
 * <p>Each copy is transformed once: stretched in time, shifted in pitch, or with Gaussian noise. A
 * copy is as long as its source and made of its source's samples alone, since what follows them in
 * the track may be a test segment: where a faster copy runs out of samples, it goes on from the
 * segment's beginning. A copy that would clip is made quieter as a whole.
 *
 * <p>A copy keeps its track's id; its segment number tells its source (see {@link Rows#COPY}), and
 * {@code split} never separates the two.
 */
@Command(
    name = "augment",
    description =
        "Adds time-stretched, pitch-shifted and noisy copies of a split's training segments.")
public class Augment implements Callable<Integer> {
  @Option(
      names = "--segments",
      defaultValue = "segments.json",
      description = "The manifest of segments (default ${DEFAULT-VALUE}).")
  Path segments;

  @Option(
      names = "--split",
      defaultValue = "split.json",
      description = "The split whose training part is copied (default ${DEFAULT-VALUE}).")
  Path split;

  @Option(
      names = "--out",
      required = true,
      description = "Folder for segments.json, split.json and the copies, a folder a genre.")
  @Output
  Path out;

  @Mixin AugmentationOptions options = new AugmentationOptions();

  public static void main(String... args) {
    System.exit(Stage.run(new Augment(), args));
  }

  @Override
  public Integer call() {
    CopyPlan plan = options.plan(out);
    TrainingSegments source = TrainingSegments.read(segments, split);
    requireOtherFolder(source);
    requireNamesInFolder(source, plan);
    requireOtherFiles();
    markSynthetic(source);
    int count = write(source, new AugmentedCopies(source, plan, options.threads));
    System.out.printf(
        "%d copies of %d training segments beside all %d segments: %s%n",
        count, source.training().size(), source.all().size(), out.resolve("segments.json"));
    return 0;
  }

  // ---- checks

  /** Copies among a corpus's tracks would become tracks of it. */
  private void requireOtherFolder(TrainingSegments source) {
    for (Rows.Segment row : source.all()) {
      Path corpus = source.audioFile(row).resolve("../..").normalize();
      if (Store.isSame(out, corpus)) {
        throw new Stage.Failure("%s: the corpus is there; choose another folder", out);
      }
    }
  }

  private void requireNamesInFolder(TrainingSegments source, CopyPlan plan) {
    for (Rows.Segment row : source.all()) {
      if (!plan.staysInFolder(row)) {
        throw new Stage.Failure(
            "%s: segment %d of %s, genre %s: a copy's name would lead elsewhere; make it again",
            segments, row.segment(), row.track(), row.genre());
      }
    }
  }

  private void requireOtherFiles() {
    for (String name : List.of("segments.json", "split.json")) {
      Path file = out.toAbsolutePath().normalize().resolve(name);
      if (file.equals(segments.toAbsolutePath().normalize())
          || file.equals(split.toAbsolutePath().normalize())) {
        throw new Stage.Failure("%s: it would be overwritten; choose another --out", file);
      }
    }
  }

  // ---- results

  private void markSynthetic(TrainingSegments source) {
    if (Corpus.isSynthetic(source.audioFile(source.training().get(0)))) {
      Corpus.markSynthetic(
          out, "Augmented copies of a synthetic corpus's segments: computer-rendered sound.\n");
    }
  }

  /**
   * Writes the copies, their split and their manifest.
   *
   * @return the number of copies
   */
  private int write(TrainingSegments source, AugmentedCopies copies) {
    var rows = new ArrayList<Rows.Segment>();
    // locked before the first copy: of two runs at once, one would remove the other's on failing
    var files = new LinkedHashMap<Path, Store.Content>();
    files.put(
        out.resolve("split.json"),
        file -> {
          rows.addAll(copies.write());
          Store.rows(source.splitWith(rows)).writeTo(file);
        });
    files.put(
        out.resolve("segments.json"),
        file -> Store.rows(source.segmentsWith(rows, out)).writeTo(file));
    Store.writeTogether(files);
    return rows.size();
  }
}

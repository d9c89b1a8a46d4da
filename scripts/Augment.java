///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Adds stretched, pitch-shifted and noisy copies of a split's training segments
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/audio/Audio.java
//SOURCES lib/audio/FileChecksum.java
//SOURCES lib/augmentation/Augmentation.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/corpus/SegmentManifest.java
//SOURCES lib/corpus/SplitAssignment.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/results/Part.java
//SOURCES lib/results/SegmentId.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.audio.Audio;
import genrelab.audio.FileChecksum;
import genrelab.augmentation.Augmentation;
import genrelab.augmentation.Augmentation.Transformation;
import genrelab.corpus.Corpus;
import genrelab.corpus.SegmentManifest;
import genrelab.corpus.SplitAssignment;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
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
  private static final int MOST_COPIES = 1000;

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

  @Option(
      names = "--stretch",
      defaultValue = "0.9:1.1",
      description =
          "Range of the tempo factor, 0.5 to 2, above 1 faster, or none (default"
              + " ${DEFAULT-VALUE}).")
  String stretch;

  @Option(
      names = "--pitch",
      defaultValue = "-2:2",
      description =
          "Range of the shift in semitones, -12 to 12, or none (default ${DEFAULT-VALUE}).")
  String pitch;

  @Option(
      names = "--noise",
      defaultValue = "20",
      description =
          "Signal-to-noise ratio or its range, dB, 0 to 80, or none (default ${DEFAULT-VALUE}).")
  String noise;

  @Option(
      names = "--copies",
      defaultValue = "1",
      description = "Copies of a segment by each transformation (default ${DEFAULT-VALUE}).")
  int copies;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(names = "--threads", description = "Tracks at a time (default: all processors).")
  int threads = Runtime.getRuntime().availableProcessors();

  public static void main(String... args) {
    System.exit(Stage.run(new Augment(), args));
  }

  @Override
  public Integer call() {
    List<Augmentation> augmentations = augmentations();
    List<Rows.Segment> originals = SegmentManifest.read(segments);
    if (originals.isEmpty()) {
      throw new Stage.Failure("%s: it lists no segments; run segment again", segments);
    }
    List<Rows.SplitRow> parts = Store.readRows(split, Rows.SplitRow.class);
    List<Rows.Segment> training = training(originals, parts);
    requireAnotherFolder(originals);
    markSynthetic(training);
    var added = new ArrayList<Rows.Segment>();
    var rows = new ArrayList<>(originals.stream().map(this::fromOut).toList());
    // locked before the first copy: of two runs at once, one would remove the other's on failing
    var files = new LinkedHashMap<Path, Store.Content>();
    files.put(
        out.resolve("split.json"),
        file -> {
          added.addAll(writeCopies(training, augmentations));
          Store.rows(withCopies(parts, added)).writeTo(file);
        });
    files.put(
        out.resolve("segments.json"),
        file -> {
          rows.addAll(added);
          Store.rows(rows).writeTo(file);
        });
    Store.writeTogether(files);
    System.out.printf(
        "%d copies of %d training segments beside all %d segments: %s%n",
        added.size(), training.size(), originals.size(), out.resolve("segments.json"));
    return 0;
  }

  // ---- checks

  private List<Augmentation> augmentations() {
    var augmentations = new ArrayList<Augmentation>();
    addUnlessNone(augmentations, Transformation.stretch, stretch);
    addUnlessNone(augmentations, Transformation.pitch, pitch);
    addUnlessNone(augmentations, Transformation.noise, noise);
    Stage.requireOption(
        !augmentations.isEmpty(), "--stretch, --pitch and --noise are all none: nothing to do");
    Stage.requireOption(
        copies >= 1 && copies * (long) augmentations.size() <= MOST_COPIES,
        "--copies must be from 1 to %s, not %s",
        MOST_COPIES / augmentations.size(),
        copies);
    Stage.requireOption(
        threads >= 1 && threads <= 1024, "--threads must be from 1 to 1024, not %s", threads);
    return augmentations;
  }

  private static void addUnlessNone(
      List<Augmentation> augmentations, Transformation transformation, String range) {
    if (!range.equals("none")) {
      Optional<Augmentation> augmentation = Augmentation.parse(transformation, range);
      Stage.requireOption(
          augmentation.isPresent(),
          "--%s must be LOW:HIGH from %s to %s, or none, not %s",
          transformation,
          transformation.least,
          transformation.most,
          range);
      augmentations.add(augmentation.get());
    }
  }

  /** The manifest's training segments, in its order. */
  private List<Rows.Segment> training(List<Rows.Segment> originals, List<Rows.SplitRow> parts) {
    if (originals.stream()
        .anyMatch(row -> Rows.isCopy(row.segment()) || !row.transform().isEmpty())) {
      throw new Stage.Failure(
          "%s: it holds augmented copies already; give the manifest that segment wrote", segments);
    }
    var assignment = SplitAssignment.of(split, parts);
    assignment.requireSameSegments(
        originals.stream().map(Rows.Segment::id).toList(),
        originals.stream().map(Rows.Segment::genre).toList(),
        segments);
    List<Rows.Segment> training =
        originals.stream().filter(row -> assignment.part(row.id()) == Part.train).toList();
    if (training.isEmpty()) {
      throw new Stage.Failure("%s: no segment is in train; make another split", split);
    }
    return training;
  }

  /** Copies among a corpus's tracks would become tracks of it. */
  private void requireAnotherFolder(List<Rows.Segment> originals) {
    Path folder = out.toAbsolutePath().normalize();
    for (Rows.Segment row : originals) {
      if (folder.equals(audioFile(row).resolve("../..").normalize())) {
        throw new Stage.Failure("%s: the corpus is there; choose another folder", out);
      }
      Path copy = folder.resolve(copyOf(row, 1)).normalize();
      if (copy.getNameCount() != folder.getNameCount() + 2 || !copy.startsWith(folder)) {
        throw new Stage.Failure(
            "%s: segment %d of %s, genre %s: a copy's name would lead elsewhere; make it again",
            segments, row.segment(), row.track(), row.genre());
      }
    }
    for (String file : List.of("segments.json", "split.json")) {
      Path written = folder.resolve(file);
      if (written.equals(segments.toAbsolutePath().normalize())
          || written.equals(split.toAbsolutePath().normalize())) {
        throw new Stage.Failure("%s: it would be overwritten; choose another --out", written);
      }
    }
  }

  private void markSynthetic(List<Rows.Segment> training) {
    if (Corpus.isSynthetic(audioFile(training.get(0)))) {
      Corpus.markSynthetic(
          out, "Augmented copies of a synthetic corpus's segments: computer-rendered sound.\n");
    }
  }

  private Path audioFile(Rows.Segment row) {
    return segments.toAbsolutePath().getParent().resolve(row.file()).normalize();
  }

  // ---- the copies

  /** Track after track, each read once; rows in the manifest's order whatever the threads. */
  private List<Rows.Segment> writeCopies(
      List<Rows.Segment> training, List<Augmentation> augmentations) {
    var tracks = new LinkedHashMap<String, List<Rows.Segment>>();
    training.forEach(row -> tracks.computeIfAbsent(row.file(), f -> new ArrayList<>()).add(row));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    PrintStream stdout = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream())); // WSOLA prints its options
    try (ProgressBar progress = Progress.of("augment", tracks.size())) {
      var jobs = new ArrayList<Future<List<Rows.Segment>>>();
      for (List<Rows.Segment> track : tracks.values()) {
        jobs.add(pool.submit(() -> copiesOfTrack(track, augmentations)));
      }
      var rows = new ArrayList<Rows.Segment>();
      for (Future<List<Rows.Segment>> job : jobs) {
        rows.addAll(job.get());
        progress.step();
      }
      return rows;
    } catch (ExecutionException error) {
      end(pool);
      deleteCopies();
      throw error.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(error.getCause());
    } catch (InterruptedException error) {
      end(pool);
      deleteCopies();
      throw new Stage.Failure("interrupted; nothing was written");
    } finally {
      System.setOut(stdout);
      pool.shutdownNow();
    }
  }

  /** Ends the threads, and waits for what they are writing. */
  private static void end(ExecutorService pool) {
    pool.shutdownNow();
    try {
      pool.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
  }

  /** Copies that this run made and no earlier one; without the manifest they are nothing. */
  private final Set<Path> written = ConcurrentHashMap.newKeySet();

  private void deleteCopies() {
    for (Path wav : written) {
      try {
        Files.deleteIfExists(wav);
      } catch (IOException error) {
        Stage.warn("%s: can't be removed; remove it by hand", wav);
      }
    }
  }

  private List<Rows.Segment> copiesOfTrack(
      List<Rows.Segment> track, List<Augmentation> augmentations) {
    Path file = audioFile(track.get(0));
    Audio audio;
    try {
      audio = Audio.read(file);
    } catch (Audio.Unreadable unusable) {
      throw new Stage.Failure(
          "%s: %s (%s); run segment again", file, unusable.problem, unusable.getMessage());
    }
    FileChecksum.requireSame(file, track.get(0).bytes(), track.get(0).crc32());
    var rows = new ArrayList<Rows.Segment>();
    for (Rows.Segment row : track) {
      if (row.rate() != audio.rate() || row.start() + row.length() > audio.samples().length) {
        throw new Stage.Failure("%s: it has changed since it was cut; run segment again", file);
      }
      Audio source = audio.slice(row.start(), row.length());
      for (int copy = 1; copy <= copies * augmentations.size(); copy++) {
        rows.add(
            writeCopy(row, source, copy, augmentations.get((copy - 1) % augmentations.size())));
      }
    }
    return rows;
  }

  private Rows.Segment writeCopy(
      Rows.Segment row, Audio source, int copy, Augmentation augmentation) {
    Random random = random(row, copy);
    double amount = augmentation.draw(random);
    float[] samples = augmentation.apply(source.samples(), row.rate(), amount, random);
    String file = copyOf(row, copy);
    Path wav = out.resolve(file);
    if (!Files.exists(wav)) {
      written.add(wav);
    }
    new Audio(samples, row.rate()).writeWav(wav);
    FileChecksum checksum = FileChecksum.of(wav);
    return new Rows.Segment(
        row.track(),
        row.genre(),
        row.artist(),
        copy * Rows.COPY + row.segment(),
        file,
        0,
        row.length(),
        row.rate(),
        augmentation.describe(amount),
        checksum.bytes(),
        checksum.crc32());
  }

  private static String copyOf(Rows.Segment row, int copy) {
    return "%s/%s-%02d-copy-%d.wav".formatted(row.genre(), row.track(), row.segment(), copy);
  }

  /** A copy's own random numbers, whatever else is copied. */
  private Random random(Rows.Segment row, int copy) {
    String name = "%d %d %d %s".formatted(seed, copy, row.segment(), row.track());
    return new Random(Long.parseUnsignedLong(Store.sha256(name).substring(0, 16), 16));
  }

  // ---- the rows

  private static List<Rows.SplitRow> withCopies(
      List<Rows.SplitRow> parts, List<Rows.Segment> added) {
    var rows = new ArrayList<>(parts);
    String drawnFrom = parts.get(0).drawnFrom();
    added.forEach(
        row -> rows.add(new Rows.SplitRow(row.track(), row.segment(), Part.train, drawnFrom)));
    return rows;
  }

  /** An original's row, its file named relative to the new manifest's folder. */
  private Rows.Segment fromOut(Rows.Segment row) {
    Path folder = out.toAbsolutePath().normalize();
    Path audio = audioFile(row);
    boolean sameDisk = folder.getRoot().equals(audio.getRoot());
    String file = Store.slashed(sameDisk ? folder.relativize(audio) : audio);
    return new Rows.Segment(
        row.track(),
        row.genre(),
        row.artist(),
        row.segment(),
        file,
        row.start(),
        row.length(),
        row.rate(),
        row.transform(),
        row.bytes(),
        row.crc32());
  }
}

///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tells the genres of one's own songs, with a trained model
//DEPS info.picocli:picocli:4.7.7
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Cnn.java
//SOURCES Compact.java
//SOURCES Hybrid.java
//SOURCES Lstm.java
//SOURCES lib/audio/Audio.java
//SOURCES lib/evaluation/Calibration.java
//SOURCES lib/figures/Charts.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/evaluation/OutOfDistribution.java
//SOURCES lib/audio/Resampling.java
//SOURCES lib/results/Rows.java
//SOURCES lib/features/SegmentFeatures.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/networks/dl4j/Threads.java
//SOURCES lib/networks/TrainedModel.java
//SOURCES lib/networks/Training.java
//SOURCES lib/kit/Input.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//RUNTIME_OPTIONS -Xmx3g -XX:+UseSerialGC -Djava.awt.headless=true
// the quick compiler alone: one song is answered a second sooner, a large folder at half the speed,
// where -R=-XX:TieredStopAtLevel=4 brings the other compiler back
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=6g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import genrelab.audio.Audio;
import genrelab.audio.Resampling;
import genrelab.corpus.Corpus;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.OutOfDistribution;
import genrelab.features.SegmentFeatures;
import genrelab.figures.Charts;
import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.TrainedModel;
import genrelab.networks.Training;
import genrelab.networks.dl4j.Threads;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import me.tongfei.progressbar.ProgressBar;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Tells the genres of songs, with a model that {@code cnn}, {@code lstm} or {@code hybrid} trained.
 *
 * <p>A song is cut into segments as long as the model's, from its beginning; what is left at the
 * end is not heard. It is read piece by piece: only the segments' probabilities grow with its
 * length. Their features are computed as the model's record says, by the code that made those it
 * was trained on. A song's probabilities are the mean of its segments', each after the model's
 * temperature scaling ({@link Calibration}); whether it sounds like the training songs at all is
 * told by {@link OutOfDistribution}.
 */
@Command(
    name = "classify",
    description = "Tells the genres of one's own songs, with a trained model.",
    footer = {
      "",
      "Reads wav, au, aiff, flac, ogg (Vorbis) and mp3, told by their contents. A song shorter than"
          + " one of the model's segments (3 s unless it was trained on others) is skipped, told on"
          + " stderr; so is a file that can't be read. Exits with 1 if nothing could be"
          + " classified.",
      "",
      "Probabilities are calibrated on the training run's validation part: of segments like those,"
          + " about 70 %% of the answers given with 70 %% are right. They hold for recordings like"
          + " the training's alone, and always share 100 %% among the genres that the model knows.",
      "",
      "A song is called unlike anything in training where most of its segments' features lie beyond"
          + " 99 %% of the validation part's. That tells silence, tones, clicks and some other"
          + " music and recording chains; hiss may pass. It can't tell a genre that the model"
          + " doesn't know but that sounds similar, nor whether an answer is right."
    })
public class Classify implements Callable<Integer> {
  private static final int BATCH = 32;
  private static final int LONG = 200;
  private static final int MOST_PARTS = 120;

  /** Batches that are read while the network comes up. */
  private static final int BATCHES_AHEAD = 8;

  private static final String STREAM = "-";

  @Option(
      names = "--model",
      required = true,
      description = "A trained network's model.zip, its features made by mfcc or logmel.")
  Path model;

  @Parameters(
      arity = "1..*",
      paramLabel = "AUDIO",
      description =
          "Files; folders, whose audio files are taken in sorted order, folders within them too but"
              + " not links to folders; - for one file's bytes on standard input.")
  @Input
  List<String> audio;

  @Option(
      names = "--top",
      defaultValue = "3",
      description = "Genres to print of each song (default ${DEFAULT-VALUE}).")
  int top;

  @Option(
      names = "--timeline",
      description =
          "Print each segment's genres too; of a song of more than 120 segments, the means of 2, 5,"
              + " 10, 20, 40 … at a time.")
  boolean timeline;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description =
          "Write every genre of every song and segment as rows; - for standard output, the text"
              + " then goes to stderr.")
  @Output({"file", "level", "genre"})
  Path json;

  @Option(names = "--csv", paramLabel = "FILE|-", description = "The same rows as CSV.")
  @Output({"file", "level", "genre"})
  Path csv;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Draw one song's probabilities over time, of as many segments as --timeline.")
  @Output
  Path plot;

  @Option(
      names = "--longest",
      paramLabel = "HOURS",
      defaultValue = "24",
      description =
          "Skip what holds more sound, of which a small broken or hostile file can claim any amount"
              + " (default ${DEFAULT-VALUE}).")
  double longest;

  public static void main(String... args) {
    System.exit(Stage.run(new Classify(), args));
  }

  private Judge judge;
  private int classified;
  private int skipped;

  @Override
  public Integer call() {
    checkOptions();
    judge = new Judge(model, TrainedModel.read(model));
    say(judge.introduction());
    rowsTo(json, Form.json, j -> rowsTo(csv, Form.csv, c -> classifyAll(List.of(j, c))));
    if (classified + skipped > 1) {
      System.out.printf("%d classified, %d skipped%n", classified, skipped);
    }
    return 0;
  }

  private void checkOptions() {
    Stage.requireOption(top >= 1, "--top must be at least 1, not %s", top);
    Stage.requireOption(longest > 0, "--longest must be above 0, not %s", longest);
    boolean jsonOut = json != null && json.toString().equals(STREAM);
    boolean csvOut = csv != null && csv.toString().equals(STREAM);
    Stage.requireOption(!(jsonOut && csvOut), "--json - and --csv - can't share standard output");
    boolean one =
        audio.size() == 1
            && (audio.get(0).equals(STREAM) || !Files.isDirectory(path(audio.get(0))));
    Stage.requireOption(plot == null || one, "--plot draws one song: name one file");
    Stage.requireOption(
        plot == null || plot.toString().toLowerCase(Locale.ROOT).endsWith(".png"),
        "--plot writes a .png file, not %s",
        plot);
    Stage.requireOption(
        audio.stream().filter(STREAM::equals).count() <= 1, "- can be given once only");
    if (jsonOut || csvOut) {
      Stage.standardOutput();
    }
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException error) {
      throw new Stage.Failure("%s: no file can have this name; check the path", name);
    }
  }

  private void say(String line) {
    if (!line.isEmpty()) {
      Stage.results().println(line);
    }
  }

  // ---- songs

  private void classifyAll(List<RowsOut> outs) {
    for (String name : audio) {
      if (name.equals(STREAM)) {
        classify(STREAM, 0, () -> Audio.open(System.in), outs);
      } else {
        visit(path(name), outs);
      }
    }
    if (classified == 0) {
      throw new Stage.Failure(
          "%s: nothing could be classified; give audio files of at least %s s",
          String.join(", ", audio), judge.features.seconds());
    }
  }

  private void visit(Path path, List<RowsOut> outs) {
    if (!Files.isDirectory(path)) {
      classify(path.toString(), path.toFile().length(), () -> Audio.open(path), outs);
      return;
    }
    List<Path> inside;
    try (Stream<Path> entries = Files.list(path)) {
      inside =
          entries
              .filter(entry -> !entry.getFileName().toString().startsWith("."))
              .filter(
                  entry ->
                      Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                          || Files.isRegularFile(entry) && Corpus.isAudio(entry))
              .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
              .toList();
    } catch (IOException | UncheckedIOException error) {
      skip(path.toString(), "the folder can't be read");
      return;
    }
    inside.forEach(entry -> visit(entry, outs));
  }

  private interface Source {
    Audio.Reader open() throws Audio.Unreadable;
  }

  /** Hears one song; {@code bytes} is 0 where nobody knows how many there will be. */
  private void classify(String name, long bytes, Source source, List<RowsOut> outs) {
    try (Audio.Reader audio = source.open()) {
      Song song = judge.song(name, audio, bytes, longest);
      if (song == null) {
        skip(name, "short: it holds no whole segment of %s s".formatted(judge.features.seconds()));
        return;
      }
      classified++;
      tell(song);
      for (RowsOut out : outs) {
        out.write(judge.rows(song, 1));
      }
      if (plot != null) {
        draw(song);
      }
    } catch (Audio.Unreadable unusable) {
      skip(name, unusable.problem + ": " + unusable.getMessage());
    } catch (OutOfMemoryError error) {
      skip(name, "too large for the heap; run with a larger one, e.g. -R=-Xmx8g");
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private void skip(String name, String why) {
    skipped++;
    System.err.printf("skipped %s: %s%n", name, why);
  }

  /**
   * What the model says of a song.
   *
   * @param segments one a segment, class by class
   * @param distances one a segment; null where the model knows none
   */
  private record Song(String name, double[][] segments, double[] distances) {
    Part whole() {
      return part(0, segments.length);
    }

    /** So many segments at a time; fewer at the end. */
    Stream<Part> parts(int size) {
      return IntStream.iterate(0, first -> first < segments.length, first -> first + size)
          .mapToObj(first -> part(first, Math.min(size, segments.length - first)));
    }

    private Part part(int first, int count) {
      double[] means =
          IntStream.range(0, segments[0].length)
              .mapToDouble(
                  c ->
                      IntStream.range(first, first + count)
                          .mapToDouble(s -> segments[s][c])
                          .average()
                          .orElseThrow())
              .toArray();
      if (distances == null) {
        return new Part(first, count, means, null);
      }
      double[] sorted = Arrays.copyOfRange(distances, first, first + count);
      Arrays.sort(sorted);
      double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
      return new Part(first, count, means, median);
    }

    /** How many segments are told at a time, so that a person can take it in. */
    int atATime() {
      int[] first = {1, 2, 5, 10};
      int size = 1;
      for (int i = 1; segments.length > (long) MOST_PARTS * size; i++) {
        size = i < first.length ? first[i] : 2 * size;
      }
      return size;
    }
  }

  /**
   * What the model says of segments that follow each other.
   *
   * @param first the first one's number, from 0
   * @param probabilities the means
   * @param distance the median; null where the model knows none
   */
  private record Part(int first, int count, double[] probabilities, Double distance) {}

  // ---- the model

  /** A model with what it needs to hear a song. */
  private static final class Judge {
    private final JsonNode description;
    private final TrainedModel model;
    private final SegmentFeatures features;
    private final List<String> genres;
    private final Calibration calibration;
    private final OutOfDistribution familiarity;
    private final UnaryOperator<float[]> extractor;

    /** Comes up while the first song is read: half of a short run's time. */
    private final CompletableFuture<ComputationGraph> network;

    Judge(Path file, TrainedModel model) {
      this.model = model;
      this.description = model.description();
      this.features = features(file, description.path("features"), model);
      this.extractor = features.extractor();
      this.genres =
          StreamSupport.stream(description.path("mapping").spliterator(), false)
              .map(JsonNode::asText)
              .toList();
      if (genres.size() != model.input().classes()) {
        throw broken(file, "it names %d genres for %d classes", genres.size(), classes());
      }
      if (model.input().clusters() > 0) {
        throw new Stage.Failure(
            "%s: this network must be told each segment's cluster, which a new song has none of;"
                + " give a model trained with --clusters none",
            file);
      }
      try {
        JsonNode scaling = description.path("calibration");
        this.calibration =
            scaling.isObject()
                ? Store.JSON.treeToValue(scaling, Calibration.class)
                : Calibration.NONE;
        JsonNode sound = description.path("familiarity");
        this.familiarity =
            sound.isObject() ? Store.JSON.treeToValue(sound, OutOfDistribution.class) : null;
        if (familiarity != null) {
          familiarity.check();
        }
      } catch (JsonProcessingException | IllegalArgumentException error) {
        throw broken(file, "its calibration or familiarity makes no sense");
      }
      if (!(calibration.temperature() >= 0.01 && calibration.temperature() <= 100)) {
        throw broken(file, "its temperature is %s", calibration.temperature());
      }
      if (familiarity != null && familiarity.values() != features.width()) {
        throw broken(file, "its familiarity is of other features");
      }
      TrainedModel.Architecture architecture = architecture(file);
      this.network = CompletableFuture.supplyAsync(() -> network(architecture));
    }

    private int classes() {
      return model.input().classes();
    }

    private static Stage.Failure broken(Path file, String why, Object... values) {
      return new Stage.Failure(
          "%s: not a sound model (%s); train again", file, String.format(Locale.ROOT, why, values));
    }

    /** How the model's features are made, or why that can't be done. */
    private static SegmentFeatures features(Path file, JsonNode record, TrainedModel model) {
      if (record.at("/provenance/source").asText().equals("import")) {
        throw new Stage.Failure(
            "%s: trained on features that were imported, so nothing says how to make them from"
                + " audio; give a model trained on features of mfcc or logmel",
            file);
      }
      SegmentFeatures features;
      try {
        features = SegmentFeatures.of(record.path("key").asText(), record.path("params"));
      } catch (IllegalArgumentException missing) {
        throw new Stage.Failure(
            "%s: its record does not say how its features are made from audio (%s); give a model"
                + " trained on features of mfcc or logmel",
            file, missing.getMessage());
      }
      int samples = samples(features);
      if (samples < 1
          || features.frames(samples) != model.preparation().frames()
          || features.width() != model.preparation().coefficients()) {
        throw broken(file, "its features' record does not fit its network's input");
      }
      return features;
    }

    private static int samples(SegmentFeatures features) {
      return (int) Math.round(features.seconds() * features.rate());
    }

    private TrainedModel.Architecture architecture(Path file) {
      return switch (description.path("architecture").asText()) {
        case "cnn" -> Cnn::network;
        case "lstm" -> Lstm::network;
        case "hybrid" -> Hybrid::network;
        case "compact" -> Compact::network;
        default -> throw broken(file, "its network is none of cnn, lstm, hybrid and compact");
      };
    }

    private ComputationGraph network(TrainedModel.Architecture architecture) {
      ComputationGraph built = model.network(architecture);
      Training.useThreads(model.preparation().layout(), Threads.available());
      return built;
    }

    private ComputationGraph network() {
      try {
        return network.join();
      } catch (CompletionException error) {
        if (error.getCause() instanceof LinkageError) {
          throw new Stage.Failure(
              "no native code of ND4J for this machine (%s %s): name its build, e.g."
                  + " GENRELAB_NATIVE=linux-x86_64 environment/jbang classify …",
              System.getProperty("os.name"), System.getProperty("os.arch"));
        }
        if (error.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        if (error.getCause() instanceof Error cause) { // out of memory, most likely
          throw cause;
        }
        throw error;
      }
    }

    boolean synthetic() {
      return description.at("/features/provenance/synthetic").asBoolean();
    }

    /** What must be known before the first answer. */
    String introduction() {
      var lines = new ArrayList<String>();
      if (synthetic()) {
        lines.add(
            "SYNTHETIC: this model was trained on computer-rendered sound and knows no music");
      }
      if (calibration.segments() == 0) {
        lines.add("this model has no calibration: probabilities are as bold as training left them");
      }
      return String.join(System.lineSeparator(), lines);
    }

    /**
     * A song's probabilities, or null if it holds no whole segment.
     *
     * @param longest hours
     */
    Song song(String name, Audio.Reader audio, long bytes, double longest) throws Audio.Unreadable {
      long length = Math.round(features.seconds() * audio.rate());
      // the song as one: pieces resampled by themselves would begin and end with a transient
      var track = new Resampling.Track(audio, features.rate());
      var segments = new ArrayList<double[]>();
      var distances = new ArrayList<Double>();
      var ahead = new ArrayDeque<float[][]>();
      long read = 0;
      boolean more = true;
      ProgressBar progress = null;
      try {
        while (more || !ahead.isEmpty()) {
          while (more && (ahead.isEmpty() || ahead.size() < BATCHES_AHEAD && !network.isDone())) {
            float[][] batch = batch(track, read, length);
            more = batch.length == BATCH;
            read += batch.length;
            if (read * features.seconds() > 3600 * longest) {
              throw new Audio.Unreadable(
                  "long", "it holds over %s hours; cut it, or raise --longest".formatted(longest));
            }
            if (batch.length > 0) {
              ahead.add(batch);
            }
          }
          if (!ahead.isEmpty()) {
            hear(ahead.remove(), segments, distances);
          }
          // by what the bytes so far have held
          double whole = (double) read * bytes / audio.bytesRead();
          long expected = bytes == 0 && more ? -1 : Math.max(read, more ? Math.round(whole) : 0);
          if (progress == null && Math.max(read, expected) > LONG) {
            progress = Progress.of(name, expected);
          }
          if (progress != null) {
            progress.maxHint(expected).stepTo(segments.size());
          }
        }
      } finally {
        if (progress != null) {
          progress.close();
        }
      }
      return segments.isEmpty()
          ? null
          : new Song(
              name,
              segments.toArray(double[][]::new),
              familiarity == null
                  ? null
                  : distances.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The next segments' features; fewer than a batch at the end. */
    private float[][] batch(Resampling.Track track, long first, long length)
        throws Audio.Unreadable {
      var batch = new ArrayList<float[]>();
      while (batch.size() < BATCH) {
        // begins where the features JSON's do
        float[] samples = track.piece((first + batch.size()) * length, length, samples(features));
        if (samples == null) {
          break;
        }
        batch.add(extractor.apply(samples));
      }
      return batch.toArray(float[][]::new);
    }

    private void hear(float[][] batch, List<double[]> segments, List<Double> distances) {
      float[][] output =
          network()
              .outputSingle(model.preparation().inputs(batch, new int[batch.length]))
              .toFloatMatrix();
      for (int s = 0; s < batch.length; s++) {
        segments.add(calibration.apply(finite(output[s])));
        if (familiarity != null) {
          distances.add(familiarity.distance(batch[s]));
        }
      }
    }

    private static float[] finite(float[] probabilities) {
      for (float probability : probabilities) {
        if (!Float.isFinite(probability)) {
          throw new Stage.Failure("the network gives no finite probabilities; train it again");
        }
      }
      return probabilities;
    }

    String unlike(Double distance) {
      return distance == null ? "unknown" : distance > familiarity.threshold() ? "yes" : "no";
    }

    /** Every genre of the song, then of so many of its segments at a time. */
    Stream<Rows.Classified> rows(Song song, int atATime) {
      return Stream.concat(
          rows(song, "track", song.whole()),
          song.parts(atATime).flatMap(part -> rows(song, "segment", part)));
    }

    private Stream<Rows.Classified> rows(Song song, String level, Part part) {
      return IntStream.range(0, genres.size())
          .mapToObj(
              c ->
                  new Rows.Classified(
                      song.name(),
                      level,
                      rounded(part.first() * features.seconds()),
                      rounded(part.count() * features.seconds()),
                      genres.get(c),
                      rounded(part.probabilities()[c]),
                      part.distance() == null ? null : rounded(part.distance()),
                      unlike(part.distance()),
                      synthetic() ? "synthetic" : "audio"));
    }

    private static double rounded(double value) {
      return Math.round(value * 1e6) / 1e6;
    }

    String best(double[] probabilities, int top) {
      return IntStream.range(0, probabilities.length)
          .boxed()
          .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
          .limit(top)
          .map(c -> "%s %.0f %%".formatted(genres.get(c), 100 * probabilities[c]))
          .collect(Collectors.joining(", "));
    }
  }

  // ---- answers

  private void tell(Song song) {
    Part whole = song.whole();
    say(
        "%s: %s (%d segments of %s s%s)"
            .formatted(
                song.name(),
                judge.best(whole.probabilities(), top),
                whole.count(),
                judge.features.seconds(),
                judge.synthetic() ? "; SYNTHETIC model" : ""));
    if (judge.unlike(whole.distance()).equals("yes")) {
      say(
          "  unlike anything in training (distance %.1f, training's own are up to %.1f): don't rely"
                  .formatted(whole.distance(), judge.familiarity.threshold())
              + " on this answer");
    }
    if (timeline) {
      int atATime = song.atATime();
      say(atATime == 1 ? "" : "  " + means(atATime) + ":");
      song.parts(atATime).forEach(part -> say(line(part, atATime)));
    }
  }

  private String means(int segments) {
    return "means of %d segments (%s s)".formatted(segments, segments * judge.features.seconds());
  }

  private String line(Part part, int atATime) {
    String mark = judge.unlike(part.distance()).equals("yes") ? "  (unlike training)" : "";
    long tenths = Math.round(part.first() * judge.features.seconds() * 10);
    String start =
        atATime == 1
            ? "%3d:%04.1f".formatted(tenths / 600, tenths % 600 / 10.0)
            : "%3d:%02d:%02d".formatted(tenths / 36000, tenths / 600 % 60, tenths / 10 % 60);
    return "  %s  %s%s".formatted(start, judge.best(part.probabilities(), top), mark);
  }

  private void draw(Song song) {
    String title = song.name().substring(song.name().lastIndexOf('/') + 1);
    var notes = new ArrayList<String>();
    if (judge.synthetic()) {
      notes.add("model of SYNTHETIC sound, which knows no music");
    }
    if (judge.unlike(song.whole().distance()).equals("yes")) {
      notes.add("unlike anything in training");
    }
    int atATime = song.atATime();
    if (atATime > 1) {
      notes.add(means(atATime));
    }
    List<Rows.Classified> rows = judge.rows(song, atATime).toList();
    Charts.writePng(Charts.overTime(rows, title, String.join("; ", notes)), plot);
    System.out.println("  " + plot);
  }

  private enum Form {
    json,
    csv
  }

  /** Takes rows as they come. */
  private interface RowsOut {
    void write(Stream<Rows.Classified> rows) throws IOException;
  }

  private interface WithRows {
    void run(RowsOut out);
  }

  /** Does something with a place for its rows: a file that appears when it is whole, or stdout. */
  private static void rowsTo(Path file, Form form, WithRows work) {
    if (file == null) {
      work.run(rows -> {});
    } else if (file.toString().equals(STREAM)) {
      try {
        PrintStream out = Stage.standardOutput();
        stream(out, form, work);
        out.flush();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    } else {
      Store.write(file, out -> stream(out, form, work));
    }
  }

  private static void stream(OutputStream out, Form form, WithRows work) throws IOException {
    boolean[] begun = {false};
    work.run(
        rows -> {
          for (Rows.Classified row : (Iterable<Rows.Classified>) rows::iterator) {
            String before = form == Form.csv ? "" : ",\n";
            if (!begun[0]) {
              before = form == Form.csv ? CSV_HEADER : "[\n";
              begun[0] = true;
            }
            String line = form == Form.csv ? csvLine(row) : Store.JSON.writeValueAsString(row);
            out.write((before + line).getBytes(StandardCharsets.UTF_8));
          }
        });
    if (form == Form.json) {
      out.write("\n]\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final String CSV_HEADER =
      "file,level,start,seconds,genre,probability,distance,unlikeTraining,trainedOn\n";

  private static String csvLine(Rows.Classified row) {
    return Stream.of(
                row.file(),
                row.level(),
                row.start(),
                row.seconds(),
                row.genre(),
                row.probability(),
                row.distance() == null ? "" : row.distance(),
                row.unlikeTraining(),
                row.trainedOn())
            .map(cell -> quoted(cell.toString()))
            .collect(Collectors.joining(","))
        + "\n";
  }

  private static String quoted(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}

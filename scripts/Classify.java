///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Predicts the genres of one's own songs, with a trained model
//DEPS info.picocli:picocli:4.7.7
// the networks that a model may be of; those of one's own are named by JBang's -s
//SOURCES Cnn.java
//SOURCES Compact.java
//SOURCES Hybrid.java
//SOURCES Lstm.java
//SOURCES lib/audio/Audio.java
//SOURCES lib/classification/PredictionText.java
//SOURCES lib/classification/RowFileOptions.java
//SOURCES lib/classification/RowWriter.java
//SOURCES lib/classification/SongClassifier.java
//SOURCES lib/classification/SongFiles.java
//SOURCES lib/classification/SongModel.java
//SOURCES lib/classification/SongPrediction.java
//SOURCES lib/figures/Charts.java
//SOURCES lib/kit/Input.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx3g -XX:+UseSerialGC -Djava.awt.headless=true
// the quick compiler alone: one song is answered a second sooner, a large folder at half the speed,
// where -R=-XX:TieredStopAtLevel=4 brings the other compiler back
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=6g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import genrelab.audio.Audio;
import genrelab.classification.PredictionText;
import genrelab.classification.RowFileOptions;
import genrelab.classification.RowWriter;
import genrelab.classification.SongClassifier;
import genrelab.classification.SongFiles;
import genrelab.classification.SongModel;
import genrelab.classification.SongPrediction;
import genrelab.figures.Charts;
import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Predicts the genres of songs, with a model that one of the kit's networks trained.
 *
 * <p>A song's probabilities are the mean of its segments', calibrated for songs ({@link
 * SongClassifier}). It is read piece by piece: only the segments' probabilities grow with its
 * length.
 */
@Command(
    name = "classify",
    description = "Predicts the genres of one's own songs, with a trained model.",
    footer = {
      "",
      "Reads wav, au, aiff, flac, ogg (Vorbis) and mp3, and with ffmpeg on PATH also m4a, opus, wma"
          + " and other formats, recognised by their contents. A song shorter than one of the"
          + " model's segments (3 s unless it was trained on others) is skipped, and so is a file"
          + " that can't be read; each is named on stderr with the reason. Exits with 1 if nothing"
          + " could be classified.",
      "",
      "Probabilities are calibrated on the training run's validation part, of songs on its tracks,"
          + " of segments on its segments: of such songs about 70 %% of the predictions with a"
          + " probability of 70 %% are right (confidence matches accuracy). This holds for"
          + " recordings like those of training only, and the probabilities always sum to 100 %%"
          + " over the genres that the model knows. Where the validation part holds segments of"
          + " songs that are also in training, as with split --by segment, a line says so: of new"
          + " songs, fewer are right. Validate on other artists (split --by artist, or lists).",
      "",
      "A song is out of distribution (unlikeTraining in --json and --csv) if its segments' median"
          + " distance from the training segments is beyond the 99th percentile of the validation"
          + " part's. This detects silence, tones, clicks and some other music and recording"
          + " chains; hiss may pass. It can't detect a genre that the model doesn't know but that"
          + " sounds similar, nor whether a prediction is right.",
      "",
      "An ONNX model of others has neither calibration nor this detection; its contract says what"
          + " it takes and names its classes. Scores of classes that do not exclude each other are"
          + " divided by their sum."
    })
public class Classify implements Callable<Integer> {
  private static final String STREAM = "-";

  @Option(
      names = "--model",
      required = true,
      description =
          "The model.zip of a trained network or baseline, its features made by mfcc or logmel; the"
              + " ONNX model that export made of one; or one of others, with a contract beside it"
              + " that names its classes (see embed).")
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
          "Print each segment's genres too; of a song of more than 120 segments, means over windows"
              + " of 2, 5, 10, 20, 40 … segments.")
  boolean timeline;

  @Mixin RowFileOptions rows = new RowFileOptions();

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
          "Skip longer songs: a small broken or hostile file can claim any length (default"
              + " ${DEFAULT-VALUE}).")
  double longest;

  private SongClassifier classifier;
  private PredictionText text;
  private int classified;
  private int skipped;

  /** How many files of the given folders are no audio, by ending. */
  private final Map<String, Integer> others = new TreeMap<>();

  public static void main(String... args) {
    System.exit(Stage.run(new Classify(), args));
  }

  @Override
  public Integer call() {
    checkOptions();
    classifier = new SongClassifier(model, SongModel.read(model));
    text = new PredictionText(classifier, top);
    print(text.modelWarnings());
    rows.write(this::classifyAll);
    printCounts();
    return 0;
  }

  private void checkOptions() {
    Stage.requireOption(top >= 1, "--top must be at least 1, not %s", top);
    Stage.requireOption(longest > 0, "--longest must be above 0, not %s", longest);
    rows.checkOptions();
    boolean single =
        audio.size() == 1
            && (audio.get(0).equals(STREAM) || !Files.isDirectory(path(audio.get(0))));
    Stage.requireOption(plot == null || single, "--plot draws one song: name one file");
    Stage.requireOption(
        plot == null || plot.toString().toLowerCase(Locale.ROOT).endsWith(".png"),
        "--plot writes a .png file, not %s",
        plot);
    Stage.requireOption(
        audio.stream().filter(STREAM::equals).count() <= 1, "- can be given once only");
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException error) {
      throw new Stage.Failure("%s: no file can have this name; check the path", name);
    }
  }

  // ---- songs

  private void classifyAll(List<RowWriter> writers) {
    for (String name : audio) {
      if (name.equals(STREAM)) {
        classify(STREAM, 0, () -> Audio.open(System.in), writers);
      } else if (Files.isDirectory(path(name))) {
        classifyFolder(path(name), writers);
      } else {
        classifyFile(path(name), writers);
      }
    }
    if (classified == 0) {
      printOthers();
      throw new Stage.Failure(
          "%s: nothing could be classified; give audio files of at least %s s",
          String.join(", ", audio), classifier.segmentSeconds());
    }
  }

  private void classifyFolder(Path folder, List<RowWriter> writers) {
    SongFiles files = SongFiles.in(folder);
    files.unread().forEach(unread -> skip(unread.path().toString(), unread.why()));
    for (Path link : files.links()) {
      System.err.println(
          Stage.oneLine(
              "not followed %s: a link to a folder; name the folder itself".formatted(link)));
    }
    files.others().forEach((kind, count) -> others.merge(kind, count, Integer::sum));
    files.songs().forEach(song -> classifyFile(song, writers));
  }

  private void classifyFile(Path file, List<RowWriter> writers) {
    classify(file.toString(), file.toFile().length(), () -> Audio.open(file), writers);
  }

  private interface Source {
    Audio.Reader open() throws Audio.Unreadable;
  }

  /** Classifies one song; {@code bytes} is 0 where their number is unknown. */
  private void classify(String name, long bytes, Source source, List<RowWriter> writers) {
    try (Audio.Reader reader = source.open()) {
      SongPrediction song = classifier.predict(name, reader, bytes, longest);
      if (song == null) {
        skip(name, "short: it has no whole segment of %s s".formatted(classifier.segmentSeconds()));
        return;
      }
      classified++;
      print(text.song(song));
      if (timeline) {
        print(text.timeline(song));
      }
      for (RowWriter writer : writers) {
        writer.write(classifier.rows(song, 1));
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
    System.err.println(Stage.oneLine("skipped %s: %s".formatted(name, why)));
  }

  private void draw(SongPrediction song) {
    String title = song.name().substring(song.name().lastIndexOf('/') + 1);
    List<Rows.Classified> windows = classifier.rows(song, song.readableWindow()).toList();
    Charts.writePng(Charts.overTime(windows, title, text.plotNotes(song)), plot);
    System.out.println("  " + Stage.oneLine("" + plot));
  }

  // ---- what is printed

  private static void print(List<String> lines) {
    lines.forEach(line -> Stage.results().println(Stage.oneLine(line)));
  }

  private void printCounts() {
    if (classified + skipped > 1) {
      System.out.printf("%d classified, %d skipped%n", classified, skipped);
    }
    printOthers();
  }

  /** Album art and the like: counted by kind, since a collection can have thousands. */
  private void printOthers() {
    if (!others.isEmpty()) {
      String kinds =
          others.entrySet().stream()
              .map(kind -> kind.getValue() + " " + kind.getKey())
              .collect(Collectors.joining(", "));
      System.err.println(Stage.oneLine("not audio: " + kinds));
    }
  }
}

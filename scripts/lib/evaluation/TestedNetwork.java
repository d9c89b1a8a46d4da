//SOURCES Calibration.java
//SOURCES Metrics.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.evaluation;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A network's predictions for a test part, of one run or of several with other seeds.
 *
 * @param folders one a run
 * @param predictions of each run, sorted by track and segment
 * @param metrics of each run
 */
public record TestedNetwork(
    List<Path> folders, List<List<Rows.Prediction>> predictions, List<Metrics> metrics) {

  /**
   * Reads {@code predictions.json} (or {@code .json.gz}) of each run.
   *
   * @throws Stage.Failure if one is missing, empty, has a segment twice, other classes than the
   *     {@code classes.json} beside it, or predictions that are not the likeliest of their
   *     probabilities
   */
  public static TestedNetwork read(List<Path> folders) {
    var predictions = new ArrayList<List<Rows.Prediction>>();
    var metrics = new ArrayList<Metrics>();
    for (Path folder : folders) {
      List<Rows.Prediction> rows = sorted(file(folder));
      predictions.add(rows);
      metrics.add(new Metrics(mapping(folder, rows), rows));
    }
    return new TestedNetwork(folders, predictions, metrics);
  }

  private static Path file(Path folder) {
    Path plain = folder.resolve("predictions.json");
    Path compressed = folder.resolve("predictions.json.gz");
    return !Files.exists(plain) && Files.exists(compressed) ? compressed : plain;
  }

  private static List<Rows.Prediction> sorted(Path file) {
    List<Rows.Prediction> rows = new ArrayList<>(Store.readRows(file, Rows.Prediction.class));
    rows.sort(Comparator.comparing(Rows.Prediction::track).thenComparing(Rows.Prediction::segment));
    if (rows.isEmpty()) {
      throw new Stage.Failure("%s: it holds no predictions; train the network again", file);
    }
    for (int r = 1; r < rows.size(); r++) {
      if (rows.get(r).id().equals(rows.get(r - 1).id())) {
        throw new Stage.Failure(
            "%s: it holds %s twice; give each run a folder of its own", file, rows.get(r).id());
      }
    }
    return rows;
  }

  /**
   * Class names in the order of a run's probabilities.
   *
   * @throws Stage.Failure as {@link #read}
   */
  public static List<String> mapping(Path folder, List<Rows.Prediction> rows) {
    var names = new TreeSet<String>();
    for (Rows.Prediction row : rows) {
      names.add(row.truth());
      names.add(row.predicted());
    }
    int classes = rows.get(0).probabilities().length;
    Path named = folder.resolve("classes.json");
    Path report = folder.resolve("report.json"); // of versions without classes.json
    List<String> mapping = List.copyOf(names);
    if (Files.exists(named)) {
      mapping =
          Store.readRows(named, Rows.ClassName.class).stream()
              .sorted(Comparator.comparingInt(Rows.ClassName::index))
              .map(Rows.ClassName::name)
              .toList();
    } else if (Files.exists(report)) {
      mapping =
          Store.readRows(report, Rows.ClassReport.class).stream()
              .limit(classes)
              .map(Rows.ClassReport::genre)
              .toList();
    }
    if (mapping.size() != classes
        || !mapping.containsAll(names)
        || rows.stream().anyMatch(row -> row.probabilities().length != classes)) {
      throw new Stage.Failure(
          "%s: its classes are not those of %s beside it; train the network again",
          folder.resolve("predictions.json"),
          Files.exists(named) ? named.getFileName() : report.getFileName());
    }
    for (Rows.Prediction row : rows) {
      String likeliest = mapping.get(Calibration.likeliest(row.probabilities()));
      if (!likeliest.equals(row.predicted())) {
        throw new Stage.Failure(
            "%s: %s is predicted %s, but %s is the likeliest of its probabilities; their order is"
                + " not that of the classes; train the network again",
            folder.resolve("predictions.json"), row.id(), row.predicted(), likeliest);
      }
    }
    return mapping;
  }

  /**
   * The ensemble of all runs, by the mean of their probabilities.
   *
   * <p>All runs must be of the same test part, see {@link #requireSameTest}.
   *
   * @throws Stage.Failure if a run has other classes than the first, or in another order
   */
  public TestedNetwork ensemble() {
    var ensemble = new ArrayList<Rows.Prediction>();
    List<String> mapping = mapping(folders.get(0), predictions.get(0));
    for (int run = 1; run < folders.size(); run++) {
      if (!mapping(folders.get(run), predictions.get(run)).equals(mapping)) {
        throw new Stage.Failure(
            "%s: it has other classes than %s, or in another order; leave out --ensemble",
            folders.get(run), folders.get(0));
      }
    }
    for (int r = 0; r < predictions.get(0).size(); r++) {
      Rows.Prediction first = predictions.get(0).get(r);
      float[] mean = new float[mapping.size()];
      for (List<Rows.Prediction> run : predictions) {
        for (int c = 0; c < mean.length; c++) {
          mean[c] += run.get(r).probabilities()[c] / predictions.size();
        }
      }
      ensemble.add(
          new Rows.Prediction(
              first.network(),
              first.seed(),
              first.fold(),
              first.track(),
              first.segment(),
              first.truth(),
              mapping.get(Calibration.likeliest(mean)),
              mean));
    }
    return new TestedNetwork(folders, List.of(ensemble), List.of(new Metrics(mapping, ensemble)));
  }

  /**
   * Checks that all runs of two networks were tested on the same segments.
   *
   * @throws Stage.Failure if one was not; names it
   */
  public static void requireSameTest(TestedNetwork a, TestedNetwork b) {
    List<String> test = test(a.predictions.get(0));
    for (TestedNetwork network : List.of(a, b)) {
      for (int r = 0; r < network.folders.size(); r++) {
        if (!test(network.predictions.get(r)).equals(test)) {
          throw new Stage.Failure(
              "%s: it was tested on other segments than %s; compare networks of the same split",
              network.folders.get(r).resolve("predictions.json"),
              a.folders.get(0).resolve("predictions.json"));
        }
      }
    }
  }

  private static List<String> test(List<Rows.Prediction> rows) {
    return rows.stream().map(row -> row.id() + " " + row.truth()).toList();
  }

  /** The network's name, or where the other has the same its first folder. */
  public String name(TestedNetwork other) {
    String name = predictions.get(0).get(0).network();
    return name.equals(other.predictions.get(0).get(0).network())
        ? Store.slashed(folders.get(0))
        : name;
  }

  /** Of the first run, whether each segment, or each track by its mean, is predicted right. */
  public List<Boolean> correct(Metrics.Level level) {
    return switch (level) {
      case segment ->
          predictions.get(0).stream().map(row -> row.truth().equals(row.predicted())).toList();
      case track ->
          metrics.get(0).tracks().stream().map(row -> row.truth() == row.byMean()).toList();
      case vote ->
          metrics.get(0).tracks().stream().map(row -> row.truth() == row.byVote()).toList();
    };
  }
}

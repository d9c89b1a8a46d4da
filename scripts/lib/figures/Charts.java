//SOURCES BarChart.java
//SOURCES Chart.java
//SOURCES ClusterSweep.java
//SOURCES ColourScale.java
//SOURCES ConfusionHeatMap.java
//SOURCES GenresOverTime.java
//SOURCES GrowthCurves.java
//SOURCES HeatMap.java
//SOURCES IntervalChart.java
//SOURCES LayerStack.java
//SOURCES LearningCurves.java
//SOURCES Png.java
//SOURCES ReliabilityDiagram.java
//SOURCES Svg.java
//SOURCES TsneMap.java
//SOURCES Waveform.java
//SOURCES ../kit/Store.java
//SOURCES ../networks/Architecture.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.results.Rows;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The study's figures: one method for each kind of chart, and the files a chart is written as.
 *
 * <p>Report, notebooks and stages draw by these alone. Text is drawn as outlines of one bundled
 * font, in PNG and SVG alike.
 */
public final class Charts {
  /** PNG pixels a chart unit. */
  private static final int PIXELS_PER_UNIT = 2;

  private Charts() {}

  /** What tells the points of a t-SNE figure apart. */
  public enum ColourBy {
    GENRE,
    CLUSTER
  }

  /** What a training curve shows. */
  public enum Curve {
    ACCURACY("accuracy (%)"),
    LOSS("loss (cross-entropy, nats)");

    final String axis;

    Curve(String axis) {
      this.axis = axis;
    }
  }

  /**
   * A figure's bar with its interval; NaN where unknown.
   *
   * @param low lower end of the interval; the value itself where there is none
   */
  public record Bar(double value, double low, double high) {
    /** A bar without an interval. */
    public static Bar of(double value) {
      return new Bar(value, value, value);
    }
  }

  /**
   * An estimate with its confidence interval and the single runs behind it.
   *
   * @param low lower end of the interval; the value itself where there is none
   * @param seeds the values of the single trainings; may be empty
   */
  public record Interval(double value, double low, double high, double... seeds) {}

  /**
   * A line of {@link #intervals}.
   *
   * @param estimates one a series; null where there is none
   * @param reference a published value to stand beside them; NaN for none
   */
  public record Line(String name, List<Interval> estimates, double reference) {}

  /**
   * The segments in the plane of a t-SNE embedding (Figure 1 of the paper).
   *
   * @param points one a segment, at least one; the axes have no unit, and only neighbourhoods mean
   *     something
   * @param by genre or cluster; points of cluster −1 are drawn as "none"
   * @param title what is shown
   * @param subtitle the line below it: split, seed, number of segments; may be empty
   */
  public static Chart tsne(List<Rows.Point> points, ColourBy by, String title, String subtitle) {
    return TsneMap.of(points, by, title, subtitle);
  }

  /**
   * A confusion matrix from a network's predictions, summed over its seeds and folds.
   *
   * @param predictions at least one
   * @param classes the classes in the order of rows and columns; null for all that occur, sorted
   */
  public static Chart confusion(
      List<Rows.Prediction> predictions, List<String> classes, String title, String subtitle) {
    return ConfusionHeatMap.of(predictions, classes, title, subtitle);
  }

  /**
   * A confusion matrix (Figures 6 and 7 of the paper): counts in the cells, shaded by the share of
   * the row, which is the true class.
   *
   * @param classes names of rows and columns
   * @param counts true class × predicted class
   */
  public static Chart confusion(
      List<String> classes, long[][] counts, String title, String subtitle) {
    return ConfusionHeatMap.of(classes, counts, title, subtitle);
  }

  /** The classes that occur in predictions, sorted. */
  public static List<String> classes(Collection<Rows.Prediction> predictions) {
    return List.copyOf(
        predictions.stream()
            .flatMap(row -> Stream.of(row.truth(), row.predicted()))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /**
   * Training and validation over the epochs (Figures 4 and 5 of the paper).
   *
   * <p>A ring marks the epoch with the lowest validation loss.
   *
   * @param history at least one row; several seeds or folds are averaged epoch by epoch
   * @param curve accuracy in percent, or loss
   */
  public static Chart curves(List<Rows.Epoch> history, Curve curve, String title, String subtitle) {
    return LearningCurves.of(history, curve, title, subtitle);
  }

  /**
   * Measures of K-means over the number of clusters: the elbow of the inertia on the left axis,
   * silhouette and adjusted mutual information on the right one.
   *
   * @param rows one a number of clusters, ascending, at least two
   */
  public static Chart sweep(List<Rows.ClusteringScores> rows, String title, String subtitle) {
    return ClusterSweep.of(rows, title, subtitle);
  }

  /**
   * Bars side by side, e.g. each genre's F1 with two networks, or each network's accuracy beside
   * the paper's.
   *
   * @param categories what stands on the horizontal axis
   * @param series name of each colour, and one bar a category; where there are at most 16 bars
   *     their values stand above them
   * @param axis what the bars' height is, with its unit
   * @param top upper end of the axis; NaN for what the highest bar needs
   */
  public static Chart bars(
      List<String> categories,
      Map<String, List<Bar>> series,
      String axis,
      double top,
      String title,
      String subtitle) {
    return BarChart.of(categories, series, axis, top, title, subtitle);
  }

  /**
   * Each genre's F1 of several networks side by side; means where a network has several trainings.
   *
   * @param reports a network's name as it is shown, and its rows; averages are left out
   */
  public static Chart classF1(
      Map<String, List<Rows.ClassReport>> reports, String title, String subtitle) {
    return BarChart.ofClassF1(reports, title, subtitle);
  }

  /**
   * Estimates with their intervals, line below line, e.g. the accuracy of each run of a plan: a
   * large mark for the value, a bar for the interval, small marks for the seeds.
   *
   * @param lines at least one, from the top
   * @param series what a line's estimates are of, e.g. segments and tracks
   * @param reference what the lines' references are, for the legend
   * @param axis what is measured, with its unit
   * @param zero whether values are differences, so that zero has to be seen
   */
  public static Chart intervals(
      List<Line> lines,
      List<String> series,
      String reference,
      String axis,
      boolean zero,
      String title,
      String subtitle) {
    return IntervalChart.of(lines, series, reference, axis, zero, title, subtitle);
  }

  /**
   * A curve of a growing corpus.
   *
   * @param sizes tracks, rising
   * @param values positive
   * @param style of colour and marker; curves of one style differ by their dashes
   */
  public record Growth(String name, double[] sizes, double[] values, int style, boolean dashed) {}

  /**
   * What grows with the tracks of a corpus, which are on a logarithmic axis.
   *
   * @param axis what is measured, with its unit
   * @param logarithmic whether the measure's axis is, too: what grows in proportion then has slope
   *     one; otherwise it begins at 0
   */
  public static Chart growth(
      List<Growth> curves, String axis, boolean logarithmic, String title, String subtitle) {
    return GrowthCurves.of(curves, axis, logarithmic, title, subtitle);
  }

  /**
   * A network's layers from its input down (Figures 2 and 3 of the paper): names, sizes of what
   * they give, trainable parameters and their sum.
   */
  public static Chart architecture(Architecture network, String title, String subtitle) {
    return new LayerStack(network, title, subtitle);
  }

  /**
   * The samples of a segment over time.
   *
   * @param samples in [−1, 1]
   * @param rate samples a second, Hz
   */
  public static Chart waveform(float[] samples, int rate, String title, String subtitle) {
    return Waveform.of(samples, rate, title, subtitle);
  }

  /**
   * A song's likeliest genres over time, the six with the highest mean.
   *
   * @param rows one song's; those of its segments are drawn, in percent at their middle
   */
  public static Chart overTime(List<Rows.Classified> rows, String title, String subtitle) {
    return GenresOverTime.of(rows, title, subtitle);
  }

  /**
   * A reliability diagram: how many of the answers of like confidence are right, as they come and
   * with a temperature; on the diagonal, as many as the confidence says. The share of the answers
   * that are of such confidence, with the temperature, is drawn as bars.
   *
   * @param predictions of segments, at least one
   * @param temperature of {@link Calibration}, as metrics.json has it
   */
  public static Chart reliability(
      List<Rows.Prediction> predictions, double temperature, String title, String subtitle) {
    return ReliabilityDiagram.of(predictions, temperature, title, subtitle);
  }

  /**
   * A segment's spectrum or MFCCs over time as colours.
   *
   * @param values frames × bands, row by row
   * @param bands values a frame
   * @param seconds how long the frames last together
   * @param low value of the first colour; lower ones have it too
   * @param high value of the last colour; higher ones have it too
   * @param bandAxis what the bands are, e.g. "mel band"
   * @param unit what the colours are, e.g. "dB"
   */
  public static Chart heat(
      float[] values,
      int bands,
      double seconds,
      ColourScale scale,
      double low,
      double high,
      String bandAxis,
      String unit,
      String title,
      String subtitle) {
    return new HeatMap(
        340, Map.of("", values), bands, seconds, scale, low, high, bandAxis, unit, title, subtitle);
  }

  /**
   * Several segments of equal shape one above the other, e.g. one of each genre; see {@link #heat}.
   *
   * @param segments a name and frames × bands each, drawn from the top
   */
  public static Chart heats(
      Map<String, float[]> segments,
      int bands,
      double seconds,
      ColourScale scale,
      double low,
      double high,
      String unit,
      String title,
      String subtitle) {
    int height = 110 + 62 * segments.size();
    return new HeatMap(
        height, segments, bands, seconds, scale, low, high, "", unit, title, subtitle);
  }

  /** A chart as an image of twice its size, e.g. as the last value of a notebook's cell. */
  public static BufferedImage image(Chart chart) {
    return image(chart, PIXELS_PER_UNIT);
  }

  /**
   * A chart as an image of another size.
   *
   * @param scale pixels a chart unit, above 0; {@link #image(Chart)} takes 2
   */
  public static BufferedImage image(Chart chart, double scale) {
    return Png.image(chart, chart.getWidth(), scale);
  }

  /** A chart as a PNG of twice its size, to be printed at 300 dots an inch. */
  public static byte[] png(Chart chart) {
    return Png.encode(image(chart));
  }

  /** Writes {@link #png} to a file. */
  public static void writePng(Chart chart, Path file) {
    byte[] bytes = png(chart);
    Store.write(file, out -> out.write(bytes));
  }

  /**
   * A chart as an SVG element: title and subtitle as its text, coordinates to a hundredth.
   *
   * @param id begins the ids within, so that several charts can stand in one page
   */
  public static String svg(Chart chart, String id) {
    return Svg.element(chart, id, chart.getWidth());
  }

  /** The bytes of an SVG file. */
  public static byte[] svgFile(Chart chart) {
    return Svg.file(svg(chart, "figure"));
  }

  /** Writes {@link #svg} to a file of its own. */
  public static void writeSvg(Chart chart, Path file) {
    byte[] bytes = svgFile(chart);
    Store.write(file, out -> out.write(bytes));
  }
}

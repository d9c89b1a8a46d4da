//DEPS org.knowm.xchart:xchart:4.0.3
// XChart's SVG export needs it:
//DEPS de.erichseifert.vectorgraphics2d:VectorGraphics2D:0.13
// DejaVu Sans as a plain jar, so that figures look the same on every machine:
//DEPS net.sf.jasperreports:jasperreports-fonts:7.0.1
//SOURCES ../networks/Architecture.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Store.java

package genrelab.figures;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import genrelab.evaluation.Calibration;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.results.Rows;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.knowm.xchart.style.theme.XChartTheme;

/**
 * The study's figures as XChart charts; report and notebooks draw the same ones.
 *
 * <p>Colours are Paul Tol's "muted" scheme, made for colour-blind readers; every class has a marker
 * shape of its own as well. Text is drawn as outlines of one bundled font, in PNG and SVG alike.
 */
public final class Charts {
  /** PNG pixels a chart unit. */
  private static final int SCALE = 2;

  static final int PNG_DPI = 300;

  /** Paul Tol, "Colour schemes" (2021), figure 4, with a dark grey in place of the pale one. */
  private static final Color[] CLASSES =
      colours(
          0x332288, 0xDDAA33, 0x117733, 0xCC6677, 0x88CCEE, 0x882255, 0x44AA99, 0x999933, 0xAA4499,
          0x555555);

  private static final Marker[] SHAPES = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_DOWN,
    new Arms(Math.PI / 4),
    new Arms(0),
    SeriesMarkers.RECTANGLE,
    SeriesMarkers.OVAL,
    SeriesMarkers.TRAPEZOID
  };

  /** ColorBrewer's Blues from white, sequential. */
  private static final Color[] SHARES =
      colours(0xFFFFFF, 0xDEEBF7, 0xC6DBEF, 0x9ECAE1, 0x6BAED6, 0x4292C6, 0x2171B5, 0x084594);

  /** Paul Tol's "BuRd", diverging: blue below zero, red above. */
  private static final Color[] SIGNED =
      colours(
          0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B);

  private static final Color INK = new Color(0x222222);
  private static final Color FAINT_INK = new Color(0x555555);
  private static final Color GRID = new Color(0xE3E3E3);

  private static final Font PLAIN = font("DejaVuSansCondensed.ttf");
  private static final Font BOLD = font("DejaVuSansCondensed-Bold.ttf");

  private Charts() {}

  /** What tells the points of a t-SNE figure apart. */
  public enum ColourBy {
    GENRE,
    CLUSTER
  }

  /** What a training curve shows. */
  public enum Measure {
    ACCURACY("accuracy (%)"),
    LOSS("loss (cross-entropy, nats)");

    private final String axis;

    Measure(String axis) {
      this.axis = axis;
    }
  }

  /**
   * The segments in the plane of a t-SNE embedding (Figure 1 of the paper).
   *
   * @param points one a segment, at least one; the axes have no unit, and only neighbourhoods mean
   *     something
   * @param by genre or cluster; points of cluster −1 are drawn as "none"
   * @param title what is shown
   * @param subtitle the line below it: split, seed, number of segments; may be empty
   */
  public static XYChart tsne(List<Rows.Point> points, ColourBy by, String title, String subtitle) {
    List<Rows.Point> near = withoutFarOff(points);
    int far = points.size() - near.size();
    String told =
        far == 0
            ? subtitle
            : "%s%s%,d far off not drawn"
                .formatted(subtitle, subtitle.isEmpty() ? "" : " \u00b7 ", far);
    return tsneOf(near, by, title, told);
  }

  /**
   * Points that t-SNE has thrown far from all others would leave the others a dot: where the middle
   * 96 % of the points take less than a third of either axis, points far outside them are left out.
   */
  private static List<Rows.Point> withoutFarOff(List<Rows.Point> points) {
    double[] x = points.stream().mapToDouble(Rows.Point::x).sorted().toArray();
    double[] y = points.stream().mapToDouble(Rows.Point::y).sorted().toArray();
    int cut = points.size() / 50;
    int last = points.size() - 1;
    double wide = x[last - cut] - x[cut];
    double high = y[last - cut] - y[cut];
    if (cut == 0 || 3 * wide > x[last] - x[0] && 3 * high > y[last] - y[0]) {
      return points;
    }
    return points.stream()
        .filter(point -> point.x() >= x[cut] - wide / 2 && point.x() <= x[last - cut] + wide / 2)
        .filter(point -> point.y() >= y[cut] - high / 2 && point.y() <= y[last - cut] + high / 2)
        .toList();
  }

  private static XYChart tsneOf(
      List<Rows.Point> points, ColourBy by, String title, String subtitle) {
    var chart = new Plot(940, 700, title, subtitle);
    chart.setXAxisTitle("t-SNE dimension 1 (no unit)");
    chart.setYAxisTitle("t-SNE dimension 2 (no unit)");
    XYStyler styler = chart.getStyler();
    styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    styler.setXAxisDecimalPattern("0").setYAxisDecimalPattern("0");
    styler.setPlotContentSize(0.96).setMarkerSize(11).setLegendSeriesLineLength(12);

    Map<String, List<Rows.Point>> groups =
        by == ColourBy.GENRE
            ? group(points, Rows.Point::genre)
            : group(points, point -> clusterName(point.cluster()));
    var names = new ArrayList<>(groups.keySet());
    for (int i = 0; i < names.size(); i++) {
      // the legend's marker is larger than the points': a series of its own, with no point to see
      XYSeries key =
          chart.addSeries(
              names.get(i), new double[] {points.get(0).x()}, new double[] {Double.NaN});
      key.setMarker(shape(i)).setMarkerColor(colour(i));
    }
    int size = points.size() > 4_000 ? 4 : points.size() > 600 ? 6 : 8;
    // drawn in turns, so that no group covers all of another
    int turns = 12;
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < names.size(); i++) {
        List<Rows.Point> group = groups.get(names.get(i));
        int first = turn;
        int[] rows = IntStream.range(0, group.size()).filter(r -> r % turns == first).toArray();
        if (rows.length > 0) {
          XYSeries series =
              chart.addSeries(
                  names.get(i) + " " + turn,
                  IntStream.of(rows).mapToDouble(r -> group.get(r).x()).toArray(),
                  IntStream.of(rows).mapToDouble(r -> group.get(r).y()).toArray());
          series.setMarker(new Sized(shape(i), size)).setMarkerColor(colour(i));
          series.setShowInLegend(false);
        }
      }
    }
    return chart;
  }

  private static String clusterName(int cluster) {
    return cluster < 0 ? "none" : String.format(Locale.ROOT, "cluster %2d", cluster);
  }

  private static <T> Map<String, List<T>> group(List<T> rows, Function<T, String> name) {
    return rows.stream().collect(Collectors.groupingBy(name, TreeMap::new, Collectors.toList()));
  }

  /**
   * A confusion matrix from a network's predictions, summed over its seeds and folds.
   *
   * @param predictions at least one
   * @param classes the classes in the order of rows and columns; null for all that occur, sorted
   */
  public static HeatMapChart confusion(
      List<Rows.Prediction> predictions, List<String> classes, String title, String subtitle) {
    List<String> names = classes != null ? classes : classes(predictions);
    var place = new HashMap<String, Integer>();
    names.forEach(name -> place.put(name, place.size()));
    long[][] counts = new long[names.size()][names.size()];
    for (Rows.Prediction row : predictions) {
      counts[place.get(row.truth())][place.get(row.predicted())]++;
    }
    return confusion(names, counts, title, subtitle);
  }

  /** The classes that occur in predictions, sorted. */
  public static List<String> classes(Collection<Rows.Prediction> predictions) {
    return List.copyOf(
        predictions.stream()
            .flatMap(row -> Stream.of(row.truth(), row.predicted()))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /**
   * A confusion matrix (Figures 6 and 7 of the paper): counts in the cells, shaded by the share of
   * the row, which is the true class.
   *
   * @param classes names of rows and columns
   * @param counts true class × predicted class
   */
  public static HeatMapChart confusion(
      List<String> classes, long[][] counts, String title, String subtitle) {
    var chart = new Matrix(title, subtitle, classes, counts);
    var rows = new ArrayList<String>(classes);
    Collections.reverse(rows); // XChart counts rows from below
    var cells = new ArrayList<Number[]>();
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts[row].length; column++) {
        cells.add(new Number[] {column, counts.length - 1 - row, 100 * chart.share(row, column)});
      }
    }
    chart.addSeries("share", classes, rows, cells);
    return chart;
  }

  /**
   * Training and validation over the epochs (Figures 4 and 5 of the paper).
   *
   * <p>A ring marks the epoch with the lowest validation loss.
   *
   * @param history at least one row; several seeds or folds are averaged epoch by epoch
   * @param measure accuracy in percent, or loss
   */
  public static XYChart curves(
      List<Rows.Epoch> history, Measure measure, String title, String subtitle) {
    var epochs = history.stream().mapToInt(Rows.Epoch::epoch).summaryStatistics();
    var chart = new Epochs(epochs.getMin(), epochs.getMax(), title, subtitle);
    chart.setYAxisTitle(measure.axis);
    boolean accuracy = measure == Measure.ACCURACY;
    double factor = accuracy ? 100 : 1;
    double[][] training = mean(history, accuracy ? Rows.Epoch::accuracy : Rows.Epoch::loss);
    double[][] validation = mean(history, accuracy ? Rows.Epoch::valAccuracy : Rows.Epoch::valLoss);
    addCurve(chart, "training", training, factor, 0, null);
    addCurve(chart, "validation", validation, factor, 3, new float[] {7, 4});
    markBestEpoch(chart, mean(history, Rows.Epoch::valLoss), validation, factor);

    XYStyler styler = chart.getStyler();
    styler.setMarkerSize(training[0].length > 40 ? 4 : 7).setLegendSeriesLineLength(34);
    styler.setYAxisDecimalPattern(accuracy ? "0" : "0.0#");
    styler.setYAxisMin(0.0);
    if (accuracy) {
      styler.setYAxisMax(100.0);
    } else {
      // NaN (a diverged training) has no place on an axis
      double top =
          Stream.of(training[1], validation[1])
              .flatMapToDouble(Arrays::stream)
              .filter(Double::isFinite)
              .max()
              .orElse(1);
      styler.setYAxisMax(1.05 * Math.max(top, 1e-6));
    }
    return chart;
  }

  /**
   * Measures of K-means over the number of clusters: the elbow of the inertia on the left axis,
   * silhouette and adjusted mutual information on the right one.
   *
   * @param rows one a number of clusters, ascending, at least two
   */
  public static XYChart sweep(List<Rows.ClusteringScores> rows, String title, String subtitle) {
    var chart = new Plot(760, 460, title, subtitle);
    chart.setXAxisTitle("clusters");
    chart.setYAxisGroupTitle(
        0, "inertia, share of that of " + rows.get(0).clusters() + " clusters");
    chart.setYAxisGroupTitle(1, "silhouette, adjusted mutual information");
    double[] counts = rows.stream().mapToDouble(Rows.ClusteringScores::clusters).toArray();
    double all = rows.get(0).inertia() == 0 ? 1 : rows.get(0).inertia();
    double[] inertia = rows.stream().mapToDouble(row -> row.inertia() / all).toArray();
    double[] silhouette =
        rows.stream()
            .mapToDouble(row -> row.silhouette() == null ? Double.NaN : row.silhouette())
            .toArray();
    double[] ami = rows.stream().mapToDouble(Rows.ClusteringScores::ami).toArray();
    addCurve(chart, "inertia (left)", new double[][] {counts, inertia}, 1, 0, null);
    addCurve(chart, "silhouette", new double[][] {counts, silhouette}, 1, 3, new float[] {7, 4});
    addCurve(chart, "AMI with genres", new double[][] {counts, ami}, 1, 2, new float[] {2, 4});
    for (String name : List.of("silhouette", "AMI with genres")) {
      chart.getSeries(name).setYAxisGroup(1);
    }

    XYStyler styler = chart.getStyler();
    styler.setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
    styler.setMarkerSize(7).setLegendSeriesLineLength(34);
    styler.setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.00");
    styler.setXAxisMin(counts[0] - 0.5).setXAxisMax(counts[counts.length - 1] + 0.5);
    styler.setYAxisMin(0, 0.0).setYAxisMax(0, 1.05);
    double low =
        DoubleStream.concat(Arrays.stream(silhouette), Arrays.stream(ami))
            .filter(Double::isFinite)
            .min()
            .orElse(0);
    double high =
        DoubleStream.concat(Arrays.stream(silhouette), Arrays.stream(ami))
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    styler.setYAxisMin(1, Math.min(0, 1.05 * low)).setYAxisMax(1, Math.max(0.01, 1.05 * high));
    return chart;
  }

  /** Rings the validation curve at the epoch with the lowest validation loss. */
  private static void markBestEpoch(
      XYChart chart, double[][] losses, double[][] validation, double factor) {
    int best = -1;
    for (int i = 0; i < losses[1].length; i++) {
      boolean lower = best < 0 || losses[1][i] < losses[1][best];
      best = Double.isFinite(losses[1][i]) && lower ? i : best;
    }
    if (best >= 0 && Double.isFinite(validation[1][best])) {
      String name = "best (%d)".formatted(Math.round(losses[0][best]));
      XYSeries mark =
          chart.addSeries(
              name,
              new double[] {validation[0][best]},
              new double[] {factor * validation[1][best]});
      mark.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      mark.setMarker(new Ring(15)).setMarkerColor(INK);
    }
  }

  /** Epochs and their means over seeds and folds. */
  private static double[][] mean(List<Rows.Epoch> history, ToDoubleFunction<Rows.Epoch> value) {
    var means =
        history.stream()
            .collect(
                Collectors.groupingBy(
                    Rows.Epoch::epoch, TreeMap::new, Collectors.averagingDouble(value)));
    return new double[][] {
      means.keySet().stream().mapToDouble(epoch -> epoch).toArray(),
      means.values().stream().mapToDouble(mean -> mean).toArray()
    };
  }

  private static void addCurve(
      XYChart chart, String name, double[][] points, double factor, int style, float[] dash) {
    double[] values = Arrays.stream(points[1]).map(value -> factor * value).toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isFinite(values[i]) ? values[i] : Double.NaN;
    }
    XYSeries series = chart.addSeries(name, points[0], values);
    series.setLineColor(colour(style));
    series.setMarkerColor(colour(style));
    series.setMarker(shape(style));
    series.setLineStyle(
        new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dash, 0));
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
   * Bars side by side, e.g. each genre's F1 with two networks, or each network's accuracy beside
   * the paper's.
   *
   * @param categories what stands on the horizontal axis
   * @param series name of each colour, and one bar a category; where there are at most 16 bars
   *     their values stand above them
   * @param axis what the bars' height is, with its unit
   * @param top upper end of the axis; NaN for what the highest bar needs
   */
  public static XYChart bars(
      List<String> categories,
      Map<String, List<Bar>> series,
      String axis,
      double top,
      String title,
      String subtitle) {
    var chart = new Bars(categories, List.copyOf(series.values()), title, subtitle);
    chart.setYAxisTitle(axis);
    double highest =
        series.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Bar::high)
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    double end = Double.isFinite(top) ? top : 1.12 * Math.max(highest, 1e-9);
    XYStyler styler = chart.getStyler();
    styler.setXAxisMin(0.0).setXAxisMax((double) categories.size());
    styler.setYAxisMin(0.0).setYAxisMax(1.02 * end); // XChart leaves out the axis' very ends
    styler.setYAxisDecimalPattern(end <= 2 ? "0.0" : "#,##0");
    styler.setXAxisTicksVisible(false).setPlotGridVerticalLinesVisible(false);
    styler.setPlotContentSize(1).setMarkerSize(13).setLegendSeriesLineLength(14);
    int i = 0;
    for (String name : series.keySet()) {
      // of the legend's sake: the bars themselves are painted
      XYSeries key = chart.addSeries(name, new double[] {0.5}, new double[] {Double.NaN});
      key.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      key.setMarker(SeriesMarkers.SQUARE).setMarkerColor(Bars.colourOf(i++));
    }
    return chart;
  }

  /**
   * Each genre's F1 of several networks side by side; means where a network has several trainings.
   *
   * @param reports a network's name as it is shown, and its rows; averages are left out
   */
  public static XYChart classF1(
      Map<String, List<Rows.ClassReport>> reports, String title, String subtitle) {
    List<String> genres =
        reports.values().stream()
            .flatMap(List::stream)
            .map(Rows.ClassReport::genre)
            .filter(genre -> !genre.endsWith(" average"))
            .distinct()
            .sorted()
            .toList();
    var series = new LinkedHashMap<String, List<Bar>>();
    reports.forEach(
        (network, rows) -> {
          Map<String, Double> f1 =
              rows.stream()
                  .collect(
                      Collectors.groupingBy(
                          Rows.ClassReport::genre,
                          Collectors.averagingDouble(Rows.ClassReport::f1)));
          series.put(
              network, genres.stream().map(g -> Bar.of(f1.getOrDefault(g, Double.NaN))).toList());
        });
    return bars(genres, series, "F1 on the test segments", 1, title, subtitle);
  }

  /**
   * An estimate with its interval and the single runs behind it.
   *
   * @param low lower end of the interval; the value itself where there is none
   * @param seeds the values of the single trainings; may be empty
   */
  public record Estimate(double value, double low, double high, double... seeds) {}

  /**
   * A line of {@link #intervals}.
   *
   * @param estimates one a series; null where there is none
   * @param reference a published value to stand beside them; NaN for none
   */
  public record Line(String name, List<Estimate> estimates, double reference) {
    private boolean hasSeeds() {
      return estimates.stream()
          .anyMatch(estimate -> estimate != null && estimate.seeds().length > 1);
    }
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
  public static XYChart intervals(
      List<Line> lines,
      List<String> series,
      String reference,
      String axis,
      boolean zero,
      String title,
      String subtitle) {
    var chart = new Intervals(lines, series.size(), axis, zero, title, subtitle);
    double[] ends =
        lines.stream().flatMapToDouble(line -> ends(line, zero)).filter(Double::isFinite).toArray();
    double low = Arrays.stream(ends).min().orElse(0);
    double high = Arrays.stream(ends).max().orElse(1);
    double step = high - low > 20 ? 10 : 5;
    XYStyler styler = chart.getStyler();
    styler.setXAxisMin(step * Math.floor(low / step) - 0.02 * step);
    styler.setXAxisMax(step * Math.ceil(high / step) + 0.02 * step);
    styler.setYAxisMin(0.0).setYAxisMax(1.0).setYAxisTicksVisible(false);
    styler.setXAxisTicksVisible(false).setPlotGridLinesVisible(false);
    styler.setPlotContentSize(1).setMarkerSize(11).setLegendSeriesLineLength(14);
    double middle = (styler.getXAxisMin() + styler.getXAxisMax()) / 2;
    for (int s = 0; s < series.size(); s++) {
      key(chart, series.get(s), middle, Intervals.shapeOf(s), Intervals.colourOf(s));
    }
    if (lines.stream().anyMatch(line -> line.hasSeeds())) {
      key(chart, "one seed", middle, new Ring(6), INK);
    }
    if (lines.stream().anyMatch(line -> Double.isFinite(line.reference()))) {
      key(chart, reference, middle, new Upright(), INK);
    }
    return chart;
  }

  private static DoubleStream ends(Line line, boolean zero) {
    DoubleStream estimates =
        line.estimates().stream()
            .filter(estimate -> estimate != null)
            .flatMapToDouble(
                estimate ->
                    DoubleStream.concat(
                        DoubleStream.of(estimate.low(), estimate.high()),
                        Arrays.stream(estimate.seeds())));
    DoubleStream others =
        zero ? DoubleStream.of(0, line.reference()) : DoubleStream.of(line.reference());
    return DoubleStream.concat(estimates, others);
  }

  /** An entry of the legend, of a chart whose marks are painted over XChart's drawing. */
  private static void key(XYChart chart, String name, double x, Marker marker, Color colour) {
    XYSeries key = chart.addSeries(name, new double[] {x}, new double[] {Double.NaN});
    key.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    key.setMarker(marker).setMarkerColor(colour);
  }

  /**
   * A network's layers from its input down (Figures 2 and 3 of the paper): names, sizes of what
   * they give, trainable parameters and their sum.
   */
  public static IChart architecture(Architecture network, String title, String subtitle) {
    return new Stack(network, title, subtitle);
  }

  /**
   * The samples of a segment over time.
   *
   * @param samples in [−1, 1]
   * @param rate samples a second, Hz
   */
  public static XYChart waveform(float[] samples, int rate, String title, String subtitle) {
    var chart = new Timed(940, 270, (double) samples.length / rate, title, subtitle);
    chart.setYAxisTitle("amplitude");
    int bins = Math.min(samples.length, 1_600);
    double[] times = new double[2 * bins];
    double[] values = new double[2 * bins];
    for (int bin = 0; bin < bins; bin++) {
      int from = (int) ((long) samples.length * bin / bins);
      int to = Math.max(from + 1, (int) ((long) samples.length * (bin + 1) / bins));
      double low = samples[from];
      double high = samples[from];
      for (int i = from; i < to; i++) {
        low = Math.min(low, samples[i]);
        high = Math.max(high, samples[i]);
      }
      times[2 * bin] = (double) from / rate;
      times[2 * bin + 1] = (from + 0.5 * (to - from)) / rate;
      values[2 * bin] = low;
      values[2 * bin + 1] = high;
    }
    XYSeries line = chart.addSeries("samples", times, values);
    line.setMarker(SeriesMarkers.NONE).setLineColor(colour(0)).setLineWidth(0.7f);
    XYStyler styler = chart.getStyler();
    styler.setLegendVisible(false);
    double top = Arrays.stream(values).map(Math::abs).max().orElse(1);
    styler.setYAxisMin(-1.05 * Math.max(top, 1e-3)).setYAxisMax(1.05 * Math.max(top, 1e-3));
    styler.setYAxisDecimalPattern("0.0#");
    return chart;
  }

  /**
   * A song's likeliest genres over time, the six with the highest mean.
   *
   * @param rows one song's; those of its segments are drawn, in percent at their middle
   */
  public static XYChart overTime(List<Rows.Classified> rows, String title, String subtitle) {
    Map<String, List<Rows.Classified>> genres =
        rows.stream()
            .filter(row -> row.level().equals("segment"))
            .collect(
                Collectors.groupingBy(Rows.Classified::genre, TreeMap::new, Collectors.toList()));
    double end = rows.stream().mapToDouble(row -> row.start() + row.seconds()).max().orElse(1);
    var chart = new Timed(940, 400, end, title, subtitle);
    chart.setYAxisTitle("probability (%)");
    Comparator<Map.Entry<String, List<Rows.Classified>>> likeliest =
        Comparator.comparingDouble(
            genre -> -genre.getValue().stream().mapToDouble(Rows.Classified::probability).sum());
    List<String> best =
        genres.entrySet().stream().sorted(likeliest).limit(6).map(Map.Entry::getKey).toList();
    for (int g = 0; g < best.size(); g++) {
      List<Rows.Classified> at = genres.get(best.get(g));
      double[][] points = {
        at.stream().mapToDouble(row -> row.start() + row.seconds() / 2).toArray(),
        at.stream().mapToDouble(Rows.Classified::probability).toArray()
      };
      addCurve(chart, best.get(g), points, 100, g, null);
    }
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
    return chart;
  }

  /**
   * A reliability diagram: how many of the answers of like confidence are right, as they come and
   * with a temperature; on the diagonal, as many as the confidence says. The share of the answers
   * that are of such confidence, with the temperature, is drawn as bars.
   *
   * @param predictions of segments, at least one
   * @param temperature of {@link Calibration}, as metrics.json has it
   */
  public static XYChart reliability(
      List<Rows.Prediction> predictions, double temperature, String title, String subtitle) {
    float[][] said =
        predictions.stream().map(Rows.Prediction::probabilities).toArray(float[][]::new);
    // right or wrong is all that counts, so that the classes' order need not be known
    int[] labels = new int[said.length];
    for (int s = 0; s < said.length; s++) {
      Rows.Prediction row = predictions.get(s);
      int guess = 0;
      for (int c = 1; c < said[s].length; c++) {
        guess = said[s][c] > said[s][guess] ? c : guess;
      }
      labels[s] = row.predicted().equals(row.truth()) ? guess : -1;
    }
    var chart = new Plot(560, 480, title, subtitle);
    chart.setXAxisTitle("confidence (%)");
    chart.setYAxisTitle("right answers (%)");
    float[][] scaled = new Calibration(temperature, 1, 0, 0).apply(said);
    addShares(chart, Calibration.bins(scaled, labels), said.length);
    double[] ends = {0, 100};
    XYSeries perfect = chart.addSeries("perfect", ends, ends);
    perfect.setMarker(SeriesMarkers.NONE);
    perfect.setLineColor(FAINT_INK);
    perfect.setLineWidth(1);
    addReliability(chart, "as trained", said, labels, 0, new float[] {7, 4});
    addReliability(
        chart,
        String.format(Locale.ROOT, "temperature %.2f", temperature),
        scaled,
        labels,
        3,
        null);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(100.0).setYAxisMin(0.0).setYAxisMax(100.0);
    return chart;
  }

  /** A bar a bin, from 0 to the share of all answers that are in it. */
  private static void addShares(XYChart chart, List<Calibration.Bin> bins, int answers) {
    double half = 50.0 / Calibration.BINS - 0.5; // a gap between bars
    var edges = new ArrayList<double[]>();
    for (Calibration.Bin bin : bins) {
      double middle =
          (Math.ceil(bin.confidence() * Calibration.BINS) - 0.5) * 100 / Calibration.BINS;
      double share = 100.0 * bin.items() / answers;
      edges.add(new double[] {middle - half, 0});
      edges.add(new double[] {middle - half, share});
      edges.add(new double[] {middle + half, share});
      edges.add(new double[] {middle + half, 0});
    }
    XYSeries bars =
        chart.addSeries(
            "share of the answers",
            edges.stream().mapToDouble(edge -> edge[0]).toArray(),
            edges.stream().mapToDouble(edge -> edge[1]).toArray());
    bars.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
    bars.setMarker(SeriesMarkers.NONE);
    bars.setFillColor(GRID);
    bars.setLineColor(GRID);
  }

  private static void addReliability(
      XYChart chart, String name, float[][] said, int[] labels, int style, float[] dash) {
    List<Calibration.Bin> bins = Calibration.bins(said, labels);
    double[][] points = {
      bins.stream().mapToDouble(bin -> 100 * bin.confidence()).toArray(),
      bins.stream().mapToDouble(Calibration.Bin::accuracy).toArray()
    };
    addCurve(chart, name, points, 100, style, dash);
  }

  /** What the colours of a heat map mean. */
  public enum Scale {
    /** From white to dark blue. */
    SEQUENTIAL,
    /** Blue below zero, red above. */
    SIGNED
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
  public static XYChart heat(
      float[] values,
      int bands,
      double seconds,
      Scale scale,
      double low,
      double high,
      String bandAxis,
      String unit,
      String title,
      String subtitle) {
    return new Heat(
        340, Map.of("", values), bands, seconds, scale, low, high, bandAxis, unit, title, subtitle);
  }

  /**
   * Several segments of equal shape one above the other, e.g. one of each genre; see {@link #heat}.
   *
   * @param segments a name and frames × bands each, drawn from the top
   */
  public static XYChart heats(
      Map<String, float[]> segments,
      int bands,
      double seconds,
      Scale scale,
      double low,
      double high,
      String unit,
      String title,
      String subtitle) {
    int height = 110 + 62 * segments.size();
    return new Heat(height, segments, bands, seconds, scale, low, high, "", unit, title, subtitle);
  }

  // --- what a chart looks like ---------------------------------------------------------------

  private static Color[] colours(int... rgb) {
    return IntStream.of(rgb).mapToObj(Color::new).toArray(Color[]::new);
  }

  private static Color colour(int i) {
    return CLASSES[i % CLASSES.length];
  }

  /** Past the tenth class colours come again, with other shapes. */
  private static Marker shape(int i) {
    return SHAPES[(i + i / CLASSES.length) % SHAPES.length];
  }

  private static Font font(String file) {
    String resource = "/net/sf/jasperreports/fonts/dejavu/" + file;
    try (InputStream in = Charts.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return Font.createFont(Font.TRUETYPE_FONT, in);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (FontFormatException error) {
      throw new IllegalStateException(error);
    }
  }

  /** A plus or a cross; XChart's own are too thin for their colours to be told apart. */
  private static final class Arms extends Marker {
    private final double angle;

    Arms(double angle) {
      this.angle = angle;
    }

    @Override
    public void paint(Graphics2D g, double x, double y, int size) {
      double half = 0.62 * size;
      double dx = half * Math.cos(angle);
      double dy = half * Math.sin(angle);
      g.setStroke(new BasicStroke(0.28f * size));
      g.draw(new Line2D.Double(x - dx, y - dy, x + dx, y + dy));
      g.draw(new Line2D.Double(x - dy, y + dx, x + dy, y - dx));
    }
  }

  /** A circle around a point. */
  private static final class Ring extends Marker {
    private final double size;

    Ring(double size) {
      this.size = size;
    }

    @Override
    public void paint(Graphics2D g, double x, double y, int ignored) {
      g.setStroke(new BasicStroke(1.8f));
      g.draw(new Ellipse2D.Double(x - size / 2, y - size / 2, size, size));
    }
  }

  /** A dashed line that stands upright. */
  private static final class Upright extends Marker {
    static final BasicStroke DASHED =
        new BasicStroke(
            1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {4, 2.5f}, 0);

    @Override
    public void paint(Graphics2D g, double x, double y, int size) {
      g.setStroke(DASHED);
      g.draw(new Line2D.Double(x, y - size, x, y + size));
    }
  }

  /** A marker of one size, whatever the chart's. */
  private static final class Sized extends Marker {
    private final Marker marker;
    private final int size;

    Sized(Marker marker, int size) {
      this.marker = marker;
      this.size = size;
    }

    @Override
    public void paint(Graphics2D g, double x, double y, int ignored) {
      marker.paint(g, x, y, size);
    }
  }

  /** A chart with a title and a line below it, for which XChart has no place. */
  private interface Captioned extends IChart {
    String subtitle();

    /** How high it has to be at a width, in chart units. */
    default int heightAt(int width) {
      return Math.round((float) getHeight() * width / getWidth());
    }
  }

  /** Charts that are painted narrower than this, in chart units, are laid out for one column. */
  private static final int NARROW = 500;

  /**
   * How high a chart has to be at another width than its own, in chart units: below 500 it is laid
   * out for one column of print, its legend below and its caption in lines.
   */
  public static int heightAt(IChart chart, int width) {
    return chart instanceof Captioned captioned
        ? captioned.heightAt(width)
        : Math.round((float) chart.getHeight() * width / chart.getWidth());
  }

  /** The line below a chart's title; empty where it has none. */
  public static String subtitle(IChart chart) {
    return chart instanceof Captioned captioned ? captioned.subtitle() : "";
  }

  private static class Plot extends XYChart implements Captioned {
    private final Caption caption;

    /** Room beside the chart, for what an heir paints there. */
    int left;

    int right;
    int bottom;

    Plot(int width, int height, String title, String subtitle) {
      super(width, height, new XChartTheme());
      setTitle(title);
      caption = new Caption(title, subtitle);
      style(getStyler());
    }

    @Override
    public String subtitle() {
      return caption.subtitle;
    }

    @Override
    public int heightAt(int width) {
      return width >= NARROW
          ? Captioned.super.heightAt(width)
          : caption.height(width) + narrowHeight(width) + bottom + paintKeys(null, width, 0);
    }

    /** Height of axes and plot in one column. */
    int narrowHeight(int width) {
      return Math.round(0.68f * width);
    }

    @Override
    public void paint(Graphics2D g, int width, int height) {
      int wide = getWidth();
      int high = getHeight();
      boolean legend = getStyler().isLegendVisible();
      boolean narrow = width < NARROW;
      int keys = narrow && legend ? paintKeys(null, width, 0) : 0;
      int top = caption.paint(g, width, height);
      AffineTransform before = g.getTransform();
      g.translate(left, top);
      getStyler().setLegendVisible(legend && !narrow).setChartPadding(narrow ? 4 : 12);
      super.paint(g, width - left - right, height - top - bottom - keys);
      paintOver(g);
      g.setTransform(before);
      if (keys > 0) {
        paintKeys(g, width, height - keys);
      }
      getStyler().setLegendVisible(legend).setChartPadding(12);
      setWidth(wide);
      setHeight(high);
    }

    /**
     * The legend in lines across the width, which XChart does not break; returns its height.
     *
     * @param g null to measure alone
     */
    int paintKeys(Graphics2D g, int width, double top) {
      Font font = PLAIN.deriveFont(12f);
      double x = Caption.NARROW_LEFT;
      int line = 0;
      for (XYSeries series : getSeriesCollection()) {
        if (!series.isShowInLegend() || !getStyler().isLegendVisible() && g == null) {
          continue;
        }
        boolean lined =
            series.getXYSeriesRenderStyle().orElse(getStyler().getDefaultSeriesRenderStyle())
                != XYSeries.XYSeriesRenderStyle.Scatter;
        double key = lined ? 30 : 12;
        double wide =
            key + 6 + new TextLayout(series.getName(), font, FRACTIONAL).getAdvance() + 14;
        if (x > Caption.NARROW_LEFT && x + wide > width) {
          x = Caption.NARROW_LEFT;
          line++;
        }
        if (g != null) {
          double y = top + 19 * line + 9;
          if (lined) {
            g.setColor(series.getLineColor());
            g.setStroke(series.getLineStyle());
            g.draw(new Line2D.Double(x, y, x + key, y));
          }
          g.setColor(series.getMarkerColor());
          series.getMarker().paint(g, x + key / 2, y, 9);
          g.setColor(INK);
          text(g, series.getName(), font, x + key + 6, y + 4, 0);
        }
        x += wide;
      }
      return x == Caption.NARROW_LEFT ? 0 : 19 * (line + 1) + 6;
    }

    /** What goes over XChart's drawing, in its coordinates. */
    void paintOver(Graphics2D g) {}
  }

  private static final class Matrix extends HeatMapChart implements Captioned {
    private final Caption caption;

    /** Room for labels and, on the right, the scale, which one column has none for. */
    private int left;

    private int right;
    private int bottom;
    private boolean narrow;

    private final List<String> classes;
    private final long[][] counts;

    Matrix(String title, String subtitle, List<String> classes, long[][] counts) {
      super(860, 760, new XChartTheme());
      this.classes = classes;
      this.counts = counts;
      setTitle(title);
      caption = new Caption(title, subtitle);
      style(getStyler());
      getStyler().setPlotGridLinesVisible(false).setPlotContentSize(1);
      getStyler().setPlotMargin(0).setAxisTicksVisible(false).setAxisTitlesVisible(false);
      getStyler().setRangeColors(SHARES).setMin(0).setMax(100);
      // its labels are "0.0" and "100.0" whatever one asks for: the bar below is ours
      getStyler().setShowValue(false).setLegendVisible(false);
      getStyler().setChartPadding(2);
    }

    double share(int row, int column) {
      long all = Arrays.stream(counts[row]).sum();
      return all == 0 ? 0 : (double) counts[row][column] / all;
    }

    @Override
    public String subtitle() {
      return caption.subtitle;
    }

    @Override
    public int heightAt(int width) {
      return width >= NARROW
          ? Captioned.super.heightAt(width)
          : caption.height(width) + Math.round(0.88f * (width - 78)) + 8 + 76;
    }

    @Override
    public void paint(Graphics2D g, int width, int height) {
      int wide = getWidth();
      int high = getHeight();
      narrow = width < NARROW;
      left = narrow ? 74 : 106;
      right = narrow ? 4 : 96;
      bottom = narrow ? 76 : 54;
      int top = caption.paint(g, width, height);
      AffineTransform before = g.getTransform();
      g.translate(left, top + 8);
      super.paint(g, width - left - right, height - top - 8 - bottom);
      paintCounts(g, plot.getBounds());
      paintLabels(g, plot.getBounds());
      if (!narrow) {
        paintScale(g, plot.getBounds());
      }
      g.setTransform(before);
      setWidth(wide);
      setHeight(high);
    }

    /** XChart leaves out every other class where it finds the names long. */
    private void paintLabels(Graphics2D g, Rectangle2D plot) {
      int n = counts.length;
      g.setColor(INK);
      float size = (float) Math.max(7, Math.min(narrow ? 12 : 13, 0.8 * plot.getHeight() / n));
      for (int i = 0; i < n; i++) {
        double y = plot.getY() + (i + 0.5) * plot.getHeight() / n + 0.36 * size;
        double x = plot.getX() + (i + 0.5) * plot.getWidth() / n;
        Font font = PLAIN.deriveFont(size);
        text(g, classes.get(i), font, plot.getX() - (narrow ? 4 : 8), y, 1);
        if (narrow) {
          slanted(g, classes.get(i), font, x + 0.36 * size, plot.getMaxY() + 8);
          continue;
        }
        double wide = new TextLayout(classes.get(i), font, FRACTIONAL).getAdvance();
        double room = 0.95 * plot.getWidth() / n;
        Font fitting = wide <= room ? font : font.deriveFont((float) (size * room / wide));
        text(g, classes.get(i), fitting, x, plot.getMaxY() + 8 + size, 0.5);
      }
      Font title = PLAIN.deriveFont(narrow ? 13f : 14f);
      double below = plot.getMaxY() + (narrow ? 68 : 46);
      text(g, "predicted genre", title, plot.getCenterX(), below, 0.5);
      AffineTransform before = g.getTransform();
      g.translate(plot.getX() - left + (narrow ? 14 : 28), plot.getCenterY());
      g.rotate(-Math.PI / 2);
      text(g, "true genre", title, 0, 0, 0.5);
      g.setTransform(before);
    }

    /** XChart has one font colour for all cells, which can't be read on light and dark ones. */
    private void paintCounts(Graphics2D g, Rectangle2D plot) {
      int n = counts.length;
      double width = plot.getWidth() / n;
      double height = plot.getHeight() / n;
      float size = (float) Math.max(7, Math.min(14, 0.34 * Math.min(width, height)));
      g.setColor(GRID);
      g.setStroke(new BasicStroke(0.8f));
      for (int i = 0; i <= n; i++) {
        double x = plot.getX() + i * width;
        double y = plot.getY() + i * height;
        g.draw(new Line2D.Double(x, plot.getY(), x, plot.getMaxY()));
        g.draw(new Line2D.Double(plot.getX(), y, plot.getMaxX(), y));
      }
      for (int row = 0; row < n; row++) {
        for (int column = 0; column < n; column++) {
          double x = plot.getX() + (column + 0.5) * width;
          double y = plot.getY() + (row + 0.5) * height;
          long count = counts[row][column];
          double share = share(row, column);
          g.setColor(count == 0 ? FAINT_INK : readableOn(shade(SHARES, share)));
          Font font = (row == column ? BOLD : PLAIN).deriveFont(size);
          String told = String.format(Locale.ROOT, "%,d", count);
          if (count == 0) {
            text(g, told, font.deriveFont(0.7f * size), x, y + 0.25 * size, 0.5);
          } else {
            double wide = new TextLayout(told, font, FRACTIONAL).getAdvance();
            Font fitting = font.deriveFont((float) (size * Math.min(1, 0.94 * width / wide)));
            text(g, told, fitting, x, y - 0.1 * size, 0.5);
            String percent = String.format(Locale.ROOT, "%.0f\u2009%%", 100 * share);
            String some = share < 0.005 ? "<1\u2009%" : percent;
            text(g, some, PLAIN.deriveFont(0.82f * size), x, y + 0.95 * size, 0.5);
          }
        }
      }
    }

    private void paintScale(Graphics2D g, Rectangle2D plot) {
      double x = plot.getMaxX() + 22;
      double height = 0.5 * plot.getHeight();
      double y = plot.getCenterY() - height / 2;
      int steps = 100;
      for (int i = 0; i < steps; i++) {
        double place = (steps - 1 - i) / (steps - 1.0) * (SHARES.length - 1);
        int below = (int) Math.min(place, SHARES.length - 2);
        g.setColor(between(SHARES[below], SHARES[below + 1], place - below));
        // a little overlap: no seams
        g.fill(new Rectangle2D.Double(x, y + i * height / steps, 16, height / steps + 0.6));
      }
      g.setColor(FAINT_INK);
      Font font = PLAIN.deriveFont(12f);
      for (int percent = 0; percent <= 100; percent += 25) {
        text(g, percent + " %", font, x + 22, y + (1 - percent / 100.0) * height + 4, 0);
      }
      text(g, "share of", font, x, y - 32, 0);
      text(g, "the row", font, x, y - 17, 0);
    }

    private static Color between(Color a, Color b, double t) {
      return new Color(
          (int) Math.round(a.getRed() + t * (b.getRed() - a.getRed())),
          (int) Math.round(a.getGreen() + t * (b.getGreen() - a.getGreen())),
          (int) Math.round(a.getBlue() + t * (b.getBlue() - a.getBlue())));
    }
  }

  /** Bars and their intervals, painted over an XChart whose axes and legend serve. */
  private static final class Bars extends Plot {
    /** Of palest to darkest, so that neighbours differ on a grey print as well. */
    private static final int[] COLOURS = {4, 0, 1, 3};

    private final List<String> categories;
    private final List<List<Bar>> series;

    Bars(List<String> categories, List<List<Bar>> series, String title, String subtitle) {
      super(940, 440, title, subtitle);
      bottom = 18;
      this.categories = categories;
      this.series = series;
    }

    @Override
    public int heightAt(int width) {
      bottom = width < NARROW ? 52 : 18;
      return super.heightAt(width);
    }

    @Override
    public void paint(Graphics2D g, int width, int height) {
      bottom = width < NARROW ? 52 : 18; // slanted names
      super.paint(g, width, height);
    }

    static Color colourOf(int series) {
      return colour(COLOURS[series % COLOURS.length]);
    }

    @Override
    void paintOver(Graphics2D g) {
      Rectangle2D area = plot.getBounds();
      double slot = area.getWidth() / categories.size();
      double wide = Math.min(0.8 * slot / series.size(), 60);
      g.setColor(INK);
      text(g, "0", PLAIN.deriveFont(13f), area.getX() - 9, area.getMaxY() + 3, 1);
      double top = getStyler().getYAxisMax();
      boolean told = categories.size() * series.size() <= 16;
      for (int c = 0; c < categories.size(); c++) {
        double centre = area.getX() + (c + 0.5) * slot;
        for (int s = 0; s < series.size(); s++) {
          Bar bar = series.get(s).get(c);
          double x = centre + (s - 0.5 * series.size()) * wide;
          if (!Double.isFinite(bar.value())) {
            g.setColor(FAINT_INK);
            text(g, "–", PLAIN.deriveFont(12f), x + 0.5 * wide, area.getMaxY() - 4, 0.5);
            continue;
          }
          double unit = area.getHeight() / top;
          double height = Math.min(bar.value(), top) * unit;
          g.setColor(colourOf(s));
          g.fill(new Rectangle2D.Double(x + 1, area.getMaxY() - height, wide - 2, height));
          double highest = Math.max(height, Math.min(bar.high(), top) * unit);
          if (bar.high() > bar.low()) {
            paintInterval(g, x + 0.5 * wide, area.getMaxY(), bar.low() * unit, highest);
          }
          if (told) {
            g.setColor(INK);
            String number =
                String.format(
                    Locale.ROOT, top <= 2 ? "%.2f" : top <= 200 ? "%.1f" : "%,.0f", bar.value());
            text(
                g,
                number,
                PLAIN.deriveFont(12f),
                x + 0.5 * wide,
                area.getMaxY() - highest - 6,
                0.5);
          }
        }
        g.setColor(INK);
        Font font = PLAIN.deriveFont(13f);
        String name = categories.get(c);
        if (slot < 50 && categories.size() > 4) {
          slanted(g, name, PLAIN.deriveFont(12f), centre + 4, area.getMaxY() + 8);
          continue;
        }
        double advance = new TextLayout(name, font, FRACTIONAL).getAdvance();
        Font fitting = advance <= slot ? font : font.deriveFont((float) (13 * slot / advance));
        text(g, name, fitting, centre, area.getMaxY() + 20, 0.5);
      }
    }

    private static void paintInterval(
        Graphics2D g, double x, double bottom, double low, double high) {
      g.setColor(INK);
      g.setStroke(new BasicStroke(1.4f));
      g.draw(new Line2D.Double(x, bottom - low, x, bottom - high));
      g.draw(new Line2D.Double(x - 4, bottom - low, x + 4, bottom - low));
      g.draw(new Line2D.Double(x - 4, bottom - high, x + 4, bottom - high));
    }
  }

  /** Estimates and their intervals, painted over an XChart whose axis and legend serve. */
  private static final class Intervals extends Plot {
    /** Far apart in lightness, so that they differ on a grey print as well. */
    private static final int[] COLOURS = {0, 1, 3, 4};

    private static final int WIDTH = 940;
    private static final double EACH = 22;
    private static final double GAP = 10;
    private static final double NAME = 18;
    private static final int AXIS = 46;

    private final List<Line> lines;
    private final int series;
    private final String axis;
    private final boolean zero;
    private final int names;
    private boolean narrow;

    Intervals(
        List<Line> lines, int series, String axis, boolean zero, String title, String subtitle) {
      super(WIDTH, 160, title, subtitle);
      this.lines = lines;
      this.series = series;
      this.axis = axis;
      this.zero = zero;
      names =
          lines.stream()
              .mapToInt(line -> (int) (18 + advance(line.name(), PLAIN.deriveFont(13f))))
              .max()
              .orElse(0);
      right = 36;
      setHeight(heightAt(WIDTH));
    }

    static Color colourOf(int series) {
      return colour(COLOURS[series % COLOURS.length]);
    }

    static Marker shapeOf(int series) {
      return shape(COLOURS[series % COLOURS.length]);
    }

    private static double advance(String text, Font font) {
      return text.isEmpty() ? 0 : new TextLayout(text, font, FRACTIONAL).getAdvance();
    }

    /** Height of all lines together; in one column a name stands above its marks. */
    private double rows(boolean narrow) {
      return lines.size() * (EACH * series + GAP + (narrow ? NAME : 0));
    }

    @Override
    int narrowHeight(int width) {
      return (int) rows(true) + 8;
    }

    /** Lines keep their height, whatever the width. */
    @Override
    public int heightAt(int width) {
      bottom = AXIS;
      return width < NARROW
          ? super.heightAt(width)
          : new Caption(getTitle(), subtitle()).height(width)
              + (int) rows(false)
              + 24
              + AXIS
              + paintKeys(null, width, 0);
    }

    @Override
    public void paint(Graphics2D g, int width, int height) {
      narrow = width < NARROW;
      boolean legend = getStyler().isLegendVisible();
      int keys = narrow ? 0 : paintKeys(null, width, 0);
      left = narrow ? 10 : Math.min(names, width / 3);
      bottom = AXIS + keys;
      getStyler().setLegendVisible(legend && narrow); // XChart's would cover the axis
      super.paint(g, width, height);
      getStyler().setLegendVisible(legend);
      if (keys > 0) {
        AffineTransform before = g.getTransform();
        g.translate(left + 12, 0);
        paintKeys(g, width, height - keys);
        g.setTransform(before);
      }
    }

    private void paintAxis(Graphics2D g, Rectangle2D area) {
      double low = getStyler().getXAxisMin();
      double high = getStyler().getXAxisMax();
      int step = high - low <= 12 ? 2 : high - low <= 30 ? 5 : 10;
      Font font = PLAIN.deriveFont(narrow ? 12f : 13f);
      for (int value = (int) Math.ceil(low / step) * step; value <= high; value += step) {
        double x = at(area, value);
        g.setColor(GRID);
        g.setStroke(new BasicStroke(0.8f));
        if (!narrow) { // there names stand in the way
          g.draw(new Line2D.Double(x, area.getY(), x, area.getMaxY()));
        }
        g.setColor(FAINT_INK);
        g.setStroke(new BasicStroke(1));
        g.draw(new Line2D.Double(x, area.getMaxY(), x, area.getMaxY() + 4));
        String told = Integer.toString(value).replace('-', '\u2212');
        text(g, told, font, x, area.getMaxY() + 18, 0.5);
      }
      g.setColor(INK);
      Font title = PLAIN.deriveFont(narrow ? 12f : 14f);
      text(g, axis, title, area.getCenterX(), area.getMaxY() + 38, 0.5);
    }

    @Override
    void paintOver(Graphics2D g) {
      Rectangle2D area = plot.getBounds();
      double each = area.getHeight() / lines.size();
      paintAxis(g, area);
      for (int i = 0; i < lines.size(); i++) {
        Line line = lines.get(i);
        double top = area.getY() + i * each;
        if (i > 0) {
          g.setColor(GRID);
          g.setStroke(new BasicStroke(0.8f));
          g.draw(new Line2D.Double(area.getX(), top, area.getMaxX(), top));
        }
        double marks = top + (narrow ? NAME : 0);
        double high = each - (narrow ? NAME : 0);
        paintName(g, line.name(), area, top, each);
        if (zero) {
          g.setColor(FAINT_INK);
          g.setStroke(new BasicStroke(1));
          g.draw(new Line2D.Double(at(area, 0), marks, at(area, 0), marks + high));
        }
        if (Double.isFinite(line.reference())) {
          double x = at(area, line.reference());
          g.setColor(INK);
          g.setStroke(Upright.DASHED);
          g.draw(new Line2D.Double(x, marks + 3, x, marks + high - 3));
        }
        for (int s = 0; s < series; s++) {
          Estimate estimate = line.estimates().get(s);
          if (estimate != null) {
            paintEstimate(g, estimate, s, area, marks + (s + 0.5) * high / series);
          }
        }
      }
    }

    private void paintName(Graphics2D g, String name, Rectangle2D area, double top, double each) {
      g.setColor(INK);
      Font font = PLAIN.deriveFont(narrow ? 12f : 13f);
      double room = narrow ? area.getWidth() - 12 : left + area.getX() - 14;
      double wide = advance(name, font);
      Font fitting =
          wide <= room ? font : font.deriveFont((float) (font.getSize2D() * room / wide));
      if (narrow) {
        text(g, name, fitting, area.getX() + 6, top + 15, 0);
      } else {
        text(g, name, fitting, area.getX() - 8, top + each / 2 + 4.5, 1);
      }
    }

    private void paintEstimate(Graphics2D g, Estimate estimate, int s, Rectangle2D area, double y) {
      Color colour = colourOf(s);
      if (estimate.high() > estimate.low()) {
        double from = at(area, estimate.low());
        double to = at(area, estimate.high());
        g.setColor(colour);
        g.setStroke(new BasicStroke(2));
        g.draw(new Line2D.Double(from, y, to, y));
        g.draw(new Line2D.Double(from, y - 4, from, y + 4));
        g.draw(new Line2D.Double(to, y - 4, to, y + 4));
      }
      if (estimate.seeds().length > 1) {
        g.setColor(INK);
        g.setStroke(new BasicStroke(1.2f));
        for (double seed : estimate.seeds()) {
          g.draw(new Ellipse2D.Double(at(area, seed) - 2.2, y + 4.5, 4.4, 4.4));
        }
      }
      g.setColor(colour);
      shapeOf(s).paint(g, at(area, estimate.value()), y, 9);
      g.setColor(INK);
      String told = String.format(Locale.ROOT, zero ? "%+.1f" : "%.1f", estimate.value());
      text(g, told.replace('-', '\u2212'), PLAIN.deriveFont(12f), area.getMaxX() + 38, y + 4, 1);
    }

    private double at(Rectangle2D area, double value) {
      double low = getStyler().getXAxisMin();
      double high = getStyler().getXAxisMax();
      return area.getX() + (value - low) / (high - low) * area.getWidth();
    }
  }

  /** Layers as boxes one below the other; XChart has no such chart. */
  private static final class Stack implements Captioned {
    private static final int WIDTH = 680;
    private static final int ROW = 40;
    private static final int NARROW_ROW = 34;

    private final Architecture network;
    private final Caption caption;

    Stack(Architecture network, String title, String subtitle) {
      this.network = network;
      caption = new Caption(title, subtitle);
    }

    @Override
    public String getTitle() {
      return caption.title;
    }

    @Override
    public String subtitle() {
      return caption.subtitle;
    }

    @Override
    public int getWidth() {
      return WIDTH;
    }

    @Override
    public int getHeight() {
      return heightAt(WIDTH);
    }

    @Override
    public int heightAt(int width) {
      int row = width < NARROW ? NARROW_ROW : ROW;
      return caption.height(width) + row * network.layers().size() + 74;
    }

    @Override
    public void paint(Graphics2D g, int width, int height) {
      boolean narrow = width < NARROW;
      double y = caption.paint(g, width, height) + 18;
      double row = narrow ? NARROW_ROW : ROW;
      double left = narrow ? Caption.NARROW_LEFT : Caption.LEFT;
      double end = width - left;
      double box = (narrow ? 0.51 : 0.55) * (end - left);
      double shapes = left + 0.79 * (end - left);
      Font small = PLAIN.deriveFont(narrow ? 10f : 12f);
      Font plain = PLAIN.deriveFont(narrow ? 11.5f : 13f);
      g.setColor(FAINT_INK);
      text(g, "layer", small, left, y, 0);
      text(g, "output", small, shapes, y, 1);
      text(g, narrow ? "parameters" : "trainable parameters", small, end, y, 1);
      y += 8;
      String last = network.layers().get(network.layers().size() - 1).name();
      for (Architecture.Layer layer : network.layers()) {
        double high = row - 10;
        var frame = new RoundRectangle2D.Double(left, y, box, high, 6, 6);
        Color colour = kindColour(layer.kind());
        g.setColor(Matrix.between(Color.WHITE, colour, 0.16));
        g.fill(frame);
        g.setColor(colour);
        g.setStroke(new BasicStroke(1));
        g.draw(frame);
        g.fill(new Rectangle2D.Double(left, y + 3, 4, high - 6));
        g.setColor(INK);
        double base = y + high / 2 + 0.36 * plain.getSize2D();
        text(g, layer.name(), BOLD.deriveFont(plain.getSize2D()), left + 12, base, 0);
        g.setColor(FAINT_INK);
        text(g, layer.detail(), small, left + box - 8, base, 1);
        g.setColor(INK);
        text(g, layer.output(), plain, shapes, base, 1);
        String told = String.format(Locale.ROOT, "%,d", layer.parameters());
        g.setColor(layer.parameters() == 0 ? FAINT_INK : INK);
        text(g, layer.parameters() == 0 ? "–" : told, plain, end, base, 1);
        if (!layer.name().equals(last)) {
          arrow(g, left + box / 2, y + high + 1, 8);
        }
        y += row;
      }
      g.setColor(INK);
      g.setStroke(new BasicStroke(1));
      g.draw(new Line2D.Double(left, y, end, y));
      Font bold = BOLD.deriveFont(plain.getSize2D());
      text(g, "trainable parameters", bold, left, y + 20, 0);
      text(g, String.format(Locale.ROOT, "%,d", network.parameters()), bold, end, y + 20, 1);
      if (network.statistics() > 0) {
        String more = "batch normalisation's running statistics, not trained";
        g.setColor(FAINT_INK);
        text(g, more, small, left, y + 38, 0);
        String told = String.format(Locale.ROOT, "%,d", network.statistics());
        text(g, told, small, end, y + 38, 1);
      }
    }

    private static void arrow(Graphics2D g, double x, double y, double length) {
      g.setColor(FAINT_INK);
      g.setStroke(new BasicStroke(1.2f));
      g.draw(new Line2D.Double(x, y, x, y + length - 3));
      var head = new Path2D.Double();
      head.moveTo(x - 3.5, y + length - 4);
      head.lineTo(x + 3.5, y + length - 4);
      head.lineTo(x, y + length);
      head.closePath();
      g.fill(head);
    }

    private static Color kindColour(Architecture.Kind kind) {
      return switch (kind) {
        case INPUT -> FAINT_INK;
        case CONVOLUTION -> colour(0);
        case POOLING -> colour(4);
        case NORMALISATION -> colour(6);
        case RECURRENT -> colour(2);
        case SHAPE -> colour(9);
        case DENSE -> colour(1);
        case DROPOUT -> colour(3);
        case OUTPUT -> colour(5);
      };
    }
  }

  /** What has epochs on its horizontal axis; XChart would label 1, 5, 15 and 25 of 30. */
  private static final class Epochs extends Plot {
    private final int first;
    private final int last;

    Epochs(int first, int last, String title, String subtitle) {
      super(680, 440, title, subtitle);
      this.first = first;
      this.last = last;
      bottom = 36;
      XYStyler styler = getStyler();
      styler.setXAxisMin(first - margin()).setXAxisMax(last + margin());
      styler.setXAxisTicksVisible(false).setPlotGridVerticalLinesVisible(false);
    }

    /** Room beside the first and the last point. */
    private double margin() {
      return Math.max(0.5, 0.03 * (last - first));
    }

    @Override
    void paintOver(Graphics2D g) {
      Rectangle2D area = plot.getBounds();
      double content = getStyler().getPlotContentSize();
      double unit = content * area.getWidth() / (last - first + 2 * margin());
      double start = area.getX() + 0.5 * (1 - content) * area.getWidth() + margin() * unit;
      int step =
          IntStream.of(1, 5, 10, 20, 50, 100, 200, 500, 1_000)
              .filter(each -> each * unit >= 26)
              .findFirst()
              .orElse(5_000);
      g.setColor(FAINT_INK);
      g.setStroke(new BasicStroke(1));
      for (int epoch = first; epoch <= last; epoch++) {
        if (epoch == first || epoch % step == 0 && (epoch - first) * unit >= 18) {
          double x = start + (epoch - first) * unit;
          g.draw(new Line2D.Double(x, area.getMaxY(), x, area.getMaxY() + 4));
          text(g, Integer.toString(epoch), PLAIN.deriveFont(13f), x, area.getMaxY() + 19, 0.5);
        }
      }
      g.setColor(INK);
      text(g, "epoch", PLAIN.deriveFont(14f), area.getCenterX(), area.getMaxY() + 40, 0.5);
    }
  }

  /** What has seconds on its horizontal axis; XChart would label every other tenth of them. */
  private static class Timed extends Plot {
    private final double seconds;

    Timed(int width, int height, double seconds, String title, String subtitle) {
      super(width, height, title, subtitle);
      this.seconds = seconds;
      bottom = 36;
      XYStyler styler = getStyler();
      styler.setXAxisMin(0.0).setXAxisMax(seconds).setXAxisTicksVisible(false);
      styler.setPlotContentSize(1);
      styler.setPlotGridVerticalLinesVisible(false);
    }

    @Override
    void paintOver(Graphics2D g) {
      Rectangle2D area = plot.getBounds();
      g.setColor(FAINT_INK);
      g.setStroke(new BasicStroke(1));
      double step = step();
      boolean hours = step >= 600;
      for (int i = 0; i * step <= seconds + 1e-6; i++) {
        double x = area.getX() + i * step / seconds * area.getWidth();
        g.draw(new Line2D.Double(x, area.getMaxY(), x, area.getMaxY() + 4));
        long minutes = Math.round(i * step / 60);
        String label =
            hours
                ? String.format(Locale.ROOT, "%d:%02d", minutes / 60, minutes % 60)
                : String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", i * step);
        text(g, label, PLAIN.deriveFont(13f), x, area.getMaxY() + 19, 0.5);
      }
      g.setColor(INK);
      String title = hours ? "time (h:mm)" : "time (s)";
      text(g, title, PLAIN.deriveFont(14f), area.getCenterX(), area.getMaxY() + 40, 0.5);
    }

    /** Seconds from one label to the next, so that twenty or so have room. */
    private double step() {
      if (seconds <= 60) {
        return seconds <= 5 ? 0.5 : 5;
      }
      if (seconds <= 7200) {
        return seconds <= 1200 ? 60 : 600;
      }
      return 3600 * Math.ceil(seconds / 3600 / 12);
    }
  }

  /** Frames × bands as coloured cells, painted over an XChart that gives the frame. */
  private static final class Heat extends Timed {
    private final Map<String, float[]> segments;
    private final int bands;
    private final Color[] colours;
    private final double low;
    private final double high;
    private final String bandAxis;
    private final String unit;

    Heat(
        int height,
        Map<String, float[]> segments,
        int bands,
        double seconds,
        Scale scale,
        double low,
        double high,
        String bandAxis,
        String unit,
        String title,
        String subtitle) {
      super(940, height, seconds, title, subtitle);
      this.segments = segments;
      this.bands = bands;
      this.colours = scale == Scale.SIGNED ? SIGNED : SHARES;
      this.low = low;
      this.high = high;
      this.bandAxis = bandAxis;
      this.unit = unit;
      right = 84;
      left = 66;
      getStyler().setYAxisTicksVisible(false);
      getStyler().setLegendVisible(false);
      getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
      addSeries("none", new double[] {0, seconds}, new double[] {0, 0})
          .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
          .setMarker(SeriesMarkers.NONE); // XChart draws no axis without a series
    }

    @Override
    void paintOver(Graphics2D g) {
      super.paintOver(g);
      Rectangle2D area = plot.getBounds();
      double gap = segments.size() == 1 ? 0 : 6;
      double height = (area.getHeight() - gap * (segments.size() - 1)) / segments.size();
      double y = area.getY();
      g.setColor(Color.WHITE);
      g.fill(area);
      for (var segment : segments.entrySet()) {
        paintCells(g, segment.getValue(), area.getX(), y, area.getWidth(), height);
        g.setColor(INK);
        text(g, segment.getKey(), PLAIN.deriveFont(13f), area.getX() - 10, y + height / 2 + 5, 1);
        y += height + gap;
      }
      if (!bandAxis.isEmpty()) {
        paintBands(g, area);
      }
      double bar = Math.min(240, 0.72 * area.getHeight());
      double barTop = area.getCenterY() - bar / 2 + 8;
      String[] labels = new String[5];
      for (int i = 0; i < labels.length; i++) {
        double value = low + (high - low) * i / (labels.length - 1);
        labels[i] = Long.toString(Math.round(value)).replace('-', '\u2212');
      }
      paintColours(g, colours, area.getMaxX() + 22, barTop, bar, labels);
      text(g, unit, PLAIN.deriveFont(12f), area.getMaxX() + 22, barTop - 14, 0);
    }

    /** Numbers of bands, each at its band's middle. */
    private void paintBands(Graphics2D g, Rectangle2D area) {
      int step = Math.max(1, (bands + 7) / 8 + (bands > 16 ? 4 : 0));
      for (int band = 0; band < bands; band += step) {
        double y = area.getMaxY() - (band + 0.5) * area.getHeight() / bands;
        text(g, Integer.toString(band), PLAIN.deriveFont(13f), area.getX() - 8, y + 5, 1);
      }
      AffineTransform before = g.getTransform();
      g.translate(area.getX() - 44, area.getCenterY());
      g.rotate(-Math.PI / 2);
      text(g, bandAxis, PLAIN.deriveFont(14f), 0, 0, 0.5);
      g.setTransform(before);
    }

    private void paintCells(
        Graphics2D g, float[] values, double x, double y, double width, double height) {
      int frames = values.length / bands;
      var cells = new BufferedImage(frames, bands, BufferedImage.TYPE_INT_RGB);
      for (int frame = 0; frame < frames; frame++) {
        for (int band = 0; band < bands; band++) {
          double share = (values[frame * bands + band] - low) / (high - low);
          cells.setRGB(frame, bands - 1 - band, shade(colours, share).getRGB());
        }
      }
      var place = AffineTransform.getTranslateInstance(x, y);
      place.scale(width / frames, height / bands);
      g.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
      g.drawImage(cells, place, null);
    }
  }

  /** A colour of a scale; shares beyond 0..1 have its ends. */
  private static Color shade(Color[] colours, double share) {
    double place = Math.max(0, Math.min(1, share)) * (colours.length - 1);
    int below = (int) Math.min(place, colours.length - 2);
    return Matrix.between(colours[below], colours[below + 1], place - below);
  }

  /** Ink or white, whichever stands out more on a colour (WCAG's contrast). */
  private static Color readableOn(Color ground) {
    double light = luminance(ground) + 0.05;
    return light / (luminance(INK) + 0.05) >= 1.05 / light ? INK : Color.WHITE;
  }

  private static double luminance(Color colour) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    float[] parts = colour.getRGBColorComponents(null);
    double sum = 0;
    for (int i = 0; i < parts.length; i++) {
      double linear =
          parts[i] <= 0.04045 ? parts[i] / 12.92 : Math.pow((parts[i] + 0.055) / 1.055, 2.4);
      sum += weights[i] * linear;
    }
    return sum;
  }

  /** A label that ends below its place and climbs towards it. */
  private static void slanted(Graphics2D g, String text, Font font, double x, double y) {
    AffineTransform before = g.getTransform();
    g.translate(x, y);
    g.rotate(-Math.PI / 4);
    text(g, text, font, 0, 0.3 * font.getSize2D(), 1);
    g.setTransform(before);
  }

  /** A bar of colours, the last on top, with labels at equal distances from below. */
  private static void paintColours(
      Graphics2D g, Color[] colours, double x, double y, double height, String[] labels) {
    int steps = 100;
    for (int i = 0; i < steps; i++) {
      g.setColor(shade(colours, (steps - 1 - i) / (steps - 1.0)));
      // a little overlap: no seams
      g.fill(new Rectangle2D.Double(x, y + i * height / steps, 16, height / steps + 0.6));
    }
    g.setColor(FAINT_INK);
    for (int i = 0; i < labels.length; i++) {
      double place = y + (1 - i / (labels.length - 1.0)) * height;
      text(g, labels[i], PLAIN.deriveFont(12f), x + 22, place + 4, 0);
    }
  }

  private static void style(AxesChartStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
    styler.setChartFontColor(INK).setChartTitleVisible(false).setChartPadding(12);
    styler.setPlotBorderColor(GRID).setPlotBorderVisible(true);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(0.8f));
    styler.setAxisTickMarksColor(FAINT_INK).setAxisTickLabelsColor(INK);
    styler.setAxisTitleFont(PLAIN.deriveFont(14f)).setAxisTitlePadding(8);
    styler.setAxisTickLabelsFont(PLAIN.deriveFont(13f));
    styler.setBaseFont(PLAIN.deriveFont(13f));
    styler.setLegendFont(PLAIN.deriveFont(13f)).setLegendPosition(LegendPosition.OutsideE);
    styler.setLegendBorderColor(Color.WHITE).setLegendBackgroundColor(Color.WHITE);
    styler.setLegendPadding(9);
    styler.setAntiAlias(true).setTextAntiAlias(true);
  }

  /** Title and subtitle, set flush left. */
  private static final class Caption {
    static final double NARROW_LEFT = 4;

    private static final double LEFT = 16;
    private static final Font TITLE = BOLD.deriveFont(14f);
    private static final Font LINE = PLAIN.deriveFont(11f);

    private final String title;
    private final String subtitle;

    Caption(String title, String subtitle) {
      this.title = title;
      this.subtitle = subtitle == null ? "" : subtitle;
    }

    /** Its height at a width. */
    int height(int width) {
      if (width >= NARROW) {
        return subtitle.isEmpty() ? 36 : 58;
      }
      return 17 * lines(title, TITLE, width).size() + 14 * lines(subtitle, LINE, width).size() + 6;
    }

    /** Paints the caption on white; returns its height. */
    int paint(Graphics2D g, int width, int height) {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setColor(Color.WHITE);
      g.fill(new Rectangle2D.Double(0, 0, width, height));
      g.setColor(INK);
      if (width < NARROW) {
        double y = 0;
        for (String line : lines(title, TITLE, width)) {
          text(g, line, TITLE, NARROW_LEFT, y += 17, 0);
        }
        g.setColor(FAINT_INK);
        for (String line : lines(subtitle, LINE, width)) {
          text(g, line, LINE, NARROW_LEFT, y += 14, 0);
        }
        return height(width);
      }
      text(g, title, fitting(title, BOLD, 17, width), LEFT, 29, 0);
      if (!subtitle.isEmpty()) {
        g.setColor(FAINT_INK);
        text(g, subtitle, fitting(subtitle, PLAIN, 13, width), LEFT, 50, 0);
      }
      return height(width);
    }

    /** A text in lines that fit. */
    private static List<String> lines(String text, Font font, int width) {
      var lines = new ArrayList<String>();
      for (String word : text.split(" ")) {
        String longer = lines.isEmpty() ? word : lines.get(lines.size() - 1) + " " + word;
        if (text.isEmpty()) {
          break;
        }
        boolean fits =
            new TextLayout(longer, font, FRACTIONAL).getAdvance() <= width - 2 * NARROW_LEFT;
        if (!lines.isEmpty() && fits) {
          lines.set(lines.size() - 1, longer);
        } else {
          lines.add(word);
        }
      }
      return lines;
    }

    private static Font fitting(String text, Font font, float size, int width) {
      Font wanted = font.deriveFont(size);
      if (text.isEmpty()) {
        return wanted;
      }
      double wide = new TextLayout(text, wanted, FRACTIONAL).getAdvance();
      double room = width - 2 * LEFT;
      return wide <= room ? wanted : font.deriveFont((float) (size * room / wide));
    }
  }

  /** Unhinted, so that text is laid out alike at every scale. */
  private static final FontRenderContext FRACTIONAL = new FontRenderContext(null, true, true);

  /** Outlines, as XChart draws its own text; align 0 starts at x, 0.5 centres on it. */
  private static void text(Graphics2D g, String text, Font font, double x, double y, double align) {
    if (text.isEmpty()) {
      return;
    }
    var layout = new TextLayout(text, font, FRACTIONAL);
    double left = x - align * layout.getAdvance();
    g.fill(layout.getOutline(AffineTransform.getTranslateInstance(left, y)));
  }

  // --- files -----------------------------------------------------------------------------------

  /** A chart as an image of twice its size, e.g. as the last value of a notebook's cell. */
  public static BufferedImage image(IChart chart) {
    return image(chart, chart.getWidth(), SCALE);
  }

  /**
   * A chart as an image, laid out for a width in chart units; see {@link #heightAt}.
   *
   * @param scale pixels a chart unit
   */
  public static BufferedImage image(IChart chart, int width, double scale) {
    int height = heightAt(chart, width);
    var image =
        new BufferedImage(
            (int) Math.round(scale * width),
            (int) Math.round(scale * height),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    g.scale(scale, scale);
    chart.paint(g, width, height);
    g.dispose();
    return image;
  }

  /** A chart as a PNG of twice its size, to be printed at 300 dots an inch. */
  public static byte[] png(IChart chart) {
    return png(image(chart));
  }

  /** An image as a PNG that says it is to be printed at 300 dots an inch. */
  static byte[] png(BufferedImage image) {
    var bytes = new ByteArrayOutputStream();
    try {
      writePng(image, bytes);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return bytes.toByteArray();
  }

  private static void writePng(BufferedImage image, OutputStream out) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
      var dots = new IIOMetadataNode("pHYs");
      String perMetre = Long.toString(Math.round(PNG_DPI / 0.0254));
      dots.setAttribute("pixelsPerUnitXAxis", perMetre);
      dots.setAttribute("pixelsPerUnitYAxis", perMetre);
      dots.setAttribute("unitSpecifier", "meter");
      var root = new IIOMetadataNode("javax_imageio_png_1.0");
      root.appendChild(dots);
      metadata.mergeTree("javax_imageio_png_1.0", root);
      writer.setOutput(stream);
      writer.write(new IIOImage(image, null, metadata));
    } finally {
      writer.dispose();
    }
  }

  /** Writes {@link #png} to a file. */
  public static void writePng(IChart chart, Path file) {
    byte[] bytes = png(chart);
    Store.write(file, out -> out.write(bytes));
  }

  private static final Pattern CLIP = Pattern.compile("clip-?\\d+");
  private static final Pattern PATH = Pattern.compile(" d=\"([MLQCZ\\s\\d.,E-]+)\"");
  private static final Pattern STEP = Pattern.compile("([MLQCZ])([^MLQCZ]*)");
  private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(?:E-?\\d+)?");

  /**
   * A chart as an SVG element: title and subtitle as its text, coordinates to a hundredth.
   *
   * @param id begins the ids within, so that several charts can stand in one page
   */
  public static String svg(IChart chart, String id) {
    return svg(chart, id, chart.getWidth());
  }

  /** The same, laid out for a width in chart units; see {@link #heightAt}. */
  public static String svg(IChart chart, String id, int width) {
    int height = heightAt(chart, width);
    var g = new VectorGraphics2D();
    chart.paint(g, width, height);
    var bytes = new ByteArrayOutputStream();
    try {
      new SVGProcessor()
          .getDocument(g.getCommands(), new PageSize(0, 0, width, height))
          .writeTo(bytes);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    String svg = bytes.toString(StandardCharsets.UTF_8);
    svg = svg.substring(svg.indexOf("<svg")); // no DTD, which a reader may want to fetch
    var clips = new HashMap<String, String>();
    svg =
        CLIP.matcher(svg)
            .replaceAll(
                found -> clips.computeIfAbsent(found.group(), old -> id + "-clip" + clips.size()));
    svg = LONG_NUMBER.matcher(svg).replaceAll(found -> rounded(found.group()));
    svg = PATH.matcher(svg).replaceAll(found -> " d=\"" + relative(found.group(1)) + "\"");
    svg = svg.replace(";stroke:none;\"", "\"").replace("\r\n", "\n");
    String label = subtitle(chart);
    String head =
        " role=\"img\">\n  <title>%s</title>\n  <desc>%s</desc>"
            .formatted(escape(chart.getTitle()), escape(label));
    return svg.replaceFirst(">", Matcher.quoteReplacement(head)).strip();
  }

  /** A path from point to point instead of from the origin: text's outlines halve. */
  private static String relative(String path) {
    var brief = new StringBuilder();
    var from = new long[2];
    var start = new long[2];
    for (Matcher step = STEP.matcher(path); step.find(); ) {
      char command = step.group(1).charAt(0);
      brief.append(Character.toLowerCase(command));
      String[] numbers = step.group(2).strip().split("[\\s,]+");
      var to = from.clone();
      for (int i = 0; command != 'Z' && i < numbers.length; i++) {
        // whole hundredths, so that no rounding adds up
        to[i % 2] = Math.round(100 * Double.parseDouble(numbers[i]));
        String moved = rounded(Double.toString((to[i % 2] - from[i % 2]) / 100.0));
        brief.append(i == 0 || moved.startsWith("-") ? "" : " ").append(moved);
      }
      from = command == 'Z' ? start.clone() : to;
      start = command == 'M' ? to.clone() : start;
    }
    return brief.toString();
  }

  private static String rounded(String number) {
    double value = Math.round(100 * Double.parseDouble(number)) / 100.0;
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Writes {@link #svg} to a file of its own. */
  public static void writeSvg(IChart chart, Path file) {
    byte[] bytes = svgFile(chart);
    Store.write(file, out -> out.write(bytes));
  }

  /** The bytes of an SVG file. */
  public static byte[] svgFile(IChart chart) {
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg(chart, "figure") + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}

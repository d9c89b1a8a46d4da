//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Markers.java
//SOURCES Plot.java
//SOURCES Text.java
//SOURCES Theme.java
//SOURCES Charts.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.results.Rows;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;

/** Training and validation over the epochs; XChart would label 1, 5, 15 and 25 of 30 epochs. */
final class LearningCurves extends Plot {
  private final int first;
  private final int last;

  private LearningCurves(int first, int last, String title, String subtitle) {
    super(680, 440, title, subtitle);
    this.first = first;
    this.last = last;
    bottom = 36;
    XYStyler styler = getStyler();
    styler.setXAxisMin(first - margin()).setXAxisMax(last + margin());
    styler.setXAxisTicksVisible(false).setPlotGridVerticalLinesVisible(false);
  }

  static Chart of(List<Rows.Epoch> history, Charts.Curve curve, String title, String subtitle) {
    var epochs = history.stream().mapToInt(Rows.Epoch::epoch).summaryStatistics();
    var chart = new LearningCurves(epochs.getMin(), epochs.getMax(), title, subtitle);
    chart.setYAxisTitle(curve.axis);
    boolean accuracy = curve == Charts.Curve.ACCURACY;
    double factor = accuracy ? 100 : 1;
    double[][] training = mean(history, accuracy ? Rows.Epoch::accuracy : Rows.Epoch::loss);
    double[][] validation = mean(history, accuracy ? Rows.Epoch::valAccuracy : Rows.Epoch::valLoss);
    chart.addCurve("training", training, factor, 0, null);
    chart.addCurve("validation", validation, factor, 3, new float[] {7, 4});
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

  /** Rings the validation curve at the epoch with the lowest validation loss. */
  private static void markBestEpoch(
      LearningCurves chart, double[][] losses, double[][] validation, double factor) {
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
      mark.setMarker(new Markers.Ring(15)).setMarkerColor(Theme.INK);
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
    g.setColor(Theme.FAINT_INK);
    g.setStroke(new BasicStroke(1));
    for (int epoch = first; epoch <= last; epoch++) {
      if (epoch == first || epoch % step == 0 && (epoch - first) * unit >= 18) {
        double x = start + (epoch - first) * unit;
        g.draw(new Line2D.Double(x, area.getMaxY(), x, area.getMaxY() + 4));
        Text.draw(
            g, Integer.toString(epoch), Theme.PLAIN.deriveFont(13f), x, area.getMaxY() + 19, 0.5);
      }
    }
    g.setColor(Theme.INK);
    Text.draw(g, "epoch", Theme.PLAIN.deriveFont(14f), area.getCenterX(), area.getMaxY() + 40, 0.5);
  }
}

//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Plot.java
//SOURCES Theme.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.evaluation.Calibration;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How many of the predictions of like confidence are right. */
final class ReliabilityDiagram {
  private ReliabilityDiagram() {}

  static Chart of(
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
    perfect.setLineColor(Theme.FAINT_INK);
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
  private static void addShares(Plot chart, List<Calibration.Bin> bins, int answers) {
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
    bars.setFillColor(Theme.GRID);
    bars.setLineColor(Theme.GRID);
  }

  private static void addReliability(
      Plot chart, String name, float[][] said, int[] labels, int style, float[] dash) {
    List<Calibration.Bin> bins = Calibration.bins(said, labels);
    double[][] points = {
      bins.stream().mapToDouble(bin -> 100 * bin.confidence()).toArray(),
      bins.stream().mapToDouble(Calibration.Bin::accuracy).toArray()
    };
    chart.addCurve(name, points, 100, style, dash);
  }
}

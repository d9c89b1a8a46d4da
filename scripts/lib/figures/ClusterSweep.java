//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Plot.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.results.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;

/** Scores of K-means over the number of clusters. */
final class ClusterSweep {
  private ClusterSweep() {}

  static Chart of(List<Rows.ClusteringScores> rows, String title, String subtitle) {
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
    chart.addCurve("inertia (left)", new double[][] {counts, inertia}, 1, 0, null);
    chart.addCurve("silhouette", new double[][] {counts, silhouette}, 1, 3, new float[] {7, 4});
    chart.addCurve("AMI with genres", new double[][] {counts, ami}, 1, 2, new float[] {2, 4});
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
}

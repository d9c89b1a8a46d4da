//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Markers.java
//SOURCES Plot.java
//SOURCES Theme.java
//SOURCES Charts.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;

/** A t-SNE map of the segments. */
final class TsneMap {
  private TsneMap() {}

  static Chart of(List<Rows.Point> points, Charts.ColourBy by, String title, String subtitle) {
    List<Rows.Point> near = withoutOutliers(points);
    int far = points.size() - near.size();
    String told =
        far == 0
            ? subtitle
            : "%s%s%,d far off not drawn"
                .formatted(subtitle, subtitle.isEmpty() ? "" : " \u00b7 ", far);
    return plot(near, by, title, told);
  }

  /**
   * Points that t-SNE has thrown far from all others would leave the others a dot: where the middle
   * 96 % of the points take less than a third of either axis, points far outside them are left out.
   */
  private static List<Rows.Point> withoutOutliers(List<Rows.Point> points) {
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

  private static Plot plot(
      List<Rows.Point> points, Charts.ColourBy by, String title, String subtitle) {
    var chart = new Plot(940, 700, title, subtitle);
    chart.setXAxisTitle("t-SNE dimension 1 (no unit)");
    chart.setYAxisTitle("t-SNE dimension 2 (no unit)");
    XYStyler styler = chart.getStyler();
    styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    styler.setXAxisDecimalPattern("0").setYAxisDecimalPattern("0");
    styler.setPlotContentSize(0.96).setMarkerSize(11).setLegendSeriesLineLength(12);

    Map<String, List<Rows.Point>> groups =
        by == Charts.ColourBy.GENRE
            ? group(points, Rows.Point::genre)
            : group(points, point -> clusterName(point.cluster()));
    var names = new ArrayList<>(groups.keySet());
    for (int i = 0; i < names.size(); i++) {
      // the legend's marker is larger than the points': a series of its own, with no point to see
      XYSeries key =
          chart.addSeries(
              names.get(i), new double[] {points.get(0).x()}, new double[] {Double.NaN});
      key.setMarker(Theme.shape(i)).setMarkerColor(Theme.colour(i));
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
          series.setMarker(new Markers.Sized(Theme.shape(i), size)).setMarkerColor(Theme.colour(i));
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
}

//SOURCES Chart.java
//SOURCES TimePlot.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.results.Rows;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A song's likeliest genres over time. */
final class GenresOverTime {
  private GenresOverTime() {}

  static Chart of(List<Rows.Classified> rows, String title, String subtitle) {
    Map<String, List<Rows.Classified>> genres =
        rows.stream()
            .filter(row -> row.level().equals("segment"))
            .collect(
                Collectors.groupingBy(Rows.Classified::genre, TreeMap::new, Collectors.toList()));
    double end = rows.stream().mapToDouble(row -> row.start() + row.seconds()).max().orElse(1);
    var chart = new TimePlot(940, 400, end, title, subtitle);
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
      chart.addCurve(best.get(g), points, 100, g, null);
    }
    chart.getStyler().setYAxisMin(-2.0).setYAxisMax(102.0); // XChart leaves out the very ends
    return chart;
  }
}

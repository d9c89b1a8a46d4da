// Tables:
//DEPS tech.tablesaw:tablesaw-core:0.44.4
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../kit/Store.java
//SOURCES ../networks/NetworkCatalog.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java

package genrelab.study;

import genrelab.kit.Store;
import genrelab.networks.NetworkCatalog;
import genrelab.results.Paper;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The test accuracy of each network of a study, beside the paper's where the genres are GTZAN's.
 */
public final class AccuracyTable {
  private AccuracyTable() {}

  /**
   * The table, one row a network.
   *
   * @param run the run's folder
   * @param synthetic whether the title says that the corpus is synthetic
   * @param withoutPaper leaves the paper's column out whatever the genres
   */
  public static Table of(
      Path run, List<NetworkCatalog.Entry> networks, boolean synthetic, boolean withoutPaper) {
    var names = new ArrayList<String>();
    var epochs = new ArrayList<String>();
    var published = new ArrayList<String>();
    var segments = new ArrayList<String>();
    var tracks = new ArrayList<String>();
    var splits = new ArrayList<String>();
    for (NetworkCatalog.Entry network : networks) {
      Path file = run.resolve(network.name()).resolve("metrics.json");
      List<Rows.Metric> metrics = Store.readRows(file, Rows.Metric.class);
      names.add(network.name());
      epochs.add(
          network.isBaseline() ? "–" : "" + (long) find(metrics, "network", "epochs").value());
      published.add(
          network.paper().map(Paper.Network::testAccuracy).map(AccuracyTable::percent).orElse("–"));
      segments.add(withInterval(find(metrics, "segment", "test_accuracy")));
      tracks.add(withInterval(find(metrics, "track", "test_accuracy")));
      splits.add(metrics.get(0).split() + ", seed " + metrics.get(0).seed());
    }
    Table table =
        Table.create(
            "Test accuracy with 95 % interval" + (synthetic ? " (SYNTHETIC demo corpus)" : ""),
            StringColumn.create("network", names),
            StringColumn.create("epochs", epochs));
    boolean comparable =
        !withoutPaper
            && networks.stream().allMatch(network -> genres(run, network).equals(Paper.GENRES));
    if (comparable) {
      table.addColumns(StringColumn.create("paper, segments", published));
    }
    return table.addColumns(
        StringColumn.create(comparable ? "ours, segments" : "segments", segments),
        StringColumn.create(comparable ? "ours, tracks" : "tracks", tracks),
        StringColumn.create("split by", splits));
  }

  private static Set<String> genres(Path run, NetworkCatalog.Entry network) {
    Path file = run.resolve(network.name()).resolve("report.json");
    return Store.readRows(file, Rows.ClassReport.class).stream()
        .filter(row -> !row.isAverage())
        .map(Rows.ClassReport::genre)
        .collect(Collectors.toSet());
  }

  private static Rows.Metric find(List<Rows.Metric> metrics, String level, String metric) {
    return metrics.stream()
        .filter(row -> row.level().equals(level) && row.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static String withInterval(Rows.Metric row) {
    return "%s [%.1f, %.1f]".formatted(percent(row.value()), 100 * row.low(), 100 * row.high());
  }

  private static String percent(double share) {
    return "%.2f %%".formatted(100 * share);
  }
}

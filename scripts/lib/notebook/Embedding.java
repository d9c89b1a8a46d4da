//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES MissingChart.java
//SOURCES RecordTable.java
//SOURCES Run.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../results/Rows.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.results.Rows;
import java.util.List;
import java.util.Locale;
import tech.tablesaw.api.Table;

/** A run's two-dimensional t-SNE embedding; a notebook shows it coloured by genre. */
public final class Embedding {
  private static final String FILE = "tsne.json";

  private final Run run;

  Embedding(Run run) {
    this.run = run;
  }

  /**
   * The segments as points in the plane (Figure 1 of the paper).
   *
   * @param colour what the points' colours are: genre or cluster
   */
  public Chart by(String colour) {
    Charts.ColourBy by = Charts.ColourBy.valueOf(colour.toUpperCase(Locale.ROOT));
    List<Rows.Point> points = run.rows(FILE, Rows.Point.class);
    if (points.isEmpty()) {
      return new MissingChart(run.missing(FILE));
    }
    return Charts.tsne(
        points,
        by,
        run.title(
            "Figure 1. t-SNE of the segments%s, by %s".formatted(run.onCorpus(" of "), colour)),
        run.marked(
            String.format(Locale.ROOT, "all segments, no split, n = %,d segments", points.size())));
  }

  /** Columns x, y, genre, cluster, track, segment; cluster −1 where there are none. */
  public Table table() {
    return run.table(FILE, Rows.Point.class, "t-SNE of the segments");
  }
}

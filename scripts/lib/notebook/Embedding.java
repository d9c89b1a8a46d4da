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

/** A two-dimensional t-SNE embedding of a run; a notebook shows it coloured by genre. */
public final class Embedding {
  private final Run run;
  private final String file;
  private final String title;
  private final String segments;

  private Embedding(Run run, String file, String title, String segments) {
    this.run = run;
    this.file = file;
    this.title = title;
    this.segments = segments;
  }

  /** Of the features of all segments. */
  static Embedding ofFeatures(Run run) {
    return new Embedding(
        run,
        "tsne.json",
        run.title("Figure 1. t-SNE of the segments%s, by ".formatted(run.onCorpus(" of "))),
        "all segments, no split");
  }

  /** Of a network's activations, on the test segments. */
  static Embedding ofNetwork(Run run) {
    return new Embedding(
        run,
        "embedding/tsne.json",
        "t-SNE of a network's embeddings%s, by ".formatted(run.onCorpus(" of ")),
        "test segments");
  }

  /**
   * The segments as points in the plane (Figure 1 of the paper).
   *
   * @param colour what the points' colours are: genre or cluster
   */
  public Chart by(String colour) {
    Charts.ColourBy by = Charts.ColourBy.valueOf(colour.toUpperCase(Locale.ROOT));
    List<Rows.Point> points = run.rows(file, Rows.Point.class);
    if (points.isEmpty()) {
      return new MissingChart(run.missing(file));
    }
    return Charts.tsne(
        points,
        by,
        title + colour,
        run.marked(String.format(Locale.ROOT, "%s, n = %,d segments", segments, points.size())));
  }

  /** Columns x, y, genre, cluster, track, segment; cluster −1 where there are none. */
  public Table table() {
    return run.table(file, Rows.Point.class, "t-SNE of the segments");
  }
}

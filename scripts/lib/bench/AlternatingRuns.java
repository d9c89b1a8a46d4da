//SOURCES Machine.java
//SOURCES Peer.java
//SOURCES TimedStage.java
//SOURCES Workload.java
//SOURCES ../evaluation/SampleStatistics.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/Rows.java

package genrelab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.evaluation.SampleStatistics;
import genrelab.kit.Stage;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;

/** Times processes in turns: ours, each peer, ours, …, so that a machine's moods hit all alike. */
public final class AlternatingRuns {
  /** The threads of the last process spin for a while, looking for work. */
  private static final int SETTLE_MS = 250;

  private static final String MACHINE = Machine.describe();

  private AlternatingRuns() {}

  /**
   * Times a workload.
   *
   * @param all the processes, ours first
   * @param runs turns of each that count
   * @param progress stepped once a turn
   * @return a row a measure and peer; without peers, a row a measure
   */
  public static List<Rows.Speed> time(
      Workload workload, List<Peer> all, int runs, ProgressBar progress) {
    List<Peer> sides = all.subList(0, workload.turns().size());
    int measures = workload.measures().size();
    double[][][] values = new double[measures][sides.size()][runs];
    for (int run = -workload.warmUps(); run < runs; run++) {
      JsonNode ours = null;
      for (int side = 0; side < sides.size(); side++) {
        progress.setExtraMessage(workload.measures().get(0).name());
        JsonNode answer = settled(workload.turns().get(side));
        progress.step();
        ours = side == 0 ? answer : ours;
        requireSameSegments(sides.get(side), answer, ours);
        for (int m = 0; m < measures && run >= 0; m++) {
          values[m][side][run] = value(sides.get(side), answer, workload.measures().get(m));
        }
      }
    }
    Double limit = workload.limit().get();
    var rows = new ArrayList<Rows.Speed>();
    for (int m = 0; m < measures; m++) {
      Workload.Measure measure = workload.measures().get(m);
      double[] ours = values[m][0];
      if (sides.size() == 1) {
        rows.add(row(workload.stage(), measure, ours, "", "", null, limit));
      }
      for (int side = 1; side < sides.size(); side++) {
        String peer = sides.get(side).library();
        String version = sides.get(side).hello().path("name").asText();
        rows.add(row(workload.stage(), measure, ours, peer, version, values[m][side], limit));
      }
    }
    return rows;
  }

  private static JsonNode settled(Supplier<JsonNode> turn) {
    try {
      TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted; nothing was written");
    }
    return turn.get();
  }

  /** Both must have found the same segments in a corpus. */
  private static void requireSameSegments(Peer side, JsonNode answer, JsonNode ours) {
    int theirs = answer.path("segments").asInt();
    if (theirs != ours.path("segments").asInt()) {
      throw new Stage.Failure(
          "--corpus: %s finds %d segments of 3 s, we %d; give a corpus of whole .wav files alone",
          side.library(), theirs, ours.path("segments").asInt());
    }
  }

  private static double value(Peer side, JsonNode answer, Workload.Measure measure) {
    double value = answer.path(measure.key()).asDouble();
    if (!(value > 0 && Double.isFinite(value))) {
      throw new Stage.Failure(
          "%s: no time in its answer %s; look into its script", side.library(), answer);
    }
    return value;
  }

  /**
   * A row of medians. The ratio is the median of the pairs' ratios.
   *
   * @param version the peer's name and version; empty without one
   * @param theirs null without a peer
   */
  public static Rows.Speed row(
      TimedStage stage,
      Workload.Measure measure,
      double[] ours,
      String peer,
      String version,
      double[] theirs,
      Double limit) {
    double[] ratios =
        theirs == null
            ? null
            : IntStream.range(0, ours.length)
                .mapToDouble(run -> ours[run] / theirs[run])
                .sorted()
                .toArray();
    return new Rows.Speed(
        stage.name(),
        measure.name(),
        measure.unit(),
        rounded(SampleStatistics.median(ours)),
        peer,
        version,
        theirs == null ? null : rounded(SampleStatistics.median(theirs)),
        ratios == null ? null : rounded(SampleStatistics.median(ratios)),
        ratios == null ? null : rounded(ratios[0]),
        ratios == null ? null : rounded(ratios[ratios.length - 1]),
        limit == null ? null : rounded(limit),
        ours.length,
        MACHINE);
  }

  /** To a thousandth, and no less than one. */
  private static double rounded(double value) {
    return Math.max(1, Math.round(1000 * value)) / 1000.0;
  }
}

//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../corpus/Corpus.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ClassifyWork.java
//SOURCES CorpusSource.java
//SOURCES JobFolder.java
//SOURCES PartFolder.java
//SOURCES PartTask.java
//SOURCES SparkCluster.java
//SOURCES TrackError.java
//SOURCES TrackSource.java
//SOURCES PartPlan.java

package genrelab.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The genres of a corpus's tracks by a trained model, on Spark: parts of CSV.
 *
 * @param model its zip, which all machines see
 * @param partTracks tracks of a part
 */
public record ClassifyJob(CorpusSource source, PartFolder out, Path model, int partTracks) {
  /**
   * What came of it.
   *
   * @param kept parts that were there
   * @param repaired parts that were there, but not whole
   */
  public record Result(int tracks, int parts, int kept, int repaired, int errors) {}

  /** Makes all parts that are not there, and errors.csv. */
  public Result run(SparkCluster cluster) {
    List<TrackSource> tracks = source.tracks();
    ObjectNode decides = Store.JSON.createObjectNode().put("task", "classify");
    decides.put("model", Store.sha256(model)).put("partTracks", partTracks);
    decides.put("tracks", source.sha256()).put("genrelab", Stage.VERSION);
    try (var folder = new JobFolder(out, decides)) {
      var plans = new ArrayList<PartPlan>();
      for (int from = 0; from < tracks.size(); from += partTracks) {
        int to = Math.min(tracks.size(), from + partTracks);
        plans.add(
            new PartPlan(
                plans.size(), new ArrayList<>(tracks.subList(from, to)), new ArrayList<>()));
      }
      String root = source.corpus().root().toAbsolutePath().normalize().toString();
      String zip = model.toAbsolutePath().normalize().toString();
      List<PartTask.Outcome> outcomes =
          cluster.makeParts("classify", plans, out, new ClassifyWork(zip, root));
      var errors = new ArrayList<TrackError>();
      outcomes.forEach(outcome -> errors.addAll(outcome.part().errors()));
      folder.writeErrors(errors);
      return new Result(
          outcomes.stream().mapToInt(outcome -> outcome.part().rows()).sum(),
          (int) outcomes.stream().filter(outcome -> outcome.part().rows() > 0).count(),
          PartTask.count(outcomes, PartTask.State.KEPT),
          PartTask.count(outcomes, PartTask.State.REPAIRED),
          errors.size());
    }
  }
}

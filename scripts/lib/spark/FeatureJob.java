//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../corpus/Corpus.java
//SOURCES ../features/FeatureFolder.java
//SOURCES ../features/FeaturePart.java
//SOURCES ../features/FolderHeader.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../features/TrackParts.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES CorpusSource.java
//SOURCES FeatureWork.java
//SOURCES JobFolder.java
//SOURCES MeasureTrack.java
//SOURCES PartFolder.java
//SOURCES PartTask.java
//SOURCES SparkCluster.java
//SOURCES TrackError.java
//SOURCES TrackSource.java
//SOURCES PartPlan.java
//SOURCES TrackLength.java

package genrelab.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.Corpus;
import genrelab.features.FeatureFolder;
import genrelab.features.FeaturePart;
import genrelab.features.FolderHeader;
import genrelab.features.SegmentFeatures;
import genrelab.features.TrackParts;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Features of a corpus on Spark: its tracks are measured, dealt to parts as {@link TrackParts}
 * says, and computed, a part a task.
 *
 * @param seconds of a segment
 * @param params of the features
 * @param partTracks tracks of a part
 */
public record FeatureJob(
    CorpusSource source,
    PartFolder out,
    String key,
    ObjectNode params,
    double seconds,
    int partTracks) {
  /**
   * What came of it.
   *
   * @param kept parts that were there
   * @param repaired parts that were there, but not whole
   */
  public record Result(
      FolderHeader header, long segments, int tracks, int kept, int repaired, int errors) {}

  /** Computes all parts that are not there, and writes {@code features.json} and errors.csv. */
  public Result run(SparkCluster cluster) {
    List<TrackSource> sources = source.tracks();
    params.put("seconds", seconds);
    SegmentFeatures features = SegmentFeatures.of(key, params);
    int frames = features.frames((int) Math.round(seconds * features.rate()));
    if (frames < features.least()) {
      throw new Stage.Failure(
          "--seconds %s makes %d frames, fewer than the %d that --delta needs; give longer"
              + " segments",
          seconds, frames, features.least());
    }
    try (var folder = new JobFolder(out, decides())) {
      List<TrackLength> lengths = measure(cluster, folder, sources);
      var errors = new ArrayList<TrackError>();
      List<PartPlan> plans = plan(sources, lengths, features, frames, errors);
      if (plans.isEmpty()) {
        folder.writeErrors(errors);
        throw new Stage.Failure(
            "%s: no track holds a whole segment of %s s; %s names the problems",
            source.name(), seconds, out.address("errors.csv"));
      }
      List<PartTask.Outcome> outcomes =
          cluster.makeParts(key, plans, out, new FeatureWork(key, params.toString(), frames));
      outcomes.forEach(outcome -> errors.addAll(outcome.part().errors()));
      folder.writeErrors(errors);
      return finish(
          folder, mapping(plans), outcomes, features, frames, sources.size(), errors.size());
    }
  }

  private ObjectNode decides() {
    ObjectNode decides = Store.JSON.createObjectNode().put("task", "features").put("key", key);
    params.properties().forEach(param -> decides.set(param.getKey(), param.getValue()));
    decides.put("partTracks", partTracks).put("tracks", source.sha256());
    return decides.put("genrelab", Stage.VERSION);
  }

  private List<TrackLength> measure(
      SparkCluster cluster, JobFolder folder, List<TrackSource> sources) {
    List<TrackLength> known = folder.lengths();
    if (known != null && known.size() == sources.size()) {
      return known;
    }
    int tasks = Math.min(sources.size(), Math.max(4 * cluster.cores(), sources.size() / 1000));
    int[] steps = new int[tasks]; // as Spark slices a list
    for (int t = 0; t < tasks; t++) {
      steps[t] =
          (int) ((t + 1L) * sources.size() / tasks) - (int) ((long) t * sources.size() / tasks);
    }
    List<TrackLength> lengths =
        cluster.map("segment", sources, tasks, steps, new MeasureTrack(seconds));
    folder.write(lengths);
    return lengths;
  }

  /** Deals the tracks that hold segments to parts; the others are errors. */
  private List<PartPlan> plan(
      List<TrackSource> sources,
      List<TrackLength> lengths,
      SegmentFeatures features,
      int frames,
      List<TrackError> errors) {
    var sound = new ArrayList<TrackSource>();
    var cuts = new ArrayList<PartPlan.Cut>();
    for (int t = 0; t < sources.size(); t++) {
      TrackLength length = lengths.get(t);
      int samples =
          length.count() == 0
              ? 0
              : (int) Math.round((double) length.length() * features.rate() / length.rate());
      if (length.count() == 0) {
        errors.add(TrackError.of(sources.get(t), length.problem(), length.detail()));
      } else if (features.frames(samples) != frames) {
        errors.add(
            TrackError.of(
                sources.get(t),
                "rate",
                "at %d Hz its segments make %d frames, not %d"
                    .formatted(length.rate(), features.frames(samples), frames)));
      } else {
        sound.add(sources.get(t));
        cuts.add(new PartPlan.Cut(length.count(), length.length(), length.rate()));
      }
    }
    List<String> mapping = genres(sound);
    int[] tracksOfParts =
        TrackParts.tracks(
            cuts.stream().mapToInt(PartPlan.Cut::count).toArray(),
            partTracks,
            FeatureFolder.rowsOfPart(frames, features.width()));
    var plans = new ArrayList<PartPlan>();
    int from = 0;
    for (int tracksOfPart : tracksOfParts) {
      int to = from + tracksOfPart;
      plans.add(
          new PartPlan(
              plans.size(),
              new ArrayList<>(
                  sound.subList(from, to).stream().map(track -> track.labelled(mapping)).toList()),
              new ArrayList<>(cuts.subList(from, to))));
      from = to;
    }
    return plans;
  }

  /** The genres of tracks that hold segments, as {@code mfcc} finds them in the manifest. */
  private static List<String> genres(List<TrackSource> sound) {
    return List.copyOf(new TreeSet<>(sound.stream().map(TrackSource::genre).toList()));
  }

  private static List<String> mapping(List<PartPlan> plans) {
    return genres(plans.stream().flatMap(plan -> plan.tracks().stream()).toList());
  }

  private Result finish(
      JobFolder folder,
      List<String> mapping,
      List<PartTask.Outcome> outcomes,
      SegmentFeatures features,
      int frames,
      int all,
      int errors) {
    List<FeaturePart> parts =
        outcomes.stream()
            .map(PartTask.Outcome::part)
            .filter(part -> part.rows() > 0)
            .map(
                part ->
                    new FeaturePart(
                        part.name(),
                        part.rows(),
                        part.sha256().get(part.name() + ".npy"),
                        part.sha256().get(part.name() + ".csv")))
            .toList();
    if (parts.isEmpty()) {
      throw new Stage.Failure(
          "%s: no track could be read; %s names the problems",
          source.name(), out.address("errors.csv"));
    }
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "audio").put("genrelab", Stage.VERSION).put("TarsosDSP", "2.4");
    provenance.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    provenance.put("synthetic", Corpus.isSynthetic(source.corpus().tracks().get(0).file()));
    provenance.putObject("inputs").put(source.name(), source.sha256());
    var header =
        new FolderHeader(key, mapping, frames, features.width(), parts, params, provenance);
    folder.write(FolderHeader.FILE, header.content());
    folder.deleteOtherParts(parts);
    return new Result(
        header,
        parts.stream().mapToLong(FeaturePart::rows).sum(),
        all - errors,
        PartTask.count(outcomes, PartTask.State.KEPT),
        PartTask.count(outcomes, PartTask.State.REPAIRED),
        errors);
  }
}

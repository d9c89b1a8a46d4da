//SOURCES TrackAudio.java
//SOURCES ../evaluation/TestedNetwork.java
//SOURCES ../kit/Stage.java
//SOURCES ../networks/NetworkCatalog.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java
//SOURCES ../results/SegmentId.java

package genrelab.explore;

import genrelab.evaluation.TestedNetwork;
import genrelab.kit.Stage;
import genrelab.networks.NetworkCatalog;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import genrelab.results.SegmentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the page shows of a run, but for the features.
 *
 * @param name the run folder's name
 * @param synthetic whether the audio is the synthetic demo corpus; empty where nothing tells
 * @param genres in alphabetical order
 * @param tracks in the order of their first segments
 * @param segments those of {@code tsne.json} in its order, then those that were only predicted
 * @param networks that have predictions, in the run's order
 */
public record ExploredRun(
    String name,
    Optional<Boolean> synthetic,
    List<String> genres,
    List<Track> tracks,
    List<Segment> segments,
    List<Network> networks) {

  /**
   * A track.
   *
   * @param artist empty where unknown
   * @param audio its file; empty where it is not there
   */
  public record Track(String id, String genre, String artist, Optional<TrackAudio> audio) {}

  /**
   * A segment.
   *
   * @param point its place on the map; empty where it has none
   * @param track index in {@link ExploredRun#tracks}
   * @param manifest its row in {@code segments.json}; empty where that is not there
   */
  public record Segment(
      SegmentId id,
      String genre,
      int track,
      Optional<Rows.Point> point,
      Optional<Rows.Segment> manifest) {}

  /**
   * A network's predictions.
   *
   * @param split how the segments were split; empty where unknown
   * @param classes in the order of the probabilities
   */
  public record Network(
      String name,
      String title,
      String split,
      List<String> classes,
      List<Rows.Prediction> predictions) {}

  /**
   * Reads a run.
   *
   * @throws Stage.Failure if there is no {@code tsne.json}, or a file is damaged
   */
  public static ExploredRun read(RunFolder run) {
    if (!run.exists()) {
      throw new Stage.Failure("%s: no such folder; name a run folder", run.path());
    }
    List<Rows.Point> points = run.rows("tsne.json", Rows.Point.class);
    if (points.isEmpty()) {
      throw new Stage.Failure(
          "%s: no tsne.json with segments, which are the map; %s makes it",
          run.path(), run.command("tsne.json"));
    }
    List<Network> networks =
        run.networks().stream()
            .filter(name -> run.has(name + "/predictions.json"))
            .map(name -> network(run, name))
            .toList();
    var genres = new TreeSet<String>();
    points.forEach(point -> genres.add(point.genre()));
    networks.forEach(network -> genres.addAll(network.classes()));
    return new Joining(run).join(points, networks, List.copyOf(genres));
  }

  private static Network network(RunFolder run, String name) {
    var folder = run.path().resolve(name);
    List<Rows.Prediction> predictions = TestedNetwork.read(List.of(folder)).predictions().get(0);
    String split =
        run.rows(name + "/metrics.json", Rows.Metric.class).stream()
            .map(Rows.Metric::split)
            .findFirst()
            .orElse("");
    return new Network(
        name,
        NetworkCatalog.title(name),
        split,
        TestedNetwork.mapping(folder, predictions),
        predictions);
  }

  /** The audio that the page can play, by the track's index. */
  public Map<Integer, TrackAudio> audio() {
    var audio = new LinkedHashMap<Integer, TrackAudio>();
    for (int i = 0; i < tracks.size(); i++) {
      int track = i;
      tracks.get(i).audio().ifPresent(file -> audio.put(track, file));
    }
    return audio;
  }

  /** Brings points, predictions and the manifest's rows together by segment. */
  private static final class Joining {
    private final RunFolder run;
    private final Map<SegmentId, Rows.Segment> manifest;
    private final Map<String, Integer> trackOf = new HashMap<>();
    private final List<Track> tracks = new ArrayList<>();
    private final Map<SegmentId, Segment> segments = new LinkedHashMap<>();

    Joining(RunFolder run) {
      this.run = run;
      manifest =
          run.rows("segments.json", Rows.Segment.class).stream()
              .collect(Collectors.toMap(Rows.Segment::id, row -> row, (first, again) -> first));
    }

    ExploredRun join(List<Rows.Point> points, List<Network> networks, List<String> genres) {
      for (Rows.Point point : points) {
        var id = new SegmentId(point.track(), point.segment());
        if (add(id, point.genre(), Optional.of(point)) != null) {
          throw new Stage.Failure(
              "%s: it has %s twice; %s makes it again",
              run.find("tsne.json").orElseThrow(), id, run.command("tsne.json"));
        }
      }
      for (Network network : networks) {
        for (Rows.Prediction row : network.predictions()) {
          add(row.id(), row.truth(), Optional.empty());
          requireSameGenre(network, row);
        }
      }
      return new ExploredRun(
          run.path().toAbsolutePath().normalize().getFileName().toString(),
          run.synthetic(),
          genres,
          tracks,
          List.copyOf(segments.values()),
          networks);
    }

    private Segment add(SegmentId id, String genre, Optional<Rows.Point> point) {
      Optional<Rows.Segment> row = Optional.ofNullable(manifest.get(id));
      int track =
          trackOf.computeIfAbsent(
              id.track(),
              name -> {
                tracks.add(track(name, genre, row));
                return tracks.size() - 1;
              });
      return segments.putIfAbsent(id, new Segment(id, genre, track, point, row));
    }

    private Track track(String name, String genre, Optional<Rows.Segment> row) {
      return new Track(
          name,
          genre,
          row.map(Rows.Segment::artist).orElse(""),
          row.flatMap(segment -> TrackAudio.of(run.find("segments.json").orElseThrow(), segment)));
    }

    private void requireSameGenre(Network network, Rows.Prediction row) {
      String genre = segments.get(row.id()).genre();
      if (!genre.equals(row.truth())) {
        throw new Stage.Failure(
            "%s: %s is of %s, but of %s in tsne.json; train on the same features again",
            run.find(network.name() + "/predictions.json").orElseThrow(),
            row.id(),
            row.truth(),
            genre);
      }
    }
  }
}

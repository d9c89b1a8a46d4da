//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Run.java
//SOURCES KitFolder.java
//SOURCES MfccNeighbours.java
//SOURCES MissingChart.java
//SOURCES Sound.java
//SOURCES ../audio/Audio.java
//SOURCES ../features/Features.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../figures/ColourScale.java
//SOURCES ../results/Rows.java

package genrelab.notebook;

import genrelab.audio.Audio;
import genrelab.features.Features;
import genrelab.features.SegmentFeatures;
import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.figures.ColourScale;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Tables, sounds and charts of what a run heard: its tracks and segments. */
final class CorpusResults {
  private static final String SEGMENTS = "segments.json";
  private static final String SPLIT = "split.json";

  private final Run run;

  CorpusResults(Run run) {
    this.run = run;
  }

  Table genres() {
    return run.has(SEGMENTS)
        ? counts(
            "Tracks and segments of each genre",
            "genre",
            run.rows(SEGMENTS, Rows.Segment.class).stream()
                .collect(
                    Collectors.groupingBy(
                        Rows.Segment::genre,
                        TreeMap::new,
                        Collectors.mapping(Rows.Segment::track, Collectors.toList()))))
        : Table.create(run.missing(SEGMENTS));
  }

  Table split() {
    return run.has(SPLIT)
        ? counts(
            "Tracks and segments of each part",
            "part",
            run.rows(SPLIT, Rows.SplitRow.class).stream()
                .collect(
                    Collectors.groupingBy(
                        Rows.SplitRow::part,
                        TreeMap::new,
                        Collectors.mapping(Rows.SplitRow::track, Collectors.toList()))))
        : Table.create(run.missing(SPLIT));
  }

  /**
   * How many tracks and segments each group has.
   *
   * @param tracks of each group, one a segment
   */
  private Table counts(String caption, String column, Map<?, List<String>> tracks) {
    return Table.create(
        run.marked(caption),
        StringColumn.create(column, tracks.keySet().stream().map(Object::toString)),
        LongColumn.create(
            "tracks", tracks.values().stream().mapToLong(of -> of.stream().distinct().count())),
        LongColumn.create("segments", tracks.values().stream().mapToLong(List::size)));
  }

  Sound segment(String genre, int segment) {
    return sound(
        run.rows(SEGMENTS, Rows.Segment.class).stream()
            .filter(row -> row.genre().equals(genre) && row.segment() == segment)
            .findFirst(),
        "a segment of genre " + genre);
  }

  Sound segmentOf(String track, int segment) {
    return sound(
        run.rows(SEGMENTS, Rows.Segment.class).stream()
            .filter(row -> row.track().equals(track) && row.segment() == segment)
            .findFirst(),
        track + ", segment " + segment);
  }

  private Sound sound(Optional<Rows.Segment> found, String what) {
    if (found.isEmpty()) {
      return Sound.missing(
          run.has(SEGMENTS) ? SEGMENTS + " holds no " + what : run.missing(SEGMENTS));
    }
    Rows.Segment segment = found.get();
    Path recorded = run.folder().resolve(segment.file()).normalize();
    String moved = Run.setting("GENRELAB_CORPUS", "");
    Path file =
        moved.isEmpty()
            ? recorded
            : KitFolder.resolve(moved).resolve(segment.genre()).resolve(recorded.getFileName());
    try {
      Audio audio = Audio.read(file).slice(segment.start(), segment.length());
      String title = "%s, segment %d".formatted(segment.track(), segment.segment());
      String note = run.marked("genre " + segment.genre());
      return new Sound(title, note, audio.samples(), audio.rate());
    } catch (Audio.Unreadable unusable) {
      return Sound.missing(
          "%s: %s; set GENRELAB_CORPUS to the corpus folder"
              .formatted(KitFolder.relative(file), unusable.getMessage()));
    }
  }

  Table nearest(Sound sound, int count) {
    Optional<Path> mfcc = run.files().findFeatures("mfcc");
    if (sound.isMissing() || mfcc.isEmpty()) {
      return Table.create(sound.isMissing() ? sound.title() : run.missing("mfcc.json"));
    }
    Features features = Features.read(mfcc.get());
    Table nearest =
        new MfccNeighbours(features)
            .of(sound, SegmentFeatures.of("mfcc", features.params()), count);
    return nearest.setName(run.marked(nearest.name()));
  }

  Chart mfccs() {
    Optional<Path> mfcc = run.files().findFeatures("mfcc");
    if (mfcc.isEmpty()) {
      return new MissingChart(run.missing("mfcc.json"));
    }
    Features features = Features.read(mfcc.get());
    var shown = new LinkedHashMap<String, float[]>();
    for (int i = 0; i < features.size(); i++) {
      if (features.segments()[i] == 1) {
        shown.putIfAbsent(features.genre(i), features.values(i));
      }
    }
    return Charts.heats(
        shown,
        features.coefficients(),
        3.0,
        ColourScale.DIVERGING,
        -60,
        60,
        "value",
        "MFCCs of one segment of each genre",
        run.marked(
            "%d coefficients each, 0 at the bottom; colours stop at ±60"
                .formatted(features.coefficients())));
  }
}

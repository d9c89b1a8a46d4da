//SOURCES ArtistTable.java
//SOURCES ../audio/Ffmpeg.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.corpus;

import genrelab.audio.Ffmpeg;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A corpus in GTZAN's layout: one folder a genre, one audio file a track.
 *
 * @param root its folder
 * @param tracks sorted by genre, then file name
 * @param unexpected files that belong to no track
 */
public record Corpus(Path root, List<Track> tracks, List<Rows.Problem> unexpected) {
  private static final Set<String> AUDIO =
      Set.of("wav", "wave", "au", "snd", "aif", "aiff", "aifc", "flac", "ogg", "oga", "mp2", "mp3");
  private static final String SYNTHETIC_MARK = "SYNTHETIC.md";
  private static final String ARTISTS = "artists.csv";

  /** What {@code fetch} writes beside the genres' folders. */
  private static final Set<String> BESIDE =
      Set.of(SYNTHETIC_MARK, ARTISTS, "manifest.csv", "unlabelled.csv", "fma-split.csv");

  /**
   * One track.
   *
   * @param id the file's base name without extension, e.g. {@code blues.00000}
   * @param artist empty where unknown
   */
  public record Track(String id, String genre, String artist, Path file) {}

  /**
   * Lists a corpus's tracks in sorted order; reads no audio.
   *
   * @param root the folder that holds the genre folders; {@code artists.csv} (track, artist) in it
   *     is read where present
   * @throws Stage.Failure if the folder is missing, empty, or has no genre folders
   */
  public static Corpus open(Path root) {
    return open(
        root,
        folder -> {
          throw new Stage.Failure("%s: access denied; check its permissions", folder);
        });
  }

  /**
   * As {@link #open(Path)}, but told of genre folders that can't be read.
   *
   * @param denied takes each such folder, which is then left out
   */
  public static Corpus open(Path root, Consumer<Path> denied) {
    if (!Files.isDirectory(root)) {
      throw new Stage.Failure(
          "%s: no such corpus folder; give the folder that holds one folder a genre", root);
    }
    Path csv = root.resolve(ARTISTS);
    Map<String, String> artists = Files.exists(csv) ? ArtistTable.read(csv) : Map.of();
    var tracks = new ArrayList<Track>();
    var unexpected = new ArrayList<Rows.Problem>();
    for (Path folder : sorted(root)) {
      String genre = folder.getFileName().toString();
      if (Files.isDirectory(folder)) {
        requireUsableGenre(genre, folder.toString());
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
          denied.accept(folder);
          continue;
        }
        for (Path file : sorted(folder)) {
          if (Files.isRegularFile(file) && isAudio(file)) {
            String id = trackId(file);
            tracks.add(new Track(id, genre, artists.getOrDefault(id, ""), file));
          } else {
            unexpected.add(unread(root, file, genre));
          }
        }
      } else if (!BESIDE.contains(genre)) {
        unexpected.add(unread(root, folder, ""));
      }
    }
    if (tracks.isEmpty()) {
      throw new Stage.Failure("%s: %s", root, whyEmpty(root, unexpected));
    }
    return new Corpus(root, tracks, unexpected);
  }

  private static String whyEmpty(Path root, List<Rows.Problem> unexpected) {
    if (unexpected.isEmpty()) {
      return "the corpus is empty; expected GENRE/TRACK.wav below it";
    }
    List<Rows.Problem> needFfmpeg =
        unexpected.stream().filter(file -> file.problem().equals(Ffmpeg.NEEDED)).toList();
    if (!needFfmpeg.isEmpty()) {
      return "no audio that can be read without ffmpeg; %d files need it, first %s: %s"
          .formatted(needFfmpeg.size(), needFfmpeg.get(0).file(), Ffmpeg.INSTALL);
    }
    for (Path folder : sorted(root)) {
      if (Files.isDirectory(folder)
          && Files.isReadable(folder)
          && sorted(folder).stream().anyMatch(inner -> Files.isDirectory(inner))) {
        return "no GENRE/TRACK.wav below it; did you mean " + folder + "?";
      }
    }
    return "unknown folder structure; expected GENRE/TRACK.wav below it";
  }

  private static Rows.Problem unread(Path root, Path file, String genre) {
    String name = Store.slashed(root.relativize(file));
    return needsFfmpeg(file)
        ? new Rows.Problem(
            name, "", genre, Ffmpeg.NEEDED, "only ffmpeg reads " + ending(file.toString()))
        : new Rows.Problem(name, "", genre, "unexpected", "no audio file of a track");
  }

  /** A failure that begins with the place where a genre's name can't be used. */
  static void requireUsableGenre(String genre, String place) {
    if (genre.isEmpty()) {
      throw new Stage.Failure("%s has no genre; complete or remove it", place);
    }
    if (!Stage.oneLine(genre).equals(genre)) {
      throw new Stage.Failure("%s: a genre's name has a control character; rename it", place);
    }
    if (Rows.ClassReport.AVERAGES.contains(genre)) {
      throw new Stage.Failure("%s: reports call a mean over genres so; rename this genre", place);
    }
  }

  /** Ids that more than one file has, each with its files. */
  public Map<String, List<Path>> duplicateIds() {
    var files = new TreeMap<String, List<Path>>();
    for (Track track : tracks) {
      files.computeIfAbsent(track.id(), id -> new ArrayList<>()).add(track.file());
    }
    files.values().removeIf(same -> same.size() == 1);
    return files;
  }

  /** The same corpus, or a failure that names a track id that occurs twice. */
  public Corpus requireUniqueIds() {
    duplicateIds()
        .forEach(
            (id, files) -> {
              throw new Stage.Failure(
                  "%s: track id %s occurs twice (also %s); rename or remove one",
                  files.get(0), id, files.get(1));
            });
    return this;
  }

  /** Writes the mark by which every stage knows that this corpus is synthetic. */
  public static void markSynthetic(Path root, String text) {
    Store.write(
        root.resolve(SYNTHETIC_MARK), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether an audio file lies in a corpus that is marked as synthetic. */
  public static boolean isSynthetic(Path audioFile) {
    return Files.exists(audioFile.resolve("../..").normalize().resolve(SYNTHETIC_MARK));
  }

  /** A track's id: that of {@code blues/blues.00000.wav} is {@code blues.00000}. */
  public static String trackId(Path file) {
    return withoutEnding(file.getFileName().toString());
  }

  /**
   * The id of a track that a text names by its id, its file's name or its path. The text may come
   * from Windows: both separators end a folder's name, so a file whose name holds a backslash can't
   * be named there.
   */
  public static String trackId(String name) {
    return withoutEnding(
        name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
  }

  private static String withoutEnding(String base) {
    String ending = ending(base);
    return AUDIO.contains(ending) || Ffmpeg.ENDINGS.contains(ending)
        ? base.substring(0, base.length() - ending.length() - 1)
        : base;
  }

  /** Whether a file's name says that it is audio that can be read. */
  public static boolean isAudio(Path file) {
    return AUDIO.contains(ending(file.getFileName().toString()))
        || isFfmpegs(file) && Ffmpeg.program().isPresent();
  }

  /** Whether a file's name says that it is audio, but ffmpeg, which it needs, is missing. */
  public static boolean needsFfmpeg(Path file) {
    return isFfmpegs(file) && Ffmpeg.program().isEmpty();
  }

  private static boolean isFfmpegs(Path file) {
    String name = file.getFileName().toString();
    return name.contains(".") && Ffmpeg.ENDINGS.contains(ending(name));
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static List<Path> sorted(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
          .toList();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The ids of the tracks that a text file lists, one a line, in its order. */
  public static List<String> readList(Path file) {
    return readList(lines(file));
  }

  /** The ids of the tracks that lines name, one a line. */
  public static List<String> readList(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(Corpus::trackId)
        .toList();
  }

  /** A text file's lines, or a failure that says that it is none. */
  public static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException error) {
      throw new Stage.Failure("%s: not UTF-8 text; save it as UTF-8", file);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}

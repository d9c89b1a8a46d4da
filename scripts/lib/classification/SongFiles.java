//SOURCES ../audio/Ffmpeg.java
//SOURCES ../corpus/Corpus.java

package genrelab.classification;

import genrelab.audio.Ffmpeg;
import genrelab.corpus.Corpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The songs in a folder and in those within it, and what else is there.
 *
 * <p>Hidden files are left out; links to folders are not followed.
 *
 * @param songs audio files by their endings, each folder in sorted order
 * @param unread audio in formats that are not supported, and folders that can't be read
 * @param links to folders
 * @param others files that are no audio: how many by ending
 */
public record SongFiles(
    List<Path> songs, List<Unread> unread, List<Path> links, Map<String, Integer> others) {
  /** Something that can't be read, and what to do. */
  public record Unread(Path path, String why) {}

  /** Walks a folder. */
  public static SongFiles in(Path folder) {
    var files =
        new SongFiles(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
    files.add(folder);
    return files;
  }

  private void add(Path folder) {
    List<Path> inside;
    try (Stream<Path> entries = Files.list(folder)) {
      inside =
          entries
              .filter(entry -> !entry.getFileName().toString().startsWith("."))
              .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
              .toList();
    } catch (IOException | UncheckedIOException error) {
      unread.add(new Unread(folder, "the folder can't be read; check its permissions"));
      return;
    }
    for (Path entry : inside) {
      String ending = ending(entry);
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        add(entry);
      } else if (Files.isDirectory(entry)) {
        links.add(entry);
      } else if (Files.isRegularFile(entry) && Corpus.isAudio(entry)) {
        songs.add(entry);
      } else if (Corpus.needsFfmpeg(entry)) {
        unread.add(new Unread(entry, Ffmpeg.NEEDED + ": " + Ffmpeg.INSTALL));
      } else {
        others.merge(ending, 1, Integer::sum);
      }
    }
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "without ending" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}

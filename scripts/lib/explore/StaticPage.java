//SOURCES ExploredRun.java
//SOURCES PageFiles.java
//SOURCES RunScript.java
//SOURCES SegmentImages.java
//SOURCES TrackAudio.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/RunFolder.java

package genrelab.explore;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The map as a folder that a browser opens from the file system. */
public final class StaticPage {
  /** In the page's head, as index.html has it. */
  private static final String GENERATOR = "<meta name=\"generator\" content=\"genrelab explore\">";

  /** Names of the files that an export has, beside the page's own. */
  private static final Pattern NAME =
      Pattern.compile("features/\\d{1,9}\\.js|audio/\\d{1,9}\\.(?:wav|mp3|flac|ogg|oga)");

  private StaticPage() {}

  /** Whether a folder's page is an export. */
  public static boolean isExport(Path folder) {
    return begins(folder.resolve(PageFiles.INDEX), GENERATOR);
  }

  /**
   * Writes the page, its scripts and styles, a script of features for each track, and, where asked
   * for, the audio. Files of an earlier export that this one does not have are removed.
   *
   * @throws Stage.Failure if the folder holds anything but an earlier export: what stands in it is
   *     another's
   */
  public static void write(ExploredRun run, RunFolder folder, Path out, boolean withAudio) {
    Set<String> earlier = earlier(out);
    SegmentImages images =
        SegmentImages.file(folder).map(SegmentImages::read).orElseGet(SegmentImages::none);
    Map<String, Store.Content> files = new LinkedHashMap<>();
    Map<String, byte[]> pages = PageFiles.read();
    byte[] index = pages.remove(PageFiles.INDEX);
    // first, so that what follows is known as an export's even if this one is interrupted
    files.put(PageFiles.INDEX, to -> to.write(index));
    pages.forEach((name, content) -> files.put(name, to -> to.write(content)));
    byte[] script = RunScript.of(run, withAudio);
    files.put(RunScript.NAME, to -> to.write(script));
    for (int i = 0; i < run.tracks().size(); i++) {
      int track = i;
      files.put(
          "features/%d.js".formatted(i), to -> to.write(RunScript.ofTrack(track, run, images)));
    }
    if (withAudio) {
      run.audio()
          .forEach((track, audio) -> files.put(RunScript.audioName(track, audio), content(audio)));
    }
    files.forEach((name, content) -> Store.write(out.resolve(name), content));
    earlier.stream()
        .filter(name -> !files.containsKey(name))
        .forEach(name -> Store.delete(out.resolve(name)));
  }

  private static Store.Content content(TrackAudio audio) {
    return to -> {
      if (!audio.isPlayedAsItIs()) {
        to.write(audio.wav());
        return;
      }
      try (InputStream in = Files.newInputStream(audio.file())) {
        in.transferTo(to);
      }
    };
  }

  /** The files of an earlier export in a folder; none where it is empty or not there. */
  private static Set<String> earlier(Path out) {
    if (!Files.isDirectory(out)) {
      return Set.of();
    }
    Set<String> pages = PageFiles.read().keySet();
    try (Stream<Path> all = Files.walk(out)) {
      Set<String> names =
          all.filter(file -> !Files.isDirectory(file))
              .map(file -> Store.slashed(out.relativize(file)))
              .collect(Collectors.toSet());
      Optional<String> foreign =
          names.stream()
              .filter(name -> !pages.contains(name) && !name.equals(RunScript.NAME))
              .filter(name -> !NAME.matcher(name).matches() && !name.endsWith(".part"))
              .sorted()
              .findFirst();
      if (foreign.isPresent() || !names.isEmpty() && !isExport(out)) {
        throw new Stage.Failure(
            "%s: it holds files that are not explore's (%s); name a new folder",
            out, Stage.oneLine(foreign.orElseGet(() -> names.stream().sorted().findFirst().get())));
      }
      return names;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static boolean begins(Path file, String mark) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(1000), StandardCharsets.UTF_8).contains(mark);
    } catch (IOException unreadable) {
      return false;
    }
  }
}

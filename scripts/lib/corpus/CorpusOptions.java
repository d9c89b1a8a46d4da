//DEPS info.picocli:picocli:4.7.7
//SOURCES Corpus.java
//SOURCES TrackIndex.java

package genrelab.corpus;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a corpus is: its folder, or a manifest of its tracks; one of the two. */
public class CorpusOptions {
  @Option(
      names = "--corpus",
      description = "Folder with one folder a genre, one audio file a track.")
  public Path corpus;

  @Option(
      names = "--manifest",
      paramLabel = "CSV",
      description =
          "In place of --corpus: CSV with a header and columns track, file, genre and, if known,"
              + " artist; files relative to its folder.")
  public Path manifest;

  /** The corpus, whose tracks have ids of their own. */
  public Corpus open() {
    return manifest != null
        ? TrackIndex.manifest(manifest)
        : Corpus.open(corpus).requireUniqueIds();
  }

  /** The folder or manifest as it was given. */
  @Override
  public String toString() {
    return "" + (manifest != null ? manifest : corpus);
  }
}

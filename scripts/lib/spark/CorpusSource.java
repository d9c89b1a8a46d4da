//SOURCES ../corpus/Corpus.java
//SOURCES ../corpus/TrackIndex.java
//SOURCES ../kit/Store.java
//SOURCES TrackSource.java

package genrelab.spark;

import genrelab.corpus.Corpus;
import genrelab.corpus.TrackIndex;
import genrelab.kit.Store;
import java.nio.file.Path;
import java.util.List;

/**
 * The tracks of a job, and where they come from.
 *
 * @param corpus whose files may be missing
 * @param name of the manifest or the folder
 * @param sha256 of the manifest, or of the list of the folder's tracks
 */
public record CorpusSource(Corpus corpus, String name, String sha256) {
  /** Reads a manifest; a track whose file is missing is for {@code errors.csv}. */
  public static CorpusSource ofManifest(Path manifest) {
    return new CorpusSource(
        TrackIndex.listed(manifest), manifest.getFileName().toString(), Store.sha256(manifest));
  }

  /** Lists a folder with one folder a genre. */
  public static CorpusSource ofFolder(Path folder) {
    Corpus corpus = Corpus.open(folder).requireUniqueIds();
    var list = new StringBuilder();
    for (Corpus.Track track : corpus.tracks()) {
      list.append(track.genre()).append('/').append(track.file().getFileName());
      list.append('\t').append(track.artist()).append('\n');
    }
    return new CorpusSource(
        corpus,
        folder.toAbsolutePath().normalize().getFileName().toString(),
        Store.sha256(list.toString()));
  }

  List<TrackSource> tracks() {
    return corpus.tracks().stream().map(TrackSource::of).toList();
  }
}

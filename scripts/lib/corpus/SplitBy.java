package genrelab.corpus;

import java.util.Arrays;
import java.util.Iterator;

/** What a split assigns to a part as a whole. */
public enum SplitBy {
  /** Each segment by itself, as the paper does. */
  segment,
  /** Each segment by itself, stratified by genre and cluster, as the paper does with K-means. */
  cluster,
  track,
  artist,
  /** Tracks, as lists say. */
  file;

  /** The names, as completion candidates of an option. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(values()).map(SplitBy::name).iterator();
    }
  }
}

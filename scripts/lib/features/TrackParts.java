package genrelab.features;

import java.util.ArrayList;
import java.util.List;

/**
 * Which tracks form a part of a feature folder: consecutive whole ones, so many of them, fewer
 * where a part would be larger than 1 GiB. A stage on one machine and many machines thus write the
 * same parts.
 */
public final class TrackParts {
  /** Tracks of a part: some 2,560 segments of 30 s clips. */
  public static final int DEFAULT_TRACKS = 256;

  private TrackParts() {}

  /**
   * Deals tracks to parts.
   *
   * @param segments of each track, in order, each at least 1
   * @param most tracks of a part
   * @param mostRows segments of a part; a single track may have more
   * @return tracks of each part
   */
  public static int[] tracks(int[] segments, int most, int mostRows) {
    List<Integer> parts = new ArrayList<>();
    int tracks = 0;
    long rows = 0;
    for (int count : segments) {
      if (tracks > 0 && (tracks == most || rows + count > mostRows)) {
        parts.add(tracks);
        tracks = 0;
        rows = 0;
      }
      tracks++;
      rows += count;
    }
    if (tracks > 0) {
      parts.add(tracks);
    }
    return parts.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Deals segments to parts by their tracks.
   *
   * @param tracks of each segment; those of a track stand together
   * @return segments of each part
   */
  static int[] rows(String[] tracks, int most, int mostRows) {
    List<Integer> runs = new ArrayList<>();
    for (int row = 0; row < tracks.length; row++) {
      if (row > 0 && tracks[row].equals(tracks[row - 1])) {
        runs.set(runs.size() - 1, runs.get(runs.size() - 1) + 1);
      } else {
        runs.add(1);
      }
    }
    int[] segments = runs.stream().mapToInt(Integer::intValue).toArray();
    int[] parts = tracks(segments, most, mostRows);
    int[] rows = new int[parts.length];
    int track = 0;
    for (int part = 0; part < parts.length; part++) {
      for (int i = 0; i < parts[part]; i++) {
        rows[part] += segments[track++];
      }
    }
    return rows;
  }
}

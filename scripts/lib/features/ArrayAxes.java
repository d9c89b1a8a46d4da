package genrelab.features;

import java.util.List;
import java.util.Set;

/**
 * The three axes of an array of features, in the array's own order.
 *
 * @param names {@code frame}, {@code coefficient} and one of {@code segment} and {@code track}
 */
public record ArrayAxes(List<String> names) {
  private static final List<String> NAMES = List.of("segment", "track", "frame", "coefficient");

  /** The order of the features JSON. */
  public static final ArrayAxes SEGMENT_FRAME_COEFFICIENT =
      new ArrayAxes(List.of("segment", "frame", "coefficient"));

  /** Whether the names are those of three axes that describe features. */
  public boolean areValid() {
    return NAMES.containsAll(names)
        && Set.copyOf(names).size() == 3
        && names.size() == 3
        && names.contains("frame")
        && names.contains("coefficient");
  }

  /** Whether an item is a whole track rather than a segment. */
  public boolean wholeTracks() {
    return names.contains("track");
  }

  /** The place of the axis of segments or whole tracks. */
  public int item() {
    return names.indexOf(itemName());
  }

  /** {@code segment} or {@code track}. */
  public String itemName() {
    return wholeTracks() ? "track" : "segment";
  }

  public int frame() {
    return names.indexOf("frame");
  }

  public int coefficient() {
    return names.indexOf("coefficient");
  }

  @Override
  public String toString() {
    return String.join(",", names);
  }
}

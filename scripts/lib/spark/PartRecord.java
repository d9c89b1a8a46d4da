//SOURCES TrackError.java

package genrelab.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.TreeMap;

/**
 * What a part holds, {@code job/part-00000.json}: written last, when its files are there.
 *
 * @param name {@code part-00000}
 * @param rows segments, or tracks; without any there are no files
 * @param sha256 of each file, by its name
 * @param errors of tracks that were left out
 */
record PartRecord(
    String name, int rows, TreeMap<String, String> sha256, ArrayList<TrackError> errors)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}

//SOURCES PartPlan.java
//SOURCES PartRecord.java

package genrelab.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/** How a task makes a part. */
interface PartWork extends Serializable {
  /**
   * Writes a part's files into a folder of this attempt's own. A track that can't be read becomes
   * an error of the record; only what is wrong with the machine is thrown.
   */
  PartRecord write(PartPlan plan, Path folder) throws IOException;
}

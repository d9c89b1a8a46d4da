//COMPILE_OPTIONS -encoding UTF-8
// JJava finds the extension by it:
//FILES META-INF/services/org.dflib.jjava.jupyter.Extension=org.dflib.jjava.jupyter.Extension
//SOURCES KernelExtension.java
//SOURCES Kit.java
//SOURCES MfccColumns.java
//SOURCES NetworkScript.java
//SOURCES PlanRuns.java
//SOURCES Run.java
//SOURCES Songs.java
//SOURCES Source.java
//SOURCES TableCharts.java
//SOURCES ../features/Mel.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../figures/Charts.java

package genrelab.notebook;

/**
 * All that a notebook may name, as one jar and its libraries: {@code environment/jbang info
 * classpath scripts/lib/notebook/NotebookClasspath.java} builds it and prints the class path.
 */
final class NotebookClasspath {
  private NotebookClasspath() {}
}

//COMPILE_OPTIONS -encoding UTF-8
// Reads the flat rows of the result files into tables:
//DEPS tech.tablesaw:tablesaw-json:0.44.4
//SOURCES Audio.java
//SOURCES Features.java
//SOURCES Mel.java
//SOURCES Metrics.java
//SOURCES Notebook.java
//SOURCES PlanResults.java
//SOURCES Resampling.java

package genrelab;

/**
 * All that a notebook may import, as one jar and its libraries: {@code environment/jbang info
 * classpath scripts/lib/NotebookClasspath.java} builds it and prints the class path.
 */
final class NotebookClasspath {
  private NotebookClasspath() {}
}

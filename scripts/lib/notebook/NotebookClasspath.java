//COMPILE_OPTIONS -encoding UTF-8
// Reads the flat rows of the result files into tables:
//DEPS tech.tablesaw:tablesaw-json:0.44.4
//SOURCES ../audio/Audio.java
//SOURCES ../features/Features.java
//SOURCES ../features/Mel.java
//SOURCES ../evaluation/Metrics.java
//SOURCES Notebook.java
//SOURCES PaperComparison.java
//SOURCES ../report/PlanCharts.java
//SOURCES ../report/PlanResults.java
//SOURCES ../report/PlanStatistics.java
//SOURCES ../report/PlanTables.java
//SOURCES ../audio/Resampling.java

package genrelab.notebook;

/**
 * All that a notebook may import, as one jar and its libraries: {@code environment/jbang info
 * classpath scripts/lib/NotebookClasspath.java} builds it and prints the class path.
 */
final class NotebookClasspath {
  private NotebookClasspath() {}
}

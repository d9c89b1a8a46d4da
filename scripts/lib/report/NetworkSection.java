//SOURCES NetworkFigures.java
//SOURCES NetworkResults.java
//SOURCES NetworkTables.java
//SOURCES ReportFiles.java
//SOURCES RunResults.java
//SOURCES Section.java
//SOURCES Tables.java
//SOURCES ../networks/NetworkCatalog.java

package genrelab.report;

import static genrelab.report.Tables.count;

import genrelab.networks.NetworkCatalog;

/** One network: its architecture, performance, classification report, curves and mistakes. */
public final class NetworkSection {
  private NetworkSection() {}

  public static Section of(RunResults run, NetworkResults network, ReportFiles files) {
    Section section =
        Section.of(
            network.name(),
            network.title(),
            introduction(network),
            NetworkCatalog.of(network.name()).map(NetworkCatalog.Entry::description).orElse(""));
    var tables = new NetworkTables(network, run.paper(network), files);
    var figures = new NetworkFigures(run, network, files);
    figures.architecture().ifPresent(section::figures);
    if (!network.metrics().isEmpty()) {
      section.tables().add(tables.performance());
    }
    if (!network.report().isEmpty()) {
      section.tables().add(tables.classReport());
    }
    if (!network.history().isEmpty()) {
      section.figures(figures.curves());
    }
    if (!network.predictions().isEmpty()) {
      section.figures(figures.confusion());
      figures.reliability().ifPresent(section::figures);
    }
    return section;
  }

  private static String introduction(NetworkResults network) {
    long shared = network.sharedTracks();
    String epochs =
        Double.isNaN(network.epochs()) ? "an unknown number of" : count(network.epochs());
    return "Split by %s, %s%s.%s"
        .formatted(
            network.split(),
            network.seeds(),
            network.isBaseline() ? "" : ", " + epochs + " epochs",
            shared > 0 ? " %,d test tracks also have segments in training.".formatted(shared) : "");
  }
}

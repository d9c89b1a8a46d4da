//SOURCES NetworkResults.java
//SOURCES ReportFiles.java
//SOURCES RunResults.java
//SOURCES Section.java
//SOURCES ../figures/Charts.java
//SOURCES ../networks/Architecture.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Part.java
//SOURCES Tables.java

package genrelab.report;

import static genrelab.report.Tables.number;

import genrelab.figures.Charts;
import genrelab.networks.Architecture;
import genrelab.results.Paper;
import genrelab.results.Part;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The figures of one network, numbered as the paper's where it has the same. */
final class NetworkFigures {
  /** The paper's Figures 2 and 3. */
  private static final Map<String, Integer> ARCHITECTURES = Map.of("cnn", 2, "lstm", 3);

  private final RunResults run;
  private final NetworkResults network;
  private final ReportFiles files;

  NetworkFigures(RunResults run, NetworkResults network, ReportFiles files) {
    this.run = run;
    this.network = network;
    this.files = files;
  }

  Optional<Section.Figure> architecture() {
    return network.architecture().map(this::architecture);
  }

  private Section.Figure architecture(Architecture architecture) {
    int number = run.withPaper() ? ARCHITECTURES.getOrDefault(network.name(), 0) : 0;
    String subtitle =
        run.marked(
            "%d layers with parameters, from the trained model's configuration"
                .formatted(architecture.layers().stream().filter(l -> l.parameters() > 0).count()));
    return files.figure(
        name(number, "architecture"),
        Charts.architecture(architecture, title(number, "architecture"), subtitle),
        subtitle,
        "Sizes are of one segment: rows × columns × channels, or steps × values.");
  }

  /** Accuracy and loss of training and validation over the epochs, side by side. */
  Section.Figure[] curves() {
    int number = run.paper(network).map(Paper.Network::curves).orElse(0);
    return Stream.of(Charts.Curve.values())
        .map(measure -> curve(measure, number))
        .toArray(Section.Figure[]::new);
  }

  private Section.Figure curve(Charts.Curve measure, int number) {
    String what = measure.name().toLowerCase(Locale.ROOT);
    Map<Part, Long> parts = run.partSizes(network);
    String subtitle =
        subtitle(
            parts.isEmpty()
                ? "n not recorded"
                : "n = %,d training and %,d validation segments"
                    .formatted(
                        parts.getOrDefault(Part.train, 0L),
                        parts.getOrDefault(Part.validation, 0L)));
    return files.figure(
        name(number, what),
        Charts.curves(
            network.history(),
            measure,
            title(number, "%s, split by %s".formatted(what, network.split())),
            subtitle),
        subtitle,
        "%s over the epochs; the ring marks the lowest validation loss."
            .formatted(what.equals("loss") ? "Loss" : "Accuracy"));
  }

  Section.Figure confusion() {
    int number = run.paper(network).map(Paper.Network::confusion).orElse(0);
    String subtitle = subtitle("n = %,d test segments".formatted(network.predictions().size()));
    return files.figure(
        name(number, "confusion"),
        Charts.confusion(
            network.predictions(),
            classes(),
            title(number, "confusion matrix, split by " + network.split()),
            subtitle),
        subtitle,
        "True genres in rows, predicted ones in columns: test segments, and their share of the"
            + " row.");
  }

  private List<String> classes() {
    var found = new TreeSet<>(Charts.classes(network.predictions()));
    run.features().ifPresent(header -> found.addAll(header.mapping()));
    return List.copyOf(found);
  }

  /** Confidence against accuracy; of a single training, since each has its own temperature. */
  Optional<Section.Figure> reliability() {
    double temperature = network.metric("temperature", "network").value();
    if (Double.isNaN(temperature) || network.trainings().size() != 1) {
      return Optional.empty();
    }
    String subtitle =
        subtitle(
            "calibration error %s %%, with the temperature %s %%"
                .formatted(
                    number(100 * network.metric("test_ece", "segment").value(), "%.1f"),
                    number(
                        100 * network.metric("test_ece_calibrated", "segment").value(), "%.1f")));
    return Optional.of(
        files.figure(
            network.name() + "-reliability",
            Charts.reliability(
                network.predictions(),
                temperature,
                title(0, "reliability on the test, split by " + network.split()),
                subtitle),
            subtitle,
            "Accuracy of the predictions by their confidence: above the diagonal the network is"
                + " underconfident, below it overconfident. The temperature is fitted on the"
                + " validation part alone; bars are shares of the test segments."));
  }

  /** The line below a figure's title. */
  private String subtitle(String n) {
    return run.marked("split by %s, %s, %s".formatted(network.split(), network.seeds(), n));
  }

  private String title(int number, String what) {
    return "%s%s: %s"
        .formatted(number == 0 ? "" : "Figure %d. ".formatted(number), network.title(), what);
  }

  private String name(int number, String what) {
    String name = network.name() + "-" + what;
    return number == 0 ? name : "figure-%d-%s".formatted(number, name);
  }
}

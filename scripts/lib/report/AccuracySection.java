//SOURCES NetworkResults.java
//SOURCES ReportFiles.java
//SOURCES RunResults.java
//SOURCES Section.java
//SOURCES Tables.java
//SOURCES ../figures/Charts.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java

package genrelab.report;

import static genrelab.report.Tables.count;
import static genrelab.report.Tables.percent;

import genrelab.figures.Charts;
import genrelab.results.Paper;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** The accuracies of all networks beside the paper's, F1 by genre, and what to know about them. */
public final class AccuracySection {
  /** Networks that one figure of F1 by genre can show. */
  private static final int MOST_NETWORKS = 4;

  private final RunResults run;
  private final ReportFiles files;

  private AccuracySection(RunResults run, ReportFiles files) {
    this.run = run;
    this.files = files;
  }

  public static Section of(RunResults run, ReportFiles files) {
    return new AccuracySection(run, files).section();
  }

  private Section section() {
    Section section =
        Section.of("accuracy", run.withPaper() ? "Accuracy: the paper's and ours" : "Accuracy");
    if (run.networks().isEmpty()) {
      return section;
    }
    section.tables().add(table());
    f1().forEach(section::figures);
    notes().forEach(text -> section.note(text.replace(" %", "\u00a0%")));
    return section;
  }

  private Tables.Sheet table() {
    Table table =
        Tables.texts(
            "Network",
            "Split by",
            "Epochs",
            "Validation (%), paper",
            "Validation (%), ours",
            "Test (%), paper",
            "Test (%), ours",
            "95 % from",
            "95 % to",
            "Balanced accuracy (%)",
            "Macro F1 (%)",
            "Test of tracks (%), ours",
            "Test tracks also in training");
    for (NetworkResults network : run.networks()) {
      Optional<Paper.Network> paper = run.paper(network);
      NetworkResults.MetricEstimate test = network.metric("test_accuracy", "segment");
      Tables.append(
          table,
          network.title(),
          network.split(),
          count(network.epochs()),
          percent(paper.map(Paper.Network::validationAccuracy).orElse(Double.NaN)),
          percent(network.metric("validation_accuracy", "segment").value()),
          percent(paper.map(Paper.Network::testAccuracy).orElse(Double.NaN)),
          percent(test.value()),
          percent(test.low()),
          percent(test.high()),
          percent(network.metric("test_balanced_accuracy", "segment").value()),
          percent(network.metric("test_macro_f1", "segment").value()),
          percent(network.metric("test_accuracy", "track").value()),
          count(network.metric("tracks_on_both_sides", "track", "segment").value()));
    }
    if (!run.withPaper()) {
      table.removeColumns("Validation (%), paper", "Test (%), paper");
      table.column("Validation (%), ours").setName("Validation (%)");
      table.column("Test (%), ours").setName("Test (%)");
      table.column("Test of tracks (%), ours").setName("Test of tracks (%)");
    }
    return files.table(
        "accuracy",
        "Accuracy of segments, and of whole tracks by the mean of their segments' "
            + "probabilities. Intervals: bootstrap over the test tracks",
        table);
  }

  /** Networks on frames in one figure, those on the flattened segment in another. */
  private List<Section.Figure> f1() {
    var figures = new ArrayList<Section.Figure>();
    Map<Boolean, List<NetworkResults>> groups =
        run.networks().stream()
            .filter(network -> !network.report().isEmpty())
            .collect(Collectors.partitioningBy(network -> network.name().endsWith("-kmeans")));
    for (boolean kmeans : List.of(false, true)) {
      List<NetworkResults> group = groups.get(kmeans).stream().limit(MOST_NETWORKS).toList();
      if (group.isEmpty()) {
        continue;
      }
      var reports = new LinkedHashMap<String, List<Rows.ClassReport>>();
      group.forEach(network -> reports.put(network.title(), network.report()));
      String subtitle =
          run.marked(
              "split by %s; %s"
                  .formatted(
                      distinct(group, NetworkResults::split, " and "),
                      distinct(group, NetworkResults::seeds, "; ")));
      figures.add(
          files.figure(
              kmeans ? "class-f1-kmeans" : "class-f1",
              Charts.classF1(
                  reports, "F1 of each genre: " + String.join(", ", reports.keySet()), subtitle),
              subtitle,
              "Harmonic mean of precision and recall of each genre, on the test segments."));
    }
    return figures;
  }

  private static String distinct(
      List<NetworkResults> networks, Function<NetworkResults, String> what, String between) {
    return networks.stream().map(what).distinct().collect(Collectors.joining(between));
  }

  /** What a reader has to know before comparing; only what concerns the networks shown. */
  private List<String> notes() {
    var notes = new ArrayList<String>();
    addLeaks(notes);
    if (run.withPaper()) {
      addPaper(notes);
    }
    for (NetworkResults network : run.networks()) {
      int trainings = network.trainings().size();
      if (trainings > 1) {
        notes.add(
            "%s: means over %d trainings (%s); no interval is given."
                .formatted(network.title(), trainings, network.seeds()));
      }
    }
    return notes;
  }

  private void addLeaks(List<String> notes) {
    run.networks().stream()
        .filter(network -> network.sharedTracks() > 0)
        .collect(
            Collectors.groupingBy(
                network ->
                    "%,d test tracks also have segments in training (split by %s)"
                        .formatted(network.sharedTracks(), network.split()),
                LinkedHashMap::new,
                Collectors.mapping(NetworkResults::title, Collectors.joining(", "))))
        .forEach(
            (leak, titles) ->
                notes.add(
                    "%s: %s. The test tells how well known tracks are recognised, not how well new "
                            .formatted(titles, leak)
                        + "ones are."));
  }

  private void addPaper(List<String> notes) {
    Set<String> names =
        run.networks().stream().map(NetworkResults::name).collect(Collectors.toSet());
    if (names.contains("cnn-kmeans") || names.contains("lstm-kmeans")) {
      notes.add(
          "The paper's two networks with K-means have another input: their published parameter "
              + "counts fit a flattened 1690 × 1 segment, not 130 × 13. So the paper compares two "
              + "input shapes, not clustering with none; its clusters entered only the split, as "
              + "strata beside the genre.");
    }
    if (names.contains("lstm-kmeans")) {
      notes.add(
          "The paper's abstract gives 42.02 % for the LSTM with K-means, its Table 4 and its text "
              + "42.09 %: the table counts here.");
    }
    if (names.contains("cnn")) {
      notes.add(
          "The paper's CNN: 92.74 % on validation beside 77.09 % on the test can't come from one "
              + "exchangeable split; the two lie about 14 standard errors apart.");
    }
    if (names.contains("cnn") || names.contains("lstm")) {
      notes.add(
          "The samples in the paper's Tables 1 and 2 sum to %,d each, so there were 9,985 to 9,988 "
                  .formatted(Paper.TEST_SEGMENTS)
              + "segments, not 10,000. Their classes differ in size (232 to 275) and between the "
              + "networks: each network had an unstratified split of its own.");
    }
    notes.add(
        "Times per step were taken on different machines and don't compare. The paper names no "
            + "number of epochs, learning rate or batch size.");
  }
}

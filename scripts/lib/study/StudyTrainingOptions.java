//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Stage.java
//SOURCES ../networks/NetworkCatalog.java
//SOURCES StageOptions.java

package genrelab.study;

import genrelab.kit.Stage;
import genrelab.networks.NetworkCatalog;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of {@code study} that say which networks are trained, and how. */
public final class StudyTrainingOptions {
  private static final List<String> SPLIT_BY = List.of("segment", "track", "artist");

  /** Some 450 steps of 90 segments, after which batch normalisation has settled. */
  private static final int QUICK_EPOCHS = 40;

  /** The LSTM has none, and learns the same in fewer. */
  private static final int QUICK_EPOCHS_OF_LSTM = 15;

  /** The same for a corpus of one's own, which is larger. */
  private static final int QUICK_EPOCHS_ON_REAL_MUSIC = 10;

  /** Completion candidates of {@code --networks}. */
  static final class Networks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NetworkCatalog.ofStudy().iterator();
    }
  }

  /** Completion candidates of {@code --split-by}. */
  static final class SplitBy implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SPLIT_BY.iterator();
    }
  }

  @Option(
      names = "--networks",
      split = ",",
      defaultValue = "svm,cnn,lstm,cnn-kmeans",
      completionCandidates = Networks.class,
      description =
          "Comma-separated list of ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}; the first"
              + " five are baselines; lstm-kmeans has 1690 time steps per segment and takes"
              + " hours).")
  List<String> networks;

  /** Null for each network's own. */
  @Option(
      names = "--epochs",
      description =
          "Epochs of each network (default: the network's own; fewer on the demo corpus, as the"
              + " table at the end says).")
  public Integer epochs;

  @Option(
      names = "--split-by",
      defaultValue = "segment",
      completionCandidates = SplitBy.class,
      description =
          "What stays in one part: segment (as in the paper), track or artist, which are stratified"
              + " by genre; networks with K-means are always split by segment, stratified by genre"
              + " and cluster (default ${DEFAULT-VALUE}).")
  public String splitBy;

  @Option(
      names = "--quick",
      description =
          "A small demo corpus, the CNN and the LSTM alone, and options by which they learn it in a"
              + " minute or two: -- --scale standardise --learning-rate 0.001 --batch 8.")
  public boolean quick;

  @Parameters(
      paramLabel = "-- OPTION",
      arity = "0..*",
      description =
          "After --: options of the networks, e.g. -- --scale standardise --learning-rate 5e-4.")
  public List<String> afterDashes = List.of();

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  /** Of the networks, by name: those of {@code --quick}, then those after the dashes. */
  private Map<String, String> networkOptions;

  /**
   * Checks the options and completes them by those that {@code --quick} stands for.
   *
   * @throws Stage.UsageError naming the first that is wrong
   */
  public void checkOptions() {
    networkOptions = new LinkedHashMap<>();
    if (quick) {
      networkOptions.put("scale", "standardise");
      networkOptions.put("learning-rate", "0.001");
      networkOptions.put("batch", "8");
      if (!areNetworksGiven()) {
        networks = List.of("svm", "cnn", "lstm");
      }
    }
    var ownOptions = List.of("shape", "clusters", "epochs"); // --networks and --epochs say them
    networkOptions.putAll(StageOptions.parse(StageOptions.NETWORK, ownOptions, afterDashes));
    for (String network : networks) {
      Stage.requireOption(
          NetworkCatalog.ofStudy().contains(network) || !NetworkCatalog.aliases().contains(network),
          "--networks: %s is trained by itself or in a plan, not by study",
          network);
      Stage.requireOption(
          NetworkCatalog.ofStudy().contains(network),
          "--networks takes a list of %s, not '%s'",
          String.join(", ", NetworkCatalog.ofStudy()),
          network);
    }
    Stage.requireOption(
        SPLIT_BY.contains(splitBy),
        "--split-by must be segment, track or artist, not '%s'",
        splitBy);
  }

  private boolean areNetworksGiven() {
    return command.commandLine().getParseResult().hasMatchedOption("--networks");
  }

  /** The networks and baselines to train, in the catalog's order. */
  public List<NetworkCatalog.Entry> chosen() {
    return NetworkCatalog.ENTRIES.stream()
        .filter(entry -> networks.contains(entry.name()))
        .toList();
  }

  /** The names of the networks with K-means that are not trained by default, by commas. */
  public String leftOut() {
    if (areNetworksGiven()) {
      return "";
    }
    return NetworkCatalog.ENTRIES.stream()
        .filter(entry -> entry.flat() && !networks.contains(entry.name()))
        .map(NetworkCatalog.Entry::name)
        .collect(Collectors.joining(", "));
  }

  /** The options of {@code split} that these ask for. */
  Map<String, String> splitOptions() {
    var options = new LinkedHashMap<String, String>();
    options.put("by", splitBy);
    if (!splitBy.equals("segment")) { // of few tracks, a genre's may all fall into one part
      options.put("stratify", "genre");
    }
    return options;
  }

  /**
   * A network's options, by name.
   *
   * @param demo whether it is trained on the demo corpus
   */
  Map<String, String> optionsOf(NetworkCatalog.Entry entry, boolean demo) {
    var options = new LinkedHashMap<String, String>();
    options.put("shape", entry.flat() ? "flat" : "frames");
    options.put("epochs", "" + epochsOf(entry, demo));
    options.put("split-by", entry.flat() ? "cluster" : splitBy);
    options.putAll(networkOptions);
    return options;
  }

  private int epochsOf(NetworkCatalog.Entry entry, boolean demo) {
    if (epochs != null) {
      return epochs;
    }
    if (quick) {
      boolean lstm = entry.name().equals("lstm");
      return !demo ? QUICK_EPOCHS_ON_REAL_MUSIC : lstm ? QUICK_EPOCHS_OF_LSTM : QUICK_EPOCHS;
    }
    return demo ? entry.demoEpochs() : entry.epochs();
  }
}

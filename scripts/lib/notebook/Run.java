//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES ClusterResults.java
//SOURCES Embedding.java
//SOURCES KitFolder.java
//SOURCES MfccNeighbours.java
//SOURCES MissingChart.java
//SOURCES PaperComparison.java
//SOURCES RecordTable.java
//SOURCES Sound.java
//SOURCES TableFormat.java
//SOURCES CorpusResults.java
//SOURCES NetworkTables.java
//SOURCES TestTables.java
//SOURCES ../audio/Audio.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/NetworkComparison.java
//SOURCES ../evaluation/TestedNetwork.java
//SOURCES ../features/Features.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../kit/Store.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../figures/ColourScale.java
//SOURCES ../networks/Architecture.java
//SOURCES ../report/NetworkResults.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.report.NetworkResults;
import genrelab.results.Paper;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A run's results, as a notebook asks for them: tables, charts and sounds, read when they are asked
 * for.
 *
 * <pre>
 *   var run = Run.open("data/runs/study");
 *   run.accuracy()
 *   run.confusion("cnn")
 * </pre>
 *
 * <p>Tables are tidy: one row an observation, column names in snake case as in the JSON files,
 * shares from 0 to 1 (shown as percent). A table's name is its caption. Where a result is missing,
 * a table has no columns and its name, or a chart's title, says which command makes the result; so
 * a notebook runs to its end whatever the run holds.
 */
public final class Run {
  private static final String DEFAULT_FOLDER = "data/runs/study";

  private final RunFolder folder;
  private final String corpus;

  /** Why there are no results: the line of the stage that failed; else empty. */
  private final String failure;

  private final Map<String, NetworkResults> networks = new HashMap<>();
  private Boolean synthetic;

  private Run(RunFolder folder, String corpus, String failure) {
    this.folder = folder;
    this.corpus = corpus;
    this.failure = failure;
  }

  /** Opens the run that GENRELAB_RUN names, by default {@code data/runs/study}. */
  public static Run open() {
    return open(setting("GENRELAB_RUN", DEFAULT_FOLDER));
  }

  /**
   * Opens a run folder as {@code study} writes it, or a folder of networks' folders.
   *
   * @param folder relative to the kit's folder; it need not exist
   */
  public static Run open(String folder) {
    Path path = KitFolder.resolve(folder);
    return new Run(new RunFolder(path, KitFolder.relative(path)), "", "");
  }

  /**
   * A setting of the environment, so that one notebook serves every run.
   *
   * @param byDefault where the variable is not set, or blank
   */
  public static String setting(String variable, String byDefault) {
    String value = System.getenv(variable);
    return value == null || value.isBlank() ? byDefault : value;
  }

  /** The same run, whose corpus the titles name, e.g. "CNN on GTZAN". */
  public Run named(String corpus) {
    return new Run(folder, corpus, failure);
  }

  /**
   * In place of a run whose stage failed: each result is the failure's line, and never one of an
   * earlier run.
   */
  Run failed(String line) {
    return new Run(new RunFolder(folder.path().resolve("failed")), corpus, line);
  }

  // --- what it is --------------------------------------------------------------------------------

  Path folder() {
    return folder.path();
  }

  RunFolder files() {
    return folder;
  }

  boolean exists() {
    return folder.exists();
  }

  String failure() {
    return failure;
  }

  /**
   * A file of the run as an option of a stage, e.g. {@code mfcc.json}; it need not exist.
   *
   * @return relative to the kit's folder, where the run lies in it
   */
  public String file(String name) {
    return Store.slashed(KitFolder.relative(folder.path().resolve(name)));
  }

  /** The folder's name. */
  public String name() {
    return folder.path().toAbsolutePath().normalize().getFileName().toString();
  }

  /** The corpus's name in titles and columns; "this run" where it has none. */
  String corpus() {
    return !corpus.isEmpty() ? corpus : isSynthetic() ? "demo, synthetic" : "this run";
  }

  /** The corpus in a title, where the run is named; else empty. */
  String onCorpus(String preposition) {
    return corpus.isEmpty() ? "" : preposition + corpus;
  }

  /** Whether the run's audio is known to be the synthetic demo corpus. */
  public boolean isSynthetic() {
    if (synthetic == null) {
      synthetic = folder.synthetic().orElse(false);
    }
    return synthetic;
  }

  /** Whether a result file is there, e.g. {@code tsne.json}. */
  public boolean has(String file) {
    return folder.has(file);
  }

  /** The networks and baselines that were tested; the paper's in its order first. */
  public List<String> networks() {
    return folder.networks().stream().filter(name -> has(name + "/metrics.json")).toList();
  }

  /** A genre of this run: the preferred one if it is there, else the first by name. */
  public String genre(String preferred) {
    Set<String> genres = folder.genres();
    return genres.contains(preferred)
        ? preferred
        : genres.stream().min(Comparator.naturalOrder()).orElse(preferred);
  }

  /**
   * Whether the paper's figures stand beside this run's: the run has GTZAN's genres, or its genres
   * are unknown, and {@code environment/notebook --no-paper} was not given.
   */
  public boolean withPaper() {
    Set<String> genres = folder.genres();
    return System.getenv("GENRELAB_NO_PAPER") == null
        && (genres.isEmpty() || genres.equals(Paper.GENRES));
  }

  /** The run's tables and charts beside the paper's. */
  public PaperComparison besidePaper() {
    return new PaperComparison(this);
  }

  Optional<Paper.Network> paper(String network) {
    return withPaper() ? Paper.of(network) : Optional.empty();
  }

  NetworkResults network(String name) {
    return networks.computeIfAbsent(name, network -> NetworkResults.read(folder, network));
  }

  // --- captions ----------------------------------------------------------------------------------

  /** A title, without the paper's number of the figure where its figures are left out. */
  String title(String title) {
    return withPaper() ? title : title.replaceFirst("^(Figure|Table) \\d+\\. ", "");
  }

  String title(int number, String network, String what) {
    return "%s%s%s: %s"
        .formatted(
            number == 0 ? "" : "Figure %d. ".formatted(number),
            network(network).title(),
            onCorpus(" on "),
            what);
  }

  /** A line below a title or a caption, marked where the corpus is synthetic. */
  String marked(String text) {
    return text + (isSynthetic() ? " · SYNTHETIC demo corpus" : "");
  }

  /** How a network's segments were split and seeded, as the report's figures say it. */
  String subtitle(String network, String n) {
    NetworkResults results = network(network);
    return marked("split by %s, %s, %s".formatted(results.split(), results.seeds(), n));
  }

  /** One line: what is missing and which command makes it, as typed in the kit's folder. */
  String missing(String file) {
    return failure.isEmpty()
        ? "%s is missing here; this makes it: %s".formatted(file, folder.command(file))
        : failure;
  }

  /** The rows of a result file; none where it is missing. */
  <T> List<T> rows(String file, Class<T> type) {
    return folder.rows(file, type);
  }

  /** A result file as a table; see the class comment where it is missing. */
  <T> Table table(String file, Class<T> type, String caption) {
    return has(file)
        ? RecordTable.of(marked(caption), rows(file, type), type)
        : Table.create(missing(file));
  }

  static boolean isMissing(Table table) {
    return table.columnCount() == 0;
  }

  // --- the corpus --------------------------------------------------------------------------------

  /** Stages that made the run: stage, seed, seconds. */
  public Table stages() {
    Table table = table("run.json", Rows.StageRecord.class, "Stages of this run");
    return isMissing(table)
        ? table
        : TableFormat.numbers(table.selectColumns("stage", "seed", "seconds"), "0.0", "seconds");
  }

  /** Segments: track, genre, artist, segment, file, start, length, rate, … */
  public Table segments() {
    return table("segments.json", Rows.Segment.class, "Segments");
  }

  /** Numbers of each genre: genre, tracks, segments. */
  public Table genres() {
    return new CorpusResults(this).genres();
  }

  /** Sizes of training, validation and test: part, tracks, segments. */
  public Table split() {
    return new CorpusResults(this).split();
  }

  /**
   * A segment of a genre's first track.
   *
   * @param segment place in the track, from 0
   */
  public Sound segment(String genre, int segment) {
    return new CorpusResults(this).segment(genre, segment);
  }

  /** A segment of a track, e.g. one of {@link #mistakes}. */
  public Sound segmentOf(String track, int segment) {
    return new CorpusResults(this).segmentOf(track, segment);
  }

  /**
   * The segment of a table's row, e.g. {@code segmentOf(run.mistakes("cnn"), 0)}.
   *
   * @param rows with columns track and segment
   */
  public Sound segmentOf(Table rows, int row) {
    return row < rows.rowCount()
        ? segmentOf(rows.getString(row, "track"), rows.intColumn("segment").get(row))
        : Sound.missing(isMissing(rows) ? rows.name() : "The table has no row " + row + ".");
  }

  /**
   * The run's segments that sound most like another sound, by their MFCCs: track, segment, genre,
   * distance. See {@link MfccNeighbours}.
   */
  public Table nearest(Sound sound, int count) {
    return new CorpusResults(this).nearest(sound, count);
  }

  /** MFCCs of one segment of each genre, one below the other; colours stop at ±60. */
  public Chart mfccs() {
    return new CorpusResults(this).mfccs();
  }

  // --- clusters and t-SNE ------------------------------------------------------------------------

  /** The t-SNE embedding: {@code tsne().by("genre")} and {@code tsne().table()}. */
  public Embedding tsne() {
    return Embedding.ofFeatures(this);
  }

  /** The t-SNE of a network's last hidden layer, of the test segments. */
  public Embedding learnt() {
    return Embedding.ofNetwork(this);
  }

  /** Genres in clusters: cluster, genre, count, shareOfCluster, shareOfGenre. */
  public Table clusters() {
    return TableFormat.percent(
        table("clusters.json", Rows.Cluster.class, "Genres in each cluster"),
        "shareOfCluster",
        "shareOfGenre");
  }

  /** Each cluster's size and largest genre: cluster, segments, genre, purity, share_of_genre. */
  public Table clusterPurity() {
    return new ClusterResults(this).purity();
  }

  /** Shares of the genres in each cluster: one row a cluster, one column a genre. */
  public Table clusterGenres() {
    return new ClusterResults(this).genres();
  }

  /** Agreement with the genres, and the silhouette: clusters, purity, nmi, ami, ari, silhouette. */
  public Table clusterScores() {
    return new ClusterResults(this).scores();
  }

  /** Inertia, silhouette and adjusted mutual information over the number of clusters. */
  public Chart clusterSweep() {
    return new ClusterResults(this).sweep();
  }

  // --- test results ------------------------------------------------------------------------------

  /** The metrics of all networks: network, seed, fold, split, level, metric, value, low, high. */
  public Table metrics() {
    return new TestTables(this).metrics();
  }

  /**
   * Test accuracy of each network, of segments and of tracks, with its 95 % interval: network,
   * split, level, accuracy, low, high, paper, shared_tracks.
   *
   * <p>{@code paper} is the published accuracy, {@code shared_tracks} the number of test tracks
   * that have other segments in training.
   */
  public Table accuracy() {
    return new TestTables(this).accuracy();
  }

  /**
   * Differences of two networks on the same test, a − b, with 95 % intervals by a paired bootstrap
   * over tracks, as the stage {@code compare} computes them: level, metric, a, b, difference, low,
   * high, p (McNemar's exact test, of accuracy).
   */
  public Table compare(String a, String b) {
    return compare(a, this, b);
  }

  /** The same with a network of another run on the same split. */
  public Table compare(String a, Run other, String b) {
    return new TestTables(this).compare(a, other, b);
  }

  // --- one network -------------------------------------------------------------------------------

  /** A network's layers, as its training stored them; a notebook shows their table. */
  public Architecture architecture(String network) {
    return folder
        .find(network + "/model.zip")
        .flatMap(Architecture::read)
        .orElse(new Architecture(missing(network + "/model.zip"), List.of()));
  }

  /** Layers: layer, detail, output, parameters. */
  static Table layers(Architecture network) {
    List<Architecture.Layer> layers = network.layers();
    return layers.isEmpty()
        ? Table.create(network.network())
        : TableFormat.numbers(
            Table.create(
                "%s: layers and trainable parameters, %,d in all"
                    .formatted(network.network(), network.parameters()),
                StringColumn.create("layer", layers.stream().map(Architecture.Layer::name)),
                StringColumn.create("detail", layers.stream().map(Architecture.Layer::detail)),
                StringColumn.create("output", layers.stream().map(Architecture.Layer::output)),
                LongColumn.create(
                    "parameters", layers.stream().mapToLong(Architecture.Layer::parameters))),
            "#,##0",
            "parameters");
  }

  /** Trainable parameters: of the layers, the paper's, and those that the training counted. */
  public Table parameters(String network) {
    return new NetworkTables(this, network).parameters();
  }

  /** Epochs: epoch, loss, accuracy, val_loss, val_accuracy, seconds, … */
  public Table history(String network) {
    return new NetworkTables(this, network).history();
  }

  /**
   * The last epoch, and the one with the lowest validation loss, as Keras's checkpoints keep it.
   */
  public Table lastAndBest(String network) {
    return new NetworkTables(this, network).lastAndBest();
  }

  /** Accuracy of training and validation over the epochs (Figures 4 and 5 of the paper). */
  public Chart curves(String network) {
    return curves(network, "accuracy");
  }

  /**
   * Training and validation over the epochs.
   *
   * @param measure accuracy or loss
   */
  public Chart curves(String network, String measure) {
    return new NetworkTables(this, network).curves(measure);
  }

  /** The confusion matrix of the test segments (Figures 6 and 7 of the paper). */
  public Chart confusion(String network) {
    return new NetworkTables(this, network).confusion();
  }

  /** Scores of each genre: class, precision, recall, f1, support; the averages come last. */
  public Table report(String network) {
    return new NetworkTables(this, network).report();
  }

  /**
   * Test segments: track, segment, true, predicted, confidence (the predicted class's probability)
   * and correct (1 or 0).
   */
  public Table predictions(String network) {
    return new NetworkTables(this, network).predictions();
  }

  /** The misclassified test segments, the most confident first: columns of {@link #predictions}. */
  public Table mistakes(String network) {
    return new NetworkTables(this, network).mistakes();
  }

  /**
   * The most frequent confusions: true, predicted, and the number of test segments. Of several
   * networks one column each, and their sum.
   */
  public Table confusions(String... names) {
    return new TestTables(this).confusions(names);
  }
}

//SOURCES ../results/BaselineMethod.java
//SOURCES ../results/Paper.java

package genrelab.networks;

import genrelab.results.BaselineMethod;
import genrelab.results.Paper;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The networks and baselines that the kit knows: the one place that {@code study}, plans, {@code
 * report} and the notebooks read their names from.
 *
 * <p>A network's layers are defined in its script. To add a network, write its script, add its row
 * here, its alias to {@code jbang-catalog.json}, and a {@code //SOURCES} line to {@code
 * Classify.java}.
 */
public final class NetworkCatalog {
  private static final String BASELINE = "baseline";
  private static final int EPOCHS = 30;

  private NetworkCatalog() {}

  /**
   * One network as it stands in a run's folder.
   *
   * @param name its folder in a run, and its name in the results
   * @param alias the stage that trains it; its script is the alias with a capital letter
   * @param title in figures, tables and headings
   * @param description what it is, in a sentence; empty for the paper's own, whose pages say more
   * @param flat whether it sees the flattened segment, as the paper's networks with K-means do,
   *     instead of frames × coefficients
   * @param epochs by default
   * @param demoEpochs on the synthetic demo corpus, so that a study of it takes minutes
   * @param study whether {@code study} trains it: by default, on request, or not at all
   */
  public record Entry(
      String name,
      String alias,
      String title,
      String description,
      boolean flat,
      int epochs,
      int demoEpochs,
      Study study) {
    /** Whether it is a classical method, trained by {@code baseline}, without epochs. */
    public boolean isBaseline() {
      return alias.equals(BASELINE);
    }

    /** The published figures of this network; empty where the paper has none. */
    public Optional<Paper.Network> paper() {
      return Paper.of(name);
    }
  }

  /** When {@code study} trains a network. */
  public enum Study {
    BY_DEFAULT,
    ON_REQUEST,
    NEVER
  }

  /** The paper's networks, then the kit's own. */
  private static final List<Entry> NETWORKS =
      List.of(
          new Entry("cnn", "cnn", "CNN", "", false, EPOCHS, 30, Study.BY_DEFAULT),
          new Entry("lstm", "lstm", "LSTM", "", false, EPOCHS, 30, Study.BY_DEFAULT),
          new Entry("cnn-kmeans", "cnn", "CNN (K-means)", "", true, EPOCHS, 10, Study.BY_DEFAULT),
          // 1,690 steps a segment: hours at full size
          new Entry("lstm-kmeans", "lstm", "LSTM (K-means)", "", true, EPOCHS, 3, Study.ON_REQUEST),
          new Entry(
              "hybrid",
              "hybrid",
              "CRNN (hybrid)",
              "A convolutional recurrent network (CRNN), which the paper's outlook calls for; it"
                  + " publishes no figures of such a network.",
              false,
              EPOCHS,
              30,
              Study.ON_REQUEST),
          new Entry(
              "compact",
              "compact",
              "Compact",
              "3 × 3 convolutions alone, made for log-mel spectra; the paper has no such network.",
              false,
              EPOCHS,
              30,
              Study.NEVER));

  /** The baselines, then the networks: the order of every table and chart. */
  public static final List<Entry> ENTRIES =
      Stream.concat(
              Arrays.stream(BaselineMethod.values()).map(NetworkCatalog::entry), NETWORKS.stream())
          .toList();

  private static Entry entry(BaselineMethod method) {
    return new Entry(
        method.name(),
        BASELINE,
        method.title(),
        method.description(),
        false,
        0,
        0,
        method == BaselineMethod.svm ? Study.BY_DEFAULT : Study.ON_REQUEST);
  }

  /** The network of a folder's name; empty for one that the kit does not know. */
  public static Optional<Entry> of(String name) {
    return ENTRIES.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** A network's title; its own name where the kit does not know it. */
  public static String title(String name) {
    return of(name).map(Entry::title).orElse(name);
  }

  /** The stages that train networks, in the catalog's order. */
  public static List<String> aliases() {
    return NETWORKS.stream().map(Entry::alias).distinct().toList();
  }

  /** The names of the networks that {@code study} can train, in the catalog's order. */
  public static List<String> ofStudy() {
    return ENTRIES.stream().filter(entry -> entry.study() != Study.NEVER).map(Entry::name).toList();
  }
}

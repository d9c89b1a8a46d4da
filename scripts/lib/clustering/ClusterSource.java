// Its data sets carry where their values come from.
//DEPS org.tribuo:tribuo-clustering-core:4.3.2
//SOURCES ../features/FeatureMatrix.java
//SOURCES ../features/Features.java
//SOURCES ../features/FrameStatistics.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../results/Part.java
//SOURCES ../features/Standardization.java

package genrelab.clustering;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.SkeletalConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import genrelab.corpus.SplitAssignment;
import genrelab.features.FeatureMatrix;
import genrelab.features.Features;
import genrelab.features.FrameStatistics;
import genrelab.features.Standardization;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;
import org.tribuo.ConfigurableDataSource;
import org.tribuo.Example;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.MutableDataset;
import org.tribuo.OutputFactory;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;
import org.tribuo.provenance.DataSourceProvenance;
import org.tribuo.provenance.DatasetProvenance;

/**
 * Segments as Tribuo's clusterers read them; can be made again from Tribuo's provenance alone, as
 * long as the files are still there and the same.
 */
public final class ClusterSource implements ConfigurableDataSource<ClusterID> {
  /** What stands for a segment. */
  public enum Input {
    /** All its values, frame after frame: what the paper clusters. */
    flat,
    /** Mean and standard deviation of each coefficient over the frames. */
    stats
  }

  private static final ClusteringFactory FACTORY = new ClusteringFactory();

  @Config(mandatory = true, description = "The features JSON.")
  private String features;

  @Config(mandatory = true, description = "SHA-256 of the features JSON.")
  private String featuresSha256;

  @Config(description = "What stands for a segment.")
  private Input input = Input.flat;

  @Config(description = "Whether each value has mean 0 and deviation 1 over the fitted segments.")
  private boolean standardise;

  @Config(description = "The split whose training part is fitted; empty for all segments.")
  private String split = "";

  @Config(description = "SHA-256 of the split; empty without one.")
  private String splitSha256 = "";

  private FeatureMatrix rows;
  private boolean[] fitted;

  /** For OLCUT, which sets the fields and calls {@link #postConfig}. */
  private ClusterSource() {}

  /**
   * A source over features that have been read.
   *
   * @param data the content of {@code features}
   * @param split null to fit all segments
   */
  public ClusterSource(Features data, Path features, Input input, boolean standardise, Path split) {
    this.features = features.toString();
    this.featuresSha256 = Store.sha256(Features.identity(features));
    this.input = input;
    this.standardise = standardise;
    this.split = split == null ? "" : split.toString();
    this.splitSha256 = split == null ? "" : Store.sha256(split);
    prepare(data);
  }

  @Override
  public void postConfig() {
    check(Features.identity(Path.of(features)), featuresSha256);
    if (!split.isEmpty()) {
      check(Path.of(split), splitSha256);
    }
    prepare(Features.read(Path.of(features)));
  }

  private static void check(Path file, String sha256) {
    if (!Store.sha256(file).equals(sha256)) {
      throw new Stage.Failure(
          "%s: not the file that was clustered (its SHA-256 differs); get that one", file);
    }
  }

  private void prepare(Features data) {
    fitted = split.isEmpty() ? everyOne(data.size()) : training(data);
    rows = input == Input.flat ? data.matrix() : FeatureMatrix.of(stats(data));
    if (standardise) {
      boolean inMemory = rows.inMemory();
      rows = rows.map(Standardization.fit(fittedRows(), rows.row(0).length)::apply);
      rows = inMemory ? FeatureMatrix.of(rows.toArray()) : rows;
    }
  }

  private static boolean[] everyOne(int size) {
    var all = new boolean[size];
    java.util.Arrays.fill(all, true);
    return all;
  }

  private boolean[] training(Features data) {
    var assignment = SplitAssignment.read(Path.of(split));
    assignment.requireSameSegments(data.ids(), data.genres(), Path.of(features));
    var marked = new boolean[data.size()];
    for (int i = 0; i < marked.length; i++) {
      marked[i] = assignment.part(data.id(i)) == Part.train;
    }
    return marked;
  }

  private static float[][] stats(Features data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> FrameStatistics.meansAndDeviations(data.values(i), data.coefficients()))
        .toArray(float[][]::new);
  }

  /** What is clustered: one row a segment of the features, fitted or not. */
  public FeatureMatrix rows() {
    return rows;
  }

  /** Which segments are fitted. */
  public boolean[] fitted() {
    return fitted;
  }

  /** The rows of the fitted segments, in order. */
  FeatureMatrix fittedRows() {
    return rows.subset(IntStream.range(0, fitted.length).filter(i -> fitted[i]).toArray());
  }

  /** How many segments are fitted. */
  public int fittedCount() {
    return (int) IntStream.range(0, fitted.length).filter(i -> fitted[i]).count();
  }

  /** A segment as Tribuo takes it. */
  public Example<ClusterID> example(int row) {
    return example(row, names());
  }

  private Example<ClusterID> example(int row, String[] names) {
    double[] values = new double[names.length];
    float[] segment = rows.row(row);
    for (int v = 0; v < values.length; v++) {
      values[v] = segment[v];
    }
    return new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, values);
  }

  private String[] names() {
    // Tribuo orders features by name: padded numbers keep their order
    return IntStream.range(0, rows.row(0).length)
        .mapToObj("%06d"::formatted)
        .toArray(String[]::new);
  }

  /** The fitted segments, in order. */
  @Override
  public Iterator<Example<ClusterID>> iterator() {
    String[] names = names();
    return IntStream.range(0, rows.rows())
        .filter(i -> fitted[i])
        .mapToObj(i -> example(i, names))
        .iterator();
  }

  /** The names of the columns, as Tribuo numbers them. */
  ImmutableFeatureMap featureNames() {
    return firstExample().getFeatureIDMap();
  }

  /** What a model records of the fitted segments: as of Tribuo's data set of all of them. */
  DatasetProvenance datasetProvenance() {
    var values = new HashMap<String, Provenance>();
    firstExample().getProvenance().forEach(pair -> values.put(pair.getA(), pair.getB()));
    values.put("num-examples", new IntProvenance("num-examples", fittedCount()));
    return new DatasetProvenance(values);
  }

  /** One example has all columns; all would take several times the memory of the values. */
  private MutableDataset<ClusterID> firstExample() {
    var dataset = new MutableDataset<>(getProvenance(), FACTORY);
    dataset.add(example(0));
    return dataset;
  }

  @Override
  public OutputFactory<ClusterID> getOutputFactory() {
    return FACTORY;
  }

  @Override
  public DataSourceProvenance getProvenance() {
    return new SourceProvenance(this);
  }

  /** The options above; public, with a constructor from a map, because OLCUT looks for one. */
  public static final class SourceProvenance extends SkeletalConfiguredObjectProvenance
      implements ConfiguredDataSourceProvenance {
    private static final long serialVersionUID = 1L;

    SourceProvenance(ClusterSource host) {
      super(host, "DataSource");
    }

    public SourceProvenance(Map<String, Provenance> map) {
      super(extracted(map));
    }

    private static ExtractedInfo extracted(Map<String, Provenance> map) {
      var options = new HashMap<>(map);
      return new ExtractedInfo(
          text(options, CLASS_NAME), text(options, HOST_SHORT_NAME), options, Map.of());
    }

    private static String text(Map<String, Provenance> options, String key) {
      return ObjectProvenance.checkAndExtractProvenance(
              options, key, StringProvenance.class, SourceProvenance.class.getSimpleName())
          .getValue();
    }
  }
}

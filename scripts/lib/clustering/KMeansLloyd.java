// Tribuo's model and provenance.
//DEPS org.tribuo:tribuo-clustering-kmeans:4.3.2
//SOURCES ../kit/Parallel.java
//SOURCES KMeansPlusPlus.java
//SOURCES Lloyd.java
//SOURCES NearestCentroid.java

package genrelab.clustering;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.LongProvenance;
import com.oracle.labs.mlrg.olcut.util.MutableLong;
import genrelab.kit.Parallel;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Tribuo;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ImmutableClusteringInfo;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.clustering.kmeans.protos.KMeansModelProto;
import org.tribuo.impl.ModelDataCarrier;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.la.SGDVector;
import org.tribuo.math.protos.DistanceProto;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Tribuo's K-means trainer with {@link KMeansPlusPlus} and {@link Lloyd} in place of its own
 * iterations, which take ten times as long; its start, model and provenance stay.
 *
 * <p>The result is the same on any number of threads. Values must be those of floats, as {@link
 * ClusterSource} gives them, and examples have no weights.
 */
public final class KMeansLloyd extends KMeansTrainer {
  private final Runnable onIteration;
  private int iterationsDone;

  /** For OLCUT, which makes a trainer from its provenance and sets the fields itself. */
  @SuppressWarnings("unused")
  private KMeansLloyd() {
    this(2, 1, 1, 1, () -> {});
  }

  /**
   * A trainer for one start.
   *
   * @param clusters how many, at least 1
   * @param iterations at the most; it ends sooner when no segment changes its cluster
   * @param threads change the time, not the result
   * @param onIteration called after each
   */
  public KMeansLloyd(int clusters, int iterations, int threads, long seed, Runnable onIteration) {
    super(clusters, iterations, new Euclidean(), Initialisation.PLUSPLUS, threads, seed);
    this.onIteration = onIteration;
  }

  /** Iterations of the last training, the one in which nothing changed included. */
  public int iterationsDone() {
    return iterationsDone;
  }

  /**
   * Trains on the examples.
   *
   * @throws IllegalArgumentException if an example has a weight, or a value that no float has
   */
  @Override
  public KMeansModel train(
      Dataset<ClusterID> examples, Map<String, Provenance> runProvenance, int invocationCount) {
    float[][] rows = rows(examples);
    int threads = Parameters.of(getProvenance()).threads;
    NearestCentroid nearest = Parallel.on(threads, () -> new NearestCentroid(rows));
    return train(
        examples.getFeatureIDMap(),
        examples.getProvenance(),
        nearest,
        runProvenance,
        invocationCount);
  }

  /**
   * Trains on rows that are stored for several trainings.
   *
   * @param examples the same values, of which the model keeps the names and provenance
   */
  public KMeansModel train(Dataset<ClusterID> examples, NearestCentroid nearest) {
    return train(examples.getFeatureIDMap(), examples.getProvenance(), nearest);
  }

  /**
   * Trains on rows without Tribuo's examples of them, which take several times their memory.
   *
   * @param names of the columns
   * @param dataset what the model records of the examples
   */
  public KMeansModel train(
      ImmutableFeatureMap names, DatasetProvenance dataset, NearestCentroid nearest) {
    return train(names, dataset, nearest, Map.of(), INCREMENT_INVOCATION_COUNT);
  }

  private KMeansModel train(
      ImmutableFeatureMap names,
      DatasetProvenance dataset,
      NearestCentroid nearest,
      Map<String, Provenance> runProvenance,
      int invocationCount) {
    int invocation =
        invocationCount == INCREMENT_INVOCATION_COUNT ? getInvocationCount() : invocationCount;
    setInvocationCount(invocation);
    TrainerProvenance provenance = getProvenance();
    setInvocationCount(invocation + 1);
    var parameters = Parameters.of(provenance);
    if (nearest.rows().rows() < parameters.clusters) {
      throw new IllegalArgumentException(
          "%d examples can't make %d clusters"
              .formatted(nearest.rows().rows(), parameters.clusters));
    }
    var modelProvenance =
        new ModelProvenance(
            KMeansModel.class.getName(), OffsetDateTime.now(), dataset, provenance, runProvenance);
    return Parallel.on(
        parameters.threads,
        () -> model(names, fit(nearest, parameters, invocation), modelProvenance));
  }

  /** The options of Tribuo's trainer, whose fields are private. */
  private record Parameters(int clusters, int iterations, int threads, long seed) {
    static Parameters of(TrainerProvenance provenance) {
      Map<String, Provenance> values = provenance.getConfiguredParameters();
      return new Parameters(
          ((IntProvenance) values.get("centroids")).getValue(),
          ((IntProvenance) values.get("iterations")).getValue(),
          ((IntProvenance) values.get("numThreads")).getValue(),
          ((LongProvenance) values.get("seed")).getValue());
    }
  }

  /** Tribuo splits its generator once a training. */
  private static SplittableRandom random(long seed, int invocation) {
    var random = new SplittableRandom(seed);
    for (int before = 0; before < invocation; before++) {
      random.split();
    }
    return random.split();
  }

  private Lloyd fit(NearestCentroid nearest, Parameters parameters, int invocation) {
    SplittableRandom random = random(parameters.seed, invocation);
    double[][] start = KMeansPlusPlus.centroids(nearest.rows(), parameters.clusters, random);
    var lloyd = new Lloyd(nearest, start);
    boolean changing = true;
    for (iterationsDone = 0; iterationsDone < parameters.iterations && changing; iterationsDone++) {
      changing = lloyd.iterate();
      onIteration.run();
    }
    return lloyd;
  }

  private static float[][] rows(Dataset<ClusterID> examples) {
    var rows = new float[examples.size()][];
    for (int i = 0; i < rows.length; i++) {
      Example<ClusterID> example = examples.getExample(i);
      double[] values =
          DenseVector.createDenseVector(example, examples.getFeatureIDMap(), false).toArray();
      rows[i] = new float[values.length];
      for (int v = 0; v < values.length; v++) {
        rows[i][v] = (float) values[v];
        if (rows[i][v] != values[v]) {
          throw new IllegalArgumentException("example %d: %s is no float".formatted(i, values[v]));
        }
      }
      if (example.getWeight() != 1) {
        throw new IllegalArgumentException("example %d has a weight".formatted(i));
      }
    }
    return rows;
  }

  /** Tribuo's model has no public constructor: it is read as a saved one. */
  private static KMeansModel model(
      ImmutableFeatureMap names, Lloyd lloyd, ModelProvenance provenance) {
    int[] sizes = lloyd.sizes();
    var counts = new HashMap<Integer, MutableLong>();
    for (int c = 0; c < sizes.length; c++) {
      if (sizes[c] > 0) { // Tribuo reads no count of 0
        counts.put(c, new MutableLong(sizes[c]));
      }
    }
    var metadata =
        new ModelDataCarrier<>(
            "k-means-model",
            provenance,
            names,
            new ImmutableClusteringInfo(counts),
            false,
            Tribuo.VERSION);
    var saved =
        KMeansModelProto.newBuilder()
            .setMetadata(metadata.serialize())
            .setDistance(new L2Distance().serialize());
    for (double[] centroid : lloyd.centroids()) {
      saved.addCentroidVectors(DenseVector.createDenseVector(centroid).serialize());
    }
    try {
      return KMeansModel.deserializeFromProto(
          KMeansModel.CURRENT_VERSION, KMeansModel.class.getName(), Any.pack(saved.build()));
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException("Tribuo can't read the model that it wrote", error);
    }
  }

  /** Tribuo's {@link L2Distance}, under the name that provenance files hold. */
  public static final class Euclidean implements org.tribuo.math.distance.Distance {
    private static final L2Distance TRIBUOS = new L2Distance();

    @Override
    public double computeDistance(SGDVector first, SGDVector second) {
      return TRIBUOS.computeDistance(first, second);
    }

    @Override
    public DistanceProto serialize() {
      return TRIBUOS.serialize();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
      return new ConfiguredObjectProvenanceImpl(this, "Distance");
    }
  }
}

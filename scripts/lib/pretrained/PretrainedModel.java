//SOURCES ../kit/Stage.java
//SOURCES ../onnx/OnnxModel.java
//SOURCES AudioInput.java
//SOURCES Contract.java
//SOURCES Patches.java

package genrelab.pretrained;

import genrelab.kit.Stage;
import genrelab.onnx.OnnxModel;
import genrelab.onnx.OnnxModel.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * An ONNX model of others, run as its contract says.
 *
 * <p>A segment's values are the mean over its patches, and over whatever axes an output has between
 * the first and the last, e.g. the time of a transformer.
 */
public final class PretrainedModel {
  private static final int BATCH = 64; // patches
  private static final int MOST_VALUES = 1 << 22;

  private final Path file;
  private final OnnxModel onnx;
  private final Contract contract;
  private final long[] sizes;

  private PretrainedModel(Path file, OnnxModel onnx, Contract contract, long[] sizes) {
    this.file = file;
    this.onnx = onnx;
    this.contract = contract;
    this.sizes = sizes;
  }

  /**
   * Takes a loaded model and its contract.
   *
   * @param file of the model
   * @param given the contract; null for the one beside the model
   * @throws Stage.Failure if there is no contract, it is broken, or it is of another model
   */
  public static PretrainedModel read(Path file, OnnxModel onnx, Path given) {
    Path contract =
        Optional.ofNullable(given)
            .or(() -> Contract.beside(file))
            .orElseThrow(
                () ->
                    new Stage.Failure(
                        "%s: not an ONNX model that export wrote, and no contract (%s) beside it"
                            + " says what it takes; data/embeddings has some to copy",
                        file, file.getFileName().toString().replaceFirst("(?i)\\.onnx$", ".yaml")));
    Contract read = Contract.read(contract);
    read.requireOf(file, contract);
    return of(file, onnx, read);
  }

  private static PretrainedModel of(Path file, OnnxModel onnx, Contract contract) {
    long[] sizes =
        onnx.inputSizes(contract.input().name())
            .orElseThrow(
                () ->
                    new Stage.Failure(
                        "%s: it has no input '%s' of 32-bit floats, as its contract says; its"
                            + " inputs: %s",
                        file, contract.input().name(), named(onnx.inputs())));
    if (onnx.inputs().size() > 1) {
      throw new Stage.Failure(
          "%s: it takes %d inputs (%s); export it with one",
          file, onnx.inputs().size(), named(onnx.inputs()));
    }
    requireOutput(file, onnx, contract.embedding());
    if (contract.probabilities() != null) {
      requireOutput(file, onnx, contract.probabilities());
    }
    var model = new PretrainedModel(file, onnx, contract, sizes);
    model.requireAxes();
    return model;
  }

  private static String named(Iterable<String> names) {
    return Stage.oneLine(String.join(", ", names));
  }

  private static void requireOutput(Path file, OnnxModel onnx, Contract.Output output) {
    if (!onnx.outputs().contains(output.name())) {
      throw new Stage.Failure(
          "%s: it has no output '%s', as its contract says; its outputs: %s",
          file, output.name(), named(onnx.outputs()));
    }
  }

  public Contract contract() {
    return contract;
  }

  /** How segments of audio become what {@link #embeddings} takes. */
  public AudioInput audio() {
    Supplier<UnaryOperator<float[]>> patches = () -> new Patches(contract);
    return new AudioInput(contract.sampleRate(), 1, 1, false, 1, 1, patches);
  }

  private void requireAxes() {
    List<Contract.Axis> axes = contract.input().axes();
    boolean fits = sizes.length == axes.size();
    for (int a = 0; fits && a < sizes.length; a++) {
      long wanted = size(axes.get(a), -1);
      fits = sizes[a] < 0 || wanted < 0 || axes.get(a) == Contract.Axis.patch || sizes[a] == wanted;
    }
    if (!fits) {
      throw new Stage.Failure(
          "%s: its input '%s' has sizes %s, but its contract's axes are %s",
          file, contract.input().name(), Arrays.toString(sizes), axes);
    }
  }

  /**
   * The size of an axis; −1 where it depends on the segment.
   *
   * @param patches of a batch
   */
  private long size(Contract.Axis axis, long patches) {
    Contract.Patch patch = contract.patch();
    return switch (axis) {
      case patch -> patches;
      case channel -> 1;
      case band -> contract.mel().bands();
      case frame, sample -> patch == null ? -1 : patch.length();
    };
  }

  /** The embedding of each segment: its patches as {@link Patches} cuts them → values. */
  public float[][] embeddings(float[][] segments) {
    return outputs(segments, contract.embedding().name());
  }

  /** The probabilities of each segment; each row sums to 1. */
  public float[][] probabilities(float[][] segments) {
    float[][] rows = outputs(segments, contract.probabilities().name());
    int classes = contract.classes().size();
    for (float[] row : rows) {
      if (row.length != classes) {
        throw new Stage.Failure(
            "%s: output '%s' has %d classes, its contract names %d",
            file, contract.probabilities().name(), row.length, classes);
      }
      toProbabilities(row);
    }
    return rows;
  }

  private void toProbabilities(float[] row) {
    if (contract.probabilities().form() == Contract.Form.logits) {
      float most = Float.NEGATIVE_INFINITY;
      for (float value : row) {
        most = Math.max(most, value);
      }
      for (int c = 0; c < row.length; c++) {
        row[c] = (float) Math.exp(row[c] - most);
      }
    }
    double sum = 0;
    for (float value : row) {
      sum += value;
      if (value < 0) {
        sum = Double.NaN;
      }
    }
    if (!(sum > 0)) {
      throw new Stage.Failure(
          "%s: output '%s' gives no probabilities; if they are logits, say form: logits in the"
              + " contract",
          file, contract.probabilities().name());
    }
    for (int c = 0; c < row.length; c++) {
      row[c] /= (float) sum;
    }
  }

  private float[][] outputs(float[][] segments, String output) {
    float[][] means = new float[segments.length][];
    int done = 0;
    while (done < segments.length) {
      done += run(segments, done, means, output);
    }
    return means;
  }

  /** Runs segments from one on, as many as fit a batch; returns how many. */
  private int run(float[][] segments, int first, float[][] means, String output) {
    int patchSize = patchSize(segments[first]);
    int patches = segments[first].length / patchSize;
    boolean batched = contract.input().axes().contains(Contract.Axis.patch);
    int most = (int) Math.max(1, Math.min(BATCH, (long) MOST_VALUES / patchSize));
    int count = batched ? Math.min(segments.length - first, Math.max(1, most / patches)) : 1;
    double[][] sums = new double[count][];
    float[] all = new float[count * patches * patchSize];
    for (int s = 0; s < count; s++) {
      System.arraycopy(segments[first + s], 0, all, s * patches * patchSize, patches * patchSize);
    }
    long fixed = batched ? sizes[contract.input().axes().indexOf(Contract.Axis.patch)] : 1;
    int step = (int) (fixed > 0 ? Math.min(fixed, 1 << 16) : Math.min(most, count * patches));
    for (int p = 0; p < count * patches; p += step) {
      int some = Math.min(step, count * patches - p);
      // a graph of a fixed batch gets zeros for what is missing
      float[] values = new float[(fixed > 0 ? step : some) * patchSize];
      System.arraycopy(all, p * patchSize, values, 0, some * patchSize);
      Tensor result = run(values, patchSize, output);
      add(result, batched ? values.length / patchSize : 1, some, p, patches, sums);
    }
    for (int s = 0; s < count; s++) {
      means[first + s] = mean(sums[s], patches);
    }
    return count;
  }

  private int patchSize(float[] segment) {
    if (contract.patch() == null) {
      return segment.length;
    }
    return contract.patch().length() * (contract.mel() == null ? 1 : contract.mel().bands());
  }

  private Tensor run(float[] values, int patchSize, String output) {
    List<Contract.Axis> axes = contract.input().axes();
    int bands = contract.mel() == null ? 1 : contract.mel().bands();
    long[] shape = new long[axes.size()];
    for (int a = 0; a < shape.length; a++) {
      Contract.Axis axis = axes.get(a);
      boolean inTime = axis == Contract.Axis.frame || axis == Contract.Axis.sample;
      shape[a] = inTime ? patchSize / bands : size(axis, values.length / patchSize);
    }
    boolean bandsFirst =
        axes.contains(Contract.Axis.band)
            && axes.indexOf(Contract.Axis.band) < axes.indexOf(Contract.Axis.frame);
    float[] ordered = bandsFirst ? transposed(values, patchSize, bands) : values;
    return onnx.run(Map.of(contract.input().name(), new Tensor(ordered, shape)), output);
  }

  private static float[] transposed(float[] values, int patchSize, int bands) {
    float[] ordered = new float[values.length];
    int frames = patchSize / bands;
    for (int i = 0; i < values.length; i++) {
      int within = i % patchSize;
      ordered[i - within + within % bands * frames + within / bands] = values[i];
    }
    return ordered;
  }

  /** Adds a run's means to the sums of the segments that its patches are of. */
  private void add(Tensor result, int rows, int some, int first, int patches, double[][] sums) {
    long[] of = result.sizes();
    int width = of.length == 0 ? 1 : (int) of[of.length - 1];
    float[] values = result.values();
    if (width < 1
        || values.length % ((long) rows * width) != 0
        || values.length == 0
        || rows > 1 && of[0] != rows) {
      throw new Stage.Failure(
          "%s: of %d patches it gives an output of sizes %s; a row for each was expected",
          file, rows, Arrays.toString(of));
    }
    int each = values.length / rows;
    for (int p = 0; p < some; p++) {
      int segment = (first + p) / patches;
      if (sums[segment] == null) {
        sums[segment] = new double[width];
      }
      for (int i = 0; i < each; i++) {
        sums[segment][i % width] += values[p * each + i] / (double) (each / width);
      }
    }
  }

  private float[] mean(double[] sums, int patches) {
    float[] mean = new float[sums.length];
    for (int v = 0; v < mean.length; v++) {
      mean[v] = (float) (sums[v] / patches);
      if (!Float.isFinite(mean[v])) {
        throw new Stage.Failure("%s: it gives values that are not finite", file);
      }
    }
    return mean;
  }
}

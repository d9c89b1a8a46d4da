//DEPS org.tribuo:tribuo-util-onnx:4.3.2
//SOURCES ../features/Standardization.java
//SOURCES ../kit/Stage.java
//SOURCES ../onnx/OnnxGraph.java
//SOURCES BaselineClassifier.java
//SOURCES BaselineModel.java
//SOURCES Summary.java

package genrelab.baselines;

import com.google.protobuf.InvalidProtocolBufferException;
import genrelab.features.Standardization;
import genrelab.kit.Stage;
import genrelab.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.ONNXExportable;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.classification.liblinear.LibLinearClassificationModel;
import org.tribuo.common.nearest.KNNModel;
import org.tribuo.common.nearest.protos.KNNModelProto;
import org.tribuo.common.tree.LeafNode;
import org.tribuo.common.tree.Node;
import org.tribuo.common.tree.SplitNode;
import org.tribuo.common.tree.TreeModel;
import org.tribuo.ensemble.WeightedEnsembleModel;
import org.tribuo.math.la.SGDVector;
import org.tribuo.math.la.Tensor;
import org.tribuo.util.onnx.ONNXContext;
import org.tribuo.util.onnx.ONNXPlaceholder;

/**
 * Writes a baseline on segments as an ONNX graph: from features as the features file has them, by
 * way of summary statistics and their scaling, to probabilities.
 *
 * <p>Statistics are computed in 64-bit floats, as the kit computes them. The SVM is written by
 * Tribuo; the others here, since Tribuo's logistic regression has other probabilities in ONNX (a
 * softmax, not one against the rest) and its neighbours and trees have none.
 */
public final class BaselineOnnx {
  private final OnnxGraph onnx;
  private final BaselineClassifier classifier;

  private BaselineOnnx(OnnxGraph onnx, BaselineClassifier classifier) {
    this.onnx = onnx;
    this.classifier = classifier;
  }

  /**
   * Adds the input {@code features} [N, frames, values] and the baseline's nodes.
   *
   * @return the name of the probabilities, [N, classes]
   * @throws Stage.Failure if the model is one of whole tracks: a row of the input is a segment
   */
  public static String write(OnnxGraph onnx, BaselineModel model) {
    Summary summary = Summary.read(model.description().path("input"));
    if (summary.level() != Summary.Level.segment || summary.values() == Summary.Values.full) {
      throw new Stage.Failure(
          "a baseline on %s of one %s can't be exported: an exported model takes one segment a row;"
              + " train one with --level segment --summary statistics",
          summary.values(), summary.level());
    }
    var writer = new BaselineOnnx(onnx, model.classifier());
    int frames = model.description().at("/input/frames").asInt();
    String features = onnx.input("features", frames, summary.coefficients());
    String standardised =
        writer.standardised(writer.statistics(features, frames, summary.values()));
    return writer.probabilities(features, standardised, model.classifier().model());
  }

  // ---- summary statistics

  /** What {@link SegmentStatistics} computes, or the means alone. */
  private String statistics(String features, int frames, Summary.Values values) {
    String precise = cast("precise", features, DOUBLE);
    String mean = mean("mean", precise, 0);
    if (values == Summary.Values.mean) {
      return cast("statistics-single", mean, FLOAT);
    }
    String centred = onnx.node("Sub", "centred", precise, mean("mean-of-frames", precise, 1));
    String variance = mean("variance", onnx.node("Mul", "squares", centred, centred), 0);
    String deviation = onnx.node("Sqrt", "deviation", variance);
    String difference =
        frames == 1 ? onnx.node("Sub", "no-difference", mean, mean) : difference(precise);
    String all = onnx.node("Concat", "statistics", Map.of("axis", 1), mean, deviation, difference);
    return cast("statistics-single", all, FLOAT);
  }

  private String difference(String precise) {
    String axis = onnx.integers("axis-of-frames", 1);
    String one = onnx.integers("second", 1);
    String end = onnx.integers("end", Long.MAX_VALUE);
    String next = onnx.node("Slice", "next", precise, one, end, axis);
    String first = onnx.integers("first", 0);
    String last = onnx.integers("last", -1);
    String previous = onnx.node("Slice", "previous", precise, first, last, axis);
    String change = onnx.node("Sub", "change", next, previous);
    return mean("difference", onnx.node("Abs", "absolute-change", change), 0);
  }

  private String mean(String name, String input, int keepFrames) {
    return onnx.node(
        "ReduceMean", name, Map.of("axes", new long[] {1}, "keepdims", keepFrames), input);
  }

  private String standardised(String statistics) {
    Standardization scaling = classifier.standardization();
    return onnx.standardised("standardised", statistics, scaling.mean(), scaling.deviation());
  }

  // ---- classifiers

  private String probabilities(String features, String vectors, Model<Label> model) {
    if (model instanceof KNNModel<?> neighbours) {
      return neighbours(vectors, (KNNModel<Label>) neighbours.castModel(Label.class));
    }
    if (model instanceof WeightedEnsembleModel<Label> forest) {
      return forest(vectors, forest);
    }
    if (model instanceof LibLinearClassificationModel logistic) {
      return logistic(vectors, logistic);
    }
    if (model instanceof ONNXExportable exportable) {
      return byTribuo(vectors, model, exportable);
    }
    return constant(features);
  }

  /** Scores in Tribuo's order of labels, brought into the order of the mapping. */
  private String byTribuo(String vectors, Model<Label> model, ONNXExportable exportable) {
    var context = new ONNXContext();
    int statistics = classifier.standardization().mean().length;
    int labels = model.getOutputIDInfo().size();
    ONNXPlaceholder input = context.floatInput(vectors, statistics);
    ONNXPlaceholder output = context.floatOutput("scores", labels);
    exportable.writeONNXGraph(input).assignTo(output);
    onnx.addNodes(context.buildGraph());
    float[] order = new float[labels * classes()];
    for (var label : model.getOutputIDInfo()) {
      order[label.getA() * classes() + place(label.getB())] = 1;
    }
    String ordered =
        onnx.node("MatMul", "ordered", "scores", onnx.constant("order", order, labels, classes()));
    return onnx.shares("shares", ordered);
  }

  /** One logistic regression a class, as LIBLINEAR predicts: sigmoids, divided by their sum. */
  private String logistic(String vectors, LibLinearClassificationModel model) {
    de.bwaldvogel.liblinear.Model linear = model.getInnerModels().get(0);
    int statistics = classifier.standardization().mean().length;
    double[] learnt = linear.getFeatureWeights();
    int columns = learnt.length / (statistics + 1); // the last row is the bias
    boolean single = columns == 1; // of two classes, the second's is the first's with another sign
    float[] weights = new float[statistics * classes()];
    float[] bias = new float[classes()];
    Arrays.fill(bias, NEVER);
    for (int k = 0; k < linear.getNrClass(); k++) {
      int c = place(model.getOutputIDInfo(), linear.getLabels()[k]);
      int column = single ? 0 : k;
      int sign = single && k == 1 ? -1 : 1;
      for (int v = 0; v < statistics; v++) {
        weights[v * classes() + c] = (float) (sign * learnt[v * columns + column]);
      }
      bias[c] = (float) (sign * linear.getBias() * learnt[statistics * columns + column]);
    }
    String decisions =
        onnx.node(
            "Gemm",
            "decisions",
            vectors,
            onnx.constant("logistic/weights", weights, statistics, classes()),
            onnx.constant("logistic/bias", bias, classes()));
    return onnx.shares("shares", onnx.node("Sigmoid", "logistic", decisions));
  }

  /** The votes of the k nearest training vectors, by Euclidean distance in 64-bit floats. */
  private String neighbours(String vectors, KNNModel<Label> model) {
    KNNModelProto record;
    try {
      record = model.serialize().getSerializedData().unpack(KNNModelProto.class);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
    int rows = record.getVectorsCount();
    int statistics = classifier.standardization().mean().length;
    double[] columns = new double[statistics * rows];
    double[] squares = new double[rows];
    float[] votes = new float[rows * classes()];
    for (int r = 0; r < rows; r++) {
      var vector = (SGDVector) Tensor.deserialize(record.getVectors(r));
      for (int v = 0; v < statistics; v++) {
        columns[v * rows + r] = vector.get(v);
        squares[r] += vector.get(v) * vector.get(v);
      }
      votes[r * classes() + place((Label) Output.deserialize(record.getOutputs(r)))] = 1;
    }
    // |a − b|² less |a|², which is the same for all neighbours of a
    String product =
        onnx.node(
            "MatMul",
            "products",
            cast("neighbours/precise", vectors, DOUBLE),
            onnx.constant("neighbours/vectors", columns, statistics, rows));
    String twice = onnx.node("Add", "twice", product, product);
    String distances =
        onnx.node("Sub", "distances", onnx.constant("neighbours/squares", squares, rows), twice);
    String nearest =
        onnx.node(
            "TopK",
            "nearest",
            Map.of("largest", 0),
            List.of("nearest-distances", "nearest"),
            distances,
            onnx.integers("k", record.getK()));
    String table = onnx.constant("votes-of-neighbours", votes, rows, classes());
    return mean("shares", onnx.node("Gather", "votes", table, nearest), 0);
  }

  /** The mean of the trees' probabilities. */
  private String forest(String vectors, WeightedEnsembleModel<Label> model) {
    var trees = new Trees(model.getModels().size());
    for (int t = 0; t < model.getModels().size(); t++) {
      trees.add(t, (TreeModel<Label>) model.getModels().get(t));
    }
    long[] ids = new long[classes()];
    for (int c = 0; c < ids.length; c++) {
      ids[c] = c;
    }
    onnx.classicalNode(
        "TreeEnsembleClassifier",
        "forest",
        trees.attributes(ids),
        List.of("predicted", "tree-scores"),
        vectors);
    return onnx.shares("shares", "tree-scores");
  }

  /** The forest's nodes as TreeEnsembleClassifier takes them: lists, an entry a node or a leaf. */
  private final class Trees {
    private final int count;
    private final List<Long> trees = new ArrayList<>();
    private final List<Long> nodes = new ArrayList<>();
    private final List<String> modes = new ArrayList<>();
    private final List<Long> features = new ArrayList<>();
    private final List<Float> splits = new ArrayList<>();
    private final List<Long> below = new ArrayList<>();
    private final List<Long> above = new ArrayList<>();
    private final List<Long> leafTrees = new ArrayList<>();
    private final List<Long> leafNodes = new ArrayList<>();
    private final List<Long> leafClasses = new ArrayList<>();
    private final List<Float> leafWeights = new ArrayList<>();

    Trees(int count) {
      this.count = count;
    }

    void add(int tree, TreeModel<Label> model) {
      add(tree, 0, model, model.getRoot());
    }

    /** Adds a node and those below it; returns the next free number of a node. */
    private long add(long tree, long number, TreeModel<Label> model, Node<Label> node) {
      trees.add(tree);
      nodes.add(number);
      if (node instanceof LeafNode<Label> leaf) {
        modes.add("LEAF");
        features.add(0L);
        splits.add(0f);
        below.add(0L);
        above.add(0L);
        double sum = leaf.getDistribution().values().stream().mapToDouble(Label::getScore).sum();
        for (int c = 0; c < classes(); c++) {
          Label label = leaf.getDistribution().get(classifier.mapping().get(c));
          if (label != null) {
            leafTrees.add(tree);
            leafNodes.add(number);
            leafClasses.add((long) c);
            leafWeights.add((float) (label.getScore() / sum / count));
          }
        }
        return number + 1;
      }
      var split = (SplitNode<Label>) node;
      int place = below.size();
      modes.add("BRANCH_LEQ");
      features.add(feature(model.getFeatureIDMap().get(split.getFeatureID()).getName()));
      splits.add(floor(split.splitValue()));
      below.add(number + 1);
      above.add(0L);
      long next = add(tree, number + 1, model, split.getLessThanOrEqual());
      above.set(place, next);
      return add(tree, next, model, split.getGreaterThan());
    }

    Map<String, Object> attributes(long[] classes) {
      return Map.ofEntries(
          Map.entry("nodes_treeids", longs(trees)),
          Map.entry("nodes_nodeids", longs(nodes)),
          Map.entry("nodes_modes", modes.toArray(String[]::new)),
          Map.entry("nodes_featureids", longs(features)),
          Map.entry("nodes_values", floats(splits)),
          Map.entry("nodes_truenodeids", longs(below)),
          Map.entry("nodes_falsenodeids", longs(above)),
          Map.entry("class_treeids", longs(leafTrees)),
          Map.entry("class_nodeids", longs(leafNodes)),
          Map.entry("class_ids", longs(leafClasses)),
          Map.entry("class_weights", floats(leafWeights)),
          Map.entry("classlabels_int64s", classes),
          Map.entry("post_transform", "NONE"));
    }
  }

  /** The largest 32-bit float up to a split's value: values of 32 bits fall on the same sides. */
  private static float floor(double value) {
    float nearest = (float) value;
    return nearest > value ? Math.nextDown(nearest) : nearest;
  }

  /** Tribuo's features are named by their places: see {@link BaselineClassifier}. */
  private static long feature(String name) {
    return Long.parseLong(name.substring(1));
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private static float[] floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /** The same probabilities for every row. */
  private String constant(String features) {
    float[] vector = new float[classifier.standardization().mean().length];
    float[] certain = classifier.probabilities(new float[][] {vector})[0];
    String rows =
        onnx.node(
            "Gather",
            "rows",
            onnx.node("Shape", "sizes", features),
            onnx.integers("first-size", 0));
    String sizes =
        onnx.node("Concat", "of-all", Map.of("axis", 0), rows, onnx.integers("classes", classes()));
    return onnx.node("Expand", "shares", onnx.constant("certain", certain, 1, classes()), sizes);
  }

  // ---- what is common

  private static final int FLOAT = 1;
  private static final int DOUBLE = 11;

  /** The decision value of a class without training vectors, whose sigmoid is 0. */
  private static final float NEVER = -1000;

  /** ONNX numbers its types. */
  private String cast(String name, String input, int type) {
    return onnx.node("Cast", name, Map.of("to", type), input);
  }

  private int classes() {
    return classifier.mapping().size();
  }

  private int place(ImmutableOutputInfo<Label> labels, int id) {
    return place(labels.getOutput(id));
  }

  private int place(Label label) {
    return classifier.mapping().indexOf(label.getLabel());
  }
}

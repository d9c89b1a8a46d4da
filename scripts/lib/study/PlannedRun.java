package genrelab.study;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One cell of a plan's matrix: a network on one input and split. Each seed is a training of its
 * own.
 *
 * @param name its place in the matrix, e.g. cnn-mfcc-track
 * @param features the plan's name of the input
 * @param split the plan's name of the split
 * @param augmentation the plan's name of it, or none
 * @param options of the network by their long names, with those that all runs of the plan share
 */
public record PlannedRun(
    String name,
    String network,
    String features,
    String split,
    String augmentation,
    Map<String, String> options) {

  /** The same run with other options. */
  PlannedRun with(Map<String, String> others) {
    return new PlannedRun(name, network, features, split, augmentation, others);
  }

  /** What defines the run, by the keys of the plan's {@code runs}. */
  Map<String, String> factors() {
    var factors = new LinkedHashMap<>(options);
    factors.put("network", network);
    factors.put("features", features);
    factors.put("split", split);
    factors.put("augmentation", augmentation);
    return factors;
  }
}

package genrelab.study;

import java.util.LinkedHashMap;
import java.util.List;
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
 * @param members names of the runs that an ensemble averages; none where it is no ensemble
 */
public record PlannedRun(
    String name,
    String network,
    String features,
    String split,
    String augmentation,
    Map<String, String> options,
    List<String> members) {
  /** The network's name of an ensemble. */
  static final String ENSEMBLE = "ensemble";

  boolean isEnsemble() {
    return !members.isEmpty();
  }

  /** The same run with other options. */
  PlannedRun with(Map<String, String> others) {
    return new PlannedRun(name, network, features, split, augmentation, others, members);
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

//SOURCES ../results/Rows.java

package genrelab.networks;

import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The epochs of a training so far, and the weights of the one with the lowest val_loss. */
final class TrainingHistory {
  private final List<Rows.Epoch> epochs = new ArrayList<>();
  private float[] bestWeights;

  List<Rows.Epoch> epochs() {
    return epochs;
  }

  void add(Rows.Epoch epoch) {
    epochs.add(epoch);
  }

  float[] bestWeights() {
    return bestWeights;
  }

  void setBestWeights(float[] weights) {
    bestWeights = weights;
  }

  /** The epoch with the lowest val_loss, from 1; 0 before the first. */
  int bestEpoch() {
    return epochs.stream()
        .min(Comparator.comparingDouble(Rows.Epoch::valLoss))
        .map(Rows.Epoch::epoch)
        .orElse(0);
  }
}

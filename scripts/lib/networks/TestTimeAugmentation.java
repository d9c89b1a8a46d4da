//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES BatchAugmentation.java
//SOURCES RandomCrops.java
//SOURCES TrainingData.java
//SOURCES TrainingOptions.java

package genrelab.networks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Test-time augmentation: the variants of a segment whose mean prediction is tested.
 *
 * <p>Crops begin at evenly spaced frames from the segment's first to the next segment's; shifts go
 * along the frequency axis, from so many mel bands down to as many up. Each crop is tested with
 * each shift. Krizhevsky et al., <i>ImageNet classification with deep convolutional neural
 * networks</i> (2012), tests ten crops of an image in this way.
 */
final class TestTimeAugmentation {
  private final TrainingData data;
  private final TrainingOptions options;

  TestTimeAugmentation(TrainingData data, TrainingOptions options) {
    this.data = data;
    this.options = options;
  }

  boolean isNone() {
    return options.testCrops == 1 && options.testShift == 0;
  }

  /** Adds it to a model's record, whose card tells it; nothing where there is none. */
  void record(ObjectNode model) {
    if (!isNone()) {
      model
          .putObject("testTimeAugmentation")
          .put("testCrops", options.testCrops)
          .put("testShiftCoefficients", options.testShift);
    }
  }

  /**
   * The variants of a part's segments: functions from a row to frames × coefficients, row by row.
   *
   * <p>A crop goes on into the next segment of the same track and part; where there is none, the
   * segment stands in its place.
   *
   * @param rows of the part in the features
   */
  List<IntFunction<float[]>> variants(int[] rows) {
    var crops = new RandomCrops(data.features(), rows);
    int frames = data.features().frames();
    int shift = Math.min(options.testShift, data.features().coefficients() - 1);
    var variants = new ArrayList<IntFunction<float[]>>();
    for (int crop = 0; crop < options.testCrops; crop++) {
      int later = crop * frames / options.testCrops;
      for (int bands = -shift; bands <= shift; bands++) {
        int by = bands;
        variants.add(
            row -> BatchAugmentation.shifted(crops.later(row, later), data.trainingMean(), by));
      }
    }
    return variants;
  }
}

//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1

package genrelab.networks.dl4j;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes a sequence of convolved planes: [segment, channel, row, column] to [segment, channel and
 * column, row], each row a step.
 */
public record RowsAsSteps(int channels, int columns) implements InputPreProcessor {
  @Override
  public INDArray preProcess(INDArray planes, int segments, LayerWorkspaceMgr workspaces) {
    INDArray rowsLast = workspaces.dup(ArrayType.ACTIVATIONS, planes.permute(0, 1, 3, 2), 'c');
    return rowsLast.reshape('c', planes.size(0), (long) channels * columns, planes.size(2));
  }

  @Override
  public INDArray backprop(INDArray errors, int segments, LayerWorkspaceMgr workspaces) {
    INDArray plain = workspaces.dup(ArrayType.ACTIVATION_GRAD, errors, 'c');
    long[] rowsLast = {errors.size(0), channels, columns, errors.size(2)};
    INDArray planes = plain.reshape('c', rowsLast).permute(0, 1, 3, 2);
    return workspaces.dup(ArrayType.ACTIVATION_GRAD, planes, 'c');
  }

  @Override
  public InputPreProcessor clone() {
    return this;
  }

  @Override
  public InputType getOutputType(InputType input) {
    var planes = (InputTypeConvolutional) input;
    return InputType.recurrent(planes.getChannels() * planes.getWidth(), planes.getHeight());
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int segments) {
    return new Pair<>(mask, state);
  }
}

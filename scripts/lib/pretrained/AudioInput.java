package genrelab.pretrained;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How a segment of audio becomes a model's input.
 *
 * @param rate Hz that the audio is brought to
 * @param nFft samples a frame; 1 for a model whose frames are its own matter
 * @param hop samples from frame to frame
 * @param centre whether frames are centred
 * @param least frames that a segment must have
 * @param width values a frame
 * @param extractors makes, for a thread of its own, what turns a segment's samples into values
 */
public record AudioInput(
    int rate,
    int nFft,
    int hop,
    boolean centre,
    int least,
    int width,
    Supplier<UnaryOperator<float[]>> extractors) {}

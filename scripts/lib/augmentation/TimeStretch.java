//DEPS com.github.axet:TarsosDSP:2.4-1

package genrelab.augmentation;

import be.tarsos.dsp.AudioEvent;
import be.tarsos.dsp.WaveformSimilarityBasedOverlapAdd;
import be.tarsos.dsp.WaveformSimilarityBasedOverlapAdd.Parameters;
import be.tarsos.dsp.io.TarsosDSPAudioFormat;

/**
 * Time stretching by waveform similarity based overlap-add (WSOLA; Verhelst and Roelands, 1993),
 * with TarsosDSP's settings for music.
 */
public final class TimeStretch {
  private TimeStretch() {}

  /**
   * A segment at another tempo and the same pitch. TarsosDSP prints its settings on standard
   * output.
   *
   * @param samples the segment, taken as a loop
   * @param tempo above 1 faster
   * @param length how many samples to return
   * @param rate sample rate, Hz
   */
  public static float[] stretch(float[] samples, double tempo, int length, int rate) {
    var wsola = new WaveformSimilarityBasedOverlapAdd(Parameters.musicDefaults(tempo, rate));
    int step = wsola.getInputBufferSize() - wsola.getOverlap();
    var event = new AudioEvent(new TarsosDSPAudioFormat(rate, 16, 1, true, false));
    float[] out = new float[length];
    int written = 0;
    // the first block fades in from silence, from the middle of where WSOLA seeks: it goes unused
    int seek = (int) (rate * Parameters.musicDefaults(tempo, rate).getSeekWindowMs() / 1000);
    for (long at = -step - seek / 2; written < length; at += step) {
      float[] buffer = new float[wsola.getInputBufferSize()];
      for (int i = 0; i < buffer.length; i++) {
        buffer[i] = samples[(int) Math.floorMod(at + i, (long) samples.length)];
      }
      event.setFloatBuffer(buffer);
      wsola.process(event);
      if (at >= -seek / 2) {
        float[] block = event.getFloatBuffer();
        int n = Math.min(block.length, length - written);
        System.arraycopy(block, 0, out, written, n);
        written += n;
      }
    }
    return out;
  }
}

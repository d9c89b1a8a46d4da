//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES Mel.java
//SOURCES ../kit/Stage.java

package genrelab.features;

import be.tarsos.dsp.AudioEvent;
import be.tarsos.dsp.io.TarsosDSPAudioFormat;
import be.tarsos.dsp.mfcc.MFCC;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * How a segment's samples become its features: what {@code mfcc} and {@code logmel} compute and
 * record, and {@code classify} computes again from the record.
 *
 * @param key {@code mfcc} or {@code logmel}
 * @param rate samples a second that the audio is brought to, Hz
 * @param nFft samples a frame
 * @param hop samples from frame to frame
 * @param mels mel bands
 * @param coefficients of a frame, deltas not counted; the mel bands for {@code logmel}
 * @param delta whether the coefficients' deltas stand behind them
 * @param seconds length of a segment; 0 where the record does not say
 */
public record SegmentFeatures(
    String key,
    Flavour flavour,
    int rate,
    int nFft,
    int hop,
    int mels,
    Mel.Window window,
    boolean centre,
    int coefficients,
    boolean delta,
    double seconds) {

  /** Lowest frequency of TarsosDSP's own filters, Hz. */
  public static final float TARSOS_LOWEST_HZ = 133.3334f;

  /** Whose MFCCs. */
  public enum Flavour {
    librosa,
    tarsos
  }

  /**
   * From the parameters that a features JSON or a model records.
   *
   * @param params {@code sampleRate}, {@code nFft}, {@code hop}, {@code mels}, {@code window},
   *     {@code centre}; of MFCCs also {@code flavour}, {@code coefficients}, {@code delta}; {@code
   *     seconds} where known
   * @throws IllegalArgumentException if one is missing or out of its range; the message names it
   */
  public static SegmentFeatures of(String key, JsonNode params) {
    boolean mfcc = key.equals("mfcc");
    if (!mfcc && !key.equals("logmel")) {
      throw new IllegalArgumentException("key '" + key + "'");
    }
    int rate = whole(params, "sampleRate", 1000, 192_000);
    int nFft = whole(params, "nFft", 64, 65_536);
    int hop = whole(params, "hop", 1, nFft);
    int mels = whole(params, "mels", 1, nFft / 2);
    JsonNode seconds = params.path("seconds");
    if (Integer.bitCount(nFft) != 1) {
      throw new IllegalArgumentException("nFft");
    }
    if (!seconds.isMissingNode() && !(seconds.asDouble() >= 0.05 && seconds.asDouble() <= 600)) {
      throw new IllegalArgumentException("seconds");
    }
    return new SegmentFeatures(
        key,
        mfcc ? one(Flavour.class, params, "flavour") : Flavour.librosa,
        rate,
        nFft,
        hop,
        mels,
        one(Mel.Window.class, params, "window"),
        flag(params, "centre"),
        mfcc ? whole(params, "coefficients", 1, mels) : mels,
        mfcc && flag(params, "delta"),
        seconds.asDouble());
  }

  private static int whole(JsonNode params, String name, int least, int most) {
    JsonNode value = params.path(name);
    if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
      throw new IllegalArgumentException(name);
    }
    return value.intValue();
  }

  private static boolean flag(JsonNode params, String name) {
    if (!params.path(name).isBoolean()) {
      throw new IllegalArgumentException(name);
    }
    return params.path(name).booleanValue();
  }

  private static <E extends Enum<E>> E one(Class<E> type, JsonNode params, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> value.name().equals(params.path(name).asText()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name));
  }

  /** Values a frame. */
  public int width() {
    return delta ? 2 * coefficients : coefficients;
  }

  /** Frames that a segment must have. */
  public int least() {
    return delta ? Mel.DELTA_WIDTH : 1;
  }

  /** Frames of a segment of so many samples at {@link #rate}. */
  public int frames(int samples) {
    return Mel.frames(samples, nFft, hop, centre);
  }

  /**
   * What turns a segment's samples at {@link #rate} into frames × width values; one for each
   * thread.
   */
  public UnaryOperator<float[]> extractor() {
    UnaryOperator<float[]> plain = plain();
    return delta ? samples -> Mel.withDeltas(plain.apply(samples), coefficients) : plain;
  }

  private UnaryOperator<float[]> plain() {
    if (flavour == Flavour.tarsos) {
      return this::tarsosMfcc;
    }
    var mel = new Mel(rate, nFft, hop, mels, window, centre);
    return key.equals("mfcc")
        ? samples -> mel.mfcc(samples, coefficients)
        : samples -> rounded(mel.logMel(samples));
  }

  private float[] tarsosMfcc(float[] samples) {
    var processor = new MFCC(nFft, rate, coefficients, mels, TARSOS_LOWEST_HZ, rate / 2f);
    var event = new AudioEvent(new TarsosDSPAudioFormat(rate, 16, 1, true, false));
    int frames = Mel.frames(samples.length, nFft, hop, false);
    float[] mfcc = new float[frames * coefficients];
    for (int frame = 0; frame < frames; frame++) {
      int start = frame * hop;
      event.setFloatBuffer(Arrays.copyOfRange(samples, start, start + nFft));
      processor.process(event);
      System.arraycopy(processor.getMFCC(), 0, mfcc, frame * coefficients, coefficients);
    }
    return mfcc;
  }

  /** The nearest floats to whole thousandths: the shortest decimals that tell them have three. */
  private static float[] rounded(float[] decibels) {
    for (int i = 0; i < decibels.length; i++) {
      decibels[i] = Math.round(decibels[i] * 1000) / 1000f;
    }
    return decibels;
  }
}

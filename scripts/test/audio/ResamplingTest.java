///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests sample-rate conversion.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/audio/Resampling.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.audio.Audio;
import genrelab.audio.Resampling;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resampled audio is the old one under soxr's filter, of the right length and without aliases. */
class ResamplingTest {
  /** The modified Bessel function of order 0 by its integral: (1/π) ∫ exp(x cos t) dt, 0 to π. */
  private static double bessel(double x) {
    double sum = 0;
    for (int i = 0; i < 200; i++) {
      sum += Math.exp(x * Math.cos(Math.PI * (i + 0.5) / 200)) / 200;
    }
    return sum;
  }

  /** A new sample by its definition: the sum of the old ones under the filter around its place. */
  private static double convolved(float[] samples, double place, double perLower) {
    double beta = 13.0400748;
    double half = 97.25 * perLower;
    double cutoff = (0.9137437 + 1) / 2 / perLower;
    double sum = 0;
    int end = (int) Math.min(samples.length, Math.ceil(place + half));
    for (int i = (int) Math.max(0, Math.ceil(place - half)); i < end; i++) {
      double x = i - place;
      double window = bessel(beta * Math.sqrt(1 - x * x / half / half)) / bessel(beta);
      double sinc = x == 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x);
      sum += samples[i] * window * sinc;
    }
    return sum;
  }

  /** The last ratio has so many phases that it is convolved directly, between stored filters. */
  @ParameterizedTest
  @CsvSource({
    "44100, 22050, 1e-6", "48000, 22050, 1e-6", "32000, 22050, 1e-6", "16000, 22050, 1e-6",
    "11025, 22050, 1e-6", "96000, 22050, 1e-6", "192000, 22050, 1e-6", "8000, 22050, 1e-6",
    "44100, 16000, 1e-6", "48000, 44100, 1e-6", "44100, 48000, 1e-6", "22050, 20011, 2e-5"
  })
  void resampledAudioIsTheConvolutionWithTheFilter(int from, int to, double tolerance) {
    var random = new Random(1);
    float[] samples = new float[from / 2 + 1];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextFloat() * 2 - 1;
    }
    float[] resampled = Resampling.resample(samples, from, to);
    assertEquals((samples.length * (long) to + from - 1) / from, resampled.length);
    double furthest = 0;
    for (int i = 0; i < 60; i++) { // both ends too
      int n = i < 10 ? i : i < 20 ? resampled.length - 1 - i % 10 : i * resampled.length / 60;
      double expected = convolved(samples, (double) n * from / to, Math.max(1, (double) from / to));
      furthest = Math.max(furthest, Math.abs(expected - resampled[n]));
    }
    assertTrue(furthest < tolerance, "furthest " + furthest);
  }

  /** What soxr.resample (1.1.0, HQ) makes of an impulse, by the distance from it in old samples. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.47843590", "1, 0.31752712", "2, 0.02148393", "3, -0.10376471", "4, -0.02124477",
    "5, 0.05979647", "50, -0.00101658", "51, 0.00383120", "90, -0.00015841", "91, -0.00081304",
    "150, -0.00001573", "151, 0.00001493", "180, 0.00000032"
  })
  void anImpulseIsFilteredAsBySoxr(int distance, double expected) {
    float[] samples = new float[4000];
    samples[2000 + distance] = 1;
    assertEquals(expected, Resampling.resample(samples, 44_100, 22_050)[1000], 1e-7);
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 44100, 22050", "48000, 48000, 22050", "44100, 10001, 5001", "8000, 1000, 2757",
    "11025, 1001, 2002", "16000, 999, 1377", "22050, 321, 321", "96000, 1, 1"
  })
  void resamplingGivesTheRoundedUpLength(int rate, int samples, int expected) {
    assertEquals(expected, Audio.resample(new float[samples], 22050.0 / rate).length);
  }

  @ParameterizedTest
  @ValueSource(ints = {44100, 48000, 16000, 8000})
  void aSineStaysASine(int rate) {
    float[] resampled = Audio.resample(sine(1000, rate), 22050.0 / rate);
    float[] expected = sine(1000, 22050);

    assertEquals(expected.length, resampled.length);
    double product = 0;
    double power = 0;
    double expectedPower = 0;
    for (int i = 200; i < expected.length - 200; i++) {
      product += resampled[i] * expected[i];
      power += resampled[i] * resampled[i];
      expectedPower += expected[i] * expected[i];
    }
    double correlation = product / Math.sqrt(power * expectedPower);
    assertTrue(correlation > 0.999, "correlation " + correlation);
    assertEquals(1, power / expectedPower, 0.01, "it must not get louder or softer");
  }

  /** 15 kHz is above what 22,050 Hz can hold: it must vanish, not fold down to 7,050 Hz. */
  @Test
  void whatTheNewRateCantHoldIsFilteredOut() {
    float[] resampled = Audio.resample(sine(15000, 44100), 0.5);
    double power = 0;
    for (int i = 200; i < resampled.length - 200; i++) {
      power += resampled[i] * resampled[i] / (resampled.length - 400);
    }
    assertTrue(10 * Math.log10(power / 0.5) < -50, "power " + power);
  }

  private static float[] sine(double hz, int rate) {
    float[] samples = new float[rate];
    for (int i = 0; i < rate; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * hz * i / rate);
    }
    return samples;
  }
}

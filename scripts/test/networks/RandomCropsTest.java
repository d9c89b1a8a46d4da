///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests of random crops of training tracks
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/RandomCrops.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.networks.RandomCrops;
import genrelab.results.Rows;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Values count up along each track: 1000 · track + 10 · frame of the track + coefficient. */
class RandomCropsTest {
  private static final int FRAMES = 4;
  private static final int COEFFICIENTS = 3;

  /** Rows: track 1 with segments 0 to 3; track 2 with segments 0, 1 and a copy of 0. */
  private static final String[] TRACKS = {"one", "one", "one", "one", "two", "two", "two"};

  private static final int[] SEGMENTS = {0, 1, 2, 3, 0, 1, Rows.COPY};

  private static Features features() {
    float[][] values = new float[TRACKS.length][FRAMES * COEFFICIENTS];
    for (int row = 0; row < values.length; row++) {
      for (int i = 0; i < values[row].length; i++) {
        int frame = SEGMENTS[row] % Rows.COPY * FRAMES + i / COEFFICIENTS;
        int track = TRACKS[row].equals("one") ? 1 : 2;
        values[row][i] = 1000 * track + 10 * frame + i % COEFFICIENTS;
      }
    }
    var none = Store.JSON.createObjectNode();
    return new Features(
        "mfcc",
        List.of("blues"),
        new int[TRACKS.length],
        TRACKS,
        SEGMENTS,
        null,
        FRAMES,
        COEFFICIENTS,
        values,
        none,
        none);
  }

  /** First frames of many crops; each crop must go on from there frame by frame. */
  private static TreeSet<Integer> starts(RandomCrops crops, int row) {
    var starts = new TreeSet<Integer>();
    var random = new Random(row);
    for (int draw = 0; draw < 1000; draw++) {
      float[] crop = crops.draw(row, random);
      assertEquals(FRAMES * COEFFICIENTS, crop.length);
      for (int i = 0; i < crop.length; i++) {
        assertEquals(crop[0] + 10 * (i / COEFFICIENTS) + i % COEFFICIENTS, crop[i]);
      }
      starts.add((int) crop[0]);
    }
    return starts;
  }

  private static TreeSet<Integer> from(int first, int last) {
    return new TreeSet<>(IntStream.rangeClosed(first, last).mapToObj(frame -> 10 * frame).toList());
  }

  @Test
  void aCropBeginsAtAnyFrameOfItsTrack() {
    var crops = new RandomCrops(features(), new int[] {0, 1, 2, 3});
    assertEquals(from(100, 112), starts(crops, 0));
    assertEquals(from(100, 112), starts(crops, 3));
  }

  /** Segment 2 of track one is held out: no frame of it may get in. */
  @Test
  void aCropStaysAmongTheRowsItIsGiven() {
    var crops = new RandomCrops(features(), new int[] {3, 1, 0});
    assertEquals(from(100, 104), starts(crops, 1));
    assertEquals(from(112, 112), starts(crops, 3));
  }

  @Test
  void anAugmentedCopyStaysAsItIs() {
    Features features = features();
    var crops = new RandomCrops(features, new int[] {4, 5, 6});
    assertEquals(from(200, 204), starts(crops, 4));
    assertArrayEquals(features.values()[6], crops.draw(6, new Random(1)));
  }
}

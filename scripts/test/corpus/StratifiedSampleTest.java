///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the stratified sample
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/corpus/StratifiedSample.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.corpus.StratifiedSample;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StratifiedSampleTest {
  private static long count(int[] drawn, int[] labels, int label) {
    return IntStream.of(drawn).filter(item -> labels[item] == label).count();
  }

  @Test
  void classesKeepTheirShares() {
    int[] labels = IntStream.range(0, 1000).map(i -> i < 700 ? 0 : i < 950 ? 1 : 2).toArray();
    int[] drawn = StratifiedSample.draw(labels, 99, 1);
    assertEquals(99, IntStream.of(drawn).distinct().count());
    assertTrue(IntStream.range(1, 99).allMatch(i -> drawn[i] > drawn[i - 1]), "ascending");
    assertEquals(69, count(drawn, labels, 0), "69.3");
    assertEquals(25, count(drawn, labels, 1), "24.75");
    assertEquals(5, count(drawn, labels, 2), "4.95");
  }

  @Test
  void theSeedDecides() {
    int[] labels = new int[500];
    assertArrayEquals(StratifiedSample.draw(labels, 50, 3), StratifiedSample.draw(labels, 50, 3));
    assertFalse(
        Arrays.equals(StratifiedSample.draw(labels, 50, 3), StratifiedSample.draw(labels, 50, 4)));
    assertArrayEquals(
        IntStream.range(0, 500).toArray(), StratifiedSample.draw(labels, 500, 1), "all of them");
  }
}

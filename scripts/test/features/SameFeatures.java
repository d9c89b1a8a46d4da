//SOURCES ../../lib/features/Features.java

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import genrelab.features.Features;

/** Asserts that features came back as they were. */
final class SameFeatures {
  private SameFeatures() {}

  static void assertSame(Features expected, Features read) {
    assertEquals(expected.key(), read.key());
    assertEquals(expected.mapping(), read.mapping());
    assertArrayEquals(expected.labels(), read.labels());
    assertArrayEquals(expected.tracks(), read.tracks());
    assertArrayEquals(expected.segments(), read.segments());
    assertArrayEquals(expected.clusters(), read.clusters());
    assertArrayEquals(expected.artists(), read.artists());
    assertEquals(expected.frames(), read.frames());
    assertEquals(expected.coefficients(), read.coefficients());
    for (int row = 0; row < expected.size(); row++) {
      assertEquals(expected.values(row).length, read.values(row).length);
      for (int i = 0; i < expected.values(row).length; i++) {
        assertEquals(
            Float.floatToRawIntBits(expected.values(row)[i]),
            Float.floatToRawIntBits(read.values(row)[i]),
            "bit for bit");
      }
    }
    assertEquals(expected.params(), read.params());
    assertEquals(expected.provenance(), read.provenance());
  }
}

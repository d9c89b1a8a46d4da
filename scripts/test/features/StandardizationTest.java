///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the standardisation of features
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/features/Standardization.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import genrelab.features.Standardization;
import org.junit.jupiter.api.Test;

class StandardizationTest {
  private static final float[][] ROWS = {{1, 5, 7, 3, 5, 1}, {5, 5, -3, 7, 5, 1}};

  /** Two frames of three values a row; what sklearn.preprocessing.StandardScaler 1.9 gives. */
  @Test
  void meansAndDeviationsAreThoseOfStandardScaler() {
    Standardization fitted = Standardization.fit(ROWS, 3);
    assertArrayEquals(new float[] {4, 5, 1.5f}, fitted.mean());
    assertArrayEquals(new float[] {2.236068f, 1, 3.5707142f}, fitted.deviation(), 1e-6f);
  }

  @Test
  void aConstantCoefficientStaysFinite() {
    Standardization fitted = Standardization.fit(ROWS, 3);
    assertEquals(1, fitted.deviation()[1], "constant");
    assertArrayEquals(
        new float[] {0, 1, 0}, fitted.apply(new float[] {4, 6, 1.5f}), 1e-6f, "of new data");
  }
}

package org.nd4j.nativeblas;

/**
 * Lets DL4J 1.0.0-M2.1 use its oneDNN helpers.
 *
 * <p>Its helpers ask {@code Nd4jCpu$Environment}, by reflection, whether oneDNN is there; M2.1
 * moved that class, so the question fails and convolutions silently fall back to im2col, several
 * times slower. This class answers in its place.
 */
final class Nd4jCpu {
  private Nd4jCpu() {}

  /** What the helpers look up; both methods are found by name. */
  public static final class Environment {
    private static final Environment INSTANCE = new Environment();

    private Environment() {}

    public static Environment getInstance() {
      return INSTANCE;
    }

    public boolean isUseMKLDNN() {
      return org.nd4j.linalg.factory.Nd4j.getEnvironment().helpersAllowed();
    }
  }
}

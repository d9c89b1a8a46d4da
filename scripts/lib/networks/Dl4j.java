package genrelab.networks;

/** The version of DL4J and ND4J that the kit's {@code //DEPS} name, for the record. */
final class Dl4j {
  static final String VERSION = "1.0.0-M2.1";

  private Dl4j() {}
}

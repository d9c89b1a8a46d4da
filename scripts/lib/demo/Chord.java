package genrelab.demo;

import java.util.List;
import java.util.Locale;

/**
 * @param root semitones above the key
 * @param tones semitones above the root
 */
record Chord(int root, int[] tones) {
  private static final int[] MAJOR_SCALE = {0, 2, 4, 5, 7, 9, 11};
  private static final List<String> NUMERALS = List.of("I", "II", "III", "IV", "V", "VI", "VII");

  static Chord parse(String text) {
    boolean flat = text.startsWith("b");
    String numeral = text.replaceAll("[^IViv]", "");
    boolean minor = numeral.equals(numeral.toLowerCase(Locale.ROOT));
    int degree = NUMERALS.indexOf(numeral.toUpperCase(Locale.ROOT));
    int third = minor ? 3 : 4;
    int[] tones =
        text.endsWith("5")
            ? new int[] {0, 7, 12}
            : text.endsWith("M7")
                ? new int[] {0, third, 7, 11}
                : text.endsWith("7") ? new int[] {0, third, 7, 10} : new int[] {0, third, 7};
    return new Chord(MAJOR_SCALE[degree] - (flat ? 1 : 0), tones);
  }

  /** The tone a bass pattern's degree means, in semitones above the root. */
  int degree(char degree) {
    return switch (degree) {
      case '3' -> tones.length > 2 && tones[1] < 7 ? tones[1] : 7;
      case '5' -> 7;
      case '6' -> 9;
      case '8' -> 12;
      default -> 0;
    };
  }
}

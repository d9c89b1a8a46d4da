package genrelab.kit;

import java.util.List;

/**
 * The values that an option takes when it is given in a plan or passed on to a stage: one of the
 * kinds here, or the allowed words, separated by {@code |}.
 */
public final class OptionValues {
  public static final String WHOLE = "a whole number from 1";
  public static final String COUNT = "a whole number from 0";
  public static final String NUMBER = "a number";
  public static final String TEXT = "a text";
  public static final String FLAG = "true|false";

  private OptionValues() {}

  /** Whether an option of such values can have this one. */
  public static boolean contain(String allowed, String value) {
    return switch (allowed) {
      case WHOLE -> value.matches("[1-9][0-9]{0,8}");
      case COUNT -> value.matches("[0-9]{1,9}");
      case NUMBER -> value.matches("[0-9]*\\.?[0-9]+([eE]-?[0-9]{1,2})?");
      case TEXT -> !value.startsWith("-") || value.matches("-[0-9].*");
      default -> List.of(allowed.split("\\|")).contains(value);
    };
  }

  /** The values for a message: e.g. "frames or flat", "a number". */
  public static String named(String allowed) {
    return allowed.replace("|", " or ");
  }
}

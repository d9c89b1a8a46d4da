//SOURCES Plan.java

package genrelab.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The arguments of a stage. It knows which of them are files, because text alone does not tell: a
 * ratio such as 60:15:25 is no path, and on Windows can't even be parsed as one.
 *
 * @param words as the stage gets them
 * @param files those words, or items of comma-separated words, that are absolute paths
 */
public record StageArguments(List<String> words, Set<String> files) {
  /** No arguments. */
  public static final StageArguments NONE = new StageArguments(List.of(), Set.of());

  /** Also an option with a value; a {@link Path} is made absolute. */
  public StageArguments with(String option, Object value) {
    return value instanceof Path file ? withFile(option, file) : withWords(option, "" + value);
  }

  /** Also an option without a value. */
  public StageArguments with(String flag) {
    return withWords(flag);
  }

  /**
   * Also options by their long names without hyphens: {@code true} is a flag, {@code false} none.
   */
  public StageArguments with(Map<String, String> options) {
    StageArguments all = this;
    for (var option : options.entrySet()) {
      String name = "--" + option.getKey();
      String value = option.getValue();
      if (value.equals("true")) {
        all = all.with(name);
      } else if (!value.equals("false")) {
        // one word where a value could be taken for an option, e.g. --pitch=-2:2
        all = value.startsWith("-") ? all.with(name + "=" + value) : all.with(name, value);
      }
    }
    var files = new LinkedHashSet<>(all.files);
    Plan.filesOf(options).forEach(file -> files.add(file.toString()));
    return new StageArguments(all.words, files);
  }

  private StageArguments withFile(String option, Path file) {
    String place = file.toAbsolutePath().normalize().toString();
    var known = new LinkedHashSet<>(files);
    known.add(place);
    return new StageArguments(words, known).withWords(option, place);
  }

  private StageArguments withWords(String... more) {
    var all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return new StageArguments(List.copyOf(all), files);
  }

  /**
   * The words as a record names them.
   *
   * @param name the name of a file, by its absolute path
   */
  public List<String> portable(UnaryOperator<String> name) {
    return words.stream().map(word -> portable(word, name)).toList();
  }

  private String portable(String word, UnaryOperator<String> name) {
    if (files.contains(word)) {
      String portable = name.apply(word);
      return portable.isEmpty() ? "." : portable;
    }
    return Arrays.stream(word.split(",", -1))
        .map(item -> files.contains(item) ? name.apply(item) : item)
        .collect(Collectors.joining(","));
  }
}

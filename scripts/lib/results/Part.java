//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2

package genrelab.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.List;

/** What a segment is for in a split. */
public enum Part {
  train,
  validation,
  test,
  /** Of a training track, and held out: tells how well songs of the training are recognised. */
  known,
  /** In none of these, e.g. a faulty track, or a copy of a segment that is tested. */
  excluded;

  /** The three that a network is trained, validated and tested on. */
  public static final List<Part> USED = List.of(train, validation, test);

  /** The part of this name; an unknown one is refused with the names there are. */
  @JsonCreator
  static Part named(String name) {
    return Arrays.stream(values())
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is none of %s".formatted(name, List.of(values()))));
  }
}

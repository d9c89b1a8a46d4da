//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS info.picocli:picocli:4.7.7
//SOURCES FileKind.java
//SOURCES Input.java
//SOURCES Output.java
//SOURCES Store.java
//SOURCES Stage.java

package genrelab.kit;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * No stage overwrites what it reads: an output may not be an input, whatever its path is (symbolic
 * and hard links included), nor another output, and it replaces only a file of its own kind unless
 * {@code --force} is given.
 *
 * <p>{@link Stage#run} checks the options before a stage begins, {@link Store#write} every file
 * before it gets its name.
 */
final class Outputs {
  private record Named(String name, Path file, Set<String> columns) {
    @Override
    public String toString() {
      return name + " " + file;
    }
  }

  private static List<Named> inputs = List.of();
  private static List<Named> outputs = List.of();
  private static boolean force;

  private Outputs() {}

  /**
   * Takes a stage's options as the ones that count from now on.
   *
   * @throws Stage.UsageError if an output is an input or another output
   * @throws Stage.Failure if an output would replace a file of another kind
   */
  static void begin(CommandSpec command, boolean mayReplace) {
    end();
    force = mayReplace;
    inputs = new ArrayList<>();
    outputs = new ArrayList<>();
    List<Named> written = new ArrayList<>();
    for (ArgSpec arg : arguments(command)) {
      Output output = annotation(arg, Output.class);
      boolean input = annotation(arg, Input.class) != null;
      for (Path file : paths(arg.getValue(), input)) {
        if (output == null) {
          inputs.add(new Named(name(arg), file, Set.of()));
        } else {
          written.add(new Named(name(arg), file, Set.of(output.value())));
        }
      }
    }
    written.forEach(Outputs::add);
  }

  /** As {@link Stage#alsoWrites}. */
  static void add(Path file, String... columns) {
    add(new Named("the output", file, Set.of(columns)));
  }

  private static void add(Named output) {
    requireNone(output, inputs, "which is an input");
    requireNone(output, outputs, "which is another output");
    requireKind(output);
    if (outputs instanceof ArrayList) { // not where no stage runs
      outputs.add(output);
    }
  }

  static void end() {
    inputs = List.of();
    outputs = List.of();
    force = false;
  }

  /**
   * Checks a file that has been written under a temporary name and is about to replace another.
   *
   * @throws Stage.Failure if the other is an input of the running stage, or of another kind
   */
  static void requireReplaceable(Path written, Path file) throws IOException {
    for (Named input : inputs) {
      if (Store.isSame(file, input.file)) {
        throw new Stage.Failure("%s: this is an input (%s); name another file", file, input.name());
      }
    }
    if (!force && Files.isRegularFile(file)) {
      FileKind kind = FileKind.of(file);
      if (kind.isPrecious() && kind != FileKind.of(written)) {
        throw replaces(file, kind.title());
      }
    }
  }

  private static void requireNone(Named output, List<Named> others, String what) {
    Path part = output.file.resolveSibling(output.file.getFileName() + ".part");
    for (Named other : others) {
      if (Store.isSame(output.file, other.file) || Store.isSame(part, other.file)) {
        throw new Stage.UsageError(
            "%s would overwrite %s, %s; name another file", output, other, what);
      }
    }
  }

  private static void requireKind(Named output) {
    if (force || output.columns.isEmpty() || !Files.isRegularFile(output.file)) {
      return; // a folder's files and an image are checked as they are written
    }
    try {
      FileKind kind = FileKind.of(output.file);
      if (kind.isPrecious()) {
        throw replaces(output.file, kind.title());
      }
      if (!FileKind.hasColumns(output.file, output.columns)) {
        throw replaces(output.file, "which this stage has not written");
      }
    } catch (IOException unreadable) {
      throw replaces(output.file, "a file that can't be read");
    }
  }

  private static Stage.Failure replaces(Path file, String what) {
    return new Stage.Failure(
        "%s: there is a file already, %s; name another file, or replace it with --force",
        file, what);
  }

  static List<ArgSpec> arguments(CommandSpec command) {
    return Stream.<ArgSpec>concat(
            command.options().stream(), command.positionalParameters().stream())
        .toList();
  }

  static <T extends java.lang.annotation.Annotation> T annotation(ArgSpec arg, Class<T> type) {
    return arg.userObject() instanceof AnnotatedElement field ? field.getAnnotation(type) : null;
  }

  private static String name(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
  }

  /** The files that an option's value names; texts count where they can name files. */
  private static List<Path> paths(Object value, boolean texts) {
    if (value instanceof Path file) {
      return file.toString().equals("-") || file.getFileName() == null ? List.of() : List.of(file);
    }
    if (value instanceof Collection<?> many) {
      return many.stream().flatMap(one -> paths(one, texts).stream()).toList();
    }
    if (texts && value instanceof String text) {
      return Stream.of(text, text.substring(text.indexOf('=') + 1))
          .distinct()
          .map(Outputs::path)
          .filter(Objects::nonNull)
          .flatMap(file -> paths(file, false).stream())
          .filter(Files::exists)
          .toList();
    }
    return List.of();
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException none) {
      return null;
    }
  }
}

//SOURCES ../kit/Stage.java

package genrelab.bench;

import genrelab.kit.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The Python virtual environment that the peers live in. */
public final class Venv {
  private Venv() {}

  private static Path interpreter(Path environment) {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return environment.resolve(windows ? "Scripts/python.exe" : "bin/python").toAbsolutePath();
  }

  /** The interpreter of an environment that a user names. */
  public static Path requireInterpreter(Path environment) {
    Path interpreter = interpreter(environment);
    if (!Files.isExecutable(interpreter)) {
      throw new Stage.Failure(
          "%s: no virtual environment, it has no %s; make one (python3 -m venv) or leave --python"
              + " out",
          environment, environment.toAbsolutePath().relativize(interpreter));
    }
    return interpreter;
  }

  /**
   * The interpreter of the kit's own environment, with a list of requirements installed: now, where
   * they aren't or were of another list.
   *
   * @param environment its folder
   * @param name of the list, under which a copy says that it is installed
   * @param wanted the list
   * @param what it brings, for the user
   * @return none, after one line that says why, where it can't be made
   */
  public static Optional<Path> own(Path environment, String name, byte[] wanted, String what) {
    Path interpreter = interpreter(environment);
    Path made = environment.resolve(name);
    try {
      if (Files.exists(made) && Arrays.equals(wanted, Files.readAllBytes(made))) {
        return Optional.of(interpreter);
      }
      Optional<String> python = pythonOnPath();
      if (python.isEmpty()) {
        System.out.printf("without %s: no Python 3.10 or newer is on the PATH%n", what);
        return Optional.empty();
      }
      System.out.printf("bringing %s into %s, once%n", what, environment);
      boolean done =
          Files.isExecutable(interpreter)
              || run(python.get(), "-m", "venv", "--clear", "" + environment) == 0;
      Path list = environment.resolve(name + ".part");
      if (done) {
        Files.deleteIfExists(made);
        Files.write(list, wanted);
        done = install(interpreter, list);
      }
      if (!done) {
        System.out.printf(
            "without %s: %s can't be made (see above); run again, or give --python%n",
            what, environment);
        return Optional.empty();
      }
      // only what is whole has the list under its name
      Files.move(list, made, StandardCopyOption.REPLACE_EXISTING);
      return Optional.of(interpreter);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static boolean install(Path interpreter, Path list) throws IOException {
    return run(
            "" + interpreter,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            "" + list)
        == 0;
  }

  private static Optional<String> pythonOnPath() {
    for (String name : List.of("python3", "python")) {
      try {
        if (run(name, "-c", "import sys; sys.exit(sys.version_info < (3, 10))") == 0) {
          return Optional.of(name);
        }
      } catch (IOException missing) {
        // then by the other name
      }
    }
    return Optional.empty();
  }

  /** Runs a command to its end; what it says goes to stderr. */
  private static int run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    process.getOutputStream().close();
    process.getInputStream().transferTo(System.err);
    try {
      return process.waitFor();
    } catch (InterruptedException error) {
      process.destroy();
      throw new IllegalStateException(error);
    }
  }
}

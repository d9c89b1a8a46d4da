//COMPILE_OPTIONS -encoding UTF-8
// Libraries' native code and their use of Unsafe, of which newer JVMs warn; older ones skip what they don't know.
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
//DEPS info.picocli:picocli:4.7.7
//SOURCES Outputs.java
//SOURCES PrintableStream.java

package genrelab.kit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * How every stage behaves at the shell: exit codes, one-line errors, what goes to which stream.
 *
 * <p>{@link System#out} takes messages, which {@code --quiet} leaves out; what a stage was asked to
 * print goes to {@link #results}; warnings, errors and progress go to stderr. Control characters in
 * what is printed, such as those of a file's name, are made visible.
 */
public final class Stage {
  /** The kit's version, recorded in everything it writes. */
  public static final String VERSION = "0.1.0";

  private Stage() {}

  /** A failure the user can mend: its message names the file, what is wrong and what to do. */
  public static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Failure(String format, Object... values) {
      super(String.format(Locale.ROOT, format, values));
    }

    /** As above, with what {@code --verbose} shows below it. */
    public Failure(Throwable cause, String format, Object... values) {
      super(String.format(Locale.ROOT, format, values), cause);
    }
  }

  /** An option's value that makes no sense. */
  public static final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageError(String format, Object... values) {
      super(String.format(Locale.ROOT, format, values));
    }
  }

  private static final class Flags {
    @Option(
        names = "--quiet",
        description =
            "No progress and no messages: only errors, warnings and what was asked for, if that is"
                + " printed.")
    boolean quiet;

    @Option(
        names = "--verbose",
        description = "Show the stack trace of a failure; goes with --quiet too.")
    boolean verbose;

    @Option(
        names = "--force",
        description =
            "Replace a file of another kind, such as audio or a model, where an output has its"
                + " name. An input is never replaced.")
    boolean force;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help and exit.")
    boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Show the version and exit.")
    boolean version;
  }

  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  private static final String[] EXIT_CODES = {
    "0:Done.",
    "1:Failed: one line on stderr tells which file, what is wrong, what to do.",
    "2:Wrong option or argument, or an output that is an input.",
    "130:Interrupted (Ctrl-C); 143 when ended by SIGTERM. Finished files are whole."
  };

  private static Flags flags = new Flags();

  /** Standard output for text, while a stage runs; null before and after. */
  private static PrintStream stdout;

  /** Standard output and error as they are, with control characters; null where no stage runs. */
  private static PrintStream rawOut;

  private static PrintStream rawErr;

  /** Standard output as a file named -; text goes elsewhere then. */
  private static boolean claimed;

  /**
   * Runs a stage's picocli command.
   *
   * @param command an annotated {@code Callable<Integer>}
   * @param args the shell's arguments
   * @return the exit code: 0 success, 1 a failed run, 2 a usage error; each failure is one line on
   *     stderr, with a stack trace only under {@code --verbose}
   */
  public static int run(Object command, String... args) {
    Locale.setDefault(Locale.ROOT);
    PrintStream out = System.out;
    PrintStream err = System.err;
    rawOut = new PrintStream(out, true, StandardCharsets.UTF_8);
    rawErr = new PrintStream(err, true, StandardCharsets.UTF_8);
    System.setOut(new PrintStream(new PrintableStream(rawOut), true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(new PrintableStream(rawErr), true, StandardCharsets.UTF_8));
    flags = new Flags();
    CommandLine line = commandLine(command, flags);
    line.setOut(new PrintWriter(rawOut, true)); // the help's colours
    line.setParameterExceptionHandler(
        (error, given) -> usageError(error.getCommandLine(), error.getMessage()));
    line.setExecutionExceptionHandler((error, cmd, parsed) -> failed(cmd, error));
    line.setExecutionStrategy(Stage::execute);
    try {
      return line.execute(args);
    } catch (Error error) {
      return failed(line, error);
    } finally {
      flags = new Flags();
      System.out.flush();
      System.err.flush();
      System.setOut(out);
      System.setErr(err);
      rawOut = null;
      rawErr = null;
    }
  }

  /** A stage's picocli command with the options and the look that all stages share. */
  public static CommandLine commandLine(Object command) {
    return commandLine(command, new Flags());
  }

  private static CommandLine commandLine(Object command, Flags flags) {
    var line = new CommandLine(command);
    line.addMixin("flags", flags);
    line.getCommandSpec()
        .version("genrelab " + VERSION)
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(UsageMessageSpec.keyValuesMap(EXIT_CODES));
    line.setUsageHelpWidth(100)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true);
    if (isDumb()) { // picocli knows NO_COLOR and pipes, but not this
      line.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    }
    return line;
  }

  /** Whether the terminal can't draw over a line, nor in colour. */
  static boolean isDumb() {
    return "dumb".equals(System.getenv("TERM"));
  }

  private static int execute(ParseResult parsed) {
    PrintStream before = System.out;
    stdout = before;
    claimed = false;
    if (flags.quiet && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
      System.setOut(NOWHERE);
    }
    try {
      if (!parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
        Outputs.begin(parsed.commandSpec(), flags.force);
      }
      return new RunLast().execute(parsed);
    } catch (Failure | UsageError error) { // of the outputs: a stage's own ones are handled already
      return failed(parsed.commandSpec().commandLine(), error);
    } finally {
      Outputs.end();
      System.setOut(before);
      stdout = null;
    }
  }

  /**
   * Where a stage prints what it was asked for, such as the songs' genres: standard output, with
   * {@code --quiet} too; where {@link #standardOutput} is taken for a file, as messages.
   */
  public static PrintStream results() {
    return stdout == null || claimed ? System.out : stdout;
  }

  /**
   * Standard output, for a file that was given as {@code -}. From now on it takes nothing else:
   * messages and results go to stderr, or nowhere with {@code --quiet}.
   */
  public static PrintStream standardOutput() {
    if (stdout == null) {
      return System.out;
    }
    if (!claimed) {
      claimed = true;
      System.setOut(flags.quiet ? NOWHERE : System.err);
    }
    return rawOut;
  }

  /** Standard error for what draws on a terminal itself. */
  static PrintStream terminal() {
    return rawErr == null ? System.err : rawErr;
  }

  /** Whether a file was given as {@code -}; if so, {@link #standardOutput} is its from now on. */
  public static boolean isStandardOutput(Path file) {
    boolean is = file != null && file.toString().equals("-");
    if (is) {
      standardOutput();
    }
    return is;
  }

  /**
   * A text that comes from others, such as a file's or genre's name, as one printed line: line ends
   * and tabs are made visible too, which {@link System#out} and {@link System#err} let pass.
   */
  public static String oneLine(String text) {
    return PrintableStream.line(text);
  }

  /** Prints a warning on stderr, with {@code --quiet} too: what is the case, and what to do. */
  public static void warn(String format, Object... values) {
    System.err.println(
        "warning: " + PrintableStream.line(String.format(Locale.ROOT, format, values)));
  }

  /** Whether {@code --quiet} was given. */
  public static boolean isQuiet() {
    return flags.quiet;
  }

  /**
   * Those of {@code --quiet}, {@code --verbose} and {@code --force} that were given, for stages
   * started from here.
   */
  public static List<String> inheritedOptions() {
    var options = new ArrayList<String>();
    if (flags.quiet) {
      options.add("--quiet");
    }
    if (flags.verbose) {
      options.add("--verbose");
    }
    if (flags.force) {
      options.add("--force");
    }
    return options;
  }

  private static int usageError(CommandLine command, String message) {
    String firstLine = message.lines().findFirst().orElse("wrong usage");
    System.err.printf(
        "%s: %s (see --help)%n", command.getCommandName(), PrintableStream.line(firstLine));
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(CommandLine command, Throwable error) {
    if (isEnding()) { // a stage that Ctrl-C ended has not failed
      return CommandLine.ExitCode.SOFTWARE;
    }
    if (flags.verbose) {
      error.printStackTrace();
    }
    if (error instanceof UsageError) {
      return usageError(command, error.getMessage());
    }
    System.err.println("error: " + PrintableStream.line(describe(error)));
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Whether this process is on its way out, of which nothing but its hooks' refusal tells. */
  private static boolean isEnding() {
    var hook = new Thread();
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException ending) {
      return true;
    }
  }

  private static String describe(Throwable error) {
    if (error instanceof Failure) {
      return error.getMessage();
    }
    if (error instanceof UncheckedIOException) {
      return describe(error.getCause());
    }
    if (error instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file; check the path";
    }
    if (error instanceof AccessDeniedException denied) {
      return denied.getFile() + ": access denied; check its permissions";
    }
    if (error instanceof FileSystemException file) {
      return "%s: %s; free space or choose another folder"
          .formatted(file.getFile(), file.getReason() == null ? "not usable" : file.getReason());
    }
    if (error instanceof IOException && error.getMessage() != null) {
      return error.getMessage();
    }
    if (error instanceof OutOfMemoryError) {
      return "out of memory: give a larger heap, e.g. jbang run -R=-Xmx8g scripts/NAME.java …";
    }
    return "unexpected %s; run again with --verbose and report it".formatted(error);
  }

  /**
   * Names a file that the running stage writes beside the ones that its options name, before it
   * begins its work.
   *
   * @param columns what its rows, object or CSV header have, as in {@link Output}
   * @throws UsageError if it is an input or another output
   * @throws Failure if it would replace a file of another kind, unless {@code --force} is given
   */
  public static void alsoWrites(Path file, String... columns) {
    Outputs.add(file, columns);
  }

  /** Throws a usage error (exit code 2) unless the option's value is in its range. */
  public static void requireOption(boolean valid, String format, Object... values) {
    if (!valid) {
      throw new UsageError(format, values);
    }
  }
}

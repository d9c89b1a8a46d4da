//COMPILE_OPTIONS -encoding UTF-8
//DEPS info.picocli:picocli:4.7.7
//DEPS me.tongfei:progressbar:0.10.2

package genrelab;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How every stage behaves at the shell: exit codes, one-line errors, progress. */
public final class Stage {
  /** The kit's version, recorded in everything it writes. */
  public static final String VERSION = "0.1.0";

  private static final int LOG_WIDTH = 90;
  private static final Duration SHORT = Duration.ofSeconds(2);

  private Stage() {}

  /** A failure the user can mend: its message names the file, what is wrong and what to do. */
  public static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Failure(String format, Object... values) {
      super(String.format(Locale.ROOT, format, values));
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
    @Option(names = "--verbose", description = "Show the stack trace of a failure.")
    boolean verbose;

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
    System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
    var flags = new Flags();
    var line = new CommandLine(command);
    line.addMixin("flags", flags);
    line.getCommandSpec().version("genrelab " + VERSION);
    line.setUsageHelpWidth(100)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (error, given) -> usageError(error.getCommandLine(), error.getMessage()));
    line.setExecutionExceptionHandler(
        (error, cmd, parsed) -> {
          if (flags.verbose) {
            error.printStackTrace();
          }
          return error instanceof UsageError
              ? usageError(cmd, error.getMessage())
              : failed(describe(error));
        });
    try {
      return line.execute(args);
    } catch (OutOfMemoryError error) {
      return failed(
          "out of memory: give a larger heap, e.g. jbang run -R=-Xmx8g scripts/NAME.java …");
    }
  }

  private static int usageError(CommandLine command, String message) {
    String firstLine = message.lines().findFirst().orElse("wrong usage");
    System.err.printf("%s: %s (see --help)%n", command.getCommandName(), firstLine);
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(String message) {
    System.err.println("error: " + message);
    return CommandLine.ExitCode.SOFTWARE;
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
    if (error instanceof IOException) {
      return error.getMessage();
    }
    return "unexpected %s; run again with --verbose and report it".formatted(error);
  }

  /** Throws a usage error (exit code 2) unless the option's value is in its range. */
  public static void requireOption(boolean valid, String format, Object... values) {
    if (!valid) {
      throw new UsageError(format, values);
    }
  }

  /**
   * A progress bar with time left on stderr; whole lines, seldom, where nobody watches.
   *
   * @param task what is going on, e.g. {@code "MFCC"}
   * @param steps how many steps it takes
   */
  public static ProgressBar progress(String task, long steps) {
    return progress(task, steps, new ProgressBarBuilder());
  }

  /** As {@link #progress}, of bytes, with the speed; 0 for an unknown number. */
  public static ProgressBar progressOfBytes(String task, long bytes) {
    return progress(
        task,
        bytes == 0 ? -1 : bytes,
        new ProgressBarBuilder().setUnit(" MB", 1_000_000).showSpeed());
  }

  private static ProgressBar progress(String task, long steps, ProgressBarBuilder builder) {
    boolean watched = System.console() != null;
    return builder
        .setTaskName(task)
        .setInitialMax(steps)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(watched ? 200 : 10_000)
        .setConsumer(
            watched
                ? new ConsoleProgressBarConsumer(System.err)
                : new DelegatingProgressBarConsumer(changedLines(), LOG_WIDTH))
        .build();
  }

  /** Lines for a log: none for what is quickly over, none twice. */
  private static Consumer<String> changedLines() {
    var last = new AtomicReference<String>("");
    long begin = System.nanoTime();
    return line -> {
      boolean lasts = System.nanoTime() - begin > SHORT.toNanos();
      if (lasts && !line.equals(last.getAndSet(line))) {
        System.err.println(line.stripTrailing());
      }
    };
  }
}

///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests what all stages share at the shell
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// Before the stages', of which some bring older ones: DL4J's slf4j, commons-compress's lang3.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES Completion.java
//SOURCES StageRun.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/kit/Progress.java
//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all stages share at the shell: exit codes, streams, terminals, completion. */
@Timeout(600)
class CommandLineTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));

  @TempDir Path temp;

  // ---- what goes where

  @Command(name = "sample")
  static class Sample implements Callable<Integer> {
    @Option(names = "--json")
    Path json;

    @Option(names = "--fail")
    String fail = "";

    @Override
    public Integer call() throws IOException {
      Stage.isStandardOutput(json);
      System.out.println("a message");
      Stage.results().println("an answer");
      Stage.warn("a warning of %d", 1);
      try (ProgressBar progress = Progress.of("work", 1)) {
        progress.step();
      }
      switch (fail) {
        case "file" -> throw new Stage.Failure("a.json: broken; make it again");
        case "option" -> throw new Stage.UsageError("--fail must be something else");
        case "controls" -> {
          System.out.println(HOSTILE);
          Stage.results().println(HOSTILE);
          System.err.printf("skipped %s%n", HOSTILE);
          Stage.warn("%s", HOSTILE);
          throw new Stage.Failure("%s: broken; make it again", HOSTILE);
        }
        case "bug" -> throw new IllegalStateException("what");
        case "deep" -> throw new StackOverflowError();
        default -> {}
      }
      if (json != null) {
        Store.writeRows(json, List.of(Map.of("a", 1)));
      }
      return 0;
    }
  }

  @Test
  void quietLeavesAnswersAndWarnings() {
    StageRun told = StageRun.of(new Sample());
    assertEquals("a message\nan answer\n", told.stdout());
    assertEquals("warning: a warning of 1\n", told.stderr());
    StageRun quiet = StageRun.of(new Sample(), "--quiet");
    assertEquals(0, quiet.exit());
    assertEquals("an answer\n", quiet.stdout());
    assertEquals(told.stderr(), quiet.stderr());
    assertEquals(told.stdout(), StageRun.of(new Sample()).stdout(), "quiet lasted");
    assertTrue(StageRun.of(new Sample(), "--quiet", "--help").stdout().contains("Usage: sample"));
    assertTrue(StageRun.of(new Sample(), "--quiet", "--version").stdout().contains("genrelab"));
  }

  @Test
  void aDashIsStandardOutputForRowsAlone() {
    StageRun told = StageRun.of(new Sample(), "--json", "-");
    assertEquals("[\n{\"a\":1}\n]\n", told.stdout());
    assertEquals("a message\nan answer\nwarning: a warning of 1\n", told.stderr());
    StageRun quiet = StageRun.of(new Sample(), "--json", "-", "--quiet");
    assertEquals(told.stdout(), quiet.stdout());
    assertEquals("warning: a warning of 1\n", quiet.stderr());
  }

  @Test
  void verifysRowsGoToStandardOutput() throws IOException {
    Path corpus = Files.createDirectories(temp.resolve("corpus"));
    Files.writeString(
        Files.createDirectories(corpus.resolve("blues")).resolve("a.wav"), "no sound");
    Path file = temp.resolve("verify.json");
    StageRun toFile = StageRun.of(new Verify(), "--corpus", "" + corpus, "--out", "" + file);
    StageRun piped = StageRun.of(new Verify(), "--corpus", "" + corpus, "--json", "-");
    assertEquals(0, piped.exit(), piped.stderr());
    assertEquals(Files.readString(file), piped.stdout());
    assertEquals(
        "unreadable", Store.JSON.readTree(piped.stdout()).path(0).path("problem").asText());
    assertTrue(piped.stderr().contains("1 tracks of 1 genres, 1 problems"), piped.stderr());
    StageRun quiet = StageRun.of(new Verify(), "--corpus", "" + corpus, "--quiet");
    assertTrue(quiet.stdout().contains("unreadable"), "what it was asked for is left out");
    assertTrue(toFile.stdout().contains(quiet.stdout().strip()), toFile.stdout());
  }

  // ---- control characters

  /** Clears the screen, sets its title, rings, deletes, breaks the line, reverses; C1's CSI too. */
  private static final String HOSTILE =
      "a\u001b[2J\u001b]0;x\u0007\u0008\u007f\rb\u009b1m\u202ec\u2066\n\u00e9\u2603\ud83c\udfb5";

  private static final String VISIBLE =
      "a\\u001b[2J\\u001b]0;x\\u0007\\u0008\\u007f\\u000db\\u009b1m\\u202ec\\u2066";

  @Test
  void controlCharactersAreMadeVisible() {
    StageRun run = StageRun.of(new Sample(), "--fail=controls");
    String printed = VISIBLE + "\n\u00e9\u2603\ud83c\udfb5\n";
    String line = VISIBLE + "\\u000a\u00e9\u2603\ud83c\udfb5";
    assertEquals("a message\nan answer\n" + printed + printed, run.stdout());
    assertEquals(
        "warning: a warning of 1\nskipped %swarning: %s\nerror: %s: broken; make it again\n"
            .formatted(printed, line, line),
        run.stderr());
    StageRun option = StageRun.of(new Sample(), "--no-\u001b[31m");
    assertEquals("sample: Unknown option: '--no-\\u001b[31m' (see --help)\n", option.stderr());
  }

  @Test
  void controlCharactersAreMadeVisibleByteByByte() {
    var out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertEquals(0, Stage.run(new Bytes()));
    } finally {
      System.setOut(before);
    }
    assertEquals(VISIBLE + "\n\u00e9\u2603\ud83c\udfb5\r\n", out.toString(StandardCharsets.UTF_8));
  }

  @Command(name = "bytes")
  static class Bytes implements Callable<Integer> {
    @Override
    public Integer call() {
      for (byte b : (HOSTILE + "\r\n").getBytes(StandardCharsets.UTF_8)) {
        System.out.write(b);
        System.out.flush();
      }
      return 0;
    }
  }

  @Test
  void namesOfFilesAndGenresAreMadeVisible() throws IOException {
    Path corpus = temp.resolve("corpus");
    Path genre = Files.createDirectories(corpus.resolve("blues"));
    Files.writeString(genre.resolve("a\u001b]0;x\u0007.wav"), "no sound");
    StageRun run = StageRun.of(new Verify(), "--corpus", corpus.toString());
    assertTrue(run.stdout().contains("a\\u001b]0;x\\u0007.wav"), run.stdout());
    StageRun piped = StageRun.of(new Verify(), "--corpus", corpus.toString(), "--json", "-");
    assertEquals( // rows are data: JSON escapes by itself
        "blues/a\u001b]0;x\u0007.wav",
        Store.JSON.readTree(piped.stdout()).path(0).path("file").asText());
    Files.createDirectories(corpus.resolve("b\u001b[31mlues"));
    StageRun refused = StageRun.of(new Verify(), "--corpus", corpus.toString());
    assertEquals(1, refused.exit());
    assertTrue(refused.stderr().contains("b\\u001b[31mlues"), refused.stderr());
    assertFalse(refused.stderr().contains("\u001b"), refused.stderr());
    for (String printed : List.of(run.stdout(), run.stderr(), piped.stdout(), piped.stderr())) {
      assertFalse(printed.contains("\u001b"), printed);
    }
  }

  // ---- exit codes

  @Test
  void exitCodesAreThoseOfTheHelp() {
    assertEquals(0, StageRun.of(new Sample()).exit());
    StageRun failed = StageRun.of(new Sample(), "--fail=file", "--quiet");
    assertEquals(1, failed.exit());
    assertTrue(failed.stderr().endsWith("error: a.json: broken; make it again\n"));
    StageRun option = StageRun.of(new Sample(), "--fail=option");
    assertEquals(2, option.exit());
    assertTrue(
        option.stderr().endsWith("sample: --fail must be something else (see --help)\n"),
        option.stderr());
    assertEquals(2, StageRun.of(new Sample(), "--no-such-option").exit());
    for (String bug : List.of("bug", "deep")) {
      StageRun run = StageRun.of(new Sample(), "--fail=" + bug);
      assertEquals(1, run.exit());
      assertFalse(run.stderr().contains("\tat "), run.stderr());
      assertTrue(run.stderr().contains("run again with --verbose"), run.stderr());
      StageRun traced = StageRun.of(new Sample(), "--fail=" + bug, "--quiet", "--verbose");
      assertTrue(traced.stderr().contains("\tat "), traced.stderr());
    }
  }

  @Test
  void everyStageTellsThem() throws Exception {
    for (var stage : Completion.stages().entrySet()) {
      String help = Stage.commandLine(stage.getValue()).getUsageMessage(CommandLine.Help.Ansi.OFF);
      assertEquals(stage.getKey(), Stage.commandLine(stage.getValue()).getCommandName());
      for (String line : List.of("Exit codes:", "  0  ", "  1  ", "  2  ", "  130  ", "--quiet")) {
        assertTrue(help.contains(line), () -> stage.getKey() + " lacks " + line + ": " + help);
      }
    }
  }

  @Test
  void interruptsEndAsTold() throws Exception {
    assumeTrue(isThere("sh"), "no sh here");
    // what a shell starts in the background, tests too, may have been told to ignore SIGINT
    boolean envResetsSignals = ended(temp, "env", "--default-signal=INT", "true").exit() == 0;
    for (var signal : Map.of("INT", 130, "TERM", 143).entrySet()) {
      Path part = temp.resolve(signal.getKey());
      var demoLine = new ArrayList<String>();
      if (envResetsSignals) {
        demoLine.addAll(List.of("env", "--default-signal=INT"));
      }
      Collections.addAll(demoLine, launcher(), "demo", "--tracks=200", "--out", part.toString());
      Process demo = started(temp, demoLine.toArray(String[]::new));
      try {
        waitUntil(() -> Files.exists(part) || hasPart(part), demo);
        // the shell's own kill; a program of that name is not everywhere
        String kill = "kill -" + signal.getKey() + " " + demo.pid();
        new ProcessBuilder("sh", "-c", kill).start().waitFor();
        assertTrue(demo.waitFor(2, TimeUnit.MINUTES), "it does not end");
        assertEquals(signal.getValue(), demo.exitValue());
      } finally {
        demo.destroyForcibly();
      }
    }
  }

  @Test
  void studyHandsOnWhatItWasTold() throws Exception {
    assumeTrue(isThere("sh"), "no sh here");
    Path given = temp.resolve("given");
    Path ended = temp.resolve("ended");
    Path standIn = temp.resolve("jbang");
    Files.writeString(
        standIn,
        """
        #!/bin/sh
        trap 'echo ended >"%s"; exit 143' TERM
        echo noise
        echo "$@" >"%s"
        for i in 1 2 3 4 5 6 7 8 9; do sleep 20 & wait; done
        """
            .formatted(ended, given));
    assertTrue(standIn.toFile().setExecutable(true));
    Path said = temp.resolve("said");
    var builder =
        StageRun.process(
            "Study",
            "--quiet",
            "--verbose",
            "--corpus=" + Files.createDirectories(temp.resolve("corpus")),
            "--out=" + temp.resolve("run"));
    builder
        .environment()
        .putAll(Map.of("GENRELAB_HOME", "" + HOME, "GENRELAB_JBANG", "" + standIn));
    Process study = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    study.getOutputStream().close();
    waitUntil(() -> given.toFile().length() > 0, study);
    assertTrue(Files.readString(given).endsWith(" --quiet --verbose\n"), Files.readString(given));
    study.destroy(); // SIGTERM
    assertTrue(study.waitFor(2, TimeUnit.MINUTES), "it does not end");
    assertEquals(143, study.exitValue());
    for (int i = 0; i < 1200 && !Files.exists(ended); i++) {
      Thread.sleep(100);
    }
    assertTrue(Files.exists(ended), "its stage goes on without it");
    assertEquals("", told(Files.readString(said)));
  }

  private boolean hasPart(Path folder) {
    String[] names = temp.toFile().list();
    return names != null
        && List.of(names).stream().anyMatch(name -> name.contains("" + folder.getFileName()));
  }

  private static void waitUntil(BooleanSupplier isSo, Process running) throws Exception {
    for (int i = 0; i < 1200 && !isSo.getAsBoolean(); i++) {
      assertTrue(running.isAlive(), "it ended by itself");
      Thread.sleep(100);
    }
    assertTrue(isSo.getAsBoolean(), "it did not begin");
  }

  // ---- terminals

  @Test
  void onlyATerminalGetsColoursAndRedrawnLines() throws Exception {
    assumeTrue(isThere("script"), "no script (util-linux) here, which makes a terminal");
    assumeTrue(onTerminal("TERM=xterm", "true").exit() == 0, "another script than util-linux's");
    String help = launcher() + " demo --help";
    assertTrue(onTerminal("TERM=xterm", help).stdout().contains("\u001b["), "no colours to leave");
    for (String plain : List.of("TERM=dumb", "TERM=xterm NO_COLOR=1")) {
      assertFalse(onTerminal(plain, help).stdout().contains("\u001b["), plain);
    }
    assertFalse(onTerminal("TERM=xterm", help + " | cat").stdout().contains("\u001b["));

    Path out = temp.resolve("demo");
    String demo = launcher() + " demo --tracks 2 --seconds 2 --out " + out;
    assertTrue(redraws(onTerminal("TERM=xterm", demo)), "no bar on a terminal");
    assertTrue(redraws(onTerminal("TERM=xterm", demo + " | cat")), "stderr is one still");
    assertFalse(redraws(onTerminal("TERM=dumb", demo)), "a bar on a dumb terminal");
    assertEquals("", told(onTerminal("TERM=xterm", demo + " --quiet").stdout()));
    Path log = temp.resolve("log");
    onTerminal("TERM=xterm", demo + " 2>" + log);
    assertFalse(Files.readString(log).contains("\r"), Files.readString(log));
  }

  /** Without what every JVM says where JAVA_TOOL_OPTIONS is set. */
  private static String told(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("Picked up "))
        .collect(Collectors.joining("\n"));
  }

  private static boolean redraws(StageRun run) {
    assertEquals(0, run.exit(), run.stdout());
    assertTrue(run.stdout().contains("synthetic tracks"), run.stdout());
    return run.stdout().contains("\rSynthetic tracks");
  }

  private StageRun onTerminal(String environment, String command) throws Exception {
    String[] line = {
      "env",
      "-u",
      "NO_COLOR",
      "-u",
      "CLICOLOR",
      "-u",
      "CLICOLOR_FORCE",
      "script",
      "-qec",
      environment + " " + command
    };
    var words = new ArrayList<>(List.of(line));
    words.add("/dev/null");
    return ended(temp, words.toArray(String[]::new));
  }

  // ---- completion

  @Test
  void completionIsThatOfTheScriptsOptions() throws Exception {
    assertEquals(
        Completion.text(),
        Files.readString(Completion.FILE),
        "environment/jbang run scripts/test/kit/Completion.java writes it anew");
  }

  @Test
  void bashCompletes() throws Exception {
    assumeTrue(isThere("bash"), "no bash here");
    assertEquals(
        new ArrayList<>(Completion.aliases().keySet()), completed("", "environment/jbang", ""));
    assertEquals(List.of("kmeans"), completed("", "./environment/jbang", "km"));
    String absolute = HOME.resolve("environment/jbang").toString();
    assertEquals(List.of("mfcc"), completed("", absolute, "mf"));
    assertEquals(List.of("mfcc"), completed("", "../elsewhere/environment/jbang", "mf"));
    assertEquals(List.of(), completed("", "jbang", "mf"), "JBang's own commands are not ours");

    assertEquals(List.of("--stratify"), completed("", absolute, "split", "--st"));
    assertEquals(List.of("--quiet"), completed("", absolute, "mfcc", "--out", "x", "--qui"));
    List<String> by = List.of("segment", "cluster", "track", "artist", "file");
    assertEquals(by, completed("", absolute, "split", "--by", ""));
    assertEquals(List.of("track"), completed("", absolute, "split", "--by", "=", "tr"));
    assertEquals(by, completed("", absolute, "split", "--by", "="));
    assertEquals(List.of("gtzan"), completed("", absolute, "fetch", "gt"));
    assertEquals(
        List.of("cnn,lstm", "cnn,lstm-kmeans"),
        completed("", absolute, "study", "--networks", "cnn,ls"));
    Files.writeString(temp.resolve("paper two.yaml"), "");
    assertEquals(
        List.of("paper", "paper two.yaml"), completed("", absolute, "study", "--plan", "pap"));
    // nothing of ours: bash then offers files
    assertEquals(List.of(), completed("", absolute, "mfcc", "--segments", ""));
    assertEquals(List.of(), completed("", absolute, "no-such-alias", "--"));
  }

  @Test
  void bashKeepsACompletionOfJbangThatIsThere() throws Exception {
    assumeTrue(isThere("bash"), "no bash here");
    String before = "complete -W theirs jbang; ";
    assertTrue(bash(before + source() + "complete -p jbang").contains("theirs"));
    assertEquals(List.of("mfcc"), completed(before, "environment/jbang", "mf"));
    for (String name : List.of("environment/jbang", "./environment/jbang")) {
      assertTrue(bash(source() + "complete -p " + name).contains("-o default"), name);
    }
  }

  private static String source() {
    return "source '" + Completion.FILE + "'; ";
  }

  /** What bash offers for the last word. */
  private List<String> completed(String before, String... words) throws Exception {
    var line = new StringBuilder();
    for (String word : words) {
      line.append(" '").append(word).append('\'');
    }
    String script =
        before
            + source()
            + "COMP_WORDS=("
            + line
            + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _genrelab "
            + "\"${COMP_WORDS[0]}\" \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\""
            + "; printf '%s\\n' \"${COMPREPLY[@]}\"";
    return bash(script).lines().map(String::strip).filter(word -> !word.isEmpty()).toList();
  }

  private String bash(String script) throws Exception {
    StageRun run = ended(temp, "bash", "--norc", "-uc", script);
    assertEquals("", run.stderr());
    return run.stdout();
  }

  // ---- processes

  private static String launcher() {
    return HOME.resolve("environment/jbang").toString();
  }

  private static boolean isThere(String command) {
    return List.of(System.getenv("PATH").split(java.io.File.pathSeparator)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  private static Process started(Path folder, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    return process;
  }

  private static StageRun ended(Path folder, String... command) throws Exception {
    Path err = Files.createTempFile("err", "");
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "did not end: " + List.of(command));
    String told = Files.readString(err);
    Files.delete(err);
    return new StageRun(process.exitValue(), out, told);
  }
}

///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Holds every stage to overwriting no input and no file of another kind.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// Before the stages', of which some bring older ones: DL4J's slf4j, commons-compress's lang3.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES SmallRun.java
//SOURCES ../../Bench.java
//SOURCES ../../lib/kit/Input.java
//SOURCES ../../lib/kit/Output.java
//SOURCES ../../lib/kit/Stage.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** No output is one of the inputs, nor replaces a file of another kind unless told to. */
class OutputsTest {
  /**
   * Options of type Path that name inputs; every other one must be marked as an {@code @Output}.
   */
  private static final Set<String> INPUTS =
      Set.of(
          "--a",
          "--artists",
          "--b",
          "--contract",
          "--corpus",
          "--expect",
          "--features",
          "--index",
          "--kit",
          "--manifest",
          "--model",
          "--mp3",
          "--npy",
          "--python",
          "--results",
          "--runs",
          "--segments",
          "--split",
          "segment --lengths"); // which verify writes

  @TempDir static Path shared;
  private static Path in;
  @TempDir Path tmp;

  @BeforeAll
  static void makeTheRun() throws IOException {
    in = shared.resolve("run");
    SmallRun.make(in);
  }

  static List<String> stages() {
    return SmallRun.stages();
  }

  /** A stage's arguments with one output at another place. */
  private record Call(String alias, List<String> arguments, String output) {
    Call to(Path file) {
      var changed = new ArrayList<>(arguments);
      changed.set(changed.indexOf(output) + 1, file.toString());
      return new Call(alias, changed, output);
    }

    StageRun run(String... more) {
      return SmallRun.run(alias, Stream.concat(arguments.stream(), Stream.of(more)).toList());
    }
  }

  private Call call(String alias) {
    List<String> arguments = SmallRun.options(alias, in, tmp.resolve("out"));
    String output =
        switch (alias) {
          case "classify" -> "--json";
          case "explore" -> "--export";
          default -> "--out";
        };
    return new Call(alias, arguments, output);
  }

  private List<Path> inputs(String alias) {
    return call(alias).arguments.stream()
        .filter(argument -> argument.startsWith(in.toString()))
        .map(Path::of)
        .toList();
  }

  private static void assertUnchanged(Map<String, byte[]> before, String what) throws IOException {
    Map<String, byte[]> after = SmallRun.contents(in);
    assertEquals(before.keySet(), after.keySet(), what);
    before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), what + ": " + file));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void noOutputIsAnInput(String alias) throws IOException {
    Map<String, byte[]> before = SmallRun.contents(in);
    for (Path input : inputs(alias)) {
      StageRun run = call(alias).to(input).run();
      assertEquals(2, run.exit(), alias + " to " + input + ": " + run);
      assertTrue(run.stderr().contains("which is an input"), run.stderr());
      assertEquals(1, run.stderr().lines().count(), run.stderr());
      assertEquals(2, call(alias).to(input).run("--force").exit(), "--force is not for inputs");
      assertUnchanged(before, alias + " to " + input);
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void noOutputIsAnInputByAnotherPath(String alias) throws IOException {
    Map<String, byte[]> before = SmallRun.contents(in);
    for (Path input : inputs(alias)) {
      Path link = tmp.resolve("link-to-" + input.getFileName());
      try {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, input);
      } catch (IOException | UnsupportedOperationException noLinks) {
        assumeTrue(false, "no symbolic links here: " + noLinks);
      }
      assertEquals(2, call(alias).to(link).run().exit(), alias + " to " + link);
      if (Files.isRegularFile(input)) {
        Path hard = tmp.resolve("same-as-" + input.getFileName());
        Files.deleteIfExists(hard);
        Files.createLink(hard, input);
        assertEquals(2, call(alias).to(hard).run().exit(), alias + " to " + hard);
      }
      Path dotted = input.resolveSibling(".").resolve(input.getFileName());
      assertEquals(2, call(alias).to(dotted).run().exit(), alias + " to " + dotted);
      assertUnchanged(before, alias + " to " + input);
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void noFileOfAnotherKindIsReplaced(String alias) throws IOException {
    Path song = Files.list(in.resolve("corpus/blues")).findFirst().orElseThrow();
    Path report = in.resolve("cnn/report.json"); // which no stage writes as its only output
    var others =
        new ArrayList<>(List.of(song, in.resolve("cnn/model.zip"), in.resolve("values.npz")));
    if (!alias.equals("export")) { // whose output is no JSON, by whose columns it would be known
      others.add(report);
    }
    for (Path other : others) {
      String ending = alias.equals("export") ? ".onnx" : ""; // another one is a wrong option
      Path copy = tmp.resolve(other.getFileName() + ending);
      Files.copy(other, copy);
      byte[] bytes = Files.readAllBytes(copy);
      StageRun run = call(alias).to(copy).run();
      assertEquals(1, run.exit(), alias + " to " + copy + ": " + run);
      assertTrue(run.stderr().contains(copy.toString()), run.stderr());
      assertEquals(
          1, run.stderr().lines().filter(line -> line.startsWith("error:")).count(), run.stderr());
      assertArrayEquals(bytes, Files.readAllBytes(copy), alias + " to " + copy);
      Files.delete(copy);
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void itsOwnResultIsReplacedAndOthersByForce(String alias) throws IOException {
    assumeTrue(
        Set.of(
                "verify",
                "segment",
                "split",
                "mfcc",
                "kmeans",
                "tsne",
                "import",
                "compare",
                "classify")
            .contains(alias),
        "an output of several files");
    Call call = call(alias);
    assertEquals(0, call.run().exit());
    StageRun again = call.run();
    assertEquals(0, again.exit(), alias + " over its own result: " + again);
    Path notes = tmp.resolve("notes.json");
    Files.writeString(notes, "my notes");
    assertEquals(1, call.to(notes).run().exit());
    assertEquals("my notes", Files.readString(notes));
    assertEquals(0, call.to(notes).run("--force").exit());
    assertTrue(Files.size(notes) != "my notes".length());
  }

  @Test
  void songsAfterAnOutputOptionAreSafe() throws IOException {
    Path songs = Files.createDirectory(tmp.resolve("songs"));
    for (String name : List.of("one.mp3", "two.mp3", "three.wav")) {
      Files.copy(in.resolve("corpus/blues/blues.00000.wav"), songs.resolve(name));
    }
    Map<String, byte[]> before = SmallRun.contents(songs);
    String model = in.resolve("cnn/model.zip").toString();
    for (String option : List.of("--json", "--csv", "--plot")) {
      for (String song : List.of("one.mp3", "three.wav")) {
        String named = songs.resolve(song).toString();
        StageRun same = SmallRun.run("classify", List.of("--model", model, option, named, named));
        assertEquals(2, same.exit(), same.toString());
        StageRun glob =
            SmallRun.run(
                "classify",
                List.of("--model", model, option, named, songs.resolve("two.mp3").toString()));
        assertTrue(glob.exit() != 0, option + ": " + glob);
      }
    }
    SmallRun.contents(songs)
        .forEach((file, bytes) -> assertArrayEquals(before.get(file), bytes, file));
    assertEquals(before.keySet(), SmallRun.contents(songs).keySet());
  }

  @Test
  void twoOutputsAreTwoFiles() {
    Path out = tmp.resolve("rows.json");
    StageRun classify =
        SmallRun.run(
            "classify",
            List.of(
                "--model",
                in.resolve("cnn/model.zip").toString(),
                "--json",
                out.toString(),
                "--csv",
                out.toString(),
                in.resolve("corpus/blues").toString()));
    assertEquals(2, classify.exit(), classify.toString());
    String features = in.resolve("mfcc.json").toString();
    for (String[] names :
        new String[][] {
          {"clusters.json", null},
          {"clustering.json", null},
          {"k.json", "k.json"},
          {"k.json", "clustering.json"}
        }) {
      var options =
          new ArrayList<>(
              List.of("--features", features, "--clusters", "3", "--out", tmp + "/" + names[0]));
      if (names[1] != null) {
        options.addAll(List.of("--table", tmp + "/" + names[1]));
      }
      StageRun kmeans = SmallRun.run("kmeans", options);
      assertEquals(2, kmeans.exit(), Arrays.toString(names) + kmeans);
    }
    assertEquals(0, tmp.toFile().list().length);
  }

  @Test
  void everyOptionThatNamesAFileIsAnInputOrAnOutput() throws ReflectiveOperationException {
    var aliases = new ArrayList<>(SmallRun.stages());
    aliases.addAll(List.of("fetch", "study", "bench"));
    for (String alias : aliases) {
      Object stage =
          Class.forName(SmallRun.mainClass(alias)).getDeclaredConstructor().newInstance();
      var spec = Stage.commandLine(stage).getCommandSpec();
      List<ArgSpec> all =
          Stream.<ArgSpec>concat(spec.options().stream(), spec.positionalParameters().stream())
              .toList();
      for (ArgSpec arg : all) {
        AnnotatedElement field = (AnnotatedElement) arg.userObject();
        boolean output = field != null && field.isAnnotationPresent(Output.class);
        boolean input = field != null && field.isAnnotationPresent(Input.class);
        String name = alias + " " + (arg instanceof OptionSpec o ? o.names()[0] : arg.paramLabel());
        boolean path = Arrays.asList(arg.auxiliaryTypes()).contains(Path.class);
        boolean named =
            path
                && arg instanceof OptionSpec o
                && (INPUTS.contains(o.names()[0]) || INPUTS.contains(name));
        if (path) {
          assertTrue(
              output ^ (input || named), name + ": mark it as @Output, or name it in INPUTS");
        } else if (arg.paramLabel().matches(".*(FILE|DIR|AUDIO).*")) {
          assertTrue(input, name + ": mark it as @Input");
        }
      }
      assertTrue(
          all.stream()
              .anyMatch(
                  arg -> ((AnnotatedElement) arg.userObject()).isAnnotationPresent(Output.class)),
          alias + " has no output");
    }
  }
}

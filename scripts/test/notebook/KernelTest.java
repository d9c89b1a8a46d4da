///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the Java kernel that environment/notebook --kernel installs, and the containers' files.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));

  @TempDir Path data;

  private record Outcome(int exit, String text) {}

  /** Installs the kernel below {@link #data}, as Jupyter's own variable asks. */
  private Outcome install(String... options) throws Exception {
    var builder = new ProcessBuilder(HOME.resolve("environment/notebook").toString(), "--kernel");
    builder.command().addAll(List.of(options));
    builder.environment().put("JUPYTER_DATA_DIR", data.toString());
    builder.environment().remove("GENRELAB_RUN");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text);
  }

  private static void assumePython() throws Exception {
    try {
      String usable = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
      assumeTrue(
          new ProcessBuilder("python3", "-c", usable).inheritIO().start().waitFor() == 0,
          "python3 is older than 3.10 or has no venv: no kernel was installed");
    } catch (IOException missing) {
      assumeTrue(false, "no python3 here: no kernel was installed");
    }
  }

  @Test
  void otherServersFindAKernelWithTheKitsClassPath() throws Exception {
    assumePython();
    Outcome first = install();
    assertEquals(0, first.exit(), first.text());
    Path kernel = data.resolve("kernels/java");
    JsonNode environment = kernel(kernel).get("env");
    assertEquals("java", kernel(kernel).get("argv").get(0).textValue());
    assertTrue(Files.exists(kernel.resolve("jjava.jar")));
    for (String jar : environment.get("JJAVA_CLASSPATH").textValue().split(File.pathSeparator)) {
      assertTrue(Files.exists(Path.of(jar)), jar);
    }
    assertEquals(HOME.toString(), environment.get("GENRELAB_HOME").textValue());
    assertFalse(environment.has("GENRELAB_RUN"), "the notebooks' own default");

    Outcome again = install("--run", HOME.resolve("data/results/gtzan").toString());
    assertEquals(0, again.exit(), again.text());
    assertEquals("data/results/gtzan", kernel(kernel).get("env").get("GENRELAB_RUN").textValue());
    try (var left = Files.list(kernel.getParent())) {
      assertEquals(List.of(kernel), left.toList(), "nothing half written");
    }
  }

  @Test
  void aKernelThatIsNotTheKitsStays() throws Exception {
    assumePython();
    Path own = Files.createDirectories(data.resolve("kernels/java")).resolve("kernel.json");
    Files.writeString(own, "{}");
    Outcome outcome = install();
    assertEquals(1, outcome.exit(), outcome.text());
    assertTrue(
        outcome.text().contains(own.getParent() + " is a kernel of yours: rename or remove it"),
        outcome.text());
    assertEquals("{}", Files.readString(own));
  }

  private static JsonNode kernel(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("kernel.json").toFile());
  }

  /** What the container, the editor and Binder name must be there. */
  @Test
  void theContainersFilesNameWhatIsThere() throws IOException {
    Path folder = HOME.resolve(".devcontainer");
    JsonNode container = new ObjectMapper().readTree(folder.resolve("devcontainer.json").toFile());
    Path dockerfile = folder.resolve(container.get("build").get("dockerfile").textValue());
    assertEquals(
        HOME, folder.resolve(container.get("build").get("context").textValue()).normalize());
    String text = Files.readString(dockerfile);
    assertTrue(text.contains("useradd") && text.contains(container.get("remoteUser").textValue()));
    String packages = Files.readString(HOME.resolve(".binder/apt.txt"));
    for (String name : packages.split("\\s+")) {
      assertTrue(text.contains(" " + name + " "), name + " is in Binder's list alone");
    }
    for (String script : List.of(text, Files.readString(HOME.resolve(".binder/postBuild")))) {
      for (String word : script.split("[\\s\";,\\[\\]]+")) {
        if (word.startsWith("environment/")) {
          assertTrue(Files.isRegularFile(HOME.resolve(word)), word);
        }
      }
    }
    assertTrue(Files.isExecutable(HOME.resolve(".binder/postBuild")));
  }
}

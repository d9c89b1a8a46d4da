//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES Step.java

package genrelab.study;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The kit whose stages a run starts: a folder on this machine, or a catalog on the web.
 *
 * <p>Stages are found by the catalog's {@code script-ref}, not by the alias's name: JBang would
 * take a folder of that name in the working folder for the script.
 */
public final class KitLocation {
  private static final String CATALOG = "jbang-catalog.json";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern INCLUDED =
      Pattern.compile("(?m)^//(?:SOURCES|FILES)\\s+(?:\\S+=)?(\\S+)");

  /** A folder, or a catalog's URL as given. */
  private final String place;

  private final URI catalog;

  /** What was read from the web, once for a run. */
  private final Map<URI, byte[]> fetched = new HashMap<>();

  private KitLocation(String place) {
    this.place = place;
    this.catalog =
        isRemote(place) ? URI.create(place) : Path.of(place, CATALOG).toAbsolutePath().toUri();
  }

  /**
   * The kit in a folder or at a catalog's URL.
   *
   * @param place null for the kit that the launcher belongs to, else the working folder
   * @throws Stage.Failure if there is none
   */
  public static KitLocation at(String place) {
    String home = System.getenv("GENRELAB_HOME");
    String found = place != null ? place : home != null ? home : ".";
    if (!isRemote(found) && !Files.isRegularFile(Path.of(found, CATALOG))) {
      throw new Stage.Failure(
          "%s: no %s here; give --kit: the kit's folder or, as for study@URL, the URL of its"
              + " catalog",
          Path.of(found).toAbsolutePath().normalize(), CATALOG);
    }
    return new KitLocation(found);
  }

  private static boolean isRemote(String place) {
    return place.startsWith("http://") || place.startsWith("https://");
  }

  private boolean isRemote() {
    return isRemote(place);
  }

  /** The kit's folder; the working folder where the kit is on the web. */
  public Path home() {
    return (isRemote() ? Path.of("") : Path.of(place)).toAbsolutePath().normalize();
  }

  // ---- how to start a stage

  /** The command that runs a step. */
  List<String> command(Step step) {
    return command(step, System.getenv("GENRELAB_JBANG"), Stage.inheritedOptions());
  }

  /**
   * The same, for a launcher.
   *
   * @param launcher environment/jbang, which knows the machine's native libraries; null for the
   *     jbang on PATH
   * @param shared options that study passes on to each stage
   */
  public List<String> command(Step step, String launcher, List<String> shared) {
    var command = new ArrayList<String>();
    command.add(launcher != null ? launcher : isWindows() ? "jbang.cmd" : "jbang");
    if (shared.contains("--quiet")) {
      command.add("--quiet"); // of JBang itself, which tells what it compiles and downloads
    }
    command.add("run");
    if (step.script() != null) {
      URI script = own(step.script());
      command.add(isRemote(script.toString()) ? script.toString() : Path.of(script).toString());
    } else if (isRemote()) {
      command.add(step.alias() + "@" + place);
    } else {
      command.add(Path.of(script(step.alias())).toString());
    }
    command.addAll(step.arguments().words());
    command.addAll(shared);
    return command;
  }

  private static boolean isWindows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
  }

  /** Whether a script that a plan names is there; of a kit on the web that is not known before. */
  boolean has(Path script) {
    return !script.isAbsolute() && isRemote() || Files.isRegularFile(Path.of(own(script)));
  }

  /** A network's script that a plan names: a relative one is of the kit. */
  private URI own(Path script) {
    return script.isAbsolute() ? script.toUri() : catalog.resolve(Store.slashed(script));
  }

  private URI script(String alias) {
    try {
      JsonNode aliases = Store.JSON.readTree(read(catalog)).path("aliases");
      if (aliases.has(alias)) {
        return catalog.resolve(aliases.get(alias).path("script-ref").asText());
      }
    } catch (IOException error) {
      throw new Stage.Failure("%s: can't be read (%s)", catalog, error.getMessage());
    }
    throw new Stage.Failure("%s: has no alias %s; give another --kit", catalog, alias);
  }

  // ---- whether it has changed

  /**
   * SHA-256 over a step's script and everything it includes. Where a kit on the web can't be read,
   * a text that is different each time, so that the step runs again.
   */
  public String checksum(Step step) {
    if (List.of(Step.COPY, Step.POOL, Step.ENSEMBLE).contains(step.alias())) {
      return Stage.VERSION;
    }
    try {
      var sources = new TreeMap<URI, String>();
      include(step.script() != null ? own(step.script()) : script(step.alias()), sources);
      return Store.sha256(String.join("\n", sources.values()) + "\n");
    } catch (IOException | Stage.Failure error) {
      if (!isRemote()) {
        throw new Stage.Failure("%s: can't be read (%s)", step.name(), error.getMessage());
      }
      Stage.warn(
          "%s: can't be read (%s); the stage %s runs again",
          place, error.getMessage(), step.name());
      return "unknown at " + Instant.now();
    }
  }

  private void include(URI file, Map<URI, String> sources) throws IOException {
    if (sources.containsKey(file)) {
      return;
    }
    byte[] content = read(file);
    sources.put(file, Store.sha256(new String(content, StandardCharsets.ISO_8859_1)));
    if (file.getPath().endsWith(".java")) {
      for (var included : INCLUDED.matcher(text(content)).results().toList()) {
        include(file.resolve(included.group(1)), sources);
      }
    }
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  private byte[] read(URI file) throws IOException {
    if (file.getScheme().equals("file")) {
      return Files.readAllBytes(Path.of(file));
    }
    byte[] known = fetched.get(file);
    if (known == null) {
      known = fetch(file);
      fetched.put(file, known);
    }
    return known;
  }

  private static byte[] fetch(URI file) throws IOException {
    var client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(PATIENCE)
            .build();
    try {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(file).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IOException("HTTP " + answer.statusCode() + " of " + file);
      }
      return answer.body();
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted while reading %s", file);
    }
  }
}

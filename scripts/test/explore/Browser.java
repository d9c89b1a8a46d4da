//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The system's Chromium, headless, driven by the Chrome DevTools Protocol: a page that is looked at
 * and used by mouse and keys as a person would.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 30;

  /** Shift, as the protocol's modifiers have it. */
  static final int SHIFT = 8;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

  /** What the page asked for, in order. */
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** What the console shows: errors, warnings and exceptions. */
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

  private Browser(Process process, URI page) throws Exception {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Listener()).get();
  }

  /** The browser's file on the PATH; empty where there is none. */
  static Optional<String> find() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** Starts a browser with a profile of its own. */
  static Browser start(String chromium, Path profile) throws Exception {
    Process process =
        new ProcessBuilder(
                chromium,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-extensions",
                "--disable-background-networking",
                "--no-first-run",
                "--mute-audio",
                "--window-size=1280,900",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Path told = profile.resolve("DevToolsActivePort");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (!Files.exists(told) || Files.readAllLines(told).size() < 2) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new IOException("chromium does not start");
        }
        Thread.sleep(50);
      }
      URI pages =
          URI.create("http://127.0.0.1:%s/json/list".formatted(Files.readAllLines(told).get(0)));
      String listed =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(pages).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      for (JsonNode page : JSON.readTree(listed)) {
        if (page.path("type").asText().equals("page")) {
          var browser =
              new Browser(process, URI.create(page.path("webSocketDebuggerUrl").asText()));
          for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
            browser.call(domain + ".enable", Map.of());
          }
          return browser;
        }
      }
      throw new IOException("chromium has no page: " + listed);
    } catch (Exception error) {
      end(process);
      throw error;
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        take(message.toString());
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void take(String message) {
    JsonNode told;
    try {
      told = JSON.readTree(message);
    } catch (IOException error) {
      throw new IllegalStateException(error);
    }
    JsonNode params = told.path("params");
    switch (told.path("method").asText()) {
      case "Network.requestWillBeSent" -> requests.add(params.at("/request/url").asText());
      case "Runtime.exceptionThrown" -> complaints.add(params.at("/exceptionDetails").toString());
      case "Log.entryAdded" -> complaints.add(params.at("/entry").toString());
      case "Runtime.consoleAPICalled" -> complaints.add(params.path("args").toString());
      default -> {
        CompletableFuture<JsonNode> answer = answers.remove(told.path("id").asInt(-1));
        if (answer != null) {
          answer.complete(told);
        }
      }
    }
  }

  /** Calls a method of the protocol and waits for its result. */
  JsonNode call(String method, Map<String, ?> params) throws Exception {
    int id = calls.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(params));
    socket.sendText(message.toString(), true).get();
    JsonNode told = answer.get(SECONDS, TimeUnit.SECONDS);
    if (told.has("error")) {
      throw new IllegalStateException(method + ": " + told.path("error"));
    }
    return told.path("result");
  }

  // --- the page

  void open(String address) throws Exception {
    call("Page.navigate", Map.of("url", address));
    until("document.readyState === 'complete'");
  }

  /** The value of an expression, of which promises are waited for. */
  JsonNode value(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  String text(String expression) throws Exception {
    return value(expression).asText();
  }

  /** Waits until an expression is true. */
  void until(String expression) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!value("Boolean(" + expression + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never so: " + expression + "; console: " + complaints);
      }
      Thread.sleep(30);
    }
  }

  void size(int width, int height) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  void dark(boolean dark) throws Exception {
    var scheme = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  List<String> complaints() {
    return List.copyOf(complaints);
  }

  // --- mouse and keys

  private void mouse(String type, double x, double y, int buttons, int modifiers) throws Exception {
    call(
        "Input.dispatchMouseEvent",
        Map.of(
            "type", type,
            "x", x,
            "y", y,
            "button", type.equals("mouseMoved") && buttons == 0 ? "none" : "left",
            "buttons", buttons,
            "clickCount", type.equals("mouseMoved") ? 0 : 1,
            "modifiers", modifiers));
  }

  void move(double x, double y) throws Exception {
    mouse("mouseMoved", x, y, 0, 0);
  }

  void click(double x, double y) throws Exception {
    move(x, y);
    mouse("mousePressed", x, y, 1, 0);
    mouse("mouseReleased", x, y, 0, 0);
  }

  /** Clicks the middle of the element that an expression gives. */
  void click(String element) throws Exception {
    JsonNode box =
        value(
            "(e => { e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
                + " return [b.x + b.width / 2, b.y + b.height / 2]; })("
                + element
                + ")");
    click(box.get(0).asDouble(), box.get(1).asDouble());
  }

  /** Draws from corner to corner with the button held. */
  void drag(int modifiers, double[]... corners) throws Exception {
    mouse("mouseMoved", corners[0][0], corners[0][1], 0, modifiers);
    mouse("mousePressed", corners[0][0], corners[0][1], 1, modifiers);
    for (double[] corner : corners) {
      mouse("mouseMoved", corner[0], corner[1], 1, modifiers);
    }
    double[] last = corners[corners.length - 1];
    mouse("mouseReleased", last[0], last[1], 0, modifiers);
  }

  /** Presses a key, e.g. ArrowDown, Enter, Escape. */
  void key(String key) throws Exception {
    Map<String, Integer> codes =
        Map.of(
            "Enter",
            13,
            "Escape",
            27,
            "Tab",
            9,
            "ArrowLeft",
            37,
            "ArrowUp",
            38,
            "ArrowRight",
            39,
            "ArrowDown",
            40);
    int code = codes.getOrDefault(key, (int) Character.toUpperCase(key.charAt(0)));
    String text = key.equals("Enter") ? "\r" : key.length() == 1 ? key : "";
    call(
        "Input.dispatchKeyEvent",
        Map.of(
            "type", text.isEmpty() ? "rawKeyDown" : "keyDown",
            "key", key,
            "text", text,
            "windowsVirtualKeyCode", code));
    call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
  }

  @Override
  public void close() {
    socket.abort();
    end(process);
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }
}

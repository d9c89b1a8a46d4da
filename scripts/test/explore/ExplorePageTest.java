///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the map in a real browser: hover, sound, filters, keys, names that are out to do harm.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES Browser.java
//SOURCES MapRun.java
//SOURCES ../../lib/explore/ExploredRun.java
//SOURCES ../../lib/explore/MapServer.java
//SOURCES ../../lib/explore/StaticPage.java
//SOURCES ../../lib/results/RunFolder.java
//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.explore.ExploredRun;
import genrelab.explore.MapServer;
import genrelab.explore.StaticPage;
import genrelab.results.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ExplorePageTest {
  @TempDir static Path temp;

  private static Browser browser;
  private static MapServer server;
  private static String page;

  @BeforeAll
  static void start() throws Exception {
    Optional<String> chromium = Browser.find();
    assumeTrue(
        chromium.isPresent(),
        "chromium is not installed (Debian's package chromium): the map was not looked at");
    browser = Browser.start(chromium.get(), temp.resolve("profile"));
    browser.size(1280, 900);
    server = serve(MapRun.withSound(temp.resolve("run")));
    page = server.address().toString();
  }

  private static MapServer serve(Path run) {
    var folder = new RunFolder(run);
    return MapServer.start(ExploredRun.read(folder), folder, 0);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      server.close();
    }
  }

  /** Opens a view anew, whatever the last test left. */
  private static void open(String address) throws Exception {
    browser.open("about:blank");
    browser.open(address);
    browser.until("window.innerWidth > 0 && document.querySelector('#points').width > 300");
  }

  @AfterEach
  void nothingLeavesTheMachineAndTheConsoleIsSilent() {
    if (browser == null) {
      return;
    }
    List<String> elsewhere =
        browser.requests().stream()
            .filter(
                address -> !address.matches("(?s)(http://127\\.0\\.0\\.1:|file:|data:|about:).*"))
            .toList();
    assertEquals(List.of(), elsewhere);
    assertEquals(List.of(), browser.complaints());
  }

  private static double[] place(int segment) throws Exception {
    JsonNode place =
        browser.value(
            "(() => { const b = document.getElementById('points').getBoundingClientRect();"
                + " const [x, y] = explore.placeOf(%d); return [b.x + x, b.y + y]; })()"
                    .formatted(segment));
    return new double[] {place.get(0).asDouble(), place.get(1).asDouble()};
  }

  private static String textOf(String selector) throws Exception {
    return browser.text("document.querySelector('%s').textContent".formatted(selector));
  }

  private static int passing() throws Exception {
    return browser.value("explore.passing.reduce((a, b) => a + b, 0)").asInt();
  }

  @Test
  void hoveringNamesTheSegmentAndShowsItsFeatures() throws Exception {
    open(page);
    double[] at = place(5);
    browser.move(at[0], at[1]);
    browser.until("!document.getElementById('card').hidden");
    String card = textOf("#card");
    assertTrue(card.contains(MapRun.track(1)) && card.contains("0:01–0:02"), card);
    assertTrue(card.contains(MapRun.SCRIPT + ", right, 90 %"), card);
    browser.until("document.querySelector('#card canvas.drawn')?.width === 20");
    assertEquals(13, browser.value("document.querySelector('#card canvas').height").asInt());
    assertTrue(
        browser
                .value(
                    "(c => new Set(c.getContext('2d').getImageData(0, 0, 20, 13).data).size)"
                        + "(document.querySelector('#card canvas'))")
                .asInt()
            > 50,
        "many colours");
    browser.move(at[0] + 40, at[1] + 30);
    browser.until("document.getElementById('card').hidden");
  }

  @Test
  void aClickPlaysTheSegmentFromItsBeginningToItsEnd() throws Exception {
    open(page);
    double[] at = place(6);
    browser.click(at[0], at[1]);
    String sound = "document.getElementById('sound')";
    browser.until(sound + ".currentTime > 2.05");
    assertTrue(browser.value(sound + ".currentTime").asDouble() >= 2, "from its offset");
    browser.until(sound + ".paused");
    double end = browser.value(sound + ".currentTime").asDouble();
    assertTrue(end >= 3 && end < 3.9, "stopped at " + end);
    assertEquals(MapRun.track(1), textOf("#track-title"));
    assertEquals(
        MapRun.SEGMENTS,
        browser.value("document.querySelectorAll('#timeline th button').length").asInt());
    assertEquals(
        MapRun.SEGMENTS,
        browser.value("document.querySelectorAll('#timeline td.likeliest').length").asInt());
    browser.until("!document.getElementById('features').hidden");
  }

  @Test
  void aCellOfTheMatrixFiltersMapAndListsAndTheAddressKeepsIt() throws Exception {
    open(page);
    assertEquals(36, passing());
    browser.click("document.querySelector('#matrix tbody tr:nth-child(3) td:nth-child(2) button')");
    browser.until("document.querySelectorAll('#list .segment').length === 3");
    assertEquals(3, passing(), "jazz taken for the first genre");
    assertTrue(textOf("#list").contains("jazz → " + MapRun.QUOTES), textOf("#list"));
    assertEquals(
        List.of("84 %", "75 %", "66 %"),
        List.of(
            browser
                .text(
                    "[...document.querySelectorAll('#list .confidence')].map(e =>"
                        + " e.textContent).join()")
                .split(",")),
        "most confident mistakes first");
    String link = browser.text("location.href");
    open(link);
    assertEquals(3, passing(), link);
    assertEquals(
        1,
        browser.value("document.querySelectorAll('#matrix [aria-pressed=true]').length").asInt());
    browser.key("Escape");
    browser.until("explore.passing.every(p => p === 1)");
  }

  @Test
  void theLassoSelectsAndLists() throws Exception {
    open(page);
    double[] from = place(0);
    double[] to = place(4 * 2 + 3);
    browser.drag(
        Browser.SHIFT,
        new double[] {from[0] - 9, from[1] + 9},
        new double[] {to[0] + 9, from[1] + 9},
        new double[] {to[0] + 9, to[1] - 9},
        new double[] {from[0] - 9, to[1] - 9});
    browser.until("explore.view.state.lasso !== null");
    assertEquals(12, passing(), "three tracks of four");
    assertEquals(12, browser.value("document.querySelectorAll('#list .segment').length").asInt());
    String link = browser.text("location.href");
    open(link);
    assertEquals(12, passing(), link);
  }

  @Test
  void searchAndLegendFilter() throws Exception {
    open(page);
    browser.key("/");
    assertEquals("search", browser.text("document.activeElement.id"));
    browser.key("7");
    browser.until("explore.passing.reduce((a, b) => a + b, 0) === 4");
    browser.key("Enter");
    browser.until("document.getElementById('track-title').textContent.endsWith('.7')");
    open(page);
    browser.click("document.querySelectorAll('#legend button')[2]");
    browser.until("explore.passing.reduce((a, b) => a + b, 0) === 12");
    for (String colour : List.of("cluster", "correct", "confidence")) {
      open(page + "#colour=" + colour);
      assertEquals(colour, browser.text("document.getElementById('colour').value"));
      assertTrue(
          browser.value("document.querySelectorAll('#legend button:enabled').length").asInt() >= 2);
    }
  }

  @Test
  void allCanBeDoneByKeys() throws Exception {
    open(page);
    browser.value("document.getElementById('whole').focus()");
    browser.key("Tab");
    assertEquals("points", browser.text("document.activeElement.id"));
    browser.key("ArrowRight");
    browser.until("explore.view.state.segment >= 0");
    int first = browser.value("explore.view.state.segment").asInt();
    browser.key("ArrowRight");
    assertEquals(
        first / 4 + 1, browser.value("explore.view.state.segment").asInt() / 4, "the next track");
    browser.until("document.getElementById('status').textContent.includes('onerror')");
    browser.key("Enter");
    browser.until("!document.getElementById('sound').paused");
    browser.key("Escape");
    browser.until("document.getElementById('sound').paused");
    browser.key("+");
    browser.until("location.hash.includes('zoom=1.5')");
    browser.value("document.querySelector('#matrix button').focus()");
    browser.key("ArrowDown");
    browser.key("Enter");
    browser.until("explore.view.state.cell?.join() === '1,0'");
    browser.key("Escape");
    browser.value("document.querySelector('#list .segment').focus()");
    browser.key("ArrowDown");
    assertTrue(
        browser
            .value("document.activeElement === document.querySelectorAll('#list .segment')[1]")
            .asBoolean());
    assertEquals(
        "solid", browser.text("getComputedStyle(document.activeElement).outlineStyle"), "seen");
  }

  @Test
  void namesStayText() throws Exception {
    open(page);
    browser.click("document.querySelector('#list .segment')");
    browser.until("document.querySelectorAll('#timeline td').length > 0");
    assertTrue(browser.text("document.title").startsWith("Map of segments: run"));
    assertEquals(
        0, browser.value("document.querySelectorAll('img, script:not([src])').length").asInt());
    for (String place : List.of("#legend", "#matrix", "#timeline")) {
      for (String genre : MapRun.GENRES) {
        assertTrue(textOf(place).contains(genre), place + " has " + genre);
      }
    }
    assertTrue(textOf("#list").contains(MapRun.track(8)), textOf("#list"));
  }

  @Test
  void tenThousandPointsAreDrawn() throws Exception {
    try (MapServer large = serve(MapRun.large(temp.resolve("large")))) {
      open(large.address().toString());
      assertEquals(
          10_000,
          browser
              .value(
                  """
                  (() => {
                    const canvas = document.getElementById('points');
                    const { data } = canvas.getContext('2d')
                        .getImageData(0, 0, canvas.width, canvas.height);
                    return d3.range(explore.model.size).filter(i => {
                      const [x, y] = explore.placeOf(i).map(Math.round);
                      return data[4 * (y * canvas.width + x)] < 250;
                    }).length;
                  })()
                  """)
              .asInt());
      assertTrue(textOf("#lead").contains("There is no audio here"), textOf("#lead"));
      assertTrue(browser.value("document.getElementById('confusion').hidden").asBoolean());
      double[] at = place(4242);
      browser.click(at[0], at[1]);
      browser.until("document.getElementById('track-title').textContent === 'track 424'");
      assertTrue(browser.value("document.getElementById('sound').hidden").asBoolean());
    }
  }

  @Test
  void theExportDoesTheSameFromTheFileSystem() throws Exception {
    var folder = new RunFolder(temp.resolve("run"));
    Path out = temp.resolve("exported page");
    StaticPage.write(ExploredRun.read(folder), folder, out, true);
    open(out.resolve("index.html").toUri() + "#colour=correct");
    double[] at = place(9);
    browser.click(at[0], at[1]);
    browser.until("document.getElementById('sound').currentTime > 1.05");
    browser.until("!document.getElementById('features').hidden");
    assertTrue(browser.text("location.hash").contains("segment=1"), "links are views here too");
    assertTrue(
        browser.text("document.getElementById('sound').currentSrc").startsWith("file:"), "local");
    StaticPage.write(ExploredRun.read(folder), folder, out, false);
    open(out.resolve("index.html").toUri().toString());
    assertTrue(textOf("#lead").contains("There is no audio here"));
    assertFalse(textOf("#synthetic").isEmpty());
  }

  /** A narrow page has no sideways scroll bar. */
  @Test
  void aNarrowPageFits() throws Exception {
    browser.size(390, 800);
    try {
      open(page);
      browser.click("document.querySelector('#list .segment')");
      assertTrue(browser.value("document.documentElement.scrollWidth <= innerWidth").asBoolean());
    } finally {
      browser.size(1280, 900);
    }
  }
}

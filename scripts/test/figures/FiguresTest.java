///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that charts hold long and foreign names, and whole axes.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../../lib/figures/Chart.java
//SOURCES ../../lib/figures/Charts.java
//SOURCES ../../lib/figures/ColourScale.java
//SOURCES ../../lib/figures/Figures.java
//SOURCES ../../lib/figures/ReferenceLines.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.figures.ColourScale;
import genrelab.figures.Figures;
import genrelab.figures.ReferenceLines;
import genrelab.results.Rows;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Charts as they are printed: nothing is cut, nothing lies over something else. */
class FiguresTest {
  /** Those of the Free Music Archive. */
  private static final List<String> GENRES =
      List.of(
          "Blues",
          "Classical",
          "Country",
          "Easy Listening",
          "Electronic",
          "Experimental",
          "Folk",
          "Hip-Hop",
          "Instrumental",
          "International",
          "Jazz",
          "Old-Time / Historic",
          "Pop",
          "Rock",
          "Soul-RnB",
          "Spoken");

  private static BufferedImage printed(Chart chart, Figures.Width width) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Figures.png(chart, width)));
  }

  private static boolean isInk(int rgb) {
    return (rgb & 0xFF) < 160;
  }

  private static boolean columnHasInk(BufferedImage image, int x) {
    return IntStream.range(0, image.getHeight()).anyMatch(y -> isInk(image.getRGB(x, y)));
  }

  private static boolean rowHasInk(BufferedImage image, int y) {
    return IntStream.range(0, image.getWidth()).anyMatch(x -> isInk(image.getRGB(x, y)));
  }

  /** Lengths of the runs of pixels with ink, gaps of one pixel closed. */
  private static List<Integer> runs(int size, IntPredicate ink) {
    var lengths = new ArrayList<Integer>();
    int length = 0;
    for (int i = 0; i < size; i++) {
      boolean here = ink.test(i) || length > 0 && i + 1 < size && ink.test(i + 1);
      if (here) {
        length++;
      } else if (length > 0) {
        lengths.add(length);
        length = 0;
      }
    }
    return lengths;
  }

  private static void assertNothingCut(BufferedImage image) {
    int right = image.getWidth() - 1;
    int bottom = image.getHeight() - 1;
    assertFalse(columnHasInk(image, 0), "cut on the left");
    assertFalse(columnHasInk(image, right), "cut on the right");
    assertFalse(rowHasInk(image, 0), "cut at the top");
    assertFalse(rowHasInk(image, bottom), "cut at the bottom");
  }

  private static Chart confusion(List<String> classes) {
    var counts = new long[classes.size()][classes.size()];
    for (int c = 0; c < counts.length; c++) {
      Arrays.fill(counts[c], 12);
      counts[c][c] = 1300;
    }
    return Charts.confusion(classes, counts, "Confusion", "");
  }

  @ParameterizedTest
  @EnumSource(Figures.Width.class)
  void confusionMatricesHaveRoomForTheirNames(Figures.Width width) throws IOException {
    Chart matrix = confusion(GENRES);
    BufferedImage image = printed(matrix, width);
    assertNothingCut(image);
    // "true genre" and "predicted genre" stand apart from the names; the caption is above
    int height = image.getHeight();
    BufferedImage matrixAlone =
        image.getSubimage(0, height / 6, image.getWidth(), height - height / 6);
    int line = image.getWidth() / (width == Figures.Width.ONE_COLUMN ? 20 : 40);
    int left = runs(image.getWidth(), x -> columnHasInk(matrixAlone, x)).get(0);
    assertTrue(left <= line, "names over the vertical axis' title: %d > %d".formatted(left, line));
    List<Integer> rows = runs(height, y -> rowHasInk(image, y));
    int title = rows.get(rows.size() - 1);
    assertTrue(title <= line, "names over the axis' title: %d > %d".formatted(title, line));
  }

  /** Names of 48 and fewer units need no more than the room that there always was. */
  @Test
  void shortNamesLeaveTheMatrixItsRoom() {
    Chart matrix = confusion(List.of("blues", "classical", "country", "disco", "hiphop", "jazz"));
    assertEquals(760, matrix.heightAt(860));
    assertTrue(confusion(GENRES).heightAt(860) > 760, "long ones slant");
  }

  @ParameterizedTest
  @EnumSource(Figures.Width.class)
  void barsHaveRoomForTheirNames(Figures.Width width) throws IOException {
    List<Charts.Bar> values = GENRES.stream().map(genre -> Charts.Bar.of(0.5)).toList();
    Chart bars = Charts.bars(GENRES, Map.of("CNN", values), "F1", 1, "F1", "");
    BufferedImage image = printed(bars, width);
    assertNothingCut(image);
    // as large as elsewhere: shrunk side by side, the lowest name was a few pixels high
    List<Integer> rows = runs(image.getHeight(), y -> rowHasInk(image, y));
    int names = rows.get(rows.size() - (width == Figures.Width.ONE_COLUMN ? 2 : 1));
    assertTrue(names > image.getWidth() / 20, rows::toString);
  }

  @Test
  void segmentsAboveEachOtherHaveRoomForTheirNames() {
    var segment = new float[13 * 10];
    Chart heat =
        Charts.heats(
            Map.of("Old-Time / Historic", segment),
            13,
            3,
            ColourScale.DIVERGING,
            -1,
            1,
            "value",
            "MFCCs",
            "");
    assertNothingCut(Charts.image(heat));
  }

  /** Two letters that the bundled font lacks would be the same box. */
  @Test
  void lettersThatTheBundledFontLacksAreTheSystems() throws Exception {
    Font bundled;
    try (var in =
        Charts.class.getResourceAsStream(
            "/net/sf/jasperreports/fonts/dejavu/DejaVuSansCondensed.ttf")) {
      bundled = Font.createFont(Font.TRUETYPE_FONT, in);
    }
    var system = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    int[] letters =
        IntStream.range(0x2E80, 0xA000)
            .filter(letter -> !bundled.canDisplay(letter) && system.canDisplay(letter))
            .limit(2)
            .toArray();
    assumeTrue(letters.length == 2, "this system has no font with Chinese characters");
    List<byte[]> titles = new ArrayList<>();
    List<byte[]> legends = new ArrayList<>();
    for (int letter : letters) {
      String text = Character.toString(letter);
      titles.add(Charts.png(Charts.confusion(List.of("a", "b"), new long[2][2], text, "")));
      legends.add(
          Charts.png(
              Charts.tsne(
                  List.of(new Rows.Point(0, 0, text, 0, "t", 0)),
                  Charts.ColourBy.GENRE,
                  "t-SNE",
                  "")));
    }
    assertFalse(Arrays.equals(titles.get(0), titles.get(1)), "the title's letters");
    assertFalse(Arrays.equals(legends.get(0), legends.get(1)), "the legend's letters");
  }

  @Test
  void captionsBreakWhereAWordIsTooLong() throws IOException {
    Chart matrix =
        Charts.confusion(List.of("a", "b"), new long[2][2], "w".repeat(150), "x".repeat(150));
    assertNothingCut(printed(matrix, Figures.Width.ONE_COLUMN));
  }

  /** XChart leaves out what is at an axis' very ends. */
  @Test
  void probabilitiesOverTimeAreDrawnFrom0To100() {
    var rows = new ArrayList<Rows.Classified>();
    for (int i = 0; i < 10; i++) {
      rows.add(new Rows.Classified("s", "segment", 3 * i, 3, "jazz", 0.7, null, "no", "audio"));
      rows.add(new Rows.Classified("s", "segment", 3 * i, 3, "pop", 0.3, null, "no", "audio"));
    }
    BufferedImage image = Charts.image(Charts.overTime(rows, "song.mp3", ""));
    int lines =
        IntStream.range(image.getWidth() * 3 / 10, image.getWidth() * 6 / 10)
            .map(x -> runs(image.getHeight(), y -> isGridLine(image, x, y)).size())
            .max()
            .orElseThrow();
    assertEquals(6 + 2, lines, "lines at 0, 20 … 100 and two of the frame");
  }

  private static boolean isGridLine(BufferedImage image, int x, int y) {
    int rgb = image.getRGB(x, y);
    int red = rgb >> 16 & 0xFF;
    boolean grey = red == (rgb >> 8 & 0xFF) && red == (rgb & 0xFF);
    double height = (double) y / image.getHeight();
    return height > 0.1 && height < 0.88 && grey && red > 200 && red < 252;
  }

  private static Chart growth(double middle) {
    double[] tracks = {1_000, 10_000, 100_000};
    double[] seconds = {4, middle, 400};
    var curve = new Charts.Growth("mp3, one process", tracks, seconds, 0, /* dashed= */ false);
    return Charts.growth(List.of(curve), "seconds", /* logarithmic= */ true, "Time", "");
  }

  private static boolean isColoured(int rgb) {
    return Math.abs((rgb >> 16 & 0xFF) - (rgb & 0xFF)) > 60;
  }

  /** How far the curve's middle lies above the line between its ends, in units of its height. */
  private static double bend(Chart chart) {
    BufferedImage image = Charts.image(chart);
    int plot = image.getWidth() * 6 / 10; // without the legend
    List<int[]> points =
        IntStream.range(0, plot)
            .boxed()
            .flatMap(
                x ->
                    IntStream.range(0, image.getHeight())
                        .filter(y -> isColoured(image.getRGB(x, y)))
                        .mapToObj(y -> new int[] {x, y}))
            .toList();
    int left = points.get(0)[0];
    int right = points.get(points.size() - 1)[0];
    double[] heights =
        IntStream.of(left, (left + right) / 2, right)
            .mapToDouble(
                at ->
                    points.stream()
                        .filter(point -> point[0] == at)
                        .mapToInt(point -> point[1])
                        .average()
                        .orElseThrow())
            .toArray();
    return ((heights[0] + heights[2]) / 2 - heights[1]) / (heights[0] - heights[2]);
  }

  @Test
  void growthInProportionIsAStraightLine() throws IOException {
    assertEquals(0, bend(growth(40)), 0.02);
    assertTrue(bend(growth(100)) > 0.1);
    for (Figures.Width width : Figures.Width.values()) {
      assertNothingCut(printed(growth(40), width));
    }
  }

  /** Distance of two reference lines in pixels, on the accuracies of a training. */
  private static int distance(double a, double b) {
    var history =
        IntStream.rangeClosed(1, 30)
            .mapToObj(epoch -> new Rows.Epoch("cnn", 1, 0, epoch, 1, 0.4, 1, 0.4, 1))
            .toList();
    Chart curves = Charts.curves(history, Charts.Curve.ACCURACY, "t", "s");
    BufferedImage image = Charts.image(ReferenceLines.add(curves, Map.of("a", a, "b", b)));
    int[] lines =
        IntStream.range(0, image.getHeight())
            .filter(
                y ->
                    IntStream.range(0, image.getWidth())
                            .filter(x -> (image.getRGB(x, y) & 0xFFFFFF) == 0x555555)
                            .count()
                        > 120)
            .toArray();
    return lines[lines.length - 1] - lines[0];
  }

  @Test
  void referenceLinesLieAtTheirValues() {
    assertEquals(2, distance(20, 80) / (double) distance(50, 80), 0.05);
  }

  @Test
  void pointsFarOffAreLeftOutAndCounted() {
    var points = new ArrayList<Rows.Point>();
    for (int i = 0; i < 200; i++) {
      points.add(new Rows.Point(i % 20, i / 20.0, "rock", 0, "rock.00000", i));
    }
    assertEquals("n", desc(points));
    points.add(new Rows.Point(5_000, 5, "rock", 0, "rock.00001", 0));
    assertEquals("n · 1 far off not drawn", desc(points));
  }

  private static String desc(List<Rows.Point> points) {
    String svg = Charts.svg(Charts.tsne(points, Charts.ColourBy.GENRE, "t", "n"), "x");
    return svg.substring(svg.indexOf("<desc>") + 6, svg.indexOf("</desc>"));
  }

  @Test
  void heatMapsShowTheirValuesAsColours() {
    float[] values = new float[130 * 13];
    IntStream.range(0, values.length).forEach(i -> values[i] = i / 13 < 65 ? -99 : 99);
    BufferedImage image =
        Charts.image(
            Charts.heat(values, 13, 3, ColourScale.DIVERGING, -60, 60, "band", "value", "t", "s"));
    int y = image.getHeight() / 2;
    assertEquals(0x2166AC, image.getRGB(image.getWidth() / 4, y) & 0xFFFFFF, "low is blue");
    assertEquals(0xB2182B, image.getRGB(5 * image.getWidth() / 8, y) & 0xFFFFFF, "high is red");
  }

  @Test
  void barsAreAsHighAsTheirValues() {
    var bars = Map.of("f1", List.of(Charts.Bar.of(0.5), Charts.Bar.of(1), Charts.Bar.of(0.25)));
    BufferedImage image =
        Charts.image(Charts.bars(List.of("a", "b", "c"), bars, "f1", 1, "t", "s"));
    int[] heights = new int[image.getWidth()];
    for (int x = 0; x < image.getWidth() * 3 / 4; x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        heights[x] += (image.getRGB(x, y) & 0xFFFFFF) == 0x88CCEE ? 1 : 0;
      }
    }
    int[] seen = IntStream.of(heights).filter(h -> h > 50).distinct().sorted().toArray();
    assertTrue(seen.length >= 3, "three heights");
    double whole = seen[seen.length - 1];
    assertTrue(IntStream.of(seen).anyMatch(h -> Math.abs(h / whole - 0.5) < 0.01));
    assertTrue(IntStream.of(seen).anyMatch(h -> Math.abs(h / whole - 0.25) < 0.01));
  }
}

// XChart's SVG export needs it:
//DEPS de.erichseifert.vectorgraphics2d:VectorGraphics2D:0.13
//SOURCES Chart.java

package genrelab.figures;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Charts as SVG. */
final class Svg {
  private static final Pattern CLIP = Pattern.compile("clip-?\\d+");
  private static final Pattern PATH = Pattern.compile(" d=\"([MLQCZ\\s\\d.,E-]+)\"");
  private static final Pattern STEP = Pattern.compile("([MLQCZ])([^MLQCZ]*)");
  private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(?:E-?\\d+)?");

  private Svg() {}

  /**
   * A chart as an SVG element, laid out for a width in chart units: title and subtitle as its text,
   * coordinates to a hundredth.
   *
   * @param id begins the ids within, so that several charts can stand in one page
   */
  static String element(Chart chart, String id, int width) {
    int height = chart.heightAt(width);
    var g = new VectorGraphics2D();
    chart.paint(g, width, height);
    var bytes = new ByteArrayOutputStream();
    try {
      new SVGProcessor()
          .getDocument(g.getCommands(), new PageSize(0, 0, width, height))
          .writeTo(bytes);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    String svg = bytes.toString(StandardCharsets.UTF_8);
    svg = svg.substring(svg.indexOf("<svg")); // no DTD, which a reader may want to fetch
    var clips = new HashMap<String, String>();
    svg =
        CLIP.matcher(svg)
            .replaceAll(
                found -> clips.computeIfAbsent(found.group(), old -> id + "-clip" + clips.size()));
    svg = LONG_NUMBER.matcher(svg).replaceAll(found -> rounded(found.group()));
    svg = PATH.matcher(svg).replaceAll(found -> " d=\"" + relative(found.group(1)) + "\"");
    svg = svg.replace(";stroke:none;\"", "\"").replace("\r\n", "\n");
    String label = chart.subtitle();
    String head =
        " role=\"img\">\n  <title>%s</title>\n  <desc>%s</desc>"
            .formatted(escape(chart.getTitle()), escape(label));
    return svg.replaceFirst(">", Matcher.quoteReplacement(head)).strip();
  }

  /** A path from point to point instead of from the origin: text's outlines halve. */
  private static String relative(String path) {
    var brief = new StringBuilder();
    var from = new long[2];
    var start = new long[2];
    for (Matcher step = STEP.matcher(path); step.find(); ) {
      char command = step.group(1).charAt(0);
      brief.append(Character.toLowerCase(command));
      String[] numbers = step.group(2).strip().split("[\\s,]+");
      var to = from.clone();
      for (int i = 0; command != 'Z' && i < numbers.length; i++) {
        // whole hundredths, so that no rounding adds up
        to[i % 2] = Math.round(100 * Double.parseDouble(numbers[i]));
        String moved = rounded(Double.toString((to[i % 2] - from[i % 2]) / 100.0));
        brief.append(i == 0 || moved.startsWith("-") ? "" : " ").append(moved);
      }
      from = command == 'Z' ? start.clone() : to;
      start = command == 'M' ? to.clone() : start;
    }
    return brief.toString();
  }

  private static String rounded(String number) {
    double value = Math.round(100 * Double.parseDouble(number)) / 100.0;
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The bytes of an SVG file of a chart's element. */
  static byte[] file(String element) {
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}

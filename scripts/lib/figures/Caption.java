//SOURCES Plot.java
//SOURCES Text.java
//SOURCES Theme.java

package genrelab.figures;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Title and subtitle, set flush left. */
final class Caption {
  static final double NARROW_LEFT = 4;

  static final double LEFT = 16;
  private static final Font TITLE = Theme.BOLD.deriveFont(14f);
  private static final Font LINE = Theme.PLAIN.deriveFont(11f);

  final String title;
  final String subtitle;

  Caption(String title, String subtitle) {
    this.title = title;
    this.subtitle = subtitle == null ? "" : subtitle;
  }

  /** Its height at a width. */
  int height(int width) {
    if (width >= Plot.NARROW) {
      return subtitle.isEmpty() ? 36 : 58;
    }
    return 17 * lines(title, TITLE, width).size() + 14 * lines(subtitle, LINE, width).size() + 6;
  }

  /** Paints the caption on white; returns its height. */
  int paint(Graphics2D g, int width, int height) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fill(new Rectangle2D.Double(0, 0, width, height));
    g.setColor(Theme.INK);
    if (width < Plot.NARROW) {
      double y = 0;
      for (String line : lines(title, TITLE, width)) {
        Text.draw(g, line, TITLE, NARROW_LEFT, y += 17, 0);
      }
      g.setColor(Theme.FAINT_INK);
      for (String line : lines(subtitle, LINE, width)) {
        Text.draw(g, line, LINE, NARROW_LEFT, y += 14, 0);
      }
      return height(width);
    }
    Text.draw(g, title, fitting(title, Theme.BOLD, 17, width), LEFT, 29, 0);
    if (!subtitle.isEmpty()) {
      g.setColor(Theme.FAINT_INK);
      Text.draw(g, subtitle, fitting(subtitle, Theme.PLAIN, 13, width), LEFT, 50, 0);
    }
    return height(width);
  }

  /** A text in lines that fit; a word that does not is broken. */
  private static List<String> lines(String text, Font font, int width) {
    double room = width - 2 * NARROW_LEFT;
    var lines = new ArrayList<String>();
    for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
      String longer = lines.isEmpty() ? word : lines.get(lines.size() - 1) + " " + word;
      if (!lines.isEmpty() && Text.width(longer, font) <= room) {
        lines.set(lines.size() - 1, longer);
        continue;
      }
      String rest = word;
      while (Text.width(rest, font) > room) {
        int end = rest.length();
        while (end > 1 && Text.width(rest.substring(0, end), font) > room) {
          end = rest.offsetByCodePoints(end, -1);
        }
        lines.add(rest.substring(0, end));
        rest = rest.substring(end);
      }
      lines.add(rest);
    }
    return lines;
  }

  private static Font fitting(String text, Font font, float size, int width) {
    Font wanted = font.deriveFont(size);
    if (text.isEmpty()) {
      return wanted;
    }
    double wide = Text.width(text, wanted);
    double room = width - 2 * LEFT;
    return wide <= room ? wanted : font.deriveFont((float) (size * room / wide));
  }
}

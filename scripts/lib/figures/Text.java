//SOURCES Theme.java

package genrelab.figures;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextAttribute;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.text.AttributedString;
import java.util.Collection;
import java.util.Map;

/**
 * Text as outlines of the bundled font, so that a figure needs no font where it is shown.
 * Characters that the bundled font lacks, such as Chinese ones, are those of the system's sans
 * serif font.
 */
final class Text {
  /** Unhinted, so that text is laid out alike at every scale. */
  private static final FontRenderContext FRACTIONAL = new FontRenderContext(null, true, true);

  private Text() {}

  private static TextLayout layout(String text, Font font) {
    if (font.canDisplayUpTo(text) < 0) {
      return new TextLayout(text, font, FRACTIONAL);
    }
    var mixed = new AttributedString(text, Map.of(TextAttribute.FONT, font));
    Font substitute = Theme.substitute(font);
    for (int at = 0, next; at < text.length(); at = next) {
      next = text.offsetByCodePoints(at, 1);
      if (!font.canDisplay(text.codePointAt(at))) {
        mixed.addAttribute(TextAttribute.FONT, substitute, at, next);
      }
    }
    return new TextLayout(mixed.getIterator(), FRACTIONAL);
  }

  /** How wide a text is, in the font's units. */
  static double width(String text, Font font) {
    return text.isEmpty() ? 0 : layout(text, font).getAdvance();
  }

  /** The width of the widest of some texts. */
  static double widest(Collection<String> texts, Font font) {
    return texts.stream().mapToDouble(text -> width(text, font)).max().orElse(0);
  }

  /** How far labels that are {@link #drawSlanted drawn slanted} reach below their place. */
  static double slantedHeight(double width, Font font) {
    return (width + font.getSize2D()) * Math.sin(Math.PI / 4);
  }

  /** Outlines, as XChart draws its own text; align 0 starts at x, 0.5 centres on it. */
  static void draw(Graphics2D g, String text, Font font, double x, double y, double align) {
    if (text.isEmpty()) {
      return;
    }
    TextLayout layout = layout(text, font);
    double left = x - align * layout.getAdvance();
    g.fill(layout.getOutline(AffineTransform.getTranslateInstance(left, y)));
  }

  /** A label that ends below its place and climbs towards it. */
  static void drawSlanted(Graphics2D g, String text, Font font, double x, double y) {
    AffineTransform before = g.getTransform();
    g.translate(x, y);
    g.rotate(-Math.PI / 4);
    draw(g, text, font, 0, 0.3 * font.getSize2D(), 1);
    g.setTransform(before);
  }
}

package genrelab.figures;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;

/** Text as outlines of the bundled font, so that a figure needs no font where it is shown. */
final class Text {
  /** Unhinted, so that text is laid out alike at every scale. */
  private static final FontRenderContext FRACTIONAL = new FontRenderContext(null, true, true);

  private Text() {}

  /** How wide a text is, in the font's units. */
  static double width(String text, Font font) {
    return text.isEmpty() ? 0 : new TextLayout(text, font, FRACTIONAL).getAdvance();
  }

  /** Outlines, as XChart draws its own text; align 0 starts at x, 0.5 centres on it. */
  static void draw(Graphics2D g, String text, Font font, double x, double y, double align) {
    if (text.isEmpty()) {
      return;
    }
    var layout = new TextLayout(text, font, FRACTIONAL);
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

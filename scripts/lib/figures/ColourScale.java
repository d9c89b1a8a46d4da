//SOURCES Text.java
//SOURCES Theme.java

package genrelab.figures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;

/** The colours of a heat map. */
public enum ColourScale {
  /** From white to dark blue: ColorBrewer's Blues. */
  SEQUENTIAL(0xFFFFFF, 0xDEEBF7, 0xC6DBEF, 0x9ECAE1, 0x6BAED6, 0x4292C6, 0x2171B5, 0x084594),
  /** Blue below the middle, red above: Paul Tol's "BuRd". */
  DIVERGING(
      0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B);

  final Color[] colours;

  ColourScale(int... rgb) {
    colours = Theme.colours(rgb);
  }

  /** The colour of a share of the scale; shares beyond 0 to 1 have its ends. */
  Color at(double share) {
    double place = Math.max(0, Math.min(1, share)) * (colours.length - 1);
    int below = (int) Math.min(place, colours.length - 2);
    return between(colours[below], colours[below + 1], place - below);
  }

  static Color between(Color a, Color b, double t) {
    return new Color(
        (int) Math.round(a.getRed() + t * (b.getRed() - a.getRed())),
        (int) Math.round(a.getGreen() + t * (b.getGreen() - a.getGreen())),
        (int) Math.round(a.getBlue() + t * (b.getBlue() - a.getBlue())));
  }

  /** A bar of colours, the last on top, with labels at equal distances from below. */
  void paintBar(Graphics2D g, double x, double y, double height, String[] labels) {
    int steps = 100;
    for (int i = 0; i < steps; i++) {
      g.setColor(at((steps - 1 - i) / (steps - 1.0)));
      // a little overlap: no seams
      g.fill(new Rectangle2D.Double(x, y + i * height / steps, 16, height / steps + 0.6));
    }
    g.setColor(Theme.FAINT_INK);
    for (int i = 0; i < labels.length; i++) {
      double place = y + (1 - i / (labels.length - 1.0)) * height;
      Text.draw(g, labels[i], Theme.PLAIN.deriveFont(12f), x + 22, place + 4, 0);
    }
  }
}

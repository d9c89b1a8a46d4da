//DEPS org.knowm.xchart:xchart:4.0.3

package genrelab.figures;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import org.knowm.xchart.style.markers.Marker;

/** Marker shapes that XChart lacks. */
final class Markers {
  private Markers() {}

  /** A plus or a cross; XChart's own are too thin for their colours to be told apart. */
  static final class Arms extends Marker {
    private final double angle;

    Arms(double angle) {
      this.angle = angle;
    }

    @Override
    public void paint(Graphics2D g, double x, double y, int size) {
      double half = 0.62 * size;
      double dx = half * Math.cos(angle);
      double dy = half * Math.sin(angle);
      g.setStroke(new BasicStroke(0.28f * size));
      g.draw(new Line2D.Double(x - dx, y - dy, x + dx, y + dy));
      g.draw(new Line2D.Double(x - dy, y + dx, x + dy, y - dx));
    }
  }

  /** A circle around a point. */
  static final class Ring extends Marker {
    private final double size;

    Ring(double size) {
      this.size = size;
    }

    @Override
    public void paint(Graphics2D g, double x, double y, int ignored) {
      g.setStroke(new BasicStroke(1.8f));
      g.draw(new Ellipse2D.Double(x - size / 2, y - size / 2, size, size));
    }
  }

  /** A dashed line that stands upright. */
  static final class Upright extends Marker {
    static final BasicStroke DASHED =
        new BasicStroke(
            1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {4, 2.5f}, 0);

    @Override
    public void paint(Graphics2D g, double x, double y, int size) {
      g.setStroke(DASHED);
      g.draw(new Line2D.Double(x, y - size, x, y + size));
    }
  }

  /** A marker of one size, whatever the chart's. */
  static final class Sized extends Marker {
    private final Marker marker;
    private final int size;

    Sized(Marker marker, int size) {
      this.marker = marker;
      this.size = size;
    }

    @Override
    public void paint(Graphics2D g, double x, double y, int ignored) {
      marker.paint(g, x, y, size);
    }
  }
}

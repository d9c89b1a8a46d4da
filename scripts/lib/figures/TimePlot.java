//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Plot.java
//SOURCES Text.java
//SOURCES Theme.java

package genrelab.figures;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;
import org.knowm.xchart.style.XYStyler;

/** What has seconds on its horizontal axis; XChart would label every other tenth of them. */
class TimePlot extends Plot {
  private final double seconds;

  TimePlot(int width, int height, double seconds, String title, String subtitle) {
    super(width, height, title, subtitle);
    this.seconds = seconds;
    bottom = 36;
    XYStyler styler = getStyler();
    styler.setXAxisMin(0.0).setXAxisMax(seconds).setXAxisTicksVisible(false);
    styler.setPlotContentSize(1);
    styler.setPlotGridVerticalLinesVisible(false);
  }

  @Override
  void paintOver(Graphics2D g) {
    Rectangle2D area = plot.getBounds();
    g.setColor(Theme.FAINT_INK);
    g.setStroke(new BasicStroke(1));
    double step = step();
    boolean hours = step >= 600;
    for (int i = 0; i * step <= seconds + 1e-6; i++) {
      double x = area.getX() + i * step / seconds * area.getWidth();
      g.draw(new Line2D.Double(x, area.getMaxY(), x, area.getMaxY() + 4));
      long minutes = Math.round(i * step / 60);
      String label =
          hours
              ? String.format(Locale.ROOT, "%d:%02d", minutes / 60, minutes % 60)
              : String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", i * step);
      Text.draw(g, label, Theme.PLAIN.deriveFont(13f), x, area.getMaxY() + 19, 0.5);
    }
    g.setColor(Theme.INK);
    String title = hours ? "time (h:mm)" : "time (s)";
    Text.draw(g, title, Theme.PLAIN.deriveFont(14f), area.getCenterX(), area.getMaxY() + 40, 0.5);
  }

  /** Seconds from one label to the next, so that twenty or so have room. */
  private double step() {
    if (seconds <= 60) {
      return seconds <= 5 ? 0.5 : 5;
    }
    if (seconds <= 7200) {
      return seconds <= 1200 ? 60 : 600;
    }
    return 3600 * Math.ceil(seconds / 3600 / 12);
  }
}

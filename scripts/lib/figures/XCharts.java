//DEPS org.knowm.xchart:xchart:4.0.3

package genrelab.figures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.knowm.xchart.internal.chartpart.Chart;

/** Charts that someone draws with XChart itself, beside the kit's own. */
public final class XCharts {
  private static final int PIXELS_PER_UNIT = 2;

  private XCharts() {}

  /** The class of all of XChart's charts. */
  public static Class<?> type() {
    return Chart.class;
  }

  /**
   * A chart as an image of twice its size.
   *
   * @param chart of {@link #type}
   */
  public static BufferedImage image(Object chart) {
    var drawn = (Chart<?, ?>) chart;
    int width = drawn.getWidth();
    int height = drawn.getHeight();
    var image =
        new BufferedImage(
            PIXELS_PER_UNIT * width, PIXELS_PER_UNIT * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    g.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
    drawn.paint(g, width, height);
    g.dispose();
    return image;
  }
}

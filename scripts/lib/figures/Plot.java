//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Caption.java
//SOURCES Chart.java
//SOURCES Text.java
//SOURCES Theme.java

package genrelab.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.theme.XChartTheme;

/** A chart of points and lines, with a title and a line below it, for which XChart has no place. */
class Plot extends XYChart implements Chart {
  /** Charts painted narrower than this, in chart units, are laid out for one column. */
  static final int NARROW = 500;

  private final Caption caption;

  /** Room beside the chart, for what an heir paints there. */
  int left;

  int right;
  int bottom;

  Plot(int width, int height, String title, String subtitle) {
    super(width, height, new XChartTheme());
    setTitle(title);
    caption = new Caption(title, subtitle);
    Theme.apply(getStyler());
  }

  @Override
  public String subtitle() {
    return caption.subtitle;
  }

  @Override
  public int heightAt(int width) {
    return width >= NARROW
        ? Chart.super.heightAt(width)
        : caption.height(width) + narrowHeight(width) + bottom + paintKeys(null, width, 0);
  }

  /** Height of axes and plot in one column. */
  int narrowHeight(int width) {
    return Math.round(0.68f * width);
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    int wide = getWidth();
    int high = getHeight();
    boolean legend = getStyler().isLegendVisible();
    boolean narrow = width < NARROW;
    int keys = narrow && legend ? paintKeys(null, width, 0) : 0;
    int top = caption.paint(g, width, height);
    AffineTransform before = g.getTransform();
    g.translate(left, top);
    List<String> names = getSeriesCollection().stream().map(XYSeries::getName).toList();
    getStyler().setLegendFont(Theme.displaying(names, getStyler().getLegendFont()));
    getStyler().setLegendVisible(legend && !narrow).setChartPadding(narrow ? 4 : 12);
    super.paint(g, width - left - right, height - top - bottom - keys);
    paintOver(g);
    g.setTransform(before);
    if (keys > 0) {
      paintKeys(g, width, height - keys);
    }
    getStyler().setLegendVisible(legend).setChartPadding(12);
    setWidth(wide);
    setHeight(high);
  }

  /**
   * The legend in lines across the width, which XChart does not break; returns its height.
   *
   * @param g null to measure alone
   */
  int paintKeys(Graphics2D g, int width, double top) {
    Font font = Theme.PLAIN.deriveFont(12f);
    double x = Caption.NARROW_LEFT;
    int line = 0;
    for (XYSeries series : getSeriesCollection()) {
      if (!series.isShowInLegend() || !getStyler().isLegendVisible() && g == null) {
        continue;
      }
      boolean lined =
          series.getXYSeriesRenderStyle().orElse(getStyler().getDefaultSeriesRenderStyle())
              != XYSeries.XYSeriesRenderStyle.Scatter;
      double key = lined ? 30 : 12;
      double wide = key + 6 + Text.width(series.getName(), font) + 14;
      if (x > Caption.NARROW_LEFT && x + wide > width) {
        x = Caption.NARROW_LEFT;
        line++;
      }
      if (g != null) {
        double y = top + 19 * line + 9;
        if (lined) {
          g.setColor(series.getLineColor());
          g.setStroke(series.getLineStyle());
          g.draw(new Line2D.Double(x, y, x + key, y));
        }
        g.setColor(series.getMarkerColor());
        series.getMarker().paint(g, x + key / 2, y, 9);
        g.setColor(Theme.INK);
        Text.draw(g, series.getName(), font, x + key + 6, y + 4, 0);
      }
      x += wide;
    }
    return x == Caption.NARROW_LEFT ? 0 : 19 * (line + 1) + 6;
  }

  /** What goes over XChart's drawing, in its coordinates. */
  void paintOver(Graphics2D g) {}

  /** Adds a line; {@code style} gives its colour and markers. */
  void addCurve(String name, double[][] points, double factor, int style, float[] dash) {
    double[] values = Arrays.stream(points[1]).map(value -> factor * value).toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isFinite(values[i]) ? values[i] : Double.NaN;
    }
    XYSeries series = addSeries(name, points[0], values);
    series.setLineColor(Theme.colour(style));
    series.setMarkerColor(Theme.colour(style));
    series.setMarker(Theme.shape(style));
    series.setLineStyle(
        new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dash, 0));
  }

  /** An entry of the legend, of a chart whose marks are painted over XChart's drawing. */
  void addKey(String name, double x, Marker marker, Color colour) {
    XYSeries key = addSeries(name, new double[] {x}, new double[] {Double.NaN});
    key.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    key.setMarker(marker).setMarkerColor(colour);
  }
}

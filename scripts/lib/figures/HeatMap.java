//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES ColourScale.java
//SOURCES Text.java
//SOURCES Theme.java
//SOURCES TimePlot.java

package genrelab.figures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Map;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Frames × bands as coloured cells, painted over an XChart that gives the frame. */
final class HeatMap extends TimePlot {
  private final Map<String, float[]> segments;
  private final int bands;
  private final ColourScale scale;
  private final double low;
  private final double high;
  private final String bandAxis;
  private final String unit;

  HeatMap(
      int height,
      Map<String, float[]> segments,
      int bands,
      double seconds,
      ColourScale scale,
      double low,
      double high,
      String bandAxis,
      String unit,
      String title,
      String subtitle) {
    super(940, height, seconds, title, subtitle);
    this.segments = segments;
    this.bands = bands;
    this.scale = scale;
    this.low = low;
    this.high = high;
    this.bandAxis = bandAxis;
    this.unit = unit;
    right = 84;
    double widest = Text.widest(segments.keySet(), Theme.PLAIN.deriveFont(13f));
    left = (int) Math.max(66, Math.ceil(widest) + 8);
    getStyler().setYAxisTicksVisible(false);
    getStyler().setLegendVisible(false);
    getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    addSeries("none", new double[] {0, seconds}, new double[] {0, 0})
        .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
        .setMarker(SeriesMarkers.NONE); // XChart draws no axis without a series
  }

  @Override
  void paintOver(Graphics2D g) {
    super.paintOver(g);
    Rectangle2D area = plot.getBounds();
    double gap = segments.size() == 1 ? 0 : 6;
    double height = (area.getHeight() - gap * (segments.size() - 1)) / segments.size();
    double y = area.getY();
    g.setColor(Color.WHITE);
    g.fill(area);
    for (var segment : segments.entrySet()) {
      paintCells(g, segment.getValue(), area.getX(), y, area.getWidth(), height);
      g.setColor(Theme.INK);
      Text.draw(
          g,
          segment.getKey(),
          Theme.PLAIN.deriveFont(13f),
          area.getX() - 10,
          y + height / 2 + 5,
          1);
      y += height + gap;
    }
    if (!bandAxis.isEmpty()) {
      paintBands(g, area);
    }
    double bar = Math.min(240, 0.72 * area.getHeight());
    double barTop = area.getCenterY() - bar / 2 + 8;
    String[] labels = new String[5];
    for (int i = 0; i < labels.length; i++) {
      double value = low + (high - low) * i / (labels.length - 1);
      labels[i] = Long.toString(Math.round(value)).replace('-', '\u2212');
    }
    scale.paintBar(g, area.getMaxX() + 22, barTop, bar, labels);
    Text.draw(g, unit, Theme.PLAIN.deriveFont(12f), area.getMaxX() + 22, barTop - 14, 0);
  }

  /** Numbers of bands, each at its band's middle. */
  private void paintBands(Graphics2D g, Rectangle2D area) {
    int step = Math.max(1, (bands + 7) / 8 + (bands > 16 ? 4 : 0));
    for (int band = 0; band < bands; band += step) {
      double y = area.getMaxY() - (band + 0.5) * area.getHeight() / bands;
      Text.draw(g, Integer.toString(band), Theme.PLAIN.deriveFont(13f), area.getX() - 8, y + 5, 1);
    }
    AffineTransform before = g.getTransform();
    g.translate(area.getX() - 44, area.getCenterY());
    g.rotate(-Math.PI / 2);
    Text.draw(g, bandAxis, Theme.PLAIN.deriveFont(14f), 0, 0, 0.5);
    g.setTransform(before);
  }

  private void paintCells(
      Graphics2D g, float[] values, double x, double y, double width, double height) {
    int frames = values.length / bands;
    var cells = new BufferedImage(frames, bands, BufferedImage.TYPE_INT_RGB);
    for (int frame = 0; frame < frames; frame++) {
      for (int band = 0; band < bands; band++) {
        double share = (values[frame * bands + band] - low) / (high - low);
        cells.setRGB(frame, bands - 1 - band, scale.at(share).getRGB());
      }
    }
    var place = AffineTransform.getTranslateInstance(x, y);
    place.scale(width / frames, height / bands);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    g.drawImage(cells, place, null);
  }
}

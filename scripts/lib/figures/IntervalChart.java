//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Caption.java
//SOURCES Chart.java
//SOURCES Markers.java
//SOURCES Plot.java
//SOURCES Text.java
//SOURCES Theme.java
//SOURCES Charts.java

package genrelab.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;

/** Estimates and their intervals, painted over an XChart whose axis and legend serve. */
final class IntervalChart extends Plot {
  /** Far apart in lightness, so that they differ on a grey print as well. */
  private static final int[] COLOURS = {0, 1, 3, 4};

  private static final int WIDTH = 940;
  private static final double EACH = 22;
  private static final double GAP = 10;
  private static final double NAME = 18;
  private static final int AXIS = 46;

  private final List<Charts.Line> lines;
  private final int series;
  private final String axis;
  private final boolean zero;
  private final int names;
  private boolean narrow;

  private IntervalChart(
      List<Charts.Line> lines,
      int series,
      String axis,
      boolean zero,
      String title,
      String subtitle) {
    super(WIDTH, 160, title, subtitle);
    this.lines = lines;
    this.series = series;
    this.axis = axis;
    this.zero = zero;
    names =
        lines.stream()
            .mapToInt(line -> (int) (18 + Text.width(line.name(), Theme.PLAIN.deriveFont(13f))))
            .max()
            .orElse(0);
    right = 36;
    setHeight(heightAt(WIDTH));
  }

  static Chart of(
      List<Charts.Line> lines,
      List<String> series,
      String reference,
      String axis,
      boolean zero,
      String title,
      String subtitle) {
    var chart = new IntervalChart(lines, series.size(), axis, zero, title, subtitle);
    double[] ends =
        lines.stream().flatMapToDouble(line -> ends(line, zero)).filter(Double::isFinite).toArray();
    double low = Arrays.stream(ends).min().orElse(0);
    double high = Arrays.stream(ends).max().orElse(1);
    double step = high - low > 20 ? 10 : 5;
    XYStyler styler = chart.getStyler();
    styler.setXAxisMin(step * Math.floor(low / step) - 0.02 * step);
    styler.setXAxisMax(step * Math.ceil(high / step) + 0.02 * step);
    styler.setYAxisMin(0.0).setYAxisMax(1.0).setYAxisTicksVisible(false);
    styler.setXAxisTicksVisible(false).setPlotGridLinesVisible(false);
    styler.setPlotContentSize(1).setMarkerSize(11).setLegendSeriesLineLength(14);
    double middle = (styler.getXAxisMin() + styler.getXAxisMax()) / 2;
    for (int s = 0; s < series.size(); s++) {
      chart.addKey(series.get(s), middle, shapeOf(s), colourOf(s));
    }
    if (lines.stream().anyMatch(IntervalChart::hasSeeds)) {
      chart.addKey("one seed", middle, new Markers.Ring(6), Theme.INK);
    }
    if (lines.stream().anyMatch(line -> Double.isFinite(line.reference()))) {
      chart.addKey(reference, middle, new Markers.Upright(), Theme.INK);
    }
    return chart;
  }

  private static DoubleStream ends(Charts.Line line, boolean zero) {
    DoubleStream estimates =
        line.estimates().stream()
            .filter(estimate -> estimate != null)
            .flatMapToDouble(
                estimate ->
                    DoubleStream.concat(
                        DoubleStream.of(estimate.low(), estimate.high()),
                        Arrays.stream(estimate.seeds())));
    DoubleStream others =
        zero ? DoubleStream.of(0, line.reference()) : DoubleStream.of(line.reference());
    return DoubleStream.concat(estimates, others);
  }

  private static boolean hasSeeds(Charts.Line line) {
    return line.estimates().stream()
        .anyMatch(estimate -> estimate != null && estimate.seeds().length > 1);
  }

  static Color colourOf(int series) {
    return Theme.colour(COLOURS[series % COLOURS.length]);
  }

  static Marker shapeOf(int series) {
    return Theme.shape(COLOURS[series % COLOURS.length]);
  }

  /** Height of all lines together; in one column a name stands above its marks. */
  private double rows(boolean narrow) {
    return lines.size() * (EACH * series + GAP + (narrow ? NAME : 0));
  }

  @Override
  int narrowHeight(int width) {
    return (int) rows(true) + 8;
  }

  /** Lines keep their height, whatever the width. */
  @Override
  public int heightAt(int width) {
    bottom = AXIS;
    return width < Plot.NARROW
        ? super.heightAt(width)
        : new Caption(getTitle(), subtitle()).height(width)
            + (int) rows(false)
            + 24
            + AXIS
            + paintKeys(null, width, 0);
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    narrow = width < Plot.NARROW;
    boolean legend = getStyler().isLegendVisible();
    int keys = narrow ? 0 : paintKeys(null, width, 0);
    left = narrow ? 10 : Math.min(names, width / 3);
    bottom = AXIS + keys;
    getStyler().setLegendVisible(legend && narrow); // XChart's would cover the axis
    super.paint(g, width, height);
    getStyler().setLegendVisible(legend);
    if (keys > 0) {
      AffineTransform before = g.getTransform();
      g.translate(left + 12, 0);
      paintKeys(g, width, height - keys);
      g.setTransform(before);
    }
  }

  private void paintAxis(Graphics2D g, Rectangle2D area) {
    double low = getStyler().getXAxisMin();
    double high = getStyler().getXAxisMax();
    int step = high - low <= 12 ? 2 : high - low <= 30 ? 5 : 10;
    Font font = Theme.PLAIN.deriveFont(narrow ? 12f : 13f);
    for (int value = (int) Math.ceil(low / step) * step; value <= high; value += step) {
      double x = at(area, value);
      g.setColor(Theme.GRID);
      g.setStroke(new BasicStroke(0.8f));
      if (!narrow) { // there names stand in the way
        g.draw(new Line2D.Double(x, area.getY(), x, area.getMaxY()));
      }
      g.setColor(Theme.FAINT_INK);
      g.setStroke(new BasicStroke(1));
      g.draw(new Line2D.Double(x, area.getMaxY(), x, area.getMaxY() + 4));
      String told = Integer.toString(value).replace('-', '\u2212');
      Text.draw(g, told, font, x, area.getMaxY() + 18, 0.5);
    }
    g.setColor(Theme.INK);
    Font title = Theme.PLAIN.deriveFont(narrow ? 12f : 14f);
    Text.draw(g, axis, title, area.getCenterX(), area.getMaxY() + 38, 0.5);
  }

  @Override
  void paintOver(Graphics2D g) {
    Rectangle2D area = plot.getBounds();
    double each = area.getHeight() / lines.size();
    paintAxis(g, area);
    for (int i = 0; i < lines.size(); i++) {
      Charts.Line line = lines.get(i);
      double top = area.getY() + i * each;
      if (i > 0) {
        g.setColor(Theme.GRID);
        g.setStroke(new BasicStroke(0.8f));
        g.draw(new Line2D.Double(area.getX(), top, area.getMaxX(), top));
      }
      double marks = top + (narrow ? NAME : 0);
      double high = each - (narrow ? NAME : 0);
      paintName(g, line.name(), area, top, each);
      if (zero) {
        g.setColor(Theme.FAINT_INK);
        g.setStroke(new BasicStroke(1));
        g.draw(new Line2D.Double(at(area, 0), marks, at(area, 0), marks + high));
      }
      if (Double.isFinite(line.reference())) {
        double x = at(area, line.reference());
        g.setColor(Theme.INK);
        g.setStroke(Markers.Upright.DASHED);
        g.draw(new Line2D.Double(x, marks + 3, x, marks + high - 3));
      }
      for (int s = 0; s < series; s++) {
        Charts.Interval estimate = line.estimates().get(s);
        if (estimate != null) {
          paintEstimate(g, estimate, s, area, marks + (s + 0.5) * high / series);
        }
      }
    }
  }

  private void paintName(Graphics2D g, String name, Rectangle2D area, double top, double each) {
    g.setColor(Theme.INK);
    Font font = Theme.PLAIN.deriveFont(narrow ? 12f : 13f);
    double room = narrow ? area.getWidth() - 12 : left + area.getX() - 14;
    double wide = Text.width(name, font);
    Font fitting = wide <= room ? font : font.deriveFont((float) (font.getSize2D() * room / wide));
    if (narrow) {
      Text.draw(g, name, fitting, area.getX() + 6, top + 15, 0);
    } else {
      Text.draw(g, name, fitting, area.getX() - 8, top + each / 2 + 4.5, 1);
    }
  }

  private void paintEstimate(
      Graphics2D g, Charts.Interval estimate, int s, Rectangle2D area, double y) {
    Color colour = colourOf(s);
    if (estimate.high() > estimate.low()) {
      double from = at(area, estimate.low());
      double to = at(area, estimate.high());
      g.setColor(colour);
      g.setStroke(new BasicStroke(2));
      g.draw(new Line2D.Double(from, y, to, y));
      g.draw(new Line2D.Double(from, y - 4, from, y + 4));
      g.draw(new Line2D.Double(to, y - 4, to, y + 4));
    }
    if (estimate.seeds().length > 1) {
      g.setColor(Theme.INK);
      g.setStroke(new BasicStroke(1.2f));
      for (double seed : estimate.seeds()) {
        g.draw(new Ellipse2D.Double(at(area, seed) - 2.2, y + 4.5, 4.4, 4.4));
      }
    }
    g.setColor(colour);
    shapeOf(s).paint(g, at(area, estimate.value()), y, 9);
    g.setColor(Theme.INK);
    String told = String.format(Locale.ROOT, zero ? "%+.1f" : "%.1f", estimate.value());
    Text.draw(
        g, told.replace('-', '\u2212'), Theme.PLAIN.deriveFont(12f), area.getMaxX() + 38, y + 4, 1);
  }

  private double at(Rectangle2D area, double value) {
    double low = getStyler().getXAxisMin();
    double high = getStyler().getXAxisMax();
    return area.getX() + (value - low) / (high - low) * area.getWidth();
  }
}

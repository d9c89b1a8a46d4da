//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Caption.java
//SOURCES Chart.java
//SOURCES ColourScale.java
//SOURCES Plot.java
//SOURCES Text.java
//SOURCES Theme.java
//SOURCES Charts.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.results.Rows;
import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.style.theme.XChartTheme;

/** A confusion matrix: counts in the cells, shaded by the share of the row. */
final class ConfusionHeatMap extends HeatMapChart implements Chart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 760;

  private final Caption caption;

  /** Room for labels and, on the right, the scale, which one column has none for. */
  private int left;

  private int right;
  private int bottom;
  private boolean narrow;
  private boolean slanted;

  private final List<String> classes;
  private final long[][] counts;

  ConfusionHeatMap(String title, String subtitle, List<String> classes, long[][] counts) {
    super(WIDTH, HEIGHT, new XChartTheme());
    this.classes = classes;
    this.counts = counts;
    setTitle(title);
    caption = new Caption(title, subtitle);
    Theme.apply(getStyler());
    getStyler().setPlotGridLinesVisible(false).setPlotContentSize(1);
    getStyler().setPlotMargin(0).setAxisTicksVisible(false).setAxisTitlesVisible(false);
    getStyler().setRangeColors(ColourScale.SEQUENTIAL.colours).setMin(0).setMax(100);
    // its labels are "0.0" and "100.0" whatever one asks for: the bar below is ours
    getStyler().setShowValue(false).setLegendVisible(false);
    getStyler().setChartPadding(2);
    setHeight(heightAt(WIDTH));
  }

  static Chart of(
      List<Rows.Prediction> predictions, List<String> classes, String title, String subtitle) {
    List<String> names = classes != null ? classes : Charts.classes(predictions);
    var place = new HashMap<String, Integer>();
    names.forEach(name -> place.put(name, place.size()));
    long[][] counts = new long[names.size()][names.size()];
    for (Rows.Prediction row : predictions) {
      counts[place.get(row.truth())][place.get(row.predicted())]++;
    }
    return of(names, counts, title, subtitle);
  }

  static Chart of(List<String> classes, long[][] counts, String title, String subtitle) {
    var chart = new ConfusionHeatMap(title, subtitle, classes, counts);
    var rows = new ArrayList<String>(classes);
    Collections.reverse(rows); // XChart counts rows from below
    var cells = new ArrayList<Number[]>();
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts[row].length; column++) {
        cells.add(new Number[] {column, counts.length - 1 - row, 100 * chart.share(row, column)});
      }
    }
    chart.addSeries("share", classes, rows, cells);
    return chart;
  }

  double share(int row, int column) {
    long all = Arrays.stream(counts[row]).sum();
    return all == 0 ? 0 : (double) counts[row][column] / all;
  }

  @Override
  public String subtitle() {
    return caption.subtitle;
  }

  @Override
  public int heightAt(int width) {
    layOut(width);
    return narrow
        ? caption.height(width) + Math.round(0.88f * (width - left - right)) + 8 + bottom
        : Math.round((float) HEIGHT * width / WIDTH) + bottom - 54;
  }

  /** Margins as wide as the widest name needs; names below slant where they would be too narrow. */
  private void layOut(int width) {
    narrow = width < Plot.NARROW;
    right = narrow ? 4 : 96;
    float size = labelSize(0.95 * (width - right - 74));
    double widest = Text.widest(classes, Theme.PLAIN.deriveFont(size));
    left = (int) Math.max(narrow ? 74 : 106, Math.ceil(widest) + (narrow ? 24 : 44));
    double room = 0.95 * (width - left - right) / counts.length;
    slanted = narrow || widest > room;
    double below = Text.slantedHeight(widest, Theme.PLAIN.deriveFont(size));
    bottom = narrow ? 76 : 54;
    if (slanted) {
      bottom = (int) Math.max(bottom, Math.ceil(below) + 32);
    }
  }

  /** Font size of names beside a plot of some height. */
  private float labelSize(double height) {
    return (float) Math.max(7, Math.min(narrow ? 12 : 13, 0.8 * height / counts.length));
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    int wide = getWidth();
    int high = getHeight();
    layOut(width);
    int top = caption.paint(g, width, height);
    AffineTransform before = g.getTransform();
    g.translate(left, top + 8);
    super.paint(g, width - left - right, height - top - 8 - bottom);
    paintCounts(g, plot.getBounds());
    paintLabels(g, plot.getBounds());
    if (!narrow) {
      paintScale(g, plot.getBounds());
    }
    g.setTransform(before);
    setWidth(wide);
    setHeight(high);
  }

  /** XChart leaves out every other class where it finds the names long. */
  private void paintLabels(Graphics2D g, Rectangle2D plot) {
    int n = counts.length;
    g.setColor(Theme.INK);
    float size = labelSize(plot.getHeight());
    for (int i = 0; i < n; i++) {
      double y = plot.getY() + (i + 0.5) * plot.getHeight() / n + 0.36 * size;
      double x = plot.getX() + (i + 0.5) * plot.getWidth() / n;
      Font font = Theme.PLAIN.deriveFont(size);
      Text.draw(g, classes.get(i), font, plot.getX() - (narrow ? 4 : 8), y, 1);
      if (slanted) {
        Text.drawSlanted(g, classes.get(i), font, x + 0.36 * size, plot.getMaxY() + 8);
      } else {
        Text.draw(g, classes.get(i), font, x, plot.getMaxY() + 8 + size, 0.5);
      }
    }
    Font title = Theme.PLAIN.deriveFont(narrow ? 13f : 14f);
    double below = plot.getMaxY() + bottom - 8;
    Text.draw(g, "predicted genre", title, plot.getCenterX(), below, 0.5);
    AffineTransform before = g.getTransform();
    g.translate(plot.getX() - left + (narrow ? 14 : 28), plot.getCenterY());
    g.rotate(-Math.PI / 2);
    Text.draw(g, "true genre", title, 0, 0, 0.5);
    g.setTransform(before);
  }

  /** XChart has one font colour for all cells, which can't be read on light and dark ones. */
  private void paintCounts(Graphics2D g, Rectangle2D plot) {
    int n = counts.length;
    double width = plot.getWidth() / n;
    double height = plot.getHeight() / n;
    float size = (float) Math.max(7, Math.min(14, 0.34 * Math.min(width, height)));
    Font percents = Theme.PLAIN.deriveFont(0.82f * size);
    boolean roomy = Text.width("100\u2009%", percents) <= 0.94 * width;
    g.setColor(Theme.GRID);
    g.setStroke(new BasicStroke(0.8f));
    for (int i = 0; i <= n; i++) {
      double x = plot.getX() + i * width;
      double y = plot.getY() + i * height;
      g.draw(new Line2D.Double(x, plot.getY(), x, plot.getMaxY()));
      g.draw(new Line2D.Double(plot.getX(), y, plot.getMaxX(), y));
    }
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        double x = plot.getX() + (column + 0.5) * width;
        double y = plot.getY() + (row + 0.5) * height;
        long count = counts[row][column];
        double share = share(row, column);
        g.setColor(
            count == 0 ? Theme.FAINT_INK : Theme.readableOn(ColourScale.SEQUENTIAL.at(share)));
        Font font = (row == column ? Theme.BOLD : Theme.PLAIN).deriveFont(size);
        String told = String.format(Locale.ROOT, "%,d", count);
        if (count == 0) {
          Text.draw(g, told, font.deriveFont(0.7f * size), x, y + 0.25 * size, 0.5);
        } else {
          double wide = Text.width(told, font);
          Font fitting = font.deriveFont((float) (size * Math.min(1, 0.94 * width / wide)));
          if (!roomy) {
            Text.draw(g, told, fitting, x, y + 0.36 * fitting.getSize2D(), 0.5);
            continue;
          }
          Text.draw(g, told, fitting, x, y - 0.1 * size, 0.5);
          String percent = String.format(Locale.ROOT, "%.0f\u2009%%", 100 * share);
          String some = share < 0.005 ? "<1\u2009%" : percent;
          Text.draw(g, some, percents, x, y + 0.95 * size, 0.5);
        }
      }
    }
  }

  private void paintScale(Graphics2D g, Rectangle2D plot) {
    double x = plot.getMaxX() + 22;
    double height = 0.5 * plot.getHeight();
    double y = plot.getCenterY() - height / 2;
    String[] labels = {"0 %", "25 %", "50 %", "75 %", "100 %"};
    ColourScale.SEQUENTIAL.paintBar(g, x, y, height, labels);
    Font font = Theme.PLAIN.deriveFont(12f);
    Text.draw(g, "share of", font, x, y - 32, 0);
    Text.draw(g, "the row", font, x, y - 17, 0);
  }
}

//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Plot.java
//SOURCES Text.java
//SOURCES Theme.java
//SOURCES Charts.java
//SOURCES ../results/Rows.java

package genrelab.figures;

import genrelab.results.Rows;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Bars and their intervals, painted over an XChart whose axes and legend serve. */
final class BarChart extends Plot {
  /** Of palest to darkest, so that neighbours differ on a grey print as well. */
  private static final int[] COLOURS = {4, 0, 1, 3};

  private final List<String> categories;
  private final List<List<Charts.Bar>> series;
  private boolean slanted;

  private BarChart(
      List<String> categories, List<List<Charts.Bar>> series, String title, String subtitle) {
    super(940, 440, title, subtitle);
    bottom = 18;
    this.categories = categories;
    this.series = series;
  }

  static Chart of(
      List<String> categories,
      Map<String, List<Charts.Bar>> series,
      String axis,
      double top,
      String title,
      String subtitle) {
    var chart = new BarChart(categories, List.copyOf(series.values()), title, subtitle);
    chart.setYAxisTitle(axis);
    double highest =
        series.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Charts.Bar::high)
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    double end = Double.isFinite(top) ? top : 1.12 * Math.max(highest, 1e-9);
    XYStyler styler = chart.getStyler();
    styler.setXAxisMin(0.0).setXAxisMax((double) categories.size());
    styler.setYAxisMin(0.0).setYAxisMax(1.02 * end); // XChart leaves out the axis' very ends
    styler.setYAxisDecimalPattern(end <= 2 ? "0.0" : "#,##0");
    styler.setXAxisTicksVisible(false).setPlotGridVerticalLinesVisible(false);
    styler.setPlotContentSize(1).setMarkerSize(13).setLegendSeriesLineLength(14);
    int i = 0;
    for (String name : series.keySet()) {
      // of the legend's sake: the bars themselves are painted
      XYSeries key = chart.addSeries(name, new double[] {0.5}, new double[] {Double.NaN});
      key.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      key.setMarker(SeriesMarkers.SQUARE).setMarkerColor(colourOf(i++));
    }
    return chart;
  }

  static Chart ofClassF1(
      Map<String, List<Rows.ClassReport>> reports, String title, String subtitle) {
    List<String> genres =
        reports.values().stream()
            .flatMap(List::stream)
            .filter(row -> !row.isAverage())
            .map(Rows.ClassReport::genre)
            .distinct()
            .sorted()
            .toList();
    var series = new LinkedHashMap<String, List<Charts.Bar>>();
    reports.forEach(
        (network, rows) -> {
          Map<String, Double> f1 =
              rows.stream()
                  .collect(
                      Collectors.groupingBy(
                          Rows.ClassReport::genre,
                          Collectors.averagingDouble(Rows.ClassReport::f1)));
          series.put(
              network,
              genres.stream().map(g -> Charts.Bar.of(f1.getOrDefault(g, Double.NaN))).toList());
        });
    return of(genres, series, "F1 on the test segments", 1, title, subtitle);
  }

  @Override
  public int heightAt(int width) {
    layOut(width);
    return super.heightAt(width) + (width < Plot.NARROW ? 0 : bottom - 18);
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    layOut(width);
    super.paint(g, width, height);
  }

  /** Names slant where they would be too small side by side. */
  private void layOut(int width) {
    boolean narrow = width < Plot.NARROW;
    double slot = (width - (narrow ? 60.0 : 190.0)) / categories.size();
    double widest = Text.widest(categories, Theme.PLAIN.deriveFont(13f));
    slanted = narrow && slot < 50 && categories.size() > 4 || widest > 1.3 * slot;
    bottom = narrow ? 52 : 18;
    if (slanted) {
      Font font = Theme.PLAIN.deriveFont(12f);
      double below = Text.slantedHeight(Text.widest(categories, font), font);
      bottom = (int) Math.max(bottom, Math.ceil(below) + 4);
    }
  }

  static Color colourOf(int series) {
    return Theme.colour(COLOURS[series % COLOURS.length]);
  }

  @Override
  void paintOver(Graphics2D g) {
    Rectangle2D area = plot.getBounds();
    double slot = area.getWidth() / categories.size();
    double wide = Math.min(0.8 * slot / series.size(), 60);
    g.setColor(Theme.INK);
    Text.draw(g, "0", Theme.PLAIN.deriveFont(13f), area.getX() - 9, area.getMaxY() + 3, 1);
    double top = getStyler().getYAxisMax();
    boolean told = categories.size() * series.size() <= 16;
    for (int c = 0; c < categories.size(); c++) {
      double centre = area.getX() + (c + 0.5) * slot;
      for (int s = 0; s < series.size(); s++) {
        Charts.Bar bar = series.get(s).get(c);
        double x = centre + (s - 0.5 * series.size()) * wide;
        if (!Double.isFinite(bar.value())) {
          g.setColor(Theme.FAINT_INK);
          Text.draw(g, "–", Theme.PLAIN.deriveFont(12f), x + 0.5 * wide, area.getMaxY() - 4, 0.5);
          continue;
        }
        double unit = area.getHeight() / top;
        double height = Math.min(bar.value(), top) * unit;
        g.setColor(colourOf(s));
        g.fill(new Rectangle2D.Double(x + 1, area.getMaxY() - height, wide - 2, height));
        double highest = Math.max(height, Math.min(bar.high(), top) * unit);
        if (bar.high() > bar.low()) {
          paintInterval(g, x + 0.5 * wide, area.getMaxY(), bar.low() * unit, highest);
        }
        if (told) {
          g.setColor(Theme.INK);
          String number =
              String.format(
                  Locale.ROOT, top <= 2 ? "%.2f" : top <= 200 ? "%.1f" : "%,.0f", bar.value());
          Text.draw(
              g,
              number,
              Theme.PLAIN.deriveFont(12f),
              x + 0.5 * wide,
              area.getMaxY() - highest - 6,
              0.5);
        }
      }
      g.setColor(Theme.INK);
      Font font = Theme.PLAIN.deriveFont(13f);
      String name = categories.get(c);
      if (slanted) {
        Text.drawSlanted(g, name, Theme.PLAIN.deriveFont(12f), centre + 4, area.getMaxY() + 8);
        continue;
      }
      double advance = Text.width(name, font);
      Font fitting = advance <= slot ? font : font.deriveFont((float) (13 * slot / advance));
      Text.draw(g, name, fitting, centre, area.getMaxY() + 20, 0.5);
    }
  }

  private static void paintInterval(
      Graphics2D g, double x, double bottom, double low, double high) {
    g.setColor(Theme.INK);
    g.setStroke(new BasicStroke(1.4f));
    g.draw(new Line2D.Double(x, bottom - low, x, bottom - high));
    g.draw(new Line2D.Double(x - 4, bottom - low, x + 4, bottom - low));
    g.draw(new Line2D.Double(x - 4, bottom - high, x + 4, bottom - high));
  }
}

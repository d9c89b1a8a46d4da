//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Plot.java
//SOURCES Theme.java

package genrelab.figures;

import java.awt.BasicStroke;
import java.util.Map;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Horizontal lines across a chart at values from elsewhere, such as published ones. */
public final class ReferenceLines {
  private static final float[][] DOTS = {{2, 4}, {9, 4, 2, 4}};

  private ReferenceLines() {}

  /**
   * Adds lines to a chart.
   *
   * @param chart of {@link Charts}, with curves
   * @param values what the legend calls a line, and its value on the vertical axis; at most two
   * @return the chart
   */
  public static Chart add(Chart chart, Map<String, Double> values) {
    if (!(chart instanceof Plot plot) || values.size() > DOTS.length) {
      throw new IllegalArgumentException("at most two lines, on a chart of curves");
    }
    double[] across = {plot.getStyler().getXAxisMin(), plot.getStyler().getXAxisMax()};
    int i = 0;
    for (var value : values.entrySet()) {
      XYSeries line =
          plot.addSeries(value.getKey(), across, new double[] {value.getValue(), value.getValue()});
      line.setMarker(SeriesMarkers.NONE).setLineColor(Theme.FAINT_INK);
      line.setLineStyle(
          new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, DOTS[i++], 0));
    }
    return chart;
  }
}

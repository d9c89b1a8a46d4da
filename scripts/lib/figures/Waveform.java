//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Theme.java
//SOURCES TimePlot.java

package genrelab.figures;

import java.util.Arrays;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The samples of a segment over time. */
final class Waveform {
  private Waveform() {}

  static Chart of(float[] samples, int rate, String title, String subtitle) {
    var chart = new TimePlot(940, 270, (double) samples.length / rate, title, subtitle);
    chart.setYAxisTitle("amplitude");
    int bins = Math.min(samples.length, 1_600);
    double[] times = new double[2 * bins];
    double[] values = new double[2 * bins];
    for (int bin = 0; bin < bins; bin++) {
      int from = (int) ((long) samples.length * bin / bins);
      int to = Math.max(from + 1, (int) ((long) samples.length * (bin + 1) / bins));
      double low = samples[from];
      double high = samples[from];
      for (int i = from; i < to; i++) {
        low = Math.min(low, samples[i]);
        high = Math.max(high, samples[i]);
      }
      times[2 * bin] = (double) from / rate;
      times[2 * bin + 1] = (from + 0.5 * (to - from)) / rate;
      values[2 * bin] = low;
      values[2 * bin + 1] = high;
    }
    XYSeries line = chart.addSeries("samples", times, values);
    line.setMarker(SeriesMarkers.NONE).setLineColor(Theme.colour(0)).setLineWidth(0.7f);
    XYStyler styler = chart.getStyler();
    styler.setLegendVisible(false);
    double top = Arrays.stream(values).map(Math::abs).max().orElse(1);
    styler.setYAxisMin(-1.05 * Math.max(top, 1e-3)).setYAxisMax(1.05 * Math.max(top, 1e-3));
    styler.setYAxisDecimalPattern("0.0#");
    return chart;
  }
}

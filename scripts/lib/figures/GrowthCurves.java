//DEPS org.knowm.xchart:xchart:4.0.3
//SOURCES Chart.java
//SOURCES Charts.java
//SOURCES Plot.java

package genrelab.figures;

import java.util.List;
import org.knowm.xchart.style.XYStyler;

/** What grows with a corpus, whose size is on a logarithmic axis. */
final class GrowthCurves extends Plot {
  private static final float[] DASH = {7, 4};

  private GrowthCurves(boolean logarithmic, String title, String subtitle) {
    super(680, 440, title, subtitle);
    XYStyler styler = getStyler();
    styler.setXAxisLogarithmic(true).setYAxisLogarithmic(logarithmic);
    if (!logarithmic) {
      styler.setYAxisMin(0.0);
    }
    styler.setMarkerSize(7).setLegendSeriesLineLength(34);
    styler.setXAxisDecimalPattern("#,##0").setYAxisDecimalPattern("#,##0");
  }

  static Chart of(
      List<Charts.Growth> curves, String axis, boolean logarithmic, String title, String subtitle) {
    var chart = new GrowthCurves(logarithmic, title, subtitle);
    chart.setXAxisTitle("tracks");
    chart.setYAxisTitle(axis);
    for (Charts.Growth curve : curves) {
      chart.addCurve(
          curve.name(),
          new double[][] {curve.sizes(), curve.values()},
          1,
          curve.style(),
          curve.dashed() ? DASH : null);
    }
    return chart;
  }
}

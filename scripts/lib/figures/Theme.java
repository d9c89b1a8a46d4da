//DEPS org.knowm.xchart:xchart:4.0.3
// DejaVu Sans as a plain jar, so that figures look the same on every machine:
//DEPS net.sf.jasperreports:jasperreports-fonts:7.0.1
//SOURCES Markers.java

package genrelab.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Colours, marker shapes and the font of all charts.
 *
 * <p>Colours are Paul Tol's "muted" scheme, made for colour-blind readers; every class has a marker
 * shape of its own as well.
 */
final class Theme {
  /** Paul Tol, "Colour schemes" (2021), figure 4, with a dark grey in place of the pale one. */
  private static final Color[] CLASSES =
      colours(
          0x332288, 0xDDAA33, 0x117733, 0xCC6677, 0x88CCEE, 0x882255, 0x44AA99, 0x999933, 0xAA4499,
          0x555555);

  private static final Marker[] SHAPES = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_DOWN,
    new Markers.Arms(Math.PI / 4),
    new Markers.Arms(0),
    SeriesMarkers.RECTANGLE,
    SeriesMarkers.OVAL,
    SeriesMarkers.TRAPEZOID
  };

  static final Color INK = new Color(0x222222);

  static final Color FAINT_INK = new Color(0x555555);

  static final Color GRID = new Color(0xE3E3E3);

  static final Font PLAIN = font("DejaVuSansCondensed.ttf");

  static final Font BOLD = font("DejaVuSansCondensed-Bold.ttf");

  private Theme() {}

  static Color[] colours(int... rgb) {
    return IntStream.of(rgb).mapToObj(Color::new).toArray(Color[]::new);
  }

  static Color colour(int i) {
    return CLASSES[i % CLASSES.length];
  }

  /** Past the tenth class colours come again, with other shapes. */
  static Marker shape(int i) {
    return SHAPES[(i + i / CLASSES.length) % SHAPES.length];
  }

  /** The system's sans serif font, in a font's size and weight. */
  static Font substitute(Font font) {
    int style = font.getFontName(Locale.ROOT).contains("Bold") ? Font.BOLD : Font.PLAIN;
    return new Font(Font.SANS_SERIF, style, 1).deriveFont(font.getSize2D());
  }

  /** A font, or its substitute where it can't display all of the texts. */
  static Font displaying(Collection<String> texts, Font font) {
    boolean all = texts.stream().allMatch(text -> font.canDisplayUpTo(text) < 0);
    return all ? font : substitute(font);
  }

  private static Font font(String file) {
    String resource = "/net/sf/jasperreports/fonts/dejavu/" + file;
    try (InputStream in = Theme.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return Font.createFont(Font.TRUETYPE_FONT, in);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (FontFormatException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Gives a chart of XChart the look of all. */
  static void apply(AxesChartStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
    styler.setChartFontColor(INK).setChartTitleVisible(false).setChartPadding(12);
    styler.setPlotBorderColor(GRID).setPlotBorderVisible(true);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(0.8f));
    styler.setAxisTickMarksColor(FAINT_INK).setAxisTickLabelsColor(INK);
    styler.setAxisTitleFont(PLAIN.deriveFont(14f)).setAxisTitlePadding(8);
    styler.setAxisTickLabelsFont(PLAIN.deriveFont(13f));
    styler.setBaseFont(PLAIN.deriveFont(13f));
    styler.setLegendFont(PLAIN.deriveFont(13f)).setLegendPosition(LegendPosition.OutsideE);
    styler.setLegendBorderColor(Color.WHITE).setLegendBackgroundColor(Color.WHITE);
    styler.setLegendPadding(9);
    styler.setAntiAlias(true).setTextAntiAlias(true);
  }

  /** Ink or white, whichever stands out more on a colour (WCAG's contrast). */
  static Color readableOn(Color ground) {
    double light = luminance(ground) + 0.05;
    return light / (luminance(INK) + 0.05) >= 1.05 / light ? INK : Color.WHITE;
  }

  private static double luminance(Color colour) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    float[] parts = colour.getRGBColorComponents(null);
    double sum = 0;
    for (int i = 0; i < parts.length; i++) {
      double linear =
          parts[i] <= 0.04045 ? parts[i] / 12.92 : Math.pow((parts[i] + 0.055) / 1.055, 2.4);
      sum += weights[i] * linear;
    }
    return sum;
  }
}

// PDF by the library that PDFs are written with everywhere; XChart's own way names a font it does
// not embed, which publishers refuse:
//DEPS de.rototor.pdfbox:graphics2d:3.0.5
//SOURCES Chart.java
//SOURCES Png.java
//SOURCES Svg.java

package genrelab.figures;

import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.util.Matrix;

/**
 * A chart's files for print: PNG, SVG and PDF, in the width of one column and of two.
 *
 * <p>Text has the same size in both. It is drawn as outlines of one bundled font, so that a figure
 * needs no font and looks the same on every machine.
 */
public final class Figures {
  /** How wide a figure is printed. */
  public enum Width {
    ONE_COLUMN(85, 400),
    TWO_COLUMNS(170, 800);

    private final int millimetres;
    private final int units;

    Width(int millimetres, int units) {
      this.millimetres = millimetres;
      this.units = units;
    }

    /** The end of a file's name, e.g. "85mm". */
    public String label() {
      return millimetres + "mm";
    }

    private double inches() {
      return millimetres / 25.4;
    }
  }

  private Figures() {}

  /**
   * All files of a chart, the same bytes each time.
   *
   * @param name what files are called, without width and ending: {@code NAME-85mm.pdf}
   * @return contents by file name
   */
  public static Map<String, byte[]> files(Chart chart, String name) {
    var files = new LinkedHashMap<String, byte[]>();
    for (Width width : Width.values()) {
      String file = name + "-" + width.label();
      files.put(file + ".png", png(chart, width));
      files.put(file + ".svg", svg(chart, width));
      files.put(file + ".pdf", pdf(chart, width));
    }
    return files;
  }

  /** A chart as a PNG of 300 dots an inch. */
  public static byte[] png(Chart chart, Width width) {
    double scale = Png.DPI * width.inches() / width.units;
    return Png.encode(Png.image(chart, width.units, scale));
  }

  /** A chart as an SVG file. */
  public static byte[] svg(Chart chart, Width width) {
    double height = (double) width.millimetres * chart.heightAt(width.units) / width.units;
    String svg =
        Svg.element(chart, "figure", width.units)
            .replaceFirst(" width=\"\\d+px\"", " width=\"%dmm\"".formatted(width.millimetres))
            .replaceFirst(
                " height=\"\\d+px\"",
                " height=\"%smm\"".formatted(Math.round(100 * height) / 100.0));
    return Svg.file(svg);
  }

  /** A chart as a PDF of one page, cut to the figure. */
  public static byte[] pdf(Chart chart, Width width) {
    int height = chart.heightAt(width.units);
    float points = (float) (72 * width.inches() / width.units);
    var out = new ByteArrayOutputStream();
    try (var document = new PDDocument()) {
      var page = new PDPage(new PDRectangle(points * width.units, points * height));
      document.addPage(page);
      document.getDocumentInformation().setTitle(chart.getTitle());
      document.getDocumentInformation().setSubject(chart.subtitle());
      document.setDocumentId(1L); // else the clock decides
      var g = new PdfBoxGraphics2D(document, width.units, height);
      chart.paint(g, width.units, height);
      g.dispose();
      try (var content = new PDPageContentStream(document, page)) {
        content.transform(Matrix.getScaleInstance(points, points));
        content.drawForm(g.getXFormObject());
      }
      document.save(out);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return out.toByteArray();
  }
}

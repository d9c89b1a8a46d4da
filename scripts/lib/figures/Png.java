//SOURCES Chart.java

package genrelab.figures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** Charts as images. */
final class Png {
  /** Pixels an inch in print. */
  static final int DPI = 300;

  private Png() {}

  /**
   * A chart as an image, laid out for a width in chart units; see {@link Chart#heightAt}.
   *
   * @param scale pixels a chart unit
   */
  static BufferedImage image(Chart chart, int width, double scale) {
    int height = chart.heightAt(width);
    var image =
        new BufferedImage(
            (int) Math.round(scale * width),
            (int) Math.round(scale * height),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    g.scale(scale, scale);
    chart.paint(g, width, height);
    g.dispose();
    return image;
  }

  /** An image as a PNG that says it is to be printed at 300 dots an inch. */
  static byte[] encode(BufferedImage image) {
    var bytes = new ByteArrayOutputStream();
    try {
      write(image, bytes);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return bytes.toByteArray();
  }

  private static void write(BufferedImage image, OutputStream out) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
      var dots = new IIOMetadataNode("pHYs");
      String perMetre = Long.toString(Math.round(DPI / 0.0254));
      dots.setAttribute("pixelsPerUnitXAxis", perMetre);
      dots.setAttribute("pixelsPerUnitYAxis", perMetre);
      dots.setAttribute("unitSpecifier", "meter");
      var root = new IIOMetadataNode("javax_imageio_png_1.0");
      root.appendChild(dots);
      metadata.mergeTree("javax_imageio_png_1.0", root);
      writer.setOutput(stream);
      writer.write(new IIOImage(image, null, metadata));
    } finally {
      writer.dispose();
    }
  }
}

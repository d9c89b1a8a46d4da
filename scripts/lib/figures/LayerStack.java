//SOURCES Caption.java
//SOURCES Chart.java
//SOURCES ColourScale.java
//SOURCES Plot.java
//SOURCES Text.java
//SOURCES Theme.java
//SOURCES ../networks/Architecture.java

package genrelab.figures;

import genrelab.networks.Architecture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Locale;

/** Layers as boxes one below the other; XChart has no such chart. */
final class LayerStack implements Chart {
  private static final int WIDTH = 680;
  private static final int ROW = 40;
  private static final int NARROW_ROW = 34;

  private final Architecture network;
  private final Caption caption;

  LayerStack(Architecture network, String title, String subtitle) {
    this.network = network;
    caption = new Caption(title, subtitle);
  }

  @Override
  public String getTitle() {
    return caption.title;
  }

  @Override
  public String subtitle() {
    return caption.subtitle;
  }

  @Override
  public int getWidth() {
    return WIDTH;
  }

  @Override
  public int getHeight() {
    return heightAt(WIDTH);
  }

  @Override
  public int heightAt(int width) {
    int row = width < Plot.NARROW ? NARROW_ROW : ROW;
    return caption.height(width) + row * network.layers().size() + 74;
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    boolean narrow = width < Plot.NARROW;
    double y = caption.paint(g, width, height) + 18;
    double row = narrow ? NARROW_ROW : ROW;
    double left = narrow ? Caption.NARROW_LEFT : Caption.LEFT;
    double end = width - left;
    double box = (narrow ? 0.51 : 0.55) * (end - left);
    double shapes = left + 0.79 * (end - left);
    Font small = Theme.PLAIN.deriveFont(narrow ? 10f : 12f);
    Font plain = Theme.PLAIN.deriveFont(narrow ? 11.5f : 13f);
    g.setColor(Theme.FAINT_INK);
    Text.draw(g, "layer", small, left, y, 0);
    Text.draw(g, "output", small, shapes, y, 1);
    Text.draw(g, narrow ? "parameters" : "trainable parameters", small, end, y, 1);
    y += 8;
    String last = network.layers().get(network.layers().size() - 1).name();
    for (Architecture.Layer layer : network.layers()) {
      double high = row - 10;
      var frame = new RoundRectangle2D.Double(left, y, box, high, 6, 6);
      Color colour = kindColour(layer.kind());
      g.setColor(ColourScale.between(Color.WHITE, colour, 0.16));
      g.fill(frame);
      g.setColor(colour);
      g.setStroke(new BasicStroke(1));
      g.draw(frame);
      g.fill(new Rectangle2D.Double(left, y + 3, 4, high - 6));
      g.setColor(Theme.INK);
      double base = y + high / 2 + 0.36 * plain.getSize2D();
      Text.draw(g, layer.name(), Theme.BOLD.deriveFont(plain.getSize2D()), left + 12, base, 0);
      g.setColor(Theme.FAINT_INK);
      Text.draw(g, layer.detail(), small, left + box - 8, base, 1);
      g.setColor(Theme.INK);
      Text.draw(g, layer.output(), plain, shapes, base, 1);
      String told = String.format(Locale.ROOT, "%,d", layer.parameters());
      g.setColor(layer.parameters() == 0 ? Theme.FAINT_INK : Theme.INK);
      Text.draw(g, layer.parameters() == 0 ? "–" : told, plain, end, base, 1);
      if (!layer.name().equals(last)) {
        arrow(g, left + box / 2, y + high + 1, 8);
      }
      y += row;
    }
    g.setColor(Theme.INK);
    g.setStroke(new BasicStroke(1));
    g.draw(new Line2D.Double(left, y, end, y));
    Font bold = Theme.BOLD.deriveFont(plain.getSize2D());
    Text.draw(g, "trainable parameters", bold, left, y + 20, 0);
    Text.draw(g, String.format(Locale.ROOT, "%,d", network.parameters()), bold, end, y + 20, 1);
    if (network.statistics() > 0) {
      String more = "batch normalisation's running statistics, not trained";
      g.setColor(Theme.FAINT_INK);
      Text.draw(g, more, small, left, y + 38, 0);
      String told = String.format(Locale.ROOT, "%,d", network.statistics());
      Text.draw(g, told, small, end, y + 38, 1);
    }
  }

  private static void arrow(Graphics2D g, double x, double y, double length) {
    g.setColor(Theme.FAINT_INK);
    g.setStroke(new BasicStroke(1.2f));
    g.draw(new Line2D.Double(x, y, x, y + length - 3));
    var head = new Path2D.Double();
    head.moveTo(x - 3.5, y + length - 4);
    head.lineTo(x + 3.5, y + length - 4);
    head.lineTo(x, y + length);
    head.closePath();
    g.fill(head);
  }

  private static Color kindColour(Architecture.Kind kind) {
    return switch (kind) {
      case INPUT -> Theme.FAINT_INK;
      case CONVOLUTION -> Theme.colour(0);
      case POOLING -> Theme.colour(4);
      case NORMALISATION -> Theme.colour(6);
      case RECURRENT -> Theme.colour(2);
      case SHAPE -> Theme.colour(9);
      case DENSE -> Theme.colour(1);
      case DROPOUT -> Theme.colour(3);
      case OUTPUT -> Theme.colour(5);
    };
  }
}

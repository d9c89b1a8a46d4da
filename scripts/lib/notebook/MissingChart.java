//SOURCES ../figures/Chart.java

package genrelab.notebook;

import genrelab.figures.Chart;
import java.awt.Color;
import java.awt.Graphics2D;

/**
 * Stands where a chart's result is missing: one line, which says what is missing and which command
 * makes it. A notebook shows the line as text.
 */
record MissingChart(String message) implements Chart {
  @Override
  public String getTitle() {
    return message;
  }

  @Override
  public String subtitle() {
    return "";
  }

  @Override
  public int getWidth() {
    return 800;
  }

  @Override
  public int getHeight() {
    return 40;
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    g.setColor(Color.DARK_GRAY);
    g.drawString(message, 8, 25);
  }
}

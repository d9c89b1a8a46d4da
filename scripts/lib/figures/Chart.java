package genrelab.figures;

import java.awt.Graphics2D;

/** A chart, ready to be drawn at any width: see {@link Charts} for all kinds. */
public interface Chart {
  String getTitle();

  /** The line below the title; empty where it has none. */
  String subtitle();

  /** Its own width, in chart units: 800 are the width of two columns in print. */
  int getWidth();

  /** Its own height, in chart units. */
  int getHeight();

  /** Draws it, white background included, in a rectangle at the origin. */
  void paint(Graphics2D g, int width, int height);

  /**
   * How high it has to be at another width than its own, in chart units: below 500 it is laid out
   * for one column of print, its legend below and its caption in lines.
   */
  default int heightAt(int width) {
    return Math.round((float) getHeight() * width / getWidth());
  }
}

///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the report's figures: files, sizes, titles.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ReportRun.java
//SOURCES ../../lib/figures/Charts.java
//SOURCES ../../lib/figures/Figures.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/Architecture.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.*;

import genrelab.figures.Charts;
import genrelab.figures.Figures;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.results.Rows;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;

class ReportFiguresTest extends ReportRun {
  @Test
  void everyFigureIsThereInBothWidthsAsPngSvgAndPdf() throws Exception {
    Path figures = synthetic().resolve("figures");
    var expected = new ArrayList<>(List.of("figure-1-tsne-genre", "figure-1-tsne-cluster"));
    expected.addAll(List.of("class-f1", "class-f1-kmeans"));
    expected.addAll(List.of("figure-2-cnn-architecture", "figure-3-lstm-architecture"));
    for (String name : List.of("figure-4-cnn", "figure-5-lstm", "cnn-kmeans", "lstm-kmeans")) {
      expected.add(name + "-accuracy");
      expected.add(name + "-loss");
    }
    for (String name : List.of("figure-6-cnn", "figure-7-lstm", "cnn-kmeans", "lstm-kmeans")) {
      expected.add(name + "-confusion");
    }
    expected.addAll(List.of("cnn-kmeans-architecture", "lstm-kmeans-architecture"));
    assertEquals(
        expected.stream()
            .flatMap(name -> Stream.of(name + "-85mm", name + "-170mm"))
            .flatMap(name -> Stream.of(name + ".png", name + ".svg", name + ".pdf"))
            .collect(Collectors.toCollection(TreeSet::new)),
        contents(figures).keySet());
    for (var file : contents(figures).entrySet()) {
      String name = file.getKey();
      int millimetres = name.contains("-85mm") ? 85 : 170;
      if (name.endsWith(".svg")) {
        var svg = xml(file.getValue()).getDocumentElement();
        assertEquals("svg", svg.getTagName());
        assertEquals(millimetres + "mm", svg.getAttribute("width"), name);
        assertEquals(0, svg.getElementsByTagName("text").getLength(), "outlines need no font");
      } else if (name.endsWith(".png")) {
        int width = ImageIO.read(new ByteArrayInputStream(file.getValue())).getWidth();
        assertEquals(millimetres / 25.4 * 300, width, 1, name + " at 300 dots an inch");
      } else {
        try (var pdf = Loader.loadPDF(file.getValue())) {
          assertEquals(1, pdf.getNumberOfPages(), name);
          PDPage page = pdf.getPage(0);
          assertEquals(millimetres / 25.4 * 72, page.getMediaBox().getWidth(), 0.5, name);
          assertFalse(page.getResources().getFontNames().iterator().hasNext(), name);
          String subject = pdf.getDocumentInformation().getSubject();
          assertTrue(subject.contains("SYNTHETIC demo corpus"), name + ": " + subject);
        }
      }
    }
  }

  @Test
  void pdfShowsWhatThePngShows() throws Exception {
    String name = "figure-6-cnn-confusion-85mm";
    Path figures = synthetic().resolve("figures");
    BufferedImage png = ImageIO.read(figures.resolve(name + ".png").toFile());
    try (var pdf = Loader.loadPDF(Files.readAllBytes(figures.resolve(name + ".pdf")))) {
      BufferedImage drawn = new PDFRenderer(pdf).renderImageWithDPI(0, 300);
      assertEquals(png.getWidth(), drawn.getWidth(), 2);
      assertEquals(png.getHeight(), drawn.getHeight(), 2);
      long far = 0;
      int width = Math.min(png.getWidth(), drawn.getWidth());
      int height = Math.min(png.getHeight(), drawn.getHeight());
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          var one = new Color(png.getRGB(x, y));
          var other = new Color(drawn.getRGB(x, y));
          far += Math.abs(one.getGreen() - other.getGreen()) > 128 ? 1 : 0;
        }
      }
      assertTrue(far < 0.02 * width * height, far + " of " + width * height + " pixels differ");
    }
  }

  @Test
  void paintingNarrowLeavesAChartAsItWas() throws Exception {
    var chart =
        Charts.curves(
            Store.readRows(synthetic().getParent().resolve("cnn/history.json"), Rows.Epoch.class),
            Charts.Curve.LOSS,
            "title",
            "subtitle");
    byte[] before = Charts.png(chart);
    Figures.files(chart, "x");
    assertArrayEquals(before, Charts.png(chart));
  }

  @Test
  void aModelOfOtherSizeIsNotDrawn() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    writeModel(run, "cnn", 154_186);
    assertTrue(Architecture.read(run.resolve("cnn/model.zip")).isEmpty(), "no statistics in it");
    Files.writeString(run.resolve("lstm/model.zip"), "no zip");
    assertTrue(Architecture.read(run.resolve("lstm/model.zip")).isEmpty());
    StageRun outcome = report("--results", run.toString(), "--networks", "cnn,lstm");
    assertEquals(0, outcome.exit(), outcome.stderr());
    assertFalse(
        contents(run.resolve("report/figures")).keySet().stream()
            .anyMatch(name -> name.contains("architecture")));
    String page = Files.readString(run.resolve("report/index.html"));
    assertTrue(page.contains("CNN: architecture") && page.contains("LSTM: architecture"), page);
  }

  @Test
  void everyFigureNamesSplitSeedAndNumber() throws Exception {
    Path figures = real().resolve("figures");
    String desc = desc(figures.resolve("figure-6-cnn-confusion-170mm.svg"));
    assertEquals("split by track, seed 1, n = 40 test segments", desc);
    assertEquals(
        "split by track, seed 1, n = 59 training and 20 validation segments",
        desc(figures.resolve("cnn-kmeans-loss-170mm.svg")),
        "the split whose checksum the training recorded");
    assertEquals(
        "split by track, seed 1, n = 60 training and 20 validation segments",
        desc(figures.resolve("figure-5-lstm-loss-170mm.svg")));
    assertEquals(
        "all segments, no split, seed 7, n = 120 segments",
        desc(figures.resolve("figure-1-tsne-genre-170mm.svg")));
    assertTrue(
        Files.readString(figures.resolve("figure-4-cnn-accuracy-170mm.svg"))
            .contains("<title>Figure 4. CNN: accuracy, split by track</title>"));
  }

  private static String desc(Path svg) throws Exception {
    return xml(Files.readAllBytes(svg)).getElementsByTagName("desc").item(0).getTextContent();
  }

  @Test
  void confusionWithAClassThatHasNoSegments() {
    var chart =
        Charts.confusion(
            List.of("a", "b"), new long[][] {{1_234, 0}, {3, 0}}, "title <&>", "subtitle");
    String svg = Charts.svg(chart, "x");
    assertTrue(svg.contains("<title>title &lt;&amp;&gt;</title>"), svg.substring(0, 300));
    assertFalse(svg.contains("NaN"), "a class without segments has no share, not NaN");
  }
}

///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Compiles all LaTeX tables of a report at A4: nothing stands out of the text.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ReportRun.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.*;

import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ReportLatexTest extends ReportRun {
  /** What may stand out of the text, in points. */
  private static final double MOST = 5;

  private static final Pattern OVERFULL =
      Pattern.compile("Overfull \\\\hbox \\(([\\d.]+)pt too wide\\)[^\\n]*");

  private static final List<String> LONG_NAMES =
      List.of(
          "Avant-Garde, Blues & Jazz",
          "Classical_and_contemporary",
          "Easy Listening",
          "Experimental Electroacoustic Improvisation",
          "Historic 100 %",
          "日本の音楽 🎸",
          "International",
          "Old-Time / Historic",
          "Soul-RnB",
          "Spoken");

  @Test
  void allTablesFitIntoA4() throws Exception {
    assumePdflatex();
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    writeManyStages(run);
    assertFits(run, "Table 1. ");
  }

  @Test
  void tablesWithLongNamesFitIntoA4() throws Exception {
    assumePdflatex();
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    writeManyStages(run);
    List<Path> files;
    try (Stream<Path> all = Files.walk(run)) {
      files = all.filter(file -> file.toString().endsWith(".json")).toList();
    }
    for (Path file : files) {
      String text = Files.readString(file);
      for (int g = 0; g < GENRES.size(); g++) {
        text = text.replace('"' + GENRES.get(g) + '"', '"' + LONG_NAMES.get(g) + '"');
      }
      Files.writeString(file, text);
    }
    writePlan(run);
    assertFits(run, "U+65E5");
  }

  /** A run's record with options and checksums as study writes them; more than a page of them. */
  private static void writeManyStages(Path run) {
    var stages = new ArrayList<Rows.StageRecord>();
    for (String stage :
        List.of("verify", "segment", "mfcc", "split", "kmeans", "tsne", "cnn", "lstm", "hybrid")) {
      for (long seed = 1; seed <= 3; seed++) {
        stages.add(
            new Rows.StageRecord(
                stage,
                List.of(
                    "--features=../somewhere/data/runs/a_study_with_a_long_name/mfcc-kmeans.json",
                    "--split=../somewhere/data/runs/a_study_with_a_long_name/split.json",
                    "--out=../somewhere/data/runs/a_study_with_a_long_name/" + stage,
                    "--learning-rate=5.0E-4",
                    "--seed=" + seed),
                seed,
                Map.of(
                    "mfcc-kmeans.json", Store.sha256(stage + seed),
                    "a folder/with_a_list_of_tracks.txt", Store.sha256(stage)),
                Map.of(),
                "",
                Map.of("genrelab", "0.1.0", "java", "17.0.12+7-Debian-2deb12u1"),
                "2025-01-02T03:04:05Z",
                1234.5));
      }
    }
    Store.writeRows(run.resolve("run.json"), stages);
    Store.writeRows(
        run.resolve("verify.json"),
        List.of(
            new Rows.Problem(
                "jazz/jazz.00054.wav",
                "jazz.00054",
                "jazz",
                "unreadable",
                "../corpus/jazz/jazz.00054.wav: no <RIFF> & no data, 100 % of it: _#~^\\{}")));
  }

  /** A plan's results, with networks and clusters in the runs' names. */
  private static void writePlan(Path run) {
    var rows = new ArrayList<Rows.Experiment>();
    for (String name : List.of("cnn-mfcc-track-one_hot-augmented", "lstm-logmel-artist-none")) {
      for (long seed = 1; seed <= 3; seed++) {
        for (String level : List.of("segment", "track")) {
          for (String metric : List.of("validation_accuracy", "test_accuracy")) {
            double value = 0.7 + 0.02 * seed;
            rows.add(
                new Rows.Experiment(
                    "what_an_input_is_worth",
                    name,
                    name.substring(0, name.indexOf('-')),
                    "mfcc",
                    "one-hot",
                    "artist",
                    "none",
                    "",
                    seed,
                    30 + (int) seed,
                    1_154_826,
                    level,
                    metric,
                    value,
                    value - 0.1,
                    value + 0.1,
                    false));
          }
        }
      }
    }
    Store.writeRows(run.resolve("experiments.json"), rows);
  }

  /** Reports the run, compiles each of its tables, and looks at the log and at the text. */
  private void assertFits(Path run, String words) throws Exception {
    StageRun outcome = report("--results", run.toString());
    assertEquals(0, outcome.exit(), outcome.stderr());
    Path tables = run.resolve("report/tables");
    List<Path> files;
    try (Stream<Path> all = Files.list(tables)) {
      files = all.filter(file -> file.toString().endsWith(".tex")).sorted().toList();
    }
    assertTrue(files.size() >= 14, files.toString());
    String log = compile(files);
    List<String> wide =
        OVERFULL
            .matcher(log)
            .results()
            .filter(found -> Double.parseDouble(found.group(1)) > MOST)
            .map(found -> found.group())
            .toList();
    assertEquals(List.of(), wide);
    assertFalse(log.contains("Float too large"), "a table that is higher than its page");
    for (Path file : files) {
      String text = Files.readString(file);
      assertFalse(text.contains("\\caption{Table"), file + ": LaTeX numbers its tables");
      assertFalse(text.contains("\\resizebox"), file + ": letters of any size");
    }
    String accuracy = Files.readString(tables.resolve("accuracy.tex"));
    if (words.startsWith("Table")) {
      assertTrue(
          accuracy.contains("\\multicolumn{2}{c}{\\shortstack[c]{Validation\\\\(\\%)}}")
              || accuracy.contains("\\multicolumn{2}{c}{Validation (\\%)}"),
          accuracy);
      assertTrue(accuracy.contains("paper & ours & paper & ours"), accuracy);
    } else {
      assertTrue(Files.readString(tables.resolve("clusters.tex")).contains(words));
    }
  }

  /** The log of a document with these tables. */
  private String compile(List<Path> tables) throws Exception {
    Path folder = Files.createDirectory(temp.resolve("latex"));
    for (Path table : tables) {
      Files.copy(table, folder.resolve(table.getFileName().toString()));
    }
    Files.writeString(
        folder.resolve("tables.tex"),
        """
        \\documentclass[a4paper]{article}
        \\usepackage[margin=25mm]{geometry}
        \\usepackage[T1]{fontenc}
        \\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}
        \\usepackage{array,booktabs,graphicx,longtable}
        \\begin{document}
        """
            + tables.stream()
                .map(table -> "\\input{%s}\\clearpage%n".formatted(table.getFileName()))
                .collect(Collectors.joining())
            + "\\end{document}\n");
    Path out = folder.resolve("out");
    for (int pass = 1; pass <= 2; pass++) { // longtable measures its columns in the first
      Process process =
          new ProcessBuilder("pdflatex", "-halt-on-error", "-interaction=nonstopmode", "tables.tex")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        fail("pdflatex did not end within 120 s");
      }
      assertEquals(0, process.exitValue(), () -> read(out));
    }
    return read(folder.resolve("tables.log"));
  }

  /** A log in whatever encoding. */
  private static String read(Path log) {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException error) {
      return error.toString();
    }
  }

  private static void assumePdflatex() {
    Assumptions.assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "pdflatex"))),
        "pdflatex is not installed (Debian's package texlive-latex-recommended): tables were not"
            + " compiled");
  }
}

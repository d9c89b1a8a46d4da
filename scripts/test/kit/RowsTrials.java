//SOURCES Trials.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/Rows.java

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Damaged rows: segments, splits, predictions, and what {@code report} and {@code compare} read.
 */
final class RowsTrials extends Trials {
  RowsTrials(Path folder, Path run) {
    super(folder, run);
  }

  /** Another text wherever it stands, so that a manifest does not contradict itself. */
  private static Damage damageAll(String what, String part, String by) {
    return new Damage(
        what,
        text -> {
          String damaged = text.replace(part, by);
          assertNotEquals(text, damaged, what);
          return damaged;
        });
  }

  /** {@code augment} with a split of the very segments, so that nothing else is wrong with them. */
  private Reading splitAndAugmented() {
    return (file, out) -> {
      Path drawn = Files.createDirectories(file.resolveSibling("drawn"));
      Outcome split = stage("split", "segments.json").read(file, drawn);
      assertEquals(0, split.exit(), split.err());
      Map<String, Path> replaced =
          Map.of(
              run().resolve("segments.json").toString(),
              file,
              run().resolve("split.json").toString(),
              drawn.resolve("split.json"));
      List<String> options =
          SmallRun.options("augment", run(), out).stream()
              .map(option -> replaced.containsKey(option) ? "" + replaced.get(option) : option)
              .toList();
      return outcome(SmallRun.run("augment", options));
    };
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    String segments =
        Files.readString(run().resolve("segments.json"))
            .replace("\"corpus/", "\"" + run().resolve("corpus") + "/");
    String row = "(?<=\\[\n)\\{.*},";
    var damages =
        List.of(
            damage("no `genre`", "\"genre\":\"blues\",", ""),
            damage("null for a name", "\"blues.00000\"", "null"),
            damage("no `start`", "\"start\":0,", ""),
            damage("null for a number", "\"start\":0", "\"start\":null"),
            damage("\"0\" for 0", "\"start\":0", "\"start\":\"0\""),
            damage("0.5 for a whole number", "\"start\":0", "\"start\":0.5"),
            damage("a number of 30 digits", "\"start\":0", "\"start\":" + "9".repeat(30)),
            damage("a start of −1", "\"start\":0", "\"start\":-1"),
            damage("a start of 2⁶³ − 1", "\"start\":0", "\"start\":" + Long.MAX_VALUE),
            damage("a length of 0", "\"length\":22050", "\"length\":0"),
            damage("a rate of 0", "\"rate\":22050", "\"rate\":0"),
            damage("a column more", "\"start\"", "\"begin\":1,\"start\""),
            damage("null for a row", row, "null,"),
            damage("an empty row", row, "{},"),
            damage("a name with the character 0", "blues.00000.wav", "blues\\u0000.wav"),
            damage("an object around it", "^\\[", "{\"rows\":["),
            damage("null for all", "(?s)^.*$", "null"),
            damage("a second value behind it", "\\s*$", "[]"),
            damage("100,000 brackets", "(?s)^.*$", "[".repeat(100_000)));
    for (Damage damage : damages) {
      cases.add(
          refused(
              damage,
              "segments.json",
              segments,
              stage("mfcc", "segments.json"),
              stage("logmel", "segments.json"),
              stage("augment", "segments.json"),
              stage("split", "segments.json")));
    }
    for (String alias : List.of("mfcc", "logmel", "augment")) {
      Damage none = damage("no rows, `" + alias + "`", "(?s)^.*$", "[]");
      cases.add(refused(none, "segments.json", segments, stage(alias, "segments.json")));
    }
    Rows.SplitRow trained =
        Store.readRows(run().resolve("split.json"), Rows.SplitRow.class).stream()
            .filter(part -> part.part() == Part.train && part.segment() == 1)
            .findFirst()
            .orElseThrow();
    String track = trained.track();
    String second = "(?<=\"track\":\"" + track + "\".{1,999},\"start\":)22050";
    for (Damage damage :
        List.of(
            damage("a segment past its track's end", second, "22051"),
            new Damage(
                "a file that is not there", text -> text.replace(track + ".wav", "gone.wav")),
            new Damage(
                "a folder for a file", text -> text.replaceAll("/[a-z]*/" + track + ".wav", "")))) {
      cases.add(
          refused(
              damage,
              "segments.json",
              segments,
              List.of("corpus"),
              stage("mfcc", "segments.json"),
              stage("logmel", "segments.json"),
              stage("augment", "segments.json")));
    }
    for (Damage damage :
        List.of(
            damageAll(
                "a genre that leads out of the folder, `augment`",
                "\"genre\":\"blues\"",
                "\"genre\":\"../..\""),
            damageAll(
                "a track that leads out of the folder, `augment`",
                "\"track\":\"blues.00000\"",
                "\"track\":\"../../blues\""))) {
      cases.add(refused(damage, "segments.json", segments, splitAndAugmented()));
    }

    cases.add(
        refused(
            "segments.json.gz: no gzip",
            "segments.json.gz",
            segments.getBytes(StandardCharsets.UTF_8),
            stage("mfcc", "segments.json"),
            stage("logmel", "segments.json"),
            stage("augment", "segments.json"),
            stage("split", "segments.json")));
    byte[] packed = gzip(segments.getBytes(StandardCharsets.UTF_8));
    packed[packed.length - 8] ^= 1;
    cases.add(
        refused(
            "segments.json.gz: another checksum",
            "segments.json.gz",
            packed,
            stage("mfcc", "segments.json"),
            stage("logmel", "segments.json"),
            stage("augment", "segments.json"),
            stage("split", "segments.json")));

    String split = Files.readString(run().resolve("split.json"));
    for (Damage damage :
        List.of(
            damage("a part that is none", "\"part\":\"train\"", "\"part\":\"tain\""),
            damage("no part", ",\"part\":\"train\"", ""),
            damage("no segment", "\"segment\":0,", ""),
            damage("null for a row", row, "null,"))) {
      cases.add(
          refused(
              damage,
              "split.json",
              split,
              stage("augment", "split.json"),
              stage("cnn", "split.json"),
              stage("lstm", "split.json"),
              stage("hybrid", "split.json"),
              stage("compact", "split.json"),
              fitOnTrain()));
    }
    for (String alias : List.of("augment", "cnn", "lstm", "hybrid", "compact")) {
      cases.add(
          refused(
              damage("a segment's row missing, `" + alias + "`", row + "\n", ""),
              "split.json",
              split,
              stage(alias, "split.json")));
    }
    cases.add(
        refused(
            damage("no rows, `kmeans --fit-on train`", "(?s)^.*$", "[]"),
            "split.json",
            split,
            fitOnTrain()));

    String predictions = Files.readString(run().resolve("cnn/predictions.json"));
    String share = "(?<=\"probabilities\":\\[)[^,]*";
    for (Damage damage :
        List.of(
            damage("\"NaN\" for a probability", share, "\"NaN\""),
            damage("1e999 for a probability", share, "1e999"),
            damage("a probability less", share + ",", ""),
            damage("no probabilities", "\"probabilities\":\\[[^]]*]", "\"probabilities\":[]"),
            damage(
                "null for probabilities", "\"probabilities\":\\[[^]]*]", "\"probabilities\":null"),
            damage("a class that is none", "\"true\":\"[a-z]*\"", "\"true\":\"polka\""),
            damage("no track", "\"track\":\"[^\"]*\",", ""),
            damage(
                "a row twice",
                "(?<=\\[\n)(\\{.*})",
                "$1,\n$1"
                    .replace(
                        "$1",
                        predictions
                            .lines()
                            .skip(1)
                            .findFirst()
                            .orElseThrow()
                            .replaceFirst(",$", ""))),
            damage("no rows", "(?s)^.*$", "[]"))) {
      cases.add(
          refused(
              damage,
              "predictions.json",
              predictions,
              inFolder("compare", "cnn", "cnn", "predictions.json")));
    }
    addReports(cases);
    return cases;
  }

  /** Files of a run, all of which report reads. */
  private static final List<String> REPORTED =
      List.of(
          "segments.json",
          "verify.json",
          "clusters.json",
          "clustering.json",
          "tsne.json",
          "split.json",
          "mfcc.json",
          "cnn/history.json",
          "cnn/predictions.json",
          "cnn/metrics.json",
          "cnn/report.json",
          "cnn/run.json");

  private void addReports(List<Case> cases) throws IOException {
    Path whole = run().resolve("whole");
    for (String name : REPORTED) {
      Files.createDirectories(whole.resolve(name).getParent());
      Files.copy(run().resolve(name), whole.resolve(name));
    }
    for (String name : REPORTED) {
      Reading report = inFolder("report", "few", "whole", name);
      String file = name.substring(name.indexOf('/') + 1);
      cases.add(cut("`report`: " + name, Files.readAllBytes(whole.resolve(name)), file, report));
    }
    for (String name : List.of("tsne.json", "segments.json", "mfcc.json", "cnn/predictions.json")) {
      Reading explore = inFolder("explore", "mapped", "mapped", name);
      String file = name.substring(name.indexOf('/') + 1);
      byte[] sound = Files.readAllBytes(run().resolve("mapped").resolve(name));
      cases.add(cut("`explore`: " + name, sound, file, explore));
    }
    for (String name : List.of("predictions.json", "classes.json")) {
      Reading compare = inFolder("compare", "cnn", "cnn", name);
      byte[] sound = Files.readAllBytes(run().resolve("cnn").resolve(name));
      cases.add(cut("`compare`: " + name, sound, name, compare));
    }
    cases.add(
        cut(
            "`compare --runs`: metrics.json",
            Files.readAllBytes(run().resolve("cnn/metrics.json")),
            "metrics.json",
            (file, out) -> {
              Path folder = Files.createDirectories(file.resolveSibling("cnn"));
              Files.move(file, folder.resolve("metrics.json"));
              return run(
                  new Compare(), "--runs", folder.toString(), "--out", out + "/summary.json");
            }));
  }
}

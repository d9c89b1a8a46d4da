//SOURCES Trials.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JSON cut short, read by every stage that reads such a file. */
final class CutTrials extends Trials {
  CutTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    byte[] segments = Files.readAllBytes(run().resolve("segments.json"));
    Reading[] ofSegments = {
      stage("mfcc", "segments.json"),
      stage("logmel", "segments.json"),
      stage("augment", "segments.json"),
      stage("split", "segments.json")
    };
    cases.add(cut("segments.json", segments, "segments.json", ofSegments));
    cases.add(cut("segments.json.gz", gzip(segments), "segments.json.gz", ofSegments));
    Reading[] ofFeatures = {
      splitting(),
      stage("kmeans", "mfcc.json"),
      stage("tsne", "mfcc-kmeans.json"),
      stage("cnn", "mfcc.json"),
      stage("lstm", "mfcc.json"),
      stage("hybrid", "mfcc.json"),
      stage("compact", "mfcc.json"),
      importing("--json")
    };
    byte[] mfcc = bytesOf("mfcc.json", file -> features().write(file));
    cases.add(cut("mfcc.json", mfcc, "mfcc.json", ofFeatures));
    cases.add(cut("mfcc.json.gz", gzip(mfcc), "mfcc.json.gz", ofFeatures));
    cases.add(
        cut(
            "split.json",
            Files.readAllBytes(run().resolve("split.json")),
            "split.json",
            stage("augment", "split.json"),
            fitOnTrain(),
            stage("cnn", "split.json"),
            stage("lstm", "split.json"),
            stage("hybrid", "split.json"),
            stage("compact", "split.json")));
    return cases;
  }

  private static Reading splitting() {
    return (file, out) ->
        run(new Split(), "--features", file.toString(), "--out", out + "/split.json");
  }
}

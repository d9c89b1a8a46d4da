//SOURCES Trials.java
//SOURCES ../../lib/features/Features.java

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Features JSON that is damaged. */
final class FeaturesTrials extends Trials {
  FeaturesTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    String text = Files.readString(run().resolve("mfcc.json"));
    String value = "(?<=\"mfcc\":\\[\\[\\[)[^,]*";
    String frame = "[0,0,0,0,0,0,0,0,0,0,0,0,0],";
    var damages =
        List.of(
            damage("a bare NaN", value, "NaN"),
            damage("\"NaN\" as a text", value, "\"NaN\""),
            damage("−Infinity", value, "-Infinity"),
            damage("1e999", value, "1e999"),
            damage("null for a number", value, "null"),
            damage("a number of 2,000 digits", value, "1".repeat(2000)),
            damage("no segments", "\"mfcc\":.*\"tracks\"", "\"mfcc\":[],\"tracks\""),
            damage("a segment without frames", "\"mfcc\":\\[", "\"mfcc\":[[],"),
            damage("a frame without numbers", "\"mfcc\":\\[\\[", "\"mfcc\":[[[],"),
            damage("a frame with one number less", value + ",", ""),
            damage("a segment with one frame more", "\"mfcc\":\\[\\[", "\"mfcc\":[[" + frame),
            damage("a number for a segment", "\"mfcc\":\\[", "\"mfcc\":[7,"),
            damage("a label too many", "\"labels\":\\[", "\"labels\":[0,"),
            damage("a label past the classes", "\"labels\":\\[0", "\"labels\":[10"),
            damage("a label of −1", "\"labels\":\\[0", "\"labels\":[-1"),
            damage("a label of 0.5", "\"labels\":\\[0", "\"labels\":[0.5"),
            damage("a label of 2³²", "\"labels\":\\[0", "\"labels\":[4294967296"),
            damage("a number for a class's name", "\"blues\"", "7"),
            damage("a class twice", "\"blues\"", "\"jazz\""),
            damage(
                "a cluster of −7",
                "\"tracks\"",
                "\"clusters\":[-7" + ",0".repeat(39) + "],\"tracks\""),
            damage(
                "a cluster of 2³¹ − 1",
                "\"tracks\"",
                "\"clusters\":[2147483647" + ",0".repeat(39) + "],\"tracks\""),
            damage("no tracks", "\"tracks\"", "\"trucks\""),
            damage("no mapping", "\"mapping\"", "\"map\""),
            damage("an array around it", "^", "["),
            damage("100,000 brackets", "(?s)^.*$", "[".repeat(100_000)),
            damage("a second value behind it", "\\s*$", "{}"),
            damage("nothing but spaces", "(?s)^.*$", "   "));
    for (Damage damage : damages) {
      cases.add(
          refused(
              damage,
              "mfcc.json",
              text,
              stage("kmeans", "mfcc.json"),
              stage("tsne", "mfcc-kmeans.json"),
              stage("cnn", "mfcc.json"),
              stage("lstm", "mfcc.json"),
              stage("hybrid", "mfcc.json"),
              stage("compact", "mfcc.json")));
    }
    byte[] packed = gzip(text.getBytes(StandardCharsets.UTF_8));
    packed[packed.length - 8] ^= 1;
    for (var broken :
        new TreeMap<>(
                Map.of(
                    "mfcc.json.gz: no gzip",
                    text.getBytes(StandardCharsets.UTF_8),
                    "mfcc.json.gz: another checksum",
                    packed))
            .entrySet()) {
      cases.add(
          refused(
              broken.getKey(),
              "mfcc.json.gz",
              broken.getValue(),
              stage("kmeans", "mfcc.json"),
              stage("tsne", "mfcc-kmeans.json"),
              stage("cnn", "mfcc.json"),
              stage("lstm", "mfcc.json"),
              stage("hybrid", "mfcc.json"),
              stage("compact", "mfcc.json")));
      cases.add(
          refused(
              broken.getKey() + ", `import --json`",
              "mfcc.json.gz",
              broken.getValue(),
              importing("--json")));
    }
    for (Damage damage : damages) {
      if (damage.what().contains("cluster") || damage.what().equals("no mapping")) {
        continue; // it makes clusters of its own, and the tracks' names tell the genres
      }
      cases.add(
          refused(
              new Damage(damage.what() + ", `import --json`", damage.how()),
              "mfcc.json",
              text,
              importing("--json")));
    }
    return cases;
  }
}

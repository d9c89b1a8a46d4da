//SOURCES Trials.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Feature folders of which one file was damaged, read by the stages. */
final class FolderTrials extends Trials {
  private static final String NPY = "part-00000.npy";
  private static final String CSV = "part-00000.csv";
  private static final String HEADER = "features.json";

  FolderTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    Path sound = run().resolve("folder");
    for (String name : List.of(NPY, CSV, HEADER)) {
      cases.add(cut(name, Files.readAllBytes(sound.resolve(name)), name, stages(name)));
    }
    byte[] altered = Files.readAllBytes(sound.resolve(NPY));
    altered[altered.length - 1] ^= 1;
    cases.add(refused(NPY + ", a byte of another value", NPY, altered, stages(NPY)));
    byte[] other = SmallRun.npy(features());
    cases.add(refused(NPY + " of other features", NPY, other, stages(NPY)));
    String csv = Files.readString(sound.resolve(CSV));
    for (Damage damage :
        List.of(
            damage("a row less", "\n[^\n]*\n$", "\n"),
            damage("a row more", "\n$", "\nx,0,0,blues,,\n"),
            damage("another track", "\n[^,]*,", "\nother,"),
            damage("a text for a segment", ",0,", ",first,"),
            damage("other columns", "track,", "song,"))) {
      cases.add(refused(damage, CSV, csv, stages(CSV)));
    }
    String header = Files.readString(sound.resolve(HEADER));
    for (Damage damage :
        List.of(
            damage("no parts", "(?s)\"parts\" : \\[.*?\\]", "\"parts\" : []"),
            damage("a part of another folder", "part-00000", "../part-00000"),
            damage("a part that is not there", "part-00000", "part-00001"),
            damage("another number of frames", "\"frames\" : \\d+", "\"frames\" : 7"),
            damage("a key that the kit does not know", "\"mfcc\"", "\"chroma\""),
            damage("another order of the classes", "\"blues\"", "\"zydeco\""))) {
      List<String> names = damage.what().contains("not there") ? List.of("part-00001") : List.of();
      cases.add(refused(damage, HEADER, header, names, stages(HEADER)));
    }
    return cases;
  }

  private Reading[] stages(String name) {
    return new Reading[] {
      inFolder("kmeans", "mfcc.json", "folder", name),
      inFolder("tsne", "mfcc-kmeans.json", "folder", name),
      inFolder("cnn", "mfcc.json", "folder", name),
      inFolder("baseline", "mfcc.json", "folder", name)
    };
  }
}

//SOURCES Trials.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Sound files and corpora, read by {@code segment}. */
final class AudioTrials extends Trials {
  AudioTrials(Path folder, Path run) {
    super(folder, run);
  }

  /** A corpus of one sound track and one other file; segmented, it is told what was skipped. */
  private Case audio(String input, String expected, String name, byte[] bytes) throws IOException {
    Path corpus = fresh("audio");
    Files.createDirectories(corpus.resolve("rock"));
    Files.write(corpus.resolve("rock/sound.wav"), sound());
    Files.write(corpus.resolve("rock/" + name), bytes);
    return segmented(input, expected, corpus);
  }

  private Case segmented(String input, String expected, Path corpus) throws IOException {
    Path out = corpus.resolveSibling(corpus.getFileName() + ".json");
    Outcome outcome =
        run(
            new Segment(),
            "--corpus",
            corpus.toString(),
            "--out",
            out.toString(),
            "--seconds",
            "1");
    assertClean(outcome, out);
    String last = outcome.out().lines().reduce((a, b) -> b).orElse("");
    String skipped =
        outcome.err().lines().filter(l -> l.startsWith("skipped")).findFirst().orElse("");
    String told = last.replaceAll(": .*", "");
    String reason =
        skipped.isEmpty()
            ? ""
            : "; " + skipped.replaceAll("skipped .*?\\.\\w+: |(?<=no sense): .*", "");
    if (outcome.exit() != 0) {
      told = error(outcome);
      reason = "";
    }
    return new Case(input, expected, "exit %d: %s%s".formatted(outcome.exit(), told, reason));
  }

  /** A Vorbis setup header whose only code book has no dimension; JOrbis never ends over it. */
  private static final String EMPTY_BOOK =
      "T2dnUwACAAAAAAAAAAAHAAAAAAAAAIx3U8EBHgF2b3JiaXMAAAAAAUSsAAAAAAAAAAAAAAAAAAC4AU9n"
          + "Z1MABAAAAAAAAAAABwAAAAEAAACBopFPAhAiA3ZvcmJpcwAAAAAAAAAAAQV2b3JiaXMAQkNWAAABAACA"
          + "AAAAAAAAAAAAAAAAAAAAAAA=";

  @Override
  List<Case> cases() throws IOException {
    byte[] tone = tone(RATE);
    String skipped = "skipped and counted";
    var cases = new ArrayList<Case>();
    cases.add(audio("an empty file", skipped, "a.wav", new byte[0]));
    cases.add(audio("a wav's first 20 bytes", skipped, "a.wav", Arrays.copyOf(sound(), 20)));
    cases.add(audio("a wav without samples", skipped, "a.wav", wav(1, RATE, 16, 0, new byte[0])));
    cases.add(
        audio(
            "a wav that declares 0 bytes and has 1 s",
            skipped + ", or read",
            "a.wav",
            wav(1, RATE, 16, 0, tone)));
    cases.add(
        audio("a wav that declares 2 GB", skipped, "a.wav", wav(1, RATE, 16, 0x7fffff00, tone)));
    cases.add(
        audio("a wav that declares 4 GB", skipped, "a.wav", wav(1, RATE, 16, 0xffffff00, tone)));
    cases.add(audio("a wav of 0 channels", skipped, "a.wav", wav(0, RATE, 16, tone.length, tone)));
    cases.add(audio("a wav of 65,535 channels", skipped, "a.wav", wav(65535, RATE, 16, 10, tone)));
    cases.add(audio("a wav of 0 Hz", skipped, "a.wav", wav(1, 0, 16, tone.length, tone)));
    cases.add(audio("a wav of −1 Hz", skipped, "a.wav", wav(1, -1, 16, tone.length, tone)));
    cases.add(audio("a wav of 0 bits", skipped, "a.wav", wav(1, RATE, 0, tone.length, tone)));
    for (String kind : List.of("wav", "au", "aiff", "flac", "ogg", "mp3")) {
      cases.add(audio("random bytes named ." + kind, skipped, "a." + kind, noise(30_000)));
    }
    cases.add(
        audio(
            "an ogg file with a code book of dimension 0",
            skipped,
            "a.ogg",
            Base64.getDecoder().decode(EMPTY_BOOK)));
    cases.add(
        audio("a wav of 2 GHz", skipped, "a.wav", wav(1, 2_000_000_000, 16, tone.length, tone)));
    cases.add(audio("text named .mp3", skipped, "a.mp3", "no music\n".repeat(99).getBytes()));
    cases.add(
        audio("a flac named .mp3", "read: contents tell", "a.mp3", golden("mono-22050.flac")));
    cases.add(audio("a wav named .flac", "read: contents tell", "a.flac", sound()));
    for (String kind : List.of("mono-22050.flac", "stereo-44100.ogg", "mono-22050.mp3")) {
      byte[] whole = golden(kind);
      String end = kind.substring(kind.indexOf('.') + 1);
      cases.add(
          audio(
              "half of a %s file".formatted(end),
              skipped,
              "a." + end,
              Arrays.copyOf(whole, whole.length / 2)));
    }
    cases.add(audio("a name in many scripts", "read", "Ünï-音楽-🎵.wav", sound()));
    cases.add(audio("a name of 240 letters", "read", "x".repeat(236) + ".wav", sound()));

    Path loops = fresh("loops");
    Files.createDirectories(loops.resolve("rock"));
    Files.write(loops.resolve("rock/sound.wav"), sound());
    if (links(loops)) {
      cases.add(segmented("symbolic links in circles", "passed over", loops));
    }
    cases.add(segmented("an empty corpus", "one line", fresh("empty")));
    return cases;
  }

  private static boolean links(Path corpus) {
    try {
      Files.createSymbolicLink(corpus.resolve("rock/up"), Path.of(".."));
      Files.createSymbolicLink(corpus.resolve("rock/self.wav"), Path.of("self.wav"));
      return true;
    } catch (IOException | UnsupportedOperationException noLinks) {
      return false;
    }
  }
}

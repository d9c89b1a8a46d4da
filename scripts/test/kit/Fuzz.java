//SOURCES Trials.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/networks/ModelFile.java

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import genrelab.audio.Audio;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.ModelFile;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Mutated files for the readers of audio, JSON and models: {@code environment/fuzz}. */
final class Fuzz {
  private Fuzz() {}

  /** A reader, what it may throw being Unreadable, Failure or an I/O error. */
  private interface Reader {
    void read(Path file) throws Exception;
  }

  private record Seed(String name, byte[] bytes, Reader reader) {}

  private static List<Seed> seeds(Path work) throws IOException {
    Reader audio = file -> Audio.read(file);
    var seeds = new ArrayList<Seed>();
    byte[] tone = Trials.tone(3000);
    seeds.add(new Seed("a.wav", Trials.wav(1, Trials.RATE, 16, tone.length, tone), audio));
    seeds.add(new Seed("b.wav", Trials.wav(2, 44100, 24, tone.length, tone), audio));
    ByteBuffer au = ByteBuffer.allocate(24 + tone.length).putInt(0x2e736e64).putInt(24);
    seeds.add(
        new Seed(
            "a.au",
            au.putInt(tone.length).putInt(3).putInt(Trials.RATE).putInt(1).put(tone).array(),
            audio));
    for (String name :
        List.of(
            "mono-22050.flac",
            "stereo-44100.flac",
            "stereo-44100.ogg",
            "mono-22050.mp3",
            "stereo-44100.mp3")) {
      seeds.add(new Seed(name, Trials.golden(name), audio));
    }
    Path file = work.resolve("mfcc.json");
    Trials.features().write(file);
    seeds.add(new Seed("mfcc.json", Files.readAllBytes(file), Features::read));
    Trials.features().write(work.resolve("mfcc.json.gz"));
    seeds.add(
        new Seed("mfcc.json.gz", Files.readAllBytes(work.resolve("mfcc.json.gz")), Features::read));
    Store.writeRows(
        file,
        List.of(
            new Rows.Segment("a", "rock", "", 0, "rock/a.wav", 0, 10, Trials.RATE, ""),
            new Rows.Segment("b", "folk", "x", 1, "folk/b.wav", 10, 10, Trials.RATE, "")));
    Reader rows = read -> Store.readRows(read, Rows.Segment.class);
    seeds.add(new Seed("segments.json", Files.readAllBytes(file), rows));
    Store.writeRows(
        file,
        List.of(new Rows.Prediction("cnn", 1, 0, "a", 0, "rock", "folk", new float[] {.5f, .5f})));
    Reader predictions = read -> Store.readRows(read, Rows.Prediction.class);
    seeds.add(new Seed("predictions.json", Files.readAllBytes(file), predictions));
    ModelFile.write(Trials.model(), work.resolve("model.zip"));
    seeds.add(
        new Seed("model.zip", Files.readAllBytes(work.resolve("model.zip")), ModelFile::read));
    return seeds;
  }

  private static byte[] mutate(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 0; times--) {
      // headers, where the trouble is, are hit half of the time
      int bound = random.nextBoolean() ? Math.min(128, bytes.length) : bytes.length;
      int at = random.nextInt(bound);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> {
          int[] extremes = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xffff, 1 << 24};
          int value = extremes[random.nextInt(extremes.length)];
          for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
          }
        }
        case 4 -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(64), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, length);
        }
        case 5 -> {
          int length = Math.min(1 + random.nextInt(32), bytes.length - at);
          byte[] less = new byte[bytes.length - length];
          System.arraycopy(bytes, 0, less, 0, at);
          System.arraycopy(bytes, at + length, less, at, less.length - at);
          bytes = less;
        }
        default -> {
          byte[] more = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(32));
          int grown = more.length - bytes.length;
          System.arraycopy(bytes, at, more, at + grown, bytes.length - at);
          bytes = more;
        }
      }
    }
    return bytes;
  }

  /** Gives each Ogg page that is whole the checksum of its bytes (RFC 3533, 6). */
  private static void mendPages(byte[] ogg) {
    int at = 0;
    while (at + 27 <= ogg.length && new String(ogg, at, 4, ISO_8859_1).equals("OggS")) {
      int segments = ogg[at + 26] & 0xff;
      int end = at + 27 + segments;
      for (int s = 0; s < segments && at + 27 + s < ogg.length; s++) {
        end += ogg[at + 27 + s] & 0xff;
      }
      if (end > ogg.length) {
        return;
      }
      Arrays.fill(ogg, at + 22, at + 26, (byte) 0);
      int crc = 0;
      for (int i = at; i < end; i++) {
        crc ^= ogg[i] << 24;
        for (int bit = 0; bit < 8; bit++) {
          crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0);
        }
      }
      for (int i = 0; i < 4; i++) {
        ogg[at + 22 + i] = (byte) (crc >>> 8 * i);
      }
      at = end;
    }
  }

  /** What became of the inputs. */
  record Fuzzed(int tried, int read, double longest, Map<String, Integer> crashes) {}

  static Fuzzed fuzz(Path work, int inputs, long seed) throws Exception {
    List<Seed> seeds = seeds(work);
    var crashes = new TreeMap<String, Integer>();
    int read = 0;
    double longest = 0;
    ExecutorService worker = Executors.newSingleThreadExecutor(Fuzz::daemon);
    for (int i = 0; i < inputs; i++) {
      Seed from = seeds.get(i % seeds.size());
      byte[] bytes = mutate(from.bytes(), new Random(seed * 1_000_003 + i));
      if (from.name().endsWith(".ogg") && i / seeds.size() % 2 == 1) {
        mendPages(bytes); // else hardly one gets past its first page
      }
      Path file = Files.write(work.resolve(from.name()), bytes);
      long begin = System.nanoTime();
      try {
        worker
            .submit(
                () -> {
                  from.reader().read(file);
                  return null;
                })
            .get(10, TimeUnit.SECONDS);
        read++;
      } catch (TimeoutException hangs) {
        crashes.merge("input %d, %s: over 10 s".formatted(i, from.name()), 1, Integer::sum);
        worker.shutdownNow();
        worker = Executors.newSingleThreadExecutor(Fuzz::daemon);
      } catch (ExecutionException error) {
        Throwable cause = error.getCause();
        boolean told =
            cause instanceof Audio.Unreadable
                || cause instanceof Stage.Failure
                || cause instanceof UncheckedIOException;
        if (!told) {
          String where = cause.getStackTrace().length > 0 ? " at " + cause.getStackTrace()[0] : "";
          crashes.merge(
              "input %d, %s: %s%s".formatted(i, from.name(), cause, where), 1, Integer::sum);
        }
      }
      longest = Math.max(longest, (System.nanoTime() - begin) / 1e9);
    }
    worker.shutdownNow();
    return new Fuzzed(inputs, read, longest, crashes);
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "reader");
    thread.setDaemon(true);
    return thread;
  }

  /** {@code environment/fuzz [INPUTS [SEED]]}. */
  public static void main(String... args) throws Exception {
    int inputs = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    Path work = Files.createTempDirectory("genrelab-fuzz");
    Fuzzed fuzzed = fuzz(work, inputs, seed);
    fuzzed.crashes().keySet().forEach(System.out::println);
    System.out.printf(
        "%d inputs (seed %d): %d read, %d refused, %d crashed or hung, the longest took %.1f s%n",
        fuzzed.tried(),
        seed,
        fuzzed.read(),
        fuzzed.tried() - fuzzed.read() - fuzzed.crashes().size(),
        fuzzed.crashes().size(),
        fuzzed.longest());
    try (Stream<Path> files = Files.list(work)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(work);
    System.exit(fuzzed.crashes().isEmpty() ? 0 : 1);
  }
}

///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Computes the MFCCs of every segment into the features JSON
//DEPS info.picocli:picocli:4.7.7
//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES lib/Audio.java
//SOURCES lib/Corpus.java
//SOURCES lib/Features.java
//SOURCES lib/Mel.java
//SOURCES lib/Rows.java
//SOURCES lib/Stage.java
//SOURCES lib/Store.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import be.tarsos.dsp.AudioEvent;
import be.tarsos.dsp.io.TarsosDSPAudioFormat;
import be.tarsos.dsp.mfcc.MFCC;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.Audio;
import genrelab.Corpus;
import genrelab.Features;
import genrelab.Mel;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Computes the Mel-frequency cepstral coefficients of every segment.
 *
 * <p>{@code --flavour librosa} gives {@code librosa.feature.mfcc}'s numbers (see {@link Mel}).
 * {@code --flavour tarsos} is TarsosDSP's own MFCC processor as it comes: other filters, logarithm,
 * DCT and framing, so other numbers. The paper says Hamming window, but called librosa's mfcc,
 * whose window is Hann unless told otherwise: hence the default.
 *
 * <p>Each track is read once; segments of other rates are resampled.
 */
@Command(name = "mfcc", description = "Computes the MFCCs of every segment into the features JSON.")
public class Mfcc implements Callable<Integer> {
  private static final int TARSOS_MELS = 30;
  private static final float TARSOS_LOWEST_HZ = 133.3334f;

  enum Flavour {
    librosa,
    tarsos
  }

  @Option(
      names = "--segments",
      defaultValue = "segments.json",
      description = "The manifest of segments (default ${DEFAULT-VALUE}).")
  Path segments;

  @Option(
      names = "--out",
      defaultValue = "mfcc.json",
      description = "The features to write, .json or .json.gz (default ${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--coefficients",
      defaultValue = "13",
      description = "Coefficients a frame, from the 0th on (default ${DEFAULT-VALUE}).")
  int coefficients;

  @Option(
      names = "--n-fft",
      defaultValue = "2048",
      description = "Samples a frame, a power of two (default ${DEFAULT-VALUE}).")
  int nFft;

  @Option(
      names = "--hop",
      defaultValue = "512",
      description = "Samples from frame to frame (default ${DEFAULT-VALUE}).")
  int hop;

  @Option(
      names = "--mels",
      description =
          "Mel bands (default 128; " + TARSOS_MELS + " for flavour tarsos, as that has it).")
  Integer melsOption;

  @Option(
      names = "--window",
      defaultValue = "hann",
      description = "hann or hamming; tarsos always takes hamming (default ${DEFAULT-VALUE}).")
  Mel.Window window;

  @Option(
      names = "--flavour",
      defaultValue = "librosa",
      description = "librosa or tarsos: whose numbers (default ${DEFAULT-VALUE}).")
  Flavour flavour;

  @Option(
      names = "--sample-rate",
      defaultValue = "22050",
      description = "Hz; other audio is resampled to it (default ${DEFAULT-VALUE}).")
  int rate;

  @Option(
      names = "--centre",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Centre frames on multiples of the hop, padded with zeros (default true).")
  boolean centre;

  @Option(names = "--threads", description = "Tracks computed at a time (default: all processors).")
  int threads = Runtime.getRuntime().availableProcessors();

  public static void main(String... args) {
    System.exit(Stage.run(new Mfcc(), args));
  }

  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    List<Rows.Segment> rows = Store.readRows(segments, Rows.Segment.class);
    int frames = framesOfEach(rows);
    Features header = header(rows, frames);
    var tracks = new LinkedHashMap<String, List<Rows.Segment>>();
    rows.forEach(row -> tracks.computeIfAbsent(row.file(), f -> new ArrayList<>()).add(row));
    requireOneRunATrack(rows, tracks.size());

    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (ProgressBar progress = Stage.progress("mfcc", tracks.size())) {
      var perTrack =
          inOrder(
              pool,
              tracks.values().stream()
                  .<Callable<List<float[]>>>map(track -> () -> mfccs(track))
                  .iterator(),
              progress);
      header.write(out, perTrack.flatMap(List::stream).iterator());
    } finally {
      pool.shutdownNow();
    }
    System.out.printf(
        "%d segments × %d frames × %d coefficients, %s: %s%n",
        rows.size(), frames, coefficients, flavour, out);
    return 0;
  }

  private int mels() {
    return melsOption != null ? melsOption : flavour == Flavour.tarsos ? TARSOS_MELS : 128;
  }

  private boolean centred() {
    return centre && flavour == Flavour.librosa;
  }

  private void checkOptions() {
    Stage.requireOption(
        nFft >= 64 && nFft <= 65536 && Integer.bitCount(nFft) == 1,
        "--n-fft must be a power of two from 64 to 65536, not %s",
        nFft);
    Stage.requireOption(hop >= 1 && hop <= nFft, "--hop must be from 1 to %s, not %s", nFft, hop);
    Stage.requireOption(
        mels() >= 1 && mels() <= nFft / 2, "--mels must be from 1 to %s, not %s", nFft / 2, mels());
    Stage.requireOption(
        coefficients >= 1 && coefficients <= mels(),
        "--coefficients must be from 1 to %s (the mel bands), not %s",
        mels(),
        coefficients);
    Stage.requireOption(
        rate >= 1000 && rate <= 192_000, "--sample-rate must be from 1000 to 192000, not %s", rate);
    Stage.requireOption(
        threads >= 1 && threads <= 1024, "--threads must be from 1 to 1024, not %s", threads);
  }

  /** All segments give the same number of frames, or the set is no rectangle. */
  private int framesOfEach(List<Rows.Segment> rows) {
    if (rows.isEmpty()) {
      throw new Stage.Failure("%s: it lists no segments; run segment again", segments);
    }
    int frames = Mel.frames(samplesAtRate(rows.get(0)), nFft, hop, centred());
    for (Rows.Segment row : rows) {
      if (frames == 0 || Mel.frames(samplesAtRate(row), nFft, hop, centred()) != frames) {
        throw new Stage.Failure(
            "%s: segment %d of %s makes %d frames, the first %d; cut equal segments of at least"
                + " %d samples",
            segments,
            row.segment(),
            row.track(),
            Mel.frames(samplesAtRate(row), nFft, hop, centred()),
            frames,
            nFft);
      }
    }
    return frames;
  }

  private int samplesAtRate(Rows.Segment row) {
    return (int) Math.round((double) row.length() * rate / row.rate());
  }

  private void requireOneRunATrack(List<Rows.Segment> rows, int tracks) {
    long runs =
        1
            + java.util.stream.IntStream.range(1, rows.size())
                .filter(i -> !rows.get(i).file().equals(rows.get(i - 1).file()))
                .count();
    if (runs != tracks) {
      throw new Stage.Failure(
          "%s: a file's segments do not stand together; run segment again", segments);
    }
  }

  private Features header(List<Rows.Segment> rows, int frames) {
    List<String> mapping =
        new ArrayList<>(new TreeSet<>(rows.stream().map(Rows.Segment::genre).toList()));
    ObjectNode params = Store.JSON.createObjectNode();
    params.put("flavour", flavour.name()).put("sampleRate", rate).put("nFft", nFft).put("hop", hop);
    params.put("mels", mels()).put("coefficients", coefficients).put("centre", centred());
    params.put("window", flavour == Flavour.tarsos ? "hamming" : window.name());
    params.put("seconds", (double) rows.get(0).length() / rows.get(0).rate());
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "audio").put("genrelab", Stage.VERSION).put("TarsosDSP", "2.4");
    provenance.put("synthetic", Corpus.isSynthetic(audioFile(rows.get(0))));
    provenance.putObject("inputs").put(segments.getFileName().toString(), Store.sha256(segments));
    return new Features(
        "mfcc",
        mapping,
        rows.stream().mapToInt(row -> mapping.indexOf(row.genre())).toArray(),
        rows.stream().map(Rows.Segment::track).toArray(String[]::new),
        rows.stream().mapToInt(Rows.Segment::segment).toArray(),
        null,
        frames,
        coefficients,
        null,
        params,
        provenance);
  }

  private Path audioFile(Rows.Segment row) {
    return segments.toAbsolutePath().getParent().resolve(row.file()).normalize();
  }

  /** The MFCCs of one track's segments, in their order. */
  private List<float[]> mfccs(List<Rows.Segment> track) {
    Path file = audioFile(track.get(0));
    Audio audio;
    try {
      audio = Audio.read(file);
    } catch (Audio.Unreadable unusable) {
      throw new Stage.Failure(
          "%s: %s (%s); run segment again", file, unusable.problem, unusable.getMessage());
    }
    Mel mel = new Mel(rate, nFft, hop, mels(), window, centre);
    var segmentsOfTrack = new ArrayList<float[]>();
    for (Rows.Segment row : track) {
      if (row.rate() != audio.rate() || row.start() + row.length() > audio.samples().length) {
        throw new Stage.Failure("%s: it has changed since it was cut; run segment again", file);
      }
      Audio segment = audio.slice(row.start(), row.length()).resample(rate);
      float[] samples = Arrays.copyOf(segment.samples(), samplesAtRate(row));
      segmentsOfTrack.add(
          flavour == Flavour.librosa ? mel.mfcc(samples, coefficients) : tarsosMfcc(samples));
    }
    return segmentsOfTrack;
  }

  private float[] tarsosMfcc(float[] samples) {
    var processor = new MFCC(nFft, rate, coefficients, mels(), TARSOS_LOWEST_HZ, rate / 2f);
    var event = new AudioEvent(new TarsosDSPAudioFormat(rate, 16, 1, true, false));
    int frames = Mel.frames(samples.length, nFft, hop, false);
    float[] mfcc = new float[frames * coefficients];
    for (int frame = 0; frame < frames; frame++) {
      event.setFloatBuffer(Arrays.copyOfRange(samples, frame * hop, frame * hop + nFft));
      processor.process(event);
      System.arraycopy(processor.getMFCC(), 0, mfcc, frame * coefficients, coefficients);
    }
    return mfcc;
  }

  /** Runs jobs a few ahead of their reader and gives their results in the jobs' order. */
  private <T> Stream<T> inOrder(
      ExecutorService pool, Iterator<Callable<T>> jobs, ProgressBar progress) {
    var ahead = new ArrayDeque<Future<T>>();
    return Stream.generate(
            () -> {
              while (ahead.size() < 2 * threads && jobs.hasNext()) {
                ahead.add(pool.submit(jobs.next()));
              }
              return ahead.poll();
            })
        .takeWhile(job -> job != null)
        .map(job -> await(job, progress));
  }

  private static <T> T await(Future<T> job, ProgressBar progress) {
    try {
      T result = job.get();
      progress.step();
      return result;
    } catch (ExecutionException error) {
      throw error.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(error.getCause());
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted; nothing was written");
    }
  }
}

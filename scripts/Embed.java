///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Embeds segments by a trained network: the activations before its output, as features
//DEPS info.picocli:picocli:4.7.7
// the networks that a model may be of; those of one's own are named by JBang's -s
//SOURCES Cnn.java
//SOURCES Compact.java
//SOURCES Hybrid.java
//SOURCES Lstm.java
//SOURCES lib/classification/EmbeddedSegments.java
//SOURCES lib/classification/EmbeddingModel.java
//SOURCES lib/corpus/SplitAssignment.java
//SOURCES lib/features/Extraction.java
//SOURCES lib/features/FeatureFolder.java
//SOURCES lib/features/FeatureMatrix.java
//SOURCES lib/features/Features.java
//SOURCES lib/features/TrackMeans.java
//SOURCES lib/features/TrackParts.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/pretrained/AudioInput.java
//SOURCES lib/results/Part.java
//RUNTIME_OPTIONS -Xmx2g -XX:+UseSerialGC -Djava.awt.headless=true
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=6g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.classification.EmbeddedSegments;
import genrelab.classification.EmbeddingModel;
import genrelab.corpus.SplitAssignment;
import genrelab.features.Extraction;
import genrelab.features.FeatureFolder;
import genrelab.features.FeatureMatrix;
import genrelab.features.Features;
import genrelab.features.TrackMeans;
import genrelab.features.TrackParts;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.pretrained.AudioInput;
import genrelab.results.Part;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Embeds segments by a trained network, and writes the embeddings as features of one frame.
 *
 * <p>What a network has learnt is in the activations of its last hidden layer, which its output
 * layer merely weighs (Yosinski et al., <i>How transferable are features in deep neural
 * networks?</i>, 2014). As features they can be clustered, mapped and classified as MFCCs are.
 */
@Command(
    name = "embed",
    description =
        "Embeds segments by a trained network: the activations of the layer before its output, as"
            + " features that kmeans, tsne and baseline take.",
    footer = {
      "",
      "A contract says what an ONNX model of others takes (a waveform, or a log-mel spectrum in the"
          + " form of librosa or of TensorFlow's AudioSet models, in patches) and which output is"
          + " the embedding; a segment's is the mean over its patches. data/embeddings has"
          + " contracts of YAMNet, VGGish, MusiCNN, Discogs-EffNet, OpenL3, CLAP and MERT; the"
          + " weights are elsewhere, under their own licences. Such a model takes --segments.",
      "",
      "Embeddings of segments that the network was trained on show what it has memorised; --split"
          + " and --part choose others."
    })
public class Embed implements Callable<Integer> {
  /** What a vector is of. */
  enum Level {
    segment,
    track
  }

  /** What is embedded. */
  static final class Source {
    @Option(
        names = "--features",
        paramLabel = "FILE|DIR",
        description = "Features, JSON or folder, computed as those that the model was trained on.")
    Path features;

    @Option(
        names = "--segments",
        paramLabel = "FILE",
        description = "The manifest of segments: the features are computed from the audio.")
    Path segments;
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "The model.zip of a trained network, the ONNX model that export made of it, or any ONNX"
              + " model with a contract.")
  Path modelFile;

  @Option(
      names = "--contract",
      paramLabel = "FILE",
      description =
          "Of an ONNX model of others: what it takes and gives, YAML or JSON (default: X.yaml,"
              + " X.yml or X.json beside X.onnx).")
  Path contract;

  @ArgGroup(multiplicity = "1")
  Source source;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description = "With --features: a split, of which --part is embedded.")
  Path split;

  @Option(
      names = "--part",
      description = "With --split: the part to embed, ${COMPLETION-CANDIDATES} (default: test).")
  Part part;

  @Option(
      names = "--level",
      defaultValue = "segment",
      description =
          "An embedding for each segment, or for each track the mean of its segments' (default"
              + " ${DEFAULT-VALUE}).")
  Level level;

  @Option(
      names = "--out",
      defaultValue = "embedding.json",
      description =
          "The features to write: .json, .json.gz, or a folder, which any other name is (default"
              + " ${DEFAULT-VALUE}).")
  @Output({"mapping", "labels", "embedding"})
  Path out;

  @Option(
      names = "--threads",
      description = "With --segments: tracks read at a time (default: all processors).")
  int threads = Runtime.getRuntime().availableProcessors();

  public static void main(String... args) {
    System.exit(Stage.run(new Embed(), args));
  }

  @Override
  public Integer call() {
    Stage.requireOption(
        threads >= 1 && threads <= 1024, "--threads must be from 1 to 1024, not %s", threads);
    Stage.requireOption(split == null || source.features != null, "--split goes with --features");
    Stage.requireOption(part == null || split != null, "--part goes with --split");
    FeatureFolder.nameOutputs(out);
    EmbeddingModel model = EmbeddingModel.read(modelFile, contract);
    Features written =
        source.features != null ? embedFeatures(model) : embedAudio(model, source.segments);
    if (model.pretrained() != null) {
      System.out.printf(
          "%s; contract: %s%n",
          model.pretrained().contract().title(), model.pretrained().contract().checked());
    }
    System.out.printf(
        "%d %ss × %d values, layer '%s' of %s: %s%n",
        written.size(), level, written.coefficients(), model.layer().get(), modelFile, out);
    return 0;
  }

  // ---- from features

  private Features embedFeatures(EmbeddingModel model) {
    Features all = Features.read(source.features);
    model.requireFits(all, source.features);
    int[] rows = rows(all);
    Features some = all.subset(rows);
    FeatureMatrix values = some.matrix();
    return write(model, some, values.iterator(), source.features);
  }

  /** The places of the segments to embed. */
  private int[] rows(Features all) {
    if (split == null) {
      return IntStream.range(0, all.size()).toArray();
    }
    Part wanted = part != null ? part : Part.test;
    int[] rows =
        SplitAssignment.read(split).join(all.ids(), all.genres(), source.features).get(wanted);
    if (rows == null || rows.length == 0) {
      throw new Stage.Failure("%s: its part %s is empty; give another --part", split, wanted);
    }
    return rows;
  }

  // ---- from audio

  private Features embedAudio(EmbeddingModel model, Path segments) {
    AudioInput audio = model.fromAudio();
    var extraction =
        new Extraction(
            segments,
            audio.rate(),
            audio.nFft(),
            audio.hop(),
            audio.centre(),
            threads,
            TrackParts.DEFAULT_TRACKS);
    var written = new Features[1];
    extraction.compute(
        model.key(),
        audio.least(),
        audio.width(),
        Store.JSON.createObjectNode(),
        audio.extractors(),
        (header, values) -> {
          if (model.pretrained() == null) {
            model.requireFits(header, segments);
          }
          written[0] = write(model, header, values, segments);
        });
    return written[0];
  }

  // ---- what is written

  private Features write(EmbeddingModel model, Features of, Iterator<float[]> values, Path from) {
    var embedded = new EmbeddedSegments(model.function(), values, of.clusters());
    Features segments = header(model, of, embedded.size(), from);
    if (level == Level.segment) {
      segments.write(out, embedded);
      return segments;
    }
    Features tracks = TrackMeans.of(segments, embedded);
    tracks.write(out);
    return tracks;
  }

  /** The segments' embeddings but for the values. */
  private Features header(EmbeddingModel model, Features of, int size, Path from) {
    ObjectNode params = model.record().put("size", size).put("level", level.name());
    if (of.params().has("seconds")) {
      params.set("seconds", of.params().get("seconds"));
    }
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "embed").put("genrelab", Stage.VERSION);
    provenance.put("synthetic", of.provenance().path("synthetic").asBoolean());
    if (model.pretrained() == null) {
      provenance.put("modelSynthetic", model.isSynthetic());
    }
    provenance
        .putObject("inputs")
        .put(modelFile.getFileName().toString(), Store.sha256(modelFile))
        .put(from.getFileName().toString(), Store.sha256(Features.identity(from)));
    return new Features(
        "embedding",
        of.mapping(),
        of.labels(),
        of.tracks(),
        of.segments(),
        null, // clusters of other values
        of.artists(),
        1,
        size,
        null,
        params,
        provenance);
  }
}

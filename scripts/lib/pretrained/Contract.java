//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
// Contracts are YAML or JSON.
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-yaml:2.19.2
//SOURCES ../features/MelScale.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.pretrained;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import genrelab.features.MelScale;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the kit must know of an ONNX model that it did not write: how audio becomes the model's
 * input, and which output is the embedding. {@code data/schemas/embedding-contract.schema.json}
 * describes the file.
 *
 * @param name of the model
 * @param source where its weights and documentation are
 * @param licence of the weights
 * @param checked how far the contract was checked
 * @param sha256 of the ONNX file; null for any
 * @param sampleRate Hz
 * @param input of the graph
 * @param mel null where the input is the waveform
 * @param patch null where a whole segment is one
 * @param embedding the output that is the embedding
 * @param probabilities the output of classes; null where there is none
 * @param classes names in the order of the probabilities; null where there is none
 */
public record Contract(
    String name,
    String source,
    String licence,
    String checked,
    String sha256,
    int sampleRate,
    Input input,
    Mel mel,
    Patch patch,
    Output embedding,
    Output probabilities,
    List<String> classes) {
  private static final long MAX_BYTES = 1 << 20;
  private static final int MOST_PATCH = 1 << 23;

  /** An axis of the input. */
  public enum Axis {
    patch,
    frame,
    band,
    sample,
    /** Of size 1. */
    channel
  }

  /**
   * The graph's input.
   *
   * @param axes in its order; without patch, the model takes one patch at a time
   * @param normalise whether a waveform is brought to mean 0 and variance 1
   */
  public record Input(String name, List<Axis> axes, boolean normalise) {}

  /** How the spectrum is weighted. */
  public enum Spectrum {
    power,
    magnitude
  }

  /** Slaney's: each band of area 1. */
  public enum Norm {
    slaney,
    none
  }

  /** What the sides of a band's triangle are straight in. */
  public enum Triangles {
    hertz,
    mel
  }

  /** What stands before and after a centred signal. */
  public enum Padding {
    zeros,
    reflect
  }

  /** Natural logarithm, logarithm to base 10, or decibels of power. */
  public enum Base {
    e,
    ten,
    decibel
  }

  /**
   * The log-mel spectrum.
   *
   * @param window samples of the periodic Hann window, at most nFft
   * @param hop samples from frame to frame
   * @param centre whether frame t is centred at sample t · hop
   */
  public record Mel(
      int window,
      int nFft,
      int hop,
      int bands,
      double lowestHz,
      double highestHz,
      MelScale scale,
      Norm norm,
      Triangles triangles,
      Spectrum spectrum,
      boolean centre,
      Padding padding,
      Log log) {}

  /**
   * The logarithm: log(gain · x + offset); decibels are 10 · log10(max(offset, gain · x)).
   *
   * @param base of it
   */
  public record Log(Base base, double gain, double offset) {}

  /** What a segment that is too short is filled with. */
  public enum Fill {
    zeros,
    repeat
  }

  /**
   * The pieces that the model takes.
   *
   * @param length frames; samples where the input is the waveform
   * @param hop from patch to patch
   * @param fill of a segment that is shorter than one patch; null for zeros
   */
  public record Patch(int length, int hop, Fill fill) {}

  /** What an output holds. */
  public enum Form {
    probabilities,
    logits
  }

  /**
   * An output.
   *
   * @param form of classes; null for probabilities
   */
  public record Output(String name, Form form) {}

  // ---- reading

  private static final ObjectReader YAML =
      new YAMLMapper()
          .readerFor(Contract.class)
          .with(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** The contract beside a model: {@code model.yaml}, {@code .yml} or {@code .json}. */
  public static Optional<Path> beside(Path model) {
    String name = model.getFileName().toString();
    String base = name.replaceFirst("(?i)\\.onnx$", "");
    return Stream.of(".yaml", ".yml", ".json")
        .map(ending -> model.resolveSibling(base + ending))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Reads a contract and checks it.
   *
   * @throws Stage.Failure naming the file, the key and what is wrong
   */
  public static Contract read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw failure(file, "it is over 1 MB; give the contract, not the model");
      }
      Contract contract = YAML.readValue(Files.readAllBytes(file)); // JSON is YAML too
      if (contract == null) {
        throw failure(file, "it is empty");
      }
      contract.check(file);
      return contract;
    } catch (JsonProcessingException error) {
      String where =
          error.getLocation() == null ? "" : " at line " + error.getLocation().getLineNr();
      throw failure(file, error.getOriginalMessage().lines().findFirst().orElse("") + where);
    } catch (NoSuchFileException missing) {
      throw new Stage.Failure("%s: no such file; give a model's contract", file);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static Stage.Failure failure(Path file, String why) {
    return new Stage.Failure(
        "%s: not a contract of a model (%s); data/embeddings has some to start from", file, why);
  }

  private static void require(boolean valid, Path file, String why) {
    if (!valid) {
      throw failure(file, why);
    }
  }

  private void check(Path file) {
    require(
        isText(name) && isText(licence) && isText(source),
        file,
        "name, source or licence is missing");
    require(within(sampleRate, 1000, 192_000), file, "sampleRate must be from 1000 to 192000");
    require(sha256 == null || sha256.matches("[0-9a-f]{64}"), file, "sha256 is no SHA-256 in hex");
    require(
        input != null && isText(input.name()) && input.axes() != null,
        file,
        "input must have name and axes");
    require(embedding != null && isText(embedding.name()), file, "embedding must have a name");
    require(
        new HashSet<>(input.axes()).size() == input.axes().size() && !input.axes().contains(null),
        file,
        "input.axes has one twice");
    Set<Axis> axes = Set.copyOf(input.axes());
    if (mel == null) {
      require(axes.contains(Axis.sample), file, "input.axes of a waveform must hold sample");
      require(
          !axes.contains(Axis.frame) && !axes.contains(Axis.band),
          file,
          "input.axes holds frame or band, but there is no mel");
    } else {
      require(
          axes.contains(Axis.frame) && axes.contains(Axis.band) && !axes.contains(Axis.sample),
          file,
          "input.axes of a mel spectrum must hold frame and band, not sample");
      require(!input.normalise(), file, "input.normalise is for waveforms");
      checkMel(file);
    }
    if (patch != null) {
      require(
          within(patch.length(), 1, MOST_PATCH) && within(patch.hop(), 1, MOST_PATCH),
          file,
          "patch.length and patch.hop must be from 1");
      require(
          mel == null || (long) patch.length() * mel.bands() <= MOST_PATCH,
          file,
          "patch.length is too large");
    }
    require(
        (classes == null) == (probabilities == null),
        file,
        "classes and probabilities go together");
    if (classes != null) {
      require(isText(probabilities.name()), file, "probabilities must have a name");
      require(
          classes.size() >= 2
              && classes.size() <= 10_000
              && classes.stream().allMatch(Contract::isText)
              && new HashSet<>(classes).size() == classes.size(),
          file,
          "classes must be two names or more, none twice");
    }
  }

  private void checkMel(Path file) {
    require(
        within(mel.nFft(), 64, 65_536) && Integer.bitCount(mel.nFft()) == 1,
        file,
        "mel.nFft must be a power of two from 64 to 65536");
    require(within(mel.window(), 2, mel.nFft()), file, "mel.window must be from 2 to nFft");
    require(within(mel.hop(), 1, mel.nFft()), file, "mel.hop must be from 1 to nFft");
    require(within(mel.bands(), 1, mel.nFft() / 2), file, "mel.bands must be from 1 to nFft / 2");
    require(
        mel.lowestHz() >= 0
            && mel.lowestHz() < mel.highestHz()
            && mel.highestHz() <= sampleRate / 2.0,
        file,
        "mel.lowestHz and highestHz must be from 0 to half the sampleRate");
    require(
        mel.scale() != null && mel.norm() != null && mel.spectrum() != null && mel.log() != null,
        file,
        "mel needs scale, norm, spectrum and log");
    require(
        mel.log().base() != null
            && mel.log().gain() > 0
            && mel.log().offset() > 0
            && mel.log().gain() < 1e12
            && mel.log().offset() < 1e12,
        file,
        "mel.log needs base, and gain and offset above 0");
  }

  private static boolean within(long value, long least, long most) {
    return value >= least && value <= most;
  }

  private static boolean isText(String text) {
    return text != null && !text.isBlank() && text.equals(Stage.oneLine(text));
  }

  /**
   * Checks that a model is the one that the contract is of.
   *
   * @throws Stage.Failure if its checksum is another one
   */
  public void requireOf(Path model, Path contract) {
    if (sha256 != null && !sha256.equals(Store.sha256(model))) {
      throw new Stage.Failure(
          "%s: its SHA-256 is not the one in %s; give the model that the contract is of, or remove"
              + " sha256 there",
          model, contract);
    }
  }

  // ---- sizes

  /** Samples that a segment must have to make one patch; 1 where a patch is the whole segment. */
  public int leastSamples() {
    if (patch == null) {
      return mel == null || mel.centre() ? 1 : mel.window();
    }
    return mel == null
        ? patch.length()
        : (patch.length() - 1) * mel.hop() + (mel.centre() ? 1 : mel.window());
  }

  /** Seconds of a piece that the model classifies: a patch, or three where it takes any length. */
  public double seconds() {
    double whole = (double) leastSamples() / sampleRate;
    return patch == null ? Math.max(3, whole) : Math.max(0.05, whole);
  }

  /** Name and licence, for a line of output. */
  public String title() {
    return String.format(Locale.ROOT, "%s (%s)", name, licence);
  }
}

//SOURCES ByteWindow.java

package genrelab.audio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a file may be that none of the decoders here reads, but ffmpeg does. */
final class OtherFormat extends Exception {
  private static final long serialVersionUID = 1L;

  /** What stands at a place of a file of some format. */
  private record Signature(int place, String text, String name) {}

  /** Opus in Ogg, which libsndfile, through which librosa loads it, decodes by libopus. */
  static final String OGG_OPUS = "Ogg with Opus";

  private static final List<Signature> SIGNATURES =
      List.of(
          new Signature(4, "ftyp", "MP4 (AAC, ALAC)"),
          new Signature(0, "\u0030\u0026\u00b2\u0075\u008e\u0066\u00cf\u0011", "WMA"),
          new Signature(0, "\u001a\u0045\u00df\u00a3", "Matroska or WebM"),
          new Signature(0, "\u000b\u0077", "AC-3"),
          new Signature(0, "\u007f\u00fe\u0080\u0001", "DTS"),
          new Signature(0, "\u00ff\u00f1", "AAC"),
          new Signature(0, "\u00ff\u00f9", "AAC"),
          new Signature(0, "MAC ", "Monkey's Audio"),
          new Signature(0, "wvpk", "WavPack"),
          new Signature(0, "TTA1", "True Audio"),
          new Signature(0, "MPCK", "Musepack"),
          new Signature(0, "MP+", "Musepack"),
          new Signature(0, "#!AMR", "AMR"),
          new Signature(0, "caff", "Core Audio"),
          new Signature(0, "DSD ", "DSD"),
          new Signature(0, "FRM8", "DSD"),
          new Signature(0, "riff\u002e\u0091\u00cf\u0011", "Wave64"),
          new Signature(0, ".RMF", "RealAudio"),
          new Signature(0, ".ra\u00fd", "RealAudio"));

  /** The format's name; null where not even that is known. */
  final String name;

  OtherFormat(String name) {
    super(name, null, false, false);
    this.name = name;
  }

  /** Throws itself if a file begins like one of these formats. */
  static void refuse(ByteWindow file, long start) throws IOException, OtherFormat {
    for (Signature signature : SIGNATURES) {
      if (file.has(signature.text, start + signature.place)) {
        throw new OtherFormat(signature.name);
      }
    }
  }

  /** Throws itself if an ogg file's first packet begins a stream of another coding than Vorbis. */
  static void refuseOgg(byte[] bytes, int at, int length) throws OtherFormat {
    String begin =
        new String(bytes, at, Math.min(length, 8), StandardCharsets.ISO_8859_1); // a byte each
    if (!begin.startsWith("\u0001vorbis")) {
      throw new OtherFormat(
          begin.equals("OpusHead")
              ? OGG_OPUS
              : begin.startsWith("\u007fFLAC")
                  ? "Ogg with FLAC"
                  : begin.startsWith("Speex") ? "Ogg with Speex" : "Ogg without Vorbis");
    }
  }
}

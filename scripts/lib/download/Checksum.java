//SOURCES ../kit/Progress.java

package genrelab.download;

import genrelab.kit.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import me.tongfei.progressbar.ProgressBar;

/**
 * A downloaded file's checksums.
 *
 * @param sha256 in hex
 * @param sha1 in hex, as older publications name it
 */
public record Checksum(String sha256, String sha1) {
  /** Reads a file, with a progress bar. */
  public static Checksum of(Path file) throws IOException {
    MessageDigest sha256 = digest("SHA-256");
    MessageDigest sha1 = digest("SHA-1");
    try (InputStream in = Files.newInputStream(file);
        ProgressBar progress = Progress.ofBytes("checksum", Files.size(file))) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        sha1.update(buffer, 0, n);
        progress.stepBy(n);
      }
    }
    HexFormat hex = HexFormat.of();
    return new Checksum(hex.formatHex(sha256.digest()), hex.formatHex(sha1.digest()));
  }

  /** Of a published checksum, whose length tells its kind, the name of that kind. */
  public static String algorithm(String published) {
    return published.length() == 40 ? "SHA-1" : "SHA-256";
  }

  /** The checksum of a published one's kind. */
  public String like(String published) {
    return algorithm(published).equals("SHA-1") ? sha1 : sha256;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException error) {
      throw new AssertionError("every JDK has " + algorithm, error);
    }
  }
}

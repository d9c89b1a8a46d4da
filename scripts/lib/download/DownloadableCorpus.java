package genrelab.download;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A corpus that can be downloaded.
 *
 * @param title with its authors and size
 * @param checksum of the archive, SHA-256 or SHA-1 in hex; null where the server names it with each
 *     download
 * @param metadata an archive that tells genres and artists; null where the archive's folders do
 * @param tracks how many it has
 * @param unpackedBytes how much space it takes
 * @param subset of FMA, by the metadata's {@code set, subset}: small, medium or large, each of
 *     which holds the ones before; null for another corpus
 * @param terms under which it may be used
 */
public record DownloadableCorpus(
    String name,
    String title,
    URI archive,
    String checksum,
    URI metadata,
    String metadataChecksum,
    int tracks,
    long unpackedBytes,
    String subset,
    String terms) {

  public static final List<DownloadableCorpus> ALL =
      List.of(
          new DownloadableCorpus(
              "gtzan",
              "GTZAN (Tzanetakis and Cook, 2002), 1,000 excerpts of 30 s, 10 genres, 1.2 GB",
              URI.create(
                  "https://huggingface.co/datasets/marsyas/gtzan/resolve/main/data/genres.tar.gz"),
              null,
              null,
              null,
              1000,
              1_400_000_000L,
              null,
              "The recordings are under their owners' copyright; the collection has no licence."
                  + " Its makers gave it out for research on music genre recognition."
                  + " Whether you may use it is yours to settle; don't pass it on."),
          fma(
              "small",
              "small",
              "8,000 clips of 30 s, 8 genres, 7.2 GiB",
              "ade154f733639d52e35e32f5593efe5be76c6d70",
              8000,
              8_000_000_000L),
          fma(
              "medium",
              "medium",
              "25,000 clips of 30 s, 16 unbalanced genres, 22 GiB",
              "c67b69ea232021025fca9231fc1c7c1a063ab50b",
              25_000,
              24_000_000_000L),
          fma(
              "large",
              "large",
              "106,574 clips of 30 s, of which 49,598 have one top genre, 93 GiB",
              "497109f4dd721066b5ce5e5f250ec604dc78939e",
              106_574,
              101_000_000_000L),
          fma(
              "full",
              "large",
              "106,574 whole tracks, 343 days, of which 49,598 have one top genre, 879 GiB",
              "0f0ace23fbe9ba30ecb7e95f763e435ea802b8ab",
              106_574,
              950_000_000_000L));

  /** One of FMA's archives, with the SHA-1 of its release of 2017-05-09, github.com/mdeff/fma. */
  private static DownloadableCorpus fma(
      String name, String subset, String contents, String sha1, int tracks, long unpackedBytes) {
    return new DownloadableCorpus(
        "fma-" + name,
        "FMA %s (Defferrard et al., 2017), %s".formatted(name, contents),
        URI.create("https://os.unil.cloud.switch.ch/fma/fma_%s.zip".formatted(name)),
        sha1,
        URI.create("https://os.unil.cloud.switch.ch/fma/fma_metadata.zip"),
        "f0df49ffe5f2a6008d7dc83c6915b31835dfe733",
        tracks,
        unpackedBytes,
        subset,
        "The audio is under the licence each artist chose, most of them Creative Commons; the"
            + " metadata is CC BY 4.0. The dataset is meant for research; cite arXiv:1612.01840.");
  }

  /** Whether tracks lie in folders by genre; else a manifest names their genres. */
  public boolean isByGenre() {
    return subset == null || name.equals("fma-small");
  }

  /** The names of all, by commas. */
  public static String names() {
    return String.join(", ", ALL.stream().map(DownloadableCorpus::name).toList());
  }

  public static Optional<DownloadableCorpus> named(String name) {
    return ALL.stream().filter(corpus -> corpus.name().equals(name)).findFirst();
  }
}

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
              "The recordings are under their owners' copyright; the collection has no licence."
                  + " Its makers gave it out for research on music genre recognition."
                  + " Whether you may use it is yours to settle; don't pass it on."),
          new DownloadableCorpus(
              "fma-small",
              "FMA small (Defferrard et al., 2017), 8,000 clips of 30 s, 8 genres, 7.2 GiB",
              URI.create("https://os.unil.cloud.switch.ch/fma/fma_small.zip"),
              // both SHA-1 as published in https://github.com/mdeff/fma, release of 2017-05-09
              "ade154f733639d52e35e32f5593efe5be76c6d70",
              URI.create("https://os.unil.cloud.switch.ch/fma/fma_metadata.zip"),
              "f0df49ffe5f2a6008d7dc83c6915b31835dfe733",
              8000,
              8_000_000_000L,
              "The audio is under the licence each artist chose, most of them Creative Commons; the"
                  + " metadata is CC BY 4.0. The dataset is meant for research; cite"
                  + " arXiv:1612.01840."));

  public static Optional<DownloadableCorpus> named(String name) {
    return ALL.stream().filter(corpus -> corpus.name().equals(name)).findFirst();
  }
}

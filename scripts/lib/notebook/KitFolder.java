package genrelab.notebook;

import java.nio.file.Files;
import java.nio.file.Path;

/** The kit's folder, against which a notebook's paths and commands are written. */
final class KitFolder {
  private KitFolder() {}

  /** The folder that holds the catalog: the launcher's, else the working folder or one above. */
  static Path path() {
    String home = System.getenv("GENRELAB_HOME");
    Path working = Path.of("").toAbsolutePath();
    for (Path folder = working; home == null && folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("jbang-catalog.json"))) {
        return folder;
      }
    }
    return home == null ? working : Path.of(home).toAbsolutePath().normalize();
  }

  /** A path written against the kit's folder; an absolute one as it is. */
  static Path resolve(String path) {
    return path().resolve(path).normalize();
  }

  /** How commands and messages name a path: relative where it lies in the kit's folder. */
  static Path relative(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(path()) ? path().relativize(absolute) : absolute;
  }
}

// The page draws with D3; the jar alone, since d3.min.js holds all the modules that its POM lists.
//DEPS org.webjars.npm:d3:7.9.0@fatjar
//FILES explore/index.html=page/index.html
//FILES explore/explore.css=page/explore.css
//FILES explore/model.js=page/model.js
//FILES explore/view.js=page/view.js
//FILES explore/marks.js=page/marks.js
//FILES explore/points.js=page/points.js
//FILES explore/map.js=page/map.js
//FILES explore/matrix.js=page/matrix.js
//FILES explore/lists.js=page/lists.js
//FILES explore/track.js=page/track.js
//FILES explore/page.js=page/page.js

package genrelab.explore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page's own files, the same for every run. */
final class PageFiles {
  static final String INDEX = "index.html";

  private static final List<String> OWN =
      List.of(
          "explore.css",
          "model.js",
          "view.js",
          "marks.js",
          "points.js",
          "map.js",
          "matrix.js",
          "lists.js",
          "track.js",
          "page.js",
          INDEX);

  private static final String D3 = "/META-INF/resources/webjars/d3/7.9.0/dist/d3.min.js";

  private PageFiles() {}

  /** Contents by name, {@value #INDEX} last. */
  static Map<String, byte[]> read() {
    var files = new LinkedHashMap<String, byte[]>();
    files.put("d3.min.js", resource(D3));
    OWN.forEach(name -> files.put(name, resource("/explore/" + name)));
    return files;
  }

  /** A file's media type by its ending. */
  static String mediaType(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static byte[] resource(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}

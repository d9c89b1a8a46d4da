//SOURCES KitFolder.java
//SOURCES ../kit/Stage.java

package genrelab.notebook;

import genrelab.kit.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Code of the kit, read from its file; a notebook shows it.
 *
 * @param file relative to the kit's folder
 */
public record Source(String file, String code) {

  /**
   * A static method with its comment.
   *
   * @param file a Java file, formatted as the kit's: members are indented by two spaces
   * @throws Stage.Failure if the file is missing or has no such method
   */
  public static Source method(String file, String name) {
    Path path = KitFolder.resolve(file);
    try {
      Matcher found =
          Pattern.compile(
                  "(?ms)^(  /\\*\\*(?:(?!\\*/).)*\\*/\\n)?  [^\\n;=]*static [^\\n=;]* "
                      + Pattern.quote(name)
                      + "\\(.*?^  \\}\\n")
              .matcher(Files.readString(path));
      if (!found.find()) {
        throw new Stage.Failure("%s: has no static method %s", file, name);
      }
      return new Source(file, found.group().replaceAll("(?m)^  ", "").strip());
    } catch (IOException error) {
      throw new Stage.Failure("%s: can't be read; start the notebook in the kit's folder", path);
    }
  }
}

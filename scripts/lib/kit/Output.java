package genrelab.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An option that names a file or folder the stage writes. Every other option of type {@code Path}
 * names an input: see {@link Outputs}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Output {
  /**
   * Columns that mark the file, by which an earlier result of the same stage is recognised: those
   * of its JSON rows, the keys of its JSON object, or the first of its CSV header. None for a
   * folder and for an image.
   */
  String[] value() default {};
}

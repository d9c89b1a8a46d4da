package genrelab.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An option of another type than {@code Path} that can name a file the stage reads, as {@code FILE}
 * or {@code NAME=FILE}: see {@link Outputs}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Input {}

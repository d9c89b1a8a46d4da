//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS tech.tablesaw:tablesaw-core:0.44.4
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17

package genrelab.notebook;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Records as a Tablesaw table: one column a component, named as in the JSON files. */
final class RecordTable {
  private static final Set<Class<?>> INTS = Set.of(int.class, Integer.class);
  private static final Set<Class<?>> LONGS = Set.of(long.class, Long.class);
  private static final Set<Class<?>> DOUBLES = Set.of(double.class, Double.class);

  private RecordTable() {}

  /**
   * The table of rows; null is a missing value. Components that are no text, number or enum, such
   * as probabilities, are left out.
   *
   * @param name the table's, which is shown as its caption
   */
  static <T> Table of(String name, List<T> rows, Class<T> type) {
    Table table = Table.create(name);
    for (RecordComponent component : type.getRecordComponents()) {
      Stream<Object> values = rows.stream().map(row -> value(component, row));
      column(label(type, component), component.getType(), values.toList())
          .forEach(table::addColumns);
    }
    return table;
  }

  private static Object value(RecordComponent component, Object row) {
    try {
      return component.getAccessor().invoke(row);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String label(Class<?> type, RecordComponent component) {
    try {
      var named = type.getDeclaredField(component.getName()).getAnnotation(JsonProperty.class);
      return named == null ? component.getName() : named.value();
    } catch (NoSuchFieldException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<Column<?>> column(String name, Class<?> type, List<Object> values) {
    if (INTS.contains(type)) {
      return filled(IntColumn.create(name), values, value -> (Integer) value);
    } else if (LONGS.contains(type)) {
      return filled(LongColumn.create(name), values, value -> (Long) value);
    } else if (DOUBLES.contains(type)) {
      return filled(DoubleColumn.create(name), values, value -> (Double) value);
    } else if (type == String.class || type.isEnum()) {
      return filled(StringColumn.create(name), values, String::valueOf);
    }
    return List.of();
  }

  private static <T> List<Column<?>> filled(
      Column<T> column, List<Object> values, Function<Object, T> cast) {
    for (Object value : values) {
      if (value == null) {
        column.appendMissing();
      } else {
        column.append(cast.apply(value));
      }
    }
    return new ArrayList<>(List.of(column));
  }
}

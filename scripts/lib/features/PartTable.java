// Quoted fields.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** {@code part-NNNNN.csv}: which segments a part's values are of, in their order. */
public final class PartTable {
  private static final String[] COLUMNS = {
    "track", "segment", "label", "genre", "artist", "cluster"
  };
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').setHeader(COLUMNS).get();

  private PartTable() {}

  /**
   * One segment.
   *
   * @param label index of the genre in the mapping
   * @param artist empty where unknown
   * @param cluster −1 for noise; null where the segments have no clusters
   */
  public record Row(
      String track, int segment, int label, String genre, String artist, Integer cluster) {}

  /** Writes a table: UTF-8, a header, quotes where RFC 4180 needs them. */
  public static void write(OutputStream out, Iterator<Row> rows) throws IOException {
    Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    var csv = new CSVPrinter(text, FORMAT);
    while (rows.hasNext()) {
      Row row = rows.next();
      csv.printRecord(
          row.track(), row.segment(), row.label(), row.genre(), row.artist(), row.cluster());
    }
    csv.flush();
  }

  /**
   * Reads a table. Equal texts are one string, since a track's name stands in each of its rows.
   *
   * @throws Stage.Failure if it is no such table; the message names the file and the line
   */
  static List<Row> read(Path file) {
    var rows = new ArrayList<Row>();
    var known = new HashMap<String, String>();
    try (var text = Files.newBufferedReader(file);
        CSVParser csv = CSVParser.parse(text, FORMAT.builder().setSkipHeaderRecord(false).get())) {
      Iterator<CSVRecord> records = csv.iterator();
      if (!records.hasNext() || !List.of(COLUMNS).equals(records.next().toList())) {
        throw broken(file, 1, "its columns must be " + String.join(",", COLUMNS));
      }
      while (records.hasNext()) {
        rows.add(row(file, records.next(), csv.getCurrentLineNumber(), known));
      }
      return rows;
    } catch (MalformedInputException error) {
      throw broken(file, rows.size() + 2, "not UTF-8");
    } catch (UncheckedIOException | IllegalStateException error) { // of an open quote
      throw broken(file, rows.size() + 2, "no CSV");
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static Row row(Path file, CSVRecord record, long line, Map<String, String> known) {
    if (record.size() != COLUMNS.length) {
      throw broken(file, line, "%d columns instead of %d".formatted(record.size(), COLUMNS.length));
    }
    String cluster = record.get(5);
    return new Row(
        shared(record.get(0), known),
        number(file, record, line, 1),
        number(file, record, line, 2),
        shared(record.get(3), known),
        shared(record.get(4), known),
        cluster.isEmpty() ? null : (Integer) number(file, record, line, 5));
  }

  private static String shared(String text, Map<String, String> known) {
    String before = known.putIfAbsent(text, text);
    return before == null ? text : before;
  }

  private static int number(Path file, CSVRecord record, long line, int column) {
    try {
      return Integer.parseInt(record.get(column));
    } catch (NumberFormatException error) {
      throw broken(
          file, line, "%s is '%s', no number".formatted(COLUMNS[column], record.get(column)));
    }
  }

  private static Stage.Failure broken(Path file, long line, String why) {
    return new Stage.Failure(
        "%s: line %d: %s; copy the folder again, or make it again", file, line, why);
  }
}

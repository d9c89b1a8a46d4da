// Writes the CSV: quotes where needed (RFC 4180).
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java

package genrelab.classification;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes rows of {@code classify.json} as they come, song by song. */
public abstract class RowWriter {
  /** Names of the CSV's columns, as of the JSON's keys. */
  private static final String[] COLUMNS = {
    "file",
    "level",
    "start",
    "seconds",
    "genre",
    "probability",
    "distance",
    "unlikeTraining",
    "trainedOn"
  };

  /** Writes one song's rows. */
  public final void write(Stream<Rows.Classified> rows) throws IOException {
    for (Rows.Classified row : (Iterable<Rows.Classified>) rows::iterator) {
      write(row);
    }
  }

  abstract void write(Rows.Classified row) throws IOException;

  /** Writes what follows the last row. */
  abstract void end() throws IOException;

  private interface Format {
    RowWriter on(OutputStream out) throws IOException;
  }

  /**
   * Does some work with a writer of a JSON array, one row a line.
   *
   * @param file appears when the work is done; {@code -} for standard output; null to write nothing
   */
  public static void json(Path file, Consumer<RowWriter> work) {
    run(file, JsonRows::new, work);
  }

  /**
   * Does some work with a writer of CSV with a header.
   *
   * @param file as of {@link #json}
   * @param safe whether to keep spreadsheets from taking text for a formula: text that begins with
   *     = + - @, tab or carriage return gets an apostrophe before it
   */
  public static void csv(Path file, boolean safe, Consumer<RowWriter> work) {
    run(file, out -> new CsvRows(out, safe), work);
  }

  private static void run(Path file, Format format, Consumer<RowWriter> work) {
    if (file == null) {
      work.accept(new NoRows());
    } else if (Stage.isStandardOutput(file)) {
      try {
        write(Stage.standardOutput(), format, work);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    } else {
      Store.write(file, out -> write(out, format, work));
    }
  }

  private static void write(OutputStream out, Format format, Consumer<RowWriter> work)
      throws IOException {
    RowWriter writer = format.on(out);
    work.accept(writer);
    writer.end();
    out.flush();
  }

  private static final class NoRows extends RowWriter {
    @Override
    void write(Rows.Classified row) {}

    @Override
    void end() {}
  }

  private static final class JsonRows extends RowWriter {
    private final OutputStream out;
    private boolean begun;

    JsonRows(OutputStream out) {
      this.out = out;
    }

    @Override
    void write(Rows.Classified row) throws IOException {
      out.write((begun ? ",\n" : "[\n").getBytes(StandardCharsets.UTF_8));
      out.write(Store.JSON.writeValueAsBytes(row));
      begun = true;
    }

    @Override
    void end() throws IOException {
      out.write((begun ? "\n]\n" : "[]\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final class CsvRows extends RowWriter {
    private final CSVPrinter printer;
    private final boolean safe;

    CsvRows(OutputStream out, boolean safe) throws IOException {
      this.safe = safe;
      this.printer =
          CSVFormat.RFC4180
              .builder()
              .setRecordSeparator('\n')
              .setHeader(COLUMNS)
              .get()
              .print(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    @Override
    void write(Rows.Classified row) throws IOException {
      printer.printRecord(
          text(row.file()),
          row.level(),
          row.start(),
          row.seconds(),
          text(row.genre()),
          row.probability(),
          row.distance(),
          row.unlikeTraining(),
          row.trainedOn());
    }

    private String text(String cell) {
      boolean formula = !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0;
      return safe && formula ? "'" + cell : cell;
    }

    @Override
    void end() throws IOException {
      printer.flush();
    }
  }
}

// Parquet files by Apache's own writer, the lightest that is kept up: without Hadoop's client.
//DEPS org.apache.parquet:parquet-hadoop:1.18.1
// Its signatures name classes of this jar; of what that depends on, none is needed.
//DEPS org.apache.hadoop:hadoop-common:3.4.2@fatjar
//SOURCES Features.java
//SOURCES ../kit/Store.java

package genrelab.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Features as a Parquet file, as pandas, PyArrow and Polars read it.
 *
 * <p>A row a segment: {@code track}, {@code segment}, {@code label}, {@code genre}, where known
 * {@code artist} and {@code cluster}, and the values as a list under the features' key, frame after
 * frame. The file's metadata {@code genrelab} has mapping, frames, values a frame, params and
 * provenance as JSON.
 */
public final class FeaturesParquet {
  private FeaturesParquet() {}

  /** The file's content; rows are written as they are read. */
  public static Store.Content content(Features features) {
    return out -> {
      try (ParquetWriter<Integer> writer = new Builder(features, out).build()) {
        for (int row = 0; row < features.size(); row++) {
          writer.write(row);
        }
      }
    };
  }

  private static final class Builder extends ParquetWriter.Builder<Integer, Builder> {
    private final Features features;

    Builder(Features features, OutputStream out) {
      super(new Stream(out));
      this.features = features;
      withConf(new PlainParquetConfiguration());
      withCompressionCodec(CompressionCodecName.UNCOMPRESSED); // floats hardly get smaller
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract all the same
    protected WriteSupport<Integer> getWriteSupport(Configuration unused) {
      return new Segments(features);
    }

    @Override
    protected WriteSupport<Integer> getWriteSupport(ParquetConfiguration unused) {
      return new Segments(features);
    }
  }

  /** Writes a segment's columns. */
  private static final class Segments extends WriteSupport<Integer> {
    private final Features features;
    private RecordConsumer record;
    private int column;

    Segments(Features features) {
      this.features = features;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract all the same
    public WriteContext init(Configuration unused) {
      return context();
    }

    @Override
    public WriteContext init(ParquetConfiguration unused) {
      return context();
    }

    private WriteContext context() {
      ObjectNode about = Store.JSON.createObjectNode();
      about.set("mapping", Store.JSON.valueToTree(features.mapping()));
      about.put("frames", features.frames()).put("values", features.coefficients());
      about.set("params", features.params());
      about.set("provenance", features.provenance());
      return new WriteContext(schema(), Map.of("genrelab", about.toString()));
    }

    private MessageType schema() {
      return MessageTypeParser.parseMessageType(
          """
          message segment {
            required binary track (STRING);
            required int32 segment;
            required int32 label;
            required binary genre (STRING);
            %s
            %s
            required group %s (LIST) { repeated group list { required float element; } }
          }
          """
              .formatted(
                  features.artists() == null ? "" : "required binary artist (STRING);",
                  features.clusters() == null ? "" : "required int32 cluster;",
                  features.key()));
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      record = consumer;
    }

    @Override
    public void write(Integer row) {
      column = 0;
      record.startMessage();
      text("track", features.tracks()[row]);
      number("segment", features.segments()[row]);
      number("label", features.labels()[row]);
      text("genre", features.genre(row));
      if (features.artists() != null) {
        text("artist", features.artists()[row]);
      }
      if (features.clusters() != null) {
        number("cluster", features.clusters()[row]);
      }
      field(features.key(), () -> list(features.values(row)));
      record.endMessage();
    }

    private void field(String name, Runnable value) {
      record.startField(name, column);
      value.run();
      record.endField(name, column);
      column++;
    }

    private void text(String name, String value) {
      field(name, () -> record.addBinary(Binary.fromString(value)));
    }

    private void number(String name, int value) {
      field(name, () -> record.addInteger(value));
    }

    private void list(float[] values) {
      record.startGroup();
      record.startField("list", 0);
      for (float value : values) {
        record.startGroup();
        record.startField("element", 0);
        record.addFloat(value);
        record.endField("element", 0);
        record.endGroup();
      }
      record.endField("list", 0);
      record.endGroup();
    }
  }

  /** A stream as Parquet's writer wants it. */
  private record Stream(OutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int b) throws IOException {
          out.write(b);
          position++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          out.write(bytes, from, length);
          position += length;
        }

        @Override
        public void flush() throws IOException {
          out.flush();
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}

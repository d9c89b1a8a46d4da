///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Features computed elsewhere (NumPy arrays, Keras-lineage JSON) into the features JSON.
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/features/Features.java
//SOURCES lib/features/Mel.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.Corpus;
import genrelab.features.Features;
import genrelab.features.Mel;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Brings features computed elsewhere into the kit's own format.
 *
 * <p>The numbers come from a NumPy array ({@code .npy}, {@code .npz}) or from a JSON of the Keras
 * tutorials' lineage ({@code mapping}, {@code labels}, {@code mfcc}). That JSON does not say which
 * track a segment comes from, and a NumPy array says nothing at all, so an index file gives each
 * row its track, its place in the track and its genre: without them no split can be honest.
 *
 * <p>Each value written is stored × scale + offset, so that quantised arrays come back in their
 * units. Classes are numbered anew, in sorted order. Values stream from file to file: the array is
 * never in memory as a whole.
 */
@Command(
    name = "import",
    description =
        "Features computed elsewhere (.npy, .npz, Keras-lineage JSON) into features JSON.")
public final class Import implements Callable<Integer> {
  private static final List<String> AXES = List.of("segment", "track", "frame", "coefficient");

  @Option(
      names = {"--npy", "--json"},
      required = true,
      paramLabel = "FILE",
      description = "Array to import: .npy, .npz, .json or .json.gz (the ending tells).")
  Path source;

  @Option(
      names = "--array",
      paramLabel = "NAME",
      description = "Array of an .npz file (default: its first).")
  String array;

  /** The names of the arrays in an .npz file, for messages. */
  private String arrays;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description =
          "JSON array with one row {track, segment, genre, label} for each segment, or with one"
              + " track name or row for each track; label is optional, and so is genre where the"
              + " track's id begins with it (blues.00000). Needed unless a JSON has tracks itself.")
  Path index;

  @Option(
      names = "--key",
      defaultValue = "mfcc",
      description = "What the values are: mfcc or logmel (default: ${DEFAULT-VALUE}).")
  String key;

  @Option(
      names = "--axes",
      split = ",",
      description =
          "The array's axes in its own order; track instead of segment where each matrix is a"
              + " whole track (default: segment,frame,coefficient). librosa's matrices are"
              + " coefficient,frame.")
  List<String> axes;

  @Option(
      names = "--scale",
      defaultValue = "1",
      description = "Value = stored x scale + offset (default: ${DEFAULT-VALUE}).")
  double scale;

  @Option(names = "--offset", defaultValue = "0", description = "Default: ${DEFAULT-VALUE}.")
  double offset;

  @Option(
      names = "--frames",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Frames a segment: cuts whole tracks into segments of N frames, and longer segments to"
              + " their first N; 0 keeps all (default: ${DEFAULT-VALUE}).")
  int frames;

  @Option(
      names = "--delta",
      description =
          "Append first-order deltas over nine frames of each segment, as mfcc --delta does: twice"
              + " as many coefficients.")
  boolean delta;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Features JSON to write: .json or .json.gz.")
  @Output({"mapping", "labels"})
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Import(), args));
  }

  @Override
  public Integer call() throws IOException {
    boolean assumed = axes == null;
    axes = assumed ? List.of("segment", "frame", "coefficient") : axes;
    checkOptions();
    try (Values values = open()) {
      checkShape(values.shape());
      if (assumed) {
        warnIfSwapped(values.shape());
      }
      List<Entry> entries = index == null ? values.entries() : readIndex();
      checkEntries(entries, values);
      Layout layout = layOut(entries, values.shape());
      Features features = describe(layout, values);
      try (ProgressBar bar = Progress.of("import", layout.size())) {
        features.write(out, rows(layout, values, bar));
      }
      System.out.printf(
          "%s: %d segments of %d tracks, %d frames x %d coefficients, %d classes%n",
          out,
          features.size(),
          Set.copyOf(Arrays.asList(features.tracks())).size(),
          features.frames(),
          features.coefficients(),
          features.mapping().size());
    }
    return 0;
  }

  private void checkOptions() {
    Stage.requireOption(
        key.equals("mfcc") || key.equals("logmel"), "--key must be mfcc or logmel, not %s", key);
    boolean named = AXES.containsAll(axes) && Set.copyOf(axes).size() == 3 && axes.size() == 3;
    Stage.requireOption(
        named && axes.contains("frame") && axes.contains("coefficient"),
        "--axes must name frame, coefficient and one of segment and track, not %s",
        String.join(",", axes));
    Stage.requireOption(
        Double.isFinite(scale) && scale != 0, "--scale must be a number but 0, not %s", scale);
    Stage.requireOption(Double.isFinite(offset), "--offset must be a number, not %s", offset);
    Stage.requireOption(frames >= 0, "--frames must be 0 or more, not %s", frames);
    Stage.requireOption(
        endsWith(out, ".json") || endsWith(out, ".json.gz"),
        "--out must end in .json or .json.gz, not %s",
        out.getFileName());
    boolean json = endsWith(source, ".json") || endsWith(source, ".json.gz");
    Stage.requireOption(
        !json || itemAxis() == 0,
        "--axes must begin with segment or track for a JSON, not %s",
        String.join(",", axes));
    Stage.requireOption(
        index != null || json, "--index is needed: %s does not name its tracks", source);
  }

  private static boolean endsWith(Path file, String ending) {
    return file.getFileName().toString().endsWith(ending);
  }

  private boolean wholeTracks() {
    return axes.contains("track");
  }

  private int itemAxis() {
    return axes.indexOf(wholeTracks() ? "track" : "segment");
  }

  private int frameAxis() {
    return axes.indexOf("frame");
  }

  private int coefficientAxis() {
    return axes.indexOf("coefficient");
  }

  /** An array of items (segments or whole tracks) × frames × coefficients, read as asked for. */
  private interface Values extends AutoCloseable {
    /** Lengths of the three axes, in the file's order. */
    long[] shape();

    /** NumPy's name of the number format, or {@code json}. */
    String type();

    /** What the file itself tells of its items. */
    List<Entry> entries();

    /** One stored value; items are asked for in ascending order. */
    double at(int item, int frame, int coefficient);

    @Override
    void close() throws IOException;
  }

  private Values open() throws IOException {
    if (endsWith(source, ".json") || endsWith(source, ".json.gz")) {
      return new JsonValues();
    }
    if (endsWith(source, ".npz")) {
      boolean chosen = array != null;
      Path member = extract();
      try {
        return new Npy(member, source + " (" + printable(array) + ")", true);
      } catch (Stage.Failure error) {
        Files.deleteIfExists(member);
        throw chosen
            ? error
            : new Stage.Failure(
                "%s; or give another array: --array one of %s", error.getMessage(), arrays);
      } catch (IOException | RuntimeException error) {
        Files.deleteIfExists(member);
        throw error;
      }
    }
    if (endsWith(source, ".npy")) {
      return new Npy(source, source.toString(), false);
    }
    throw new Stage.Failure(
        "%s: unknown ending; give an .npy, .npz, .json or .json.gz file", source);
  }

  /**
   * Copies one array out of an .npz: most are compressed, so that they can't be mapped in place.
   */
  private Path extract() throws IOException {
    Path member = Files.createTempFile("genrelab-import-", ".npy");
    member.toFile().deleteOnExit(); // Windows won't delete a mapped file before
    try (ZipFile zip = new ZipFile(source.toFile())) {
      List<String> names =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".npy"))
              .map(name -> name.substring(0, name.length() - ".npy".length()))
              .toList();
      arrays = printable("" + names);
      if (names.isEmpty()) {
        throw new Stage.Failure("%s: no arrays in it; save one with numpy.savez", source);
      }
      if (array != null && !names.contains(array)) {
        throw new Stage.Failure("%s: no array %s; give --array one of: %s", source, array, arrays);
      }
      array = array == null ? names.get(0) : array;
      unpack(zip, zip.getEntry(array + ".npy"), member);
      return member;
    } catch (ZipException | EOFException error) {
      Files.deleteIfExists(member);
      throw new Stage.Failure(
          "%s: no whole .npz archive (%s); copy or save it again", source, error.getMessage());
    } catch (IOException | RuntimeException error) {
      Files.deleteIfExists(member);
      throw error;
    }
  }

  /** Unpacks as many bytes as the archive says, with the checksum that it says. */
  private void unpack(ZipFile zip, ZipEntry entry, Path member) throws IOException {
    long free = Files.getFileStore(member).getUsableSpace();
    if (entry.getSize() > free) {
      throw new Stage.Failure(
          "%s: %s takes %d MB unpacked, and %d MB are free in %s; free space there",
          source, printable(array), entry.getSize() >> 20, free >> 20, member.getParent());
    }
    var in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
    try (in;
        OutputStream to = Files.newOutputStream(member)) {
      byte[] buffer = new byte[1 << 16];
      long left = entry.getSize();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        left -= n;
        if (left < 0) {
          break;
        }
        to.write(buffer, 0, n);
      }
      if (left != 0 || in.getChecksum().getValue() != entry.getCrc()) {
        throw new ZipException(printable(array) + " is damaged");
      }
    }
  }

  /** A name out of a file, for a message of one line. */
  private static String printable(String name) {
    String clean = name.strip().replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
  }

  /**
   * A memory-mapped {@code .npy} file.
   *
   * <p>Read here and not by a library: org.jetbrains.bio:npy (0.3.5, 2021) and org.openlca:npy
   * (0.0.1) load the whole array, and the first reads unsigned integers as signed and no float16;
   * the format is a magic, a length and one Python dict of three keys (NumPy Enhancement Proposal
   * 1).
   */
  private final class Npy implements Values {
    private static final int CHUNK = 1 << 30; // a mapping's limit is 2 GiB; whole in any item size
    private static final Pattern TYPE =
        Pattern.compile("'descr':\\s*'([<>|=])(i1|u1|i2|u2|i4|u4|i8|f2|f4|f8)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE =
        Pattern.compile("'shape':\\s*\\(((?:\\s*\\d{1,18}\\s*(?:,|(?=\\))))*)\\s*\\)");
    private static final int MOST_HEADER = 1 << 20;

    private final Path file;
    private final String name;
    private final boolean temporary;
    private String type;
    private int itemSize;
    private Decoder decoder;
    private long[] shape;
    private long[] strides;
    private MappedByteBuffer[] chunks;

    Npy(Path file, String name, boolean temporary) throws IOException {
      this.file = file;
      this.name = name;
      this.temporary = temporary;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        long start = readHeader(channel);
        long bytes = Arrays.stream(shape).reduce(itemSize, Math::multiplyExact);
        if (Math.addExact(start, bytes) > channel.size()) {
          throw bad("truncated: %d bytes of %d", channel.size(), start + bytes);
        }
        chunks = new MappedByteBuffer[(int) ((bytes + CHUNK - 1) / CHUNK)];
        boolean big = type.startsWith(">");
        for (int i = 0; i < chunks.length; i++) {
          long from = (long) i * CHUNK;
          chunks[i] =
              channel.map(
                  FileChannel.MapMode.READ_ONLY, start + from, Math.min(CHUNK, bytes - from));
          chunks[i].order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }
      } catch (ArithmeticException overflow) {
        throw bad("shape %s is too large", Arrays.toString(shape));
      }
    }

    /** Reads the header; returns where the values begin. */
    private long readHeader(FileChannel channel) throws IOException {
      ByteBuffer prefix = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, prefix, 0);
      byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
      if (prefix.limit() < 12 || !Arrays.equals(Arrays.copyOf(prefix.array(), 6), magic)) {
        throw bad("not an .npy file (no NumPy magic at its start)");
      }
      boolean first = prefix.get(6) == 1; // versions 2 and 3 have a four-byte length
      int begin = first ? 10 : 12;
      long length = first ? prefix.getShort(8) & 0xffff : prefix.getInt(8) & 0xffffffffL;
      if (begin + length > channel.size()) {
        throw bad("truncated in its header");
      }
      if (length > MOST_HEADER) {
        throw bad("its header of %d bytes makes no sense", length);
      }
      ByteBuffer header = ByteBuffer.allocate(Math.toIntExact(length));
      readFully(channel, header, begin);
      parse(new String(header.array(), StandardCharsets.UTF_8));
      return begin + length;
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long from)
        throws IOException {
      while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
        // a read may be short
      }
      buffer.flip();
    }

    private void parse(String header) {
      if (header.isBlank()) {
        throw bad("its header is empty");
      }
      Matcher descr = TYPE.matcher(header);
      Matcher order = ORDER.matcher(header);
      Matcher lengths = SHAPE.matcher(header);
      if (!descr.find()) {
        throw bad("unsupported dtype in %s; save it as float32", printable(header));
      }
      if (!order.find() || !lengths.find()) {
        throw bad("broken header %s", printable(header));
      }
      type = descr.group(1) + descr.group(2);
      decoder = DECODERS.get(descr.group(2));
      itemSize = descr.group(2).charAt(1) - '0';
      shape =
          Pattern.compile("\\d+")
              .matcher(lengths.group(1))
              .results()
              .mapToLong(number -> Long.parseLong(number.group()))
              .toArray();
      strides = new long[shape.length];
      boolean fortran = order.group(1).equals("True");
      long stride = 1;
      for (int i = 0; i < shape.length; i++) {
        int axis = fortran ? i : shape.length - 1 - i;
        strides[axis] = stride;
        stride *= shape[axis];
      }
    }

    private Stage.Failure bad(String format, Object... what) {
      return new Stage.Failure("%s: %s; save it again with numpy.save", name, format(format, what));
    }

    @Override
    public long[] shape() {
      return shape;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public List<Entry> entries() {
      throw new IllegalStateException("an array does not name its tracks");
    }

    @Override
    public double at(int item, int frame, int coefficient) {
      long place =
          item * strides[itemAxis()]
              + frame * strides[frameAxis()]
              + coefficient * strides[coefficientAxis()];
      long bytes = place * itemSize;
      return decoder.decode(chunks[(int) (bytes / CHUNK)], (int) (bytes % CHUNK));
    }

    @Override
    public void close() throws IOException {
      chunks = null;
      if (temporary) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Reads one number at a byte of a buffer that has the file's byte order. */
  private interface Decoder {
    double decode(ByteBuffer bytes, int at);
  }

  private static final Map<String, Decoder> DECODERS =
      Map.of(
          "i1", ByteBuffer::get,
          "u1", (bytes, at) -> bytes.get(at) & 0xff,
          "i2", ByteBuffer::getShort,
          "u2", (bytes, at) -> bytes.getShort(at) & 0xffff,
          "i4", ByteBuffer::getInt,
          "u4", (bytes, at) -> bytes.getInt(at) & 0xffffffffL,
          "i8", ByteBuffer::getLong,
          "f2", (bytes, at) -> half(bytes.getShort(at)),
          "f4", ByteBuffer::getFloat,
          "f8", ByteBuffer::getDouble);

  /** IEEE 754 binary16; the JDK converts it only from 20 on. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (0x400 | fraction), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }

  /**
   * A JSON of the Keras lineage, read twice: once for lengths and names, whose keys may come after
   * the values, and once for the values, an item at a time.
   */
  private final class JsonValues implements Values {
    private final InputStream in;
    private final JsonParser json;
    private final List<String> mapping = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private final List<String> tracks = new ArrayList<>();
    private final List<Integer> segments = new ArrayList<>();
    private final long[] shape = {0, -1, -1};
    private boolean found;
    private float[] current = new float[0];
    private int item = -1;

    JsonValues() throws IOException {
      try (InputStream once = Store.open(source);
          JsonParser first = parser(once)) {
        survey(first);
      } catch (JsonProcessingException | EOFException | ZipException error) {
        throw broken(error);
      }
      if (!found) {
        throw bad("it has no key %s; name the values' key by --key", key);
      }
      in = Store.open(source);
      json = parser(in);
      toValues();
      current = new float[Math.toIntExact(Math.max(0, shape[1] * shape[2]))];
    }

    /** Python writes NaN as a bare word: let it through here, to name its place. */
    private static JsonParser parser(InputStream in) throws IOException {
      JsonParser parser = Store.JSON.getFactory().createParser(in);
      return parser.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
    }

    private void survey(JsonParser first) throws IOException {
      expect(first, first.nextToken(), JsonToken.START_OBJECT, "the file");
      while (first.nextToken() != JsonToken.END_OBJECT) {
        String name = first.currentName();
        if (name == null) {
          throw new EOFException();
        }
        first.nextToken();
        switch (name) {
          case "mapping" -> {
            for (String genre : texts(first, name)) {
              mapping.add(Corpus.trackId(genre)); // some writers keep the folder's path
            }
          }
          case "labels" -> labels.addAll(wholes(first, name));
          case "tracks" -> tracks.addAll(texts(first, name));
          case "segments" -> segments.addAll(wholes(first, name));
          default -> {
            if (name.equals(key) && found) {
              throw bad("it has the key %s twice", key);
            }
            if (name.equals(key)) {
              found = true;
              measure(first, name, 0);
            } else {
              first.skipChildren();
            }
          }
        }
      }
      if (first.nextToken() != null) { // reads on to the end, where gzip has its checksum
        throw bad("something follows its end");
      }
      if (Set.copyOf(mapping).size() < mapping.size()) {
        throw bad("its mapping has a class twice: %s", printable("" + mapping));
      }
    }

    private List<String> texts(JsonParser first, String name) throws IOException {
      var texts = new ArrayList<String>();
      for (JsonNode node : array(first, name)) {
        if (!node.isTextual() || node.asText().isEmpty()) {
          throw bad("%s[%d] is %s, not a name", name, texts.size(), printable(node.toString()));
        }
        texts.add(node.asText());
      }
      return texts;
    }

    /** Whole numbers from 0; some writers have 3.0 for 3. */
    private List<Integer> wholes(JsonParser first, String name) throws IOException {
      var wholes = new ArrayList<Integer>();
      for (JsonNode node : array(first, name)) {
        int whole = node.asInt(-1);
        if (!node.isNumber() || whole < 0 || node.asDouble() != whole) {
          throw bad(
              "%s[%d] is %s, not a whole number from 0",
              name, wholes.size(), printable(node.toString()));
        }
        wholes.add(whole);
      }
      return wholes;
    }

    private JsonNode array(JsonParser first, String name) throws IOException {
      expect(first, first.currentToken(), JsonToken.START_ARRAY, name);
      return first.readValueAsTree();
    }

    /** Counts the entries of each axis, and refuses ragged ones. */
    private void measure(JsonParser first, String place, int axis) throws IOException {
      expect(first, first.currentToken(), JsonToken.START_ARRAY, place);
      int length = 0;
      while (first.nextToken() != JsonToken.END_ARRAY) {
        if (axis < 2) {
          measure(first, place + "[" + length + "]", axis + 1);
        } else if (first.currentToken() == null || !first.currentToken().isNumeric()) {
          throw bad("%s[%d] is %s, not a number", place, length, printable(first.getText()));
        }
        length++;
      }
      if (shape[axis] >= 0 && axis > 0 && shape[axis] != length) {
        throw bad("%s has %d entries, the first has %d", place, length, shape[axis]);
      }
      shape[axis] = length;
    }

    private void expect(JsonParser parser, JsonToken is, JsonToken wanted, String place)
        throws IOException {
      if (is == null) {
        throw new EOFException();
      }
      if (is != wanted) {
        throw bad("%s: expected %s, found %s", place, wanted.asString(), parser.getText());
      }
    }

    private Stage.Failure bad(String format, Object... what) {
      return new Stage.Failure("%s: %s; make it again", source, format(format, what));
    }

    private Stage.Failure broken(IOException error) {
      String where =
          error instanceof JsonProcessingException parse && parse.getLocation() != null
              ? format(
                  " at line %d, column %d",
                  parse.getLocation().getLineNr(), parse.getLocation().getColumnNr())
              : "";
      return bad("no whole JSON (broken%s)", where);
    }

    private void toValues() throws IOException {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean here = json.currentName().equals(key);
        json.nextToken();
        if (here) {
          return;
        }
        json.skipChildren();
      }
    }

    @Override
    public long[] shape() {
      return shape;
    }

    @Override
    public String type() {
      return "json";
    }

    @Override
    public List<Entry> entries() {
      if (tracks.isEmpty() || segments.isEmpty() && !wholeTracks()) {
        throw new Stage.Failure(
            "%s: it does not name %s; give --index with one row {track, segment, genre} for each",
            source, tracks.isEmpty() ? "its tracks" : "its segments' places");
      }
      if (tracks.size() != shape[0] || !wholeTracks() && segments.size() != shape[0]) {
        throw bad(
            "%s has %d entries, tracks %d, segments %d",
            key, shape[0], tracks.size(), segments.size());
      }
      return IntStream.range(0, tracks.size())
          .mapToObj(
              i -> {
                String track = Corpus.trackId(tracks.get(i));
                String genre = genre(i);
                return new Entry(
                    track,
                    wholeTracks() ? 0 : segments.get(i),
                    genre.isEmpty() ? genreOf(source, i, track) : genre,
                    null);
              })
          .toList();
    }

    /** The genre that mapping and labels give an item; empty where they are missing. */
    String genre(int i) {
      if (labels.isEmpty() || mapping.isEmpty()) {
        return "";
      }
      if (labels.size() != shape[0]) {
        throw bad("%s has %d entries, labels %d", key, shape[0], labels.size());
      }
      int label = labels.get(i);
      if (label < 0 || label >= mapping.size()) {
        throw bad("labels[%d] is %d, but there are %d classes", i, label, mapping.size());
      }
      return mapping.get(label);
    }

    @Override
    public double at(int wanted, int frame, int coefficient) {
      try {
        while (item < wanted) {
          next();
        }
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
      int inner = frameAxis() < coefficientAxis() ? coefficient : frame;
      int outer = frameAxis() < coefficientAxis() ? frame : coefficient;
      return current[outer * (int) shape[2] + inner];
    }

    private void next() throws IOException {
      int filled = 0;
      for (int depth = 0; filled < current.length || depth > 0; ) {
        JsonToken token = json.nextToken();
        if (token == JsonToken.START_ARRAY) {
          depth++;
        } else if (token == JsonToken.END_ARRAY) {
          depth--;
        } else {
          current[filled++] = json.getFloatValue();
        }
      }
      item++;
    }

    @Override
    public void close() throws IOException {
      json.close();
      in.close();
    }
  }

  private void checkShape(long[] shape) {
    if (shape.length != axes.size()) {
      throw new Stage.Failure(
          "%s: its shape %s has %d axes, --axes names %d (%s); give --axes in the array's order",
          source, Arrays.toString(shape), shape.length, axes.size(), String.join(",", axes));
    }
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 1 || shape[axis] > Integer.MAX_VALUE) {
        throw new Stage.Failure(
            "%s: %d entries along %s; save an array with values",
            source, shape[axis], axes.get(axis));
      }
    }
    if (frames > shape[frameAxis()]) {
      throw new Stage.Failure(
          "%s: it has %d frames, --frames wants %d; give fewer, or --axes in the array's order",
          source, shape[frameAxis()], frames);
    }
    long taken = frames == 0 ? shape[frameAxis()] : frames;
    Stage.requireOption(
        !delta || taken >= Mel.DELTA_WIDTH,
        "--delta is taken over %d frames; a segment has %d",
        Mel.DELTA_WIDTH,
        taken);
  }

  private void warnIfSwapped(long[] shape) {
    if (shape[frameAxis()] < shape[coefficientAxis()]) {
      Stage.warn(
          "%s: its shape %s is taken as %d frames x %d coefficients; if it is the other way round,"
              + " as from librosa, give --axes segment,coefficient,frame",
          source, Arrays.toString(shape), shape[frameAxis()], shape[coefficientAxis()]);
    }
  }

  /** What the index tells of one item; label is null where it does not say. */
  private record Entry(String track, int segment, String genre, Integer label) {}

  private List<Entry> readIndex() {
    JsonNode rows;
    try (InputStream in = Store.open(index)) {
      rows = Store.JSON.readTree(in);
    } catch (JsonProcessingException | EOFException | ZipException error) {
      throw new Stage.Failure("%s: broken JSON; make the index again", index);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    if (!rows.isArray()) {
      throw new Stage.Failure(
          "%s: not an array of rows; give [{\"track\": …, \"segment\": …, \"genre\": …}, …]",
          index);
    }
    var entries = new ArrayList<Entry>(rows.size());
    for (JsonNode row : rows) {
      entries.add(entry(row, entries.size()));
    }
    return entries;
  }

  private Entry entry(JsonNode row, int number) {
    String name = row.isTextual() ? row.asText() : row.path("track").asText("");
    if (name.isEmpty()) {
      throw new Stage.Failure("%s: row %d names no track; add its \"track\"", index, number);
    }
    JsonNode segment = row.path("segment");
    if (!wholeTracks() && (!segment.isInt() || segment.asInt() < 0)) {
      throw new Stage.Failure(
          "%s: row %d (%s) has no segment number; add its \"segment\", or name the array's first"
              + " axis track by --axes",
          index, number, name);
    }
    String track = Corpus.trackId(name);
    String genre = row.path("genre").asText("");
    JsonNode label = row.path("label");
    return new Entry(
        track,
        wholeTracks() ? 0 : segment.asInt(),
        genre.isEmpty() ? genreOf(index, number, track) : genre,
        label.isInt() ? label.asInt() : null);
  }

  /** GTZAN's ids begin with the genre. */
  private static String genreOf(Path file, int number, String track) {
    int dot = track.indexOf('.');
    if (dot < 1) {
      throw new Stage.Failure(
          "%s: row %d (%s) has no genre; add its \"genre\"", file, number, track);
    }
    return track.substring(0, dot);
  }

  private void checkEntries(List<Entry> entries, Values values) {
    Path file = index == null ? source : index;
    long items = values.shape()[itemAxis()];
    if (entries.size() != items) {
      throw new Stage.Failure(
          "%s: it has %d rows, but %s has %d %ss; give the index that belongs to the array",
          file, entries.size(), source, items, axes.get(itemAxis()));
    }
    Map<Object, Object> known = new HashMap<>(); // label to genre, genre to label, track to genre
    Set<List<Object>> places = new HashSet<>();
    for (int i = 0; i < items; i++) {
      Entry entry = entries.get(i);
      if (!places.add(List.of(entry.track(), entry.segment()))) {
        throw new Stage.Failure(
            "%s: row %d is track %s, segment %d a second time; remove or correct one",
            file, i, entry.track(), entry.segment());
      }
      agree(file, i, known, List.of("track", entry.track()), List.of("genre", entry.genre()));
      if (entry.label() != null) {
        agree(file, i, known, List.of("label", entry.label()), List.of("genre", entry.genre()));
        agree(file, i, known, List.of("genre", entry.genre()), List.of("label", entry.label()));
      }
      if (values instanceof JsonValues json
          && !json.genre(i).isEmpty()
          && !json.genre(i).equals(entry.genre())) {
        throw new Stage.Failure(
            "%s: row %d has genre %s, but %s labels it %s; give the index that belongs to it",
            file, i, entry.genre(), source, json.genre(i));
      }
    }
  }

  private static void agree(
      Path file, int row, Map<Object, Object> known, List<Object> one, List<Object> other) {
    Object before = known.putIfAbsent(one, other);
    if (before != null && !before.equals(other)) {
      List<?> earlier = (List<?>) before;
      throw new Stage.Failure(
          "%s: row %d gives %s %s the %s %s, an earlier row %s; correct the index",
          file, row, one.get(0), one.get(1), other.get(0), other.get(1), earlier.get(1));
    }
  }

  /** Which part of which item each segment of the output is. */
  private record Layout(List<Entry> entries, int segmentsEach, int frames, int coefficients) {
    int size() {
      return entries.size() * segmentsEach;
    }

    Entry entry(int row) {
      return entries.get(row / segmentsEach);
    }

    int segment(int row) {
      return entry(row).segment() + row % segmentsEach;
    }
  }

  private Layout layOut(List<Entry> entries, long[] shape) {
    int has = (int) shape[frameAxis()];
    int takes = frames == 0 ? has : frames;
    return new Layout(
        entries, wholeTracks() ? has / takes : 1, takes, (int) shape[coefficientAxis()]);
  }

  private Features describe(Layout layout, Values values) {
    for (Entry entry : layout.entries()) {
      if (!Stage.oneLine(entry.genre()).equals(entry.genre())) {
        throw new Stage.Failure(
            "%s: genre %s has a control character; rename it",
            index == null ? source : index, entry.genre());
      }
    }
    List<String> mapping =
        List.copyOf(new TreeSet<>(layout.entries().stream().map(Entry::genre).toList()));
    int size = layout.size();
    return new Features(
        key,
        mapping,
        IntStream.range(0, size).map(i -> mapping.indexOf(layout.entry(i).genre())).toArray(),
        IntStream.range(0, size).mapToObj(i -> layout.entry(i).track()).toArray(String[]::new),
        IntStream.range(0, size).map(layout::segment).toArray(),
        null,
        layout.frames(),
        layout.coefficients() * (delta ? 2 : 1),
        null,
        params(values),
        provenance());
  }

  private ObjectNode params(Values values) {
    ObjectNode params = Store.JSON.createObjectNode();
    params.put("key", key).put("source", source.getFileName().toString());
    if (array != null) {
      params.put("array", array);
    }
    params.put("type", values.type()).put("axes", String.join(",", axes));
    params.putPOJO("shape", values.shape());
    params.put("scale", scale).put("offset", offset).put("frames", frames);
    if (delta) {
      params.put("delta", true).put("deltaWidth", Mel.DELTA_WIDTH);
    }
    return params;
  }

  private ObjectNode provenance() {
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "import").put("genrelab", Stage.VERSION);
    ObjectNode inputs = provenance.putObject("inputs");
    inputs.put(source.getFileName().toString(), Store.sha256(source));
    if (index != null) {
      inputs.put(index.getFileName().toString(), Store.sha256(index));
    }
    return provenance.put("synthetic", false);
  }

  /** The segments' values, each made when the writer asks for it. */
  private Iterator<float[]> rows(Layout layout, Values values, ProgressBar bar) {
    return IntStream.range(0, layout.size())
        .mapToObj(
            row -> {
              bar.step();
              float[] segment = segment(layout, row, values);
              return delta ? Mel.withDeltas(segment, layout.coefficients()) : segment;
            })
        .iterator();
  }

  private float[] segment(Layout layout, int row, Values values) {
    var segment = new float[layout.frames() * layout.coefficients()];
    int item = row / layout.segmentsEach();
    int first = row % layout.segmentsEach() * layout.frames();
    int n = 0;
    for (int frame = 0; frame < layout.frames(); frame++) {
      for (int c = 0; c < layout.coefficients(); c++) {
        float value = rounded(values.at(item, first + frame, c) * scale + offset);
        if (!Float.isFinite(value)) {
          throw new Stage.Failure(
              "%s: the value at %s %d (track %s), frame %d, coefficient %d is %s;"
                  + " compute these features again",
              source,
              axes.get(itemAxis()),
              item,
              layout.entry(row).track(),
              first + frame,
              c,
              value);
        }
        segment[n++] = value;
      }
    }
    return segment;
  }

  /** Log-mel files are ten times an MFCC's: three decimals (of a dB) are more than they hold. */
  private float rounded(double value) {
    return key.equals("logmel") && Double.isFinite(value)
        ? (float) (Math.rint(value * 1000) / 1000)
        : (float) value;
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

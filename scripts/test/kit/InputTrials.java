//SOURCES Trials.java

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Every input of every stage in turn: missing, of another kind, empty, damaged at its beginning.
 */
final class InputTrials extends Trials {
  InputTrials(Path folder, Path run) {
    super(folder, run);
  }

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    for (String alias : SmallRun.stages()) {
      List<String> options = SmallRun.options(alias, run(), run());
      for (int i = 0; i < options.size(); i++) {
        Path input = Path.of(options.get(i));
        String before = i == 0 ? "" : options.get(i - 1);
        boolean output = before.equals(SmallRun.outputOption(alias));
        if (!output && input.startsWith(run())) {
          String option = before.startsWith("--") ? before : "AUDIO";
          add(cases, alias, i, option, input);
        }
      }
    }
    return cases;
  }

  private void add(List<Case> cases, String alias, int at, String option, Path input)
      throws IOException {
    String name =
        "`%s`, %s: ".formatted(alias, option.startsWith("--") ? "`" + option + "`" : option);
    cases.add(tried(name + "nothing there", alias, at, input, file -> {}));
    if (Files.isDirectory(input)) {
      cases.add(tried(name + "an empty folder", alias, at, input, Files::createDirectory));
      cases.add(
          tried(
              name + "a text file for a folder",
              alias,
              at,
              input,
              file -> Files.writeString(file, "x")));
      return;
    }
    // a manifest names its files from where it lies
    String text = Files.readString(input, StandardCharsets.ISO_8859_1);
    byte[] whole =
        text.replace("\"corpus/", "\"" + run().resolve("corpus") + "/")
            .getBytes(StandardCharsets.ISO_8859_1);
    cases.add(tried(name + "a folder for a file", alias, at, input, Files::createDirectory));
    cases.add(
        tried(name + "an empty file", alias, at, input, file -> Files.write(file, new byte[0])));
    cases.add(tried(name + "text", alias, at, input, file -> Files.writeString(file, "no data\n")));
    cases.add(
        tried(
            name + "rows of another file",
            alias,
            at,
            input,
            file -> Files.writeString(file, "[\n{\"epoch\":1,\"loss\":2.5}\n]\n")));
    cases.add(
        tried(
            name + "a PNG's first bytes",
            alias,
            at,
            input,
            file -> Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10})));
    if (whole[0] == '{' || whole[0] == '[') {
      byte[] marked = Arrays.copyOf(BYTE_ORDER_MARK, 3 + whole.length);
      System.arraycopy(whole, 0, marked, 3, whole.length);
      cases.add(
          tried(
              name + "a byte order mark before it",
              alias,
              at,
              input,
              file -> Files.write(file, marked)));
      byte[] wide = new String(whole, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
      cases.add(tried(name + "as UTF-16", alias, at, input, file -> Files.write(file, wide)));
    }
  }

  private interface Spoiler {
    void spoil(Path file) throws IOException;
  }

  private Case tried(String input, String alias, int at, Path whole, Spoiler spoiler)
      throws IOException {
    Path in = fresh("input");
    Path out = Files.createDirectories(in.resolve("out"));
    Path file = in.resolve(whole.getFileName());
    spoiler.spoil(file);
    var options = new ArrayList<>(SmallRun.options(alias, run(), out));
    options.set(at, file.toString());
    return answered(input, alias, options, out, whole.getFileName().toString());
  }
}

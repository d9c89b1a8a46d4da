///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that sources are formatted; with --write, formats them (environment/format).
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.google.googlejavaformat:google-java-format:1.28.0
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED

import static org.junit.jupiter.api.Assertions.*;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FormatTest {
  static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));

  /** What is written here by others or by runs, not by hand. */
  static final Set<String> NOT_OURS =
      Set.of(".git", ".venv", ".ipynb_checkpoints", "__pycache__", "corpora", "runs", ".idea");

  static final Pattern TEXT =
      Pattern.compile(
          ".*\\.(java|sh|md|json|ipynb|cff|cmd|txt|csv|html|svg|tex)|(?!.*\\.(gz|opus|png|wma)$)[A-Za-z.]+");
  static final Pattern NO_STRAY_SPACE = Pattern.compile(".*\\.(java|sh|md|json)|[a-z]+");

  public static void main(String... args) throws Exception {
    boolean write = List.of(args).contains("--write");
    List<Path> named =
        Stream.of(args)
            .filter(arg -> !arg.startsWith("--"))
            .map(arg -> Path.of(arg).toAbsolutePath().normalize())
            .toList();
    for (Path file : named) {
      if (!file.toString().endsWith(".java") || !Files.isRegularFile(file)) {
        System.err.println(file + ": not a Java file; name files that end in .java");
        System.exit(2);
      }
    }
    int unformatted = 0;
    for (Path file : named.isEmpty() ? javaFiles() : named) {
      String source = Files.readString(file);
      String formatted;
      try {
        formatted = formatted(source);
      } catch (FormatterException e) {
        System.err.println(file + ": " + e.getMessage());
        unformatted++;
        continue;
      }
      if (formatted.equals(source)) continue;
      System.out.println(file);
      if (write) Files.writeString(file, formatted);
      else unformatted++;
    }
    System.exit(unformatted == 0 ? 0 : 1);
  }

  @TestFactory
  Stream<DynamicTest> everyJavaFileIsFormatted() throws IOException {
    List<Path> files = javaFiles();
    assertTrue(files.size() > 1, "no Java files under " + HOME);
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    HOME.relativize(file).toString(),
                    () -> {
                      String source = Files.readString(file);
                      String difference = firstDifference(source, formatted(source));
                      assertTrue(difference.isEmpty(), difference);
                    }));
  }

  @Test
  void headerStaysAndBodyIsFormatted() throws FormatterException {
    String header = "///usr/bin/env jbang \"$0\" \"$@\" ; exit $?\n\n//JAVA 17+\n//DEPS a:b:1\n\n";
    assertEquals(
        header + "class A {\n  int x = 1;\n}\n", formatted(header + "class A {int x  =1;\n\n}"));
  }

  @Test
  void firstDifferenceNamesTheLine() {
    assertEquals("", firstDifference("a\nb\n", "a\nb\n"));
    assertEquals(
        "line 2: \"c\" should be \"b\"; run environment/format",
        firstDifference("a\nc\n", "a\nb\n"));
  }

  @Test
  void textFilesAreUtf8WithoutStrayWhitespace() throws IOException {
    List<String> wrong = new ArrayList<>();
    int read = 0;
    for (Path file : files(HOME)) {
      String name = file.getFileName().toString();
      if (!TEXT.matcher(name).matches()) continue;
      read++;
      try (Stream<String> lines = Files.lines(file)) {
        boolean spaces = NO_STRAY_SPACE.matcher(name).matches();
        int number = 0;
        for (String line : (Iterable<String>) lines::iterator) {
          number++;
          boolean stray = line.contains("\t") || line.endsWith(" ") || line.endsWith("\r");
          if (spaces && stray) {
            wrong.add(HOME.relativize(file) + ":" + number + ": tab or space at the line's end");
          }
        }
      } catch (java.io.UncheckedIOException e) {
        if (!(e.getCause() instanceof CharacterCodingException)) throw e;
        wrong.add(HOME.relativize(file) + ": not UTF-8");
      }
    }
    assertTrue(read > 5, "hardly any text files under " + HOME);
    assertEquals(List.of(), wrong);
  }

  /**
   * As google-java-format's own command line does it, but for the header: that would turn {@code
   * //DEPS} into a comment that JBang ignores.
   */
  static String formatted(String source) throws FormatterException {
    int body = 0;
    while (body < source.length()) {
      int end = source.indexOf('\n', body) + 1;
      if (end == 0) end = source.length();
      String line = source.substring(body, end);
      if (!line.isBlank() && !line.startsWith("//")) break;
      body = end;
    }
    if (body == source.length()) return source;
    Formatter formatter = new Formatter();
    String text = formatter.formatSource(source.substring(body));
    text = RemoveUnusedImports.removeUnusedImports(text);
    text = ImportOrderer.reorderImports(text, Style.GOOGLE);
    text = StringWrapper.wrap(text, formatter);
    return source.substring(0, body) + text;
  }

  static String firstDifference(String is, String should) {
    if (is.equals(should)) return "";
    String[] a = is.split("\n", -1);
    String[] b = should.split("\n", -1);
    int i = 0;
    while (i < Math.min(a.length, b.length) && a[i].equals(b[i])) i++;
    String was = i < a.length ? a[i] : "";
    String wanted = i < b.length ? b[i] : "";
    return "line %d: \"%s\" should be \"%s\"; run environment/format".formatted(i + 1, was, wanted);
  }

  static List<Path> javaFiles() throws IOException {
    return files(HOME.resolve("scripts")).stream()
        .filter(file -> file.toString().endsWith(".java"))
        .toList();
  }

  static List<Path> files(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> inside = Files.list(folder)) {
      for (Path path : inside.sorted().toList()) {
        if (NOT_OURS.contains(path.getFileName().toString())) continue;
        if (Files.isDirectory(path)) found.addAll(files(path));
        else found.add(path);
      }
    }
    return found;
  }
}

///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Writes environment/completion.bash anew, from the options of all stages
// Before the stages', of which some bring older ones: DL4J's slf4j, commons-compress's lang3.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES ../../Augment.java
//SOURCES ../../Baseline.java
//SOURCES ../../Bench.java
//SOURCES ../../Classify.java
//SOURCES ../../Cnn.java
//SOURCES ../../Compact.java
//SOURCES ../../Compare.java
//SOURCES ../../Demo.java
//SOURCES ../../Embed.java
//SOURCES ../../Export.java
//SOURCES ../../Explore.java
//SOURCES ../../Fetch.java
//SOURCES ../../Hybrid.java
//SOURCES ../../Import.java
//SOURCES ../../Kmeans.java
//SOURCES ../../Logmel.java
//SOURCES ../../Lstm.java
//SOURCES ../../Mfcc.java
//SOURCES ../../Report.java
//SOURCES ../../Segment.java
//SOURCES ../../Spark.java
//SOURCES ../../Split.java
//SOURCES ../../Study.java
//SOURCES ../../Tsne.java
//SOURCES ../../Verify.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//RUNTIME_OPTIONS -Djava.awt.headless=true

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What {@code environment/completion.bash} holds of the stages' options.
 *
 * <p>Not by {@code picocli.AutoComplete}: its functions complete a command of one word, here the
 * launcher's second word names the command.
 */
final class Completion {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));
  static final Path FILE = HOME.resolve("environment/completion.bash");

  private Completion() {}

  public static void main(String... args) throws Exception {
    String text = text();
    Store.write(FILE, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    System.out.println(FILE);
  }

  /** What the file should hold; all but the lines between its marks stands as it is. */
  static String text() throws Exception {
    var aliases = new StringBuilder();
    var options = new StringBuilder();
    var values = new TreeMap<String, TreeSet<String>>();
    for (var stage : stages().entrySet()) {
      String alias = stage.getKey();
      CommandSpec spec = Stage.commandLine(stage.getValue()).getCommandSpec();
      aliases.append(aliases.isEmpty() ? "" : " ").append(alias);
      var names = new TreeSet<String>();
      for (OptionSpec option : spec.options()) {
        if (!option.hidden()) {
          List<String> own = List.of(option.names()).stream().filter(n -> n.length() > 2).toList();
          names.addAll(own);
          if (option.negatable()) {
            own.forEach(name -> names.add(name.replaceFirst("--", "--no-")));
          }
          if (option.arity().max() > 0) {
            own.forEach(name -> add(values, alias + ":" + name, option));
          }
        }
      }
      spec.positionalParameters().forEach(each -> add(values, alias + ":", each));
      options.append("    %s) options='%s' ;;%n".formatted(alias, String.join(" ", names)));
    }
    var cases = new StringBuilder();
    values.forEach(
        (value, where) ->
            cases.append("    %s) %s ;;%n".formatted(String.join(" | ", where), value)));
    String written =
        "_genrelab_aliases='%s'%n%n".formatted(aliases)
            + "# Sets options, values, list and files, by alias and before.\n"
            + "_genrelab_choices() {\n"
            + "  case $alias in\n%s  esac%n".formatted(options)
            + "  case $alias:$before in\n%s  esac%n}%n".formatted(cases);
    String text = Files.readString(FILE);
    int from = text.indexOf('\n', text.indexOf("# >>>")) + 1;
    return text.substring(0, from) + written + text.substring(text.indexOf("# <<<"));
  }

  private static void add(Map<String, TreeSet<String>> values, String where, ArgSpec arg) {
    if (arg.completionCandidates() != null) {
      String value = "values='" + String.join(" ", arg.completionCandidates()) + "'";
      value += arg.splitRegex().equals(",") ? " list=yes" : "";
      value += arg.paramLabel().contains("FILE") ? " files=yes" : "";
      values.computeIfAbsent(value, none -> new TreeSet<>()).add(where);
    }
  }

  static Map<String, String> aliases() throws IOException {
    JsonNode catalog = Store.JSON.readTree(HOME.resolve("jbang-catalog.json").toFile());
    var scripts = new TreeMap<String, String>();
    for (var alias : catalog.path("aliases").properties()) {
      scripts.put(alias.getKey(), alias.getValue().path("script-ref").asText());
    }
    return scripts;
  }

  /** A command of each alias; a new one's script must be named in this file's //SOURCES. */
  static Map<String, Object> stages() throws Exception {
    var stages = new TreeMap<String, Object>();
    for (var alias : aliases().entrySet()) {
      String file = Path.of(alias.getValue()).getFileName().toString();
      try {
        var made = Class.forName(file.substring(0, file.length() - ".java".length()));
        var constructor = made.getDeclaredConstructor();
        constructor.setAccessible(true);
        stages.put(alias.getKey(), constructor.newInstance());
      } catch (ClassNotFoundException error) {
        throw new AssertionError("Completion.java needs //SOURCES ../../" + file, error);
      }
    }
    return stages;
  }
}

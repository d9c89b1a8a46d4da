//SOURCES Trials.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;

/** Wrong options of every stage. */
final class OptionTrials extends Trials {
  private static final Set<Class<?>> NUMBERS =
      Set.of(int.class, long.class, double.class, float.class, Integer.class, Double.class);

  OptionTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    for (String alias : SmallRun.stages()) {
      cases.add(with("`%s --nonsense`".formatted(alias), alias, "--nonsense"));
      for (OptionSpec option : SmallRun.spec(alias).options()) {
        String name = option.longestName();
        if (NUMBERS.contains(option.type())) {
          cases.add(with("`%s %s=ten`".formatted(alias, name), alias, name + "=ten"));
        } else if (option.type().isEnum()) {
          cases.add(with("`%s %s=none-such`".formatted(alias, name), alias, name + "=none-such"));
        }
      }
    }
    return cases;
  }

  private Case with(String input, String alias, String more) throws IOException {
    Path out = Files.createDirectories(fresh("options").resolve("out"));
    var options = new ArrayList<>(SmallRun.options(alias, run(), out));
    String name = more.replaceFirst("=.*", "");
    int given = options.indexOf(name);
    if (given >= 0) {
      options.subList(given, given + 2).clear();
    }
    options.add(0, more);
    return answered(input, alias, options, out, name);
  }
}

package genrelab.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The machine that figures were taken on. */
final class Machine {
  /** As Linux names them; which of them a processor has decides what oneDNN and the JIT can do. */
  private static final List<String> INSTRUCTION_SETS =
      List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve");

  private Machine() {}

  /**
   * Processor, cores, instruction sets, memory, system and Java in one line; without what the
   * system doesn't tell.
   */
  static String describe() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    List<String> cpu = cpuInfo();
    return "%s, %d cores%s; %d GB; %s %s; Java %s"
        .formatted(
            value(cpu, "model name", System.getProperty("os.arch")),
            Runtime.getRuntime().availableProcessors(),
            instructionSets(value(cpu, "flags", value(cpu, "Features", ""))),
            Math.round(system.getTotalMemorySize() / 1e9),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            System.getProperty("java.version"));
  }

  private static List<String> cpuInfo() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo"));
    } catch (IOException notLinux) {
      return List.of();
    }
  }

  private static String value(List<String> cpu, String key, String otherwise) {
    return cpu.stream()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
        .map(parts -> parts[1].strip())
        .findFirst()
        .orElse(otherwise);
  }

  private static String instructionSets(String flags) {
    Set<String> has = Set.copyOf(List.of(flags.split(" ")));
    String found = INSTRUCTION_SETS.stream().filter(has::contains).collect(Collectors.joining(" "));
    return found.isEmpty() ? "" : ", " + found;
  }
}

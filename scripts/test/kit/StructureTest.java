///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the structure of the code: packages, their dependencies, what each file includes.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.tngtech.archunit:archunit-junit5:1.4.1
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
//SOURCES ../../Export.java
//SOURCES ../../Embed.java
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
//SOURCES ../../lib/bench/FeaturesBench.java
//SOURCES ../../lib/bench/KmeansBench.java
//SOURCES ../../lib/bench/NetworksBench.java
//SOURCES ../../lib/bench/ScalePage.java
//SOURCES ../../lib/bench/TsneBench.java
//SOURCES ../../lib/notebook/NotebookClasspath.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StructureTest {
  static final Path SCRIPTS = Path.of(System.getenv("GENRELAB_HOME"), "scripts");
  static final Path LIB = SCRIPTS.resolve("lib");
  static final Pattern PACKAGE = Pattern.compile("(?m)^package (genrelab\\.[a-z0-9.]+);");
  static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?genrelab\\.((?:[a-z0-9]+\\.)+[A-Z]\\w*)");
  static final Pattern SOURCES = Pattern.compile("(?m)^//SOURCES (\\S+)");

  static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes = new ClassFileImporter().importPackages("genrelab");
  }

  @Test
  void everyLibraryFileIsLookedAt() throws IOException {
    Set<String> looked =
        classes.stream()
            .map(found -> found.getName().replaceFirst("\\$.*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    var there = new TreeSet<String>();
    for (Path file : javaFiles(LIB)) {
      String name = file.getFileName().toString().replace(".java", "");
      var declared = PACKAGE.matcher(Files.readString(file));
      if (declared.find() && !name.equals("package-info")) {
        there.add(declared.group(1) + "." + name);
      }
    }
    there.removeAll(looked);
    assertEquals(Set.of(), there, "no stage includes them");
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("genrelab.(**)").should().beFreeOfCycles().check(classes);
  }

  /** Stages have no package, so that javac refuses this too. */
  @Test
  void noPackageUsesAStage() {
    noClasses().should().dependOnClassesThat().resideInAPackage("").check(classes);
  }

  @Test
  void onlyNetworksUseDl4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage("genrelab.networks..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..")
        .check(classes);
  }

  @Test
  void onlyFiguresUseXChart() throws IOException {
    noClasses()
        .that()
        .resideOutsideOfPackage("genrelab.figures")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.knowm..")
        .check(classes);
    var others = new TreeSet<String>(); // stages and tests
    for (Path file : javaFiles(SCRIPTS)) {
      if (!file.startsWith(LIB.resolve("figures"))
          && Files.readString(file).lines().anyMatch(l -> l.startsWith("import org.knowm."))) {
        others.add(SCRIPTS.relativize(file).toString());
      }
    }
    assertEquals(Set.of(), others);
  }

  /** Its 300 MB are for those alone who have a cluster, or many cores. */
  @Test
  void onlySparkUsesSpark() throws IOException {
    noClasses()
        .that()
        .resideOutsideOfPackage("genrelab.spark")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .check(classes);
    noClasses() // but for the settings that Parquet's writer takes
        .that()
        .resideOutsideOfPackage("genrelab.spark")
        .and()
        .haveNameNotMatching("genrelab\\.features\\.FeaturesParquet.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.hadoop..")
        .check(classes);
    var others = new TreeSet<String>(); // stages and tests
    for (Path file : javaFiles(SCRIPTS)) {
      if (!file.startsWith(LIB.resolve("spark"))
          && Files.readString(file)
              .lines()
              .anyMatch(l -> l.startsWith("import org.apache.spark."))) {
        others.add(SCRIPTS.relativize(file).toString());
      }
    }
    assertEquals(Set.of(), others);
  }

  @Test
  void layersUseNoOtherPackage() {
    noClasses()
        .that()
        .resideInAPackage("genrelab.networks.dl4j")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("genrelab..")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.resideInAPackage("genrelab.networks.dl4j"))))
        .check(classes);
  }

  /** Of an option group's class the name ends in Options. */
  @Test
  void commandLinesAreReadInStagesAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("genrelab.kit")
        .and(
            DescribedPredicate.describe(
                "are no option groups", type -> !type.getName().matches(".*Options.*")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(classes);
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    var without = new TreeSet<String>();
    for (Path file : javaFiles(LIB)) {
      var declared = PACKAGE.matcher(Files.readString(file));
      if (!declared.find()) {
        continue;
      }
      Path info = file.resolveSibling("package-info.java");
      Path folder = Path.of(declared.group(1).substring("genrelab.".length()).replace('.', '/'));
      assertEquals(LIB.resolve(folder), file.getParent(), file + " lies in another folder");
      if (!Files.exists(info) || !Files.readString(info).startsWith("/**")) {
        without.add(folder.toString());
      }
    }
    assertEquals(Set.of(), without, "packages without a package-info.java");
  }

  /**
   * JBang compiles what //SOURCES reach. Each file names what it imports, so that it still compiles
   * when another file includes less; globs break a remote run.
   */
  @Test
  void everyFileNamesWhatItImports() throws IOException {
    var wrong = new ArrayList<String>();
    List<Path> files = javaFiles(SCRIPTS);
    for (Path file : files) {
      String text = Files.readString(file);
      Set<Path> named = new TreeSet<>();
      SOURCES
          .matcher(text)
          .results()
          .forEach(
              line -> {
                if (line.group(1).contains("*")) {
                  wrong.add(SCRIPTS.relativize(file) + ": a pattern in //SOURCES " + line.group(1));
                }
                named.add(file.resolveSibling(line.group(1)).normalize());
              });
      IMPORT
          .matcher(text)
          .results()
          .map(line -> LIB.resolve(line.group(1).replace('.', '/') + ".java"))
          .filter(imported -> Files.exists(imported) && !named.contains(imported))
          .forEach(
              imported ->
                  wrong.add(
                      "%s: no //SOURCES of %s"
                          .formatted(SCRIPTS.relativize(file), LIB.relativize(imported))));
    }
    assertTrue(files.size() > 60, "few files: " + files.size());
    assertEquals(List.of(), wrong);
  }

  /**
   * What lies in its own package a file uses without an import: //SOURCES must name it all the
   * same.
   */
  @Test
  void everyFileNamesWhatItUsesOfItsPackage() throws IOException {
    var wrong = new TreeSet<String>();
    for (JavaClass used : classes) {
      for (Dependency dependency : used.getDirectDependenciesToSelf()) {
        JavaClass user = dependency.getOriginClass();
        Path file = file(user);
        if (!user.getPackageName().equals(used.getPackageName()) || file.equals(file(used))) {
          continue;
        }
        String name = file(used).getFileName().toString();
        String text = Files.readString(file);
        // what a chain of calls passes through has no name in the text
        if (Pattern.compile("\\b" + name.replace(".java", "\\b")).matcher(text).find()
            && text.lines().noneMatch(("//SOURCES " + name)::equals)) {
          wrong.add(LIB.relativize(file) + ": no //SOURCES of " + name);
        }
      }
    }
    assertEquals(Set.of(), wrong);
  }

  private static Path file(JavaClass type) {
    String folder = type.getPackageName().substring("genrelab.".length()).replace('.', '/');
    return LIB.resolve(folder).resolve(type.getSource().orElseThrow().getFileName().orElseThrow());
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      assertFalse(found.isEmpty(), folder + " is empty");
      return found;
    }
  }
}

//SOURCES ReportFiles.java
//SOURCES RunResults.java
//SOURCES Section.java
//SOURCES Tables.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java

package genrelab.report;

import static genrelab.report.Tables.count;
import static genrelab.report.Tables.number;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** Provenance of the results: parameters, versions, the stages' options and their inputs. */
public final class ProvenanceSection {
  private ProvenanceSection() {}

  public static Section of(RunResults run, ReportFiles files) {
    Section section = Section.of("provenance", "Provenance");
    Table parameters = parameters(run);
    if (parameters.rowCount() > 0) {
      section.tables().add(files.table("parameters", "Parameters and versions", parameters));
    }
    List<Rows.StageRecord> stages = run.allStages();
    if (!stages.isEmpty()) {
      section.tables().add(files.table("runs", "Stages as they were run", options(stages)));
      Table inputs = inputs(stages);
      if (inputs.rowCount() > 0) {
        section.tables().add(files.table("inputs", "Checksums of inputs", inputs));
      }
    }
    return section;
  }

  private static Table parameters(RunResults run) {
    Table table = Tables.texts("What", "Value");
    run.features().ifPresent(header -> addFeatures(header, table));
    if (!run.segments().isEmpty()) {
      Tables.append(table, "segments", count(run.segments().size()));
      long tracks = run.segments().stream().map(Rows.Segment::track).distinct().count();
      Tables.append(table, "tracks", count(tracks));
    }
    run.allStages().stream()
        .filter(stage -> stage.versions() != null)
        .flatMap(stage -> stage.versions().entrySet().stream())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey,
                TreeMap::new,
                Collectors.mapping(Map.Entry::getValue, Collectors.toCollection(TreeSet::new))))
        .forEach(
            (name, versions) ->
                Tables.append(table, "version of " + name, String.join(", ", versions)));
    return table;
  }

  private static void addFeatures(RunFolder.FeaturesHeader header, Table table) {
    if (header.provenance().isMissingNode()) {
      return;
    }
    Tables.append(table, "features: source", header.provenance().path("source").asText(""));
    flatten("features: ", header.params(), table);
    flatten("K-means: ", header.provenance().path("kmeans"), table);
    flatten("HDBSCAN*: ", header.provenance().path("hdbscan"), table);
  }

  private static void flatten(String prefix, JsonNode object, Table table) {
    object
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isObject()) {
                flatten(prefix + field.getKey() + ": ", field.getValue(), table);
              } else {
                Tables.append(
                    table,
                    prefix + field.getKey(),
                    field.getValue().asText(field.getValue().toString()));
              }
            });
  }

  private static Table options(List<Rows.StageRecord> stages) {
    Table table = Tables.texts("Stage", "Seed", "Started (UTC)", "Seconds", "Options");
    for (Rows.StageRecord stage : stages) {
      Tables.append(
          table,
          Tables.text(stage.stage()),
          stage.seed() == null ? "" : stage.seed().toString(),
          Tables.text(stage.started()),
          number(stage.seconds(), "%.1f"),
          stage.options() == null ? "" : String.join(" ", stage.options()));
    }
    return table;
  }

  private static Table inputs(List<Rows.StageRecord> stages) {
    Table table = Tables.texts("Stage", "Input", "SHA-256");
    stages.stream()
        .filter(stage -> stage.inputs() != null)
        .flatMap(
            stage ->
                new TreeMap<>(stage.inputs())
                    .entrySet().stream()
                        .map(
                            input ->
                                List.of(
                                    Tables.text(stage.stage()), input.getKey(), input.getValue())))
        .distinct()
        .forEach(row -> Tables.append(table, row.toArray(String[]::new)));
    return table;
  }
}

package genrelab.bench;

import java.util.List;

/** A stage that can be timed, in the order in which they are. */
public enum TimedStage {
  mfcc(Suite.features),
  logmel(Suite.features),
  /** MFCCs of mp3 files. */
  mp3(Suite.features),
  kmeans(Suite.kmeans),
  tsne(Suite.tsne),
  cnn(Suite.networks),
  lstm(Suite.networks),
  /** The network of {@code cnn} from the features file to its tested model. */
  training(Suite.training),
  classify(Suite.processes),
  /** The {@code --help} of stages. */
  start(Suite.processes);

  private final Suite suite;

  TimedStage(Suite suite) {
    this.suite = suite;
  }

  /** The suite whose processes time it. */
  public Suite suite() {
    return suite;
  }

  /** Turns that count, of so many wanted: a third where a turn takes a minute. */
  public int turns(int wanted) {
    return this == tsne || this == training ? (wanted + 2) / 3 : wanted;
  }

  /** Stages that the same processes time: one of ours, and one of each peer library. */
  public enum Suite {
    features("FeaturesBench", "bench-features.py", Requirements.features, "librosa"),
    kmeans("KmeansBench", "bench-clustering.py", Requirements.features, "scikit-learn"),
    tsne("TsneBench", "bench-clustering.py", Requirements.features, "scikit-learn"),
    networks("NetworksBench", "bench-networks.py", Requirements.networks, "keras", "pytorch"),
    training("NetworksBench", "bench-networks.py", Requirements.networks, "keras"),
    /** Processes of ours alone; the worker has nothing to do. */
    processes("FeaturesBench", "bench-features.py", Requirements.features);

    private final String worker;
    private final String script;
    private final Requirements requirements;
    private final List<String> libraries;

    Suite(String worker, String script, Requirements requirements, String... libraries) {
      this.worker = worker;
      this.script = script;
      this.requirements = requirements;
      this.libraries = List.of(libraries);
    }

    /** Our class, in a file of its own beside this one. */
    public String worker() {
      return worker;
    }

    /** The peers' Python script, a resource. */
    public String script() {
      return script;
    }

    /** What the peers need. */
    public Requirements requirements() {
      return requirements;
    }

    /** The peers' names, the script's first argument. */
    public List<String> libraries() {
      return libraries;
    }
  }

  /** What the kit's own virtual environment gets when it is first needed. */
  public enum Requirements {
    features("bench-requirements-features.txt", "librosa and scikit-learn (about 0.6 GB)"),
    networks("bench-requirements.txt", "Keras and TensorFlow (about 1.5 GB)");

    private final String file;
    private final String contents;

    Requirements(String file, String contents) {
      this.file = file;
      this.contents = contents;
    }

    /** The list, a resource. */
    public String file() {
      return file;
    }

    /** What it brings, for the user. */
    public String contents() {
      return contents;
    }
  }
}

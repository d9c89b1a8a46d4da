package genrelab.results;

/**
 * The classical methods of the {@code baseline} stage, from the simplest; each names its folder in
 * a run and its rows in the results.
 */
public enum BaselineMethod {
  majority("Majority", "The most frequent genre of the training segments, for every segment."),
  knn("k-NN", "The vote of the 5 nearest training segments."),
  logistic(
      "Logistic regression", "One logistic regression per genre (one-vs-rest), L2-regularised."),
  forest("Random forest", "100 CART trees, each of a bootstrap sample of the training segments."),
  svm("SVM", "A support vector machine with a Gaussian (RBF) kernel, one-vs-one.");

  private final String title;
  private final String description;

  BaselineMethod(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** In figures, tables and headings. */
  public String title() {
    return title;
  }

  /** What it is, in a sentence. */
  public String description() {
    return description;
  }

  /** Whether results of this name are a baseline's. */
  public static boolean isNameOf(String name) {
    for (BaselineMethod method : values()) {
      if (method.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}

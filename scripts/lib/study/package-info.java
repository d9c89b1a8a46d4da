/**
 * The study and the plans of experiments: which stages run, with which options, in which order.
 *
 * <p>{@code Plan} is a matrix of experiments read from YAML; {@code StageSteps} builds the steps
 * that a study and a plan share; {@code StepRunner} starts each as a process of its own, unless it
 * is up to date. May use {@code kit}, {@code results}, {@code evaluation} and the catalog of {@code
 * networks}.
 */
package genrelab.study;

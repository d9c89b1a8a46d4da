/**
 * The study and the plans of experiments: which stages run, with which options, in which order.
 *
 * <p>May use {@code kit}, {@code results} and {@code features}; starts each stage as a process of
 * its own.
 */
package genrelab.study;

/**
 * A run's segments on a map in the browser: what the page shows, the server on the loopback
 * address, and the static page.
 *
 * <p>May use {@code results}, {@code evaluation}, {@code features} and {@code audio}. The page's
 * own files lie in {@code page}; it draws with D3 (Bostock, Ogievetsky and Heer, 2011), from its
 * WebJar.
 */
package genrelab.explore;

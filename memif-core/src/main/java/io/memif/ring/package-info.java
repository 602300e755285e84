/**
 * The data path: ring layout, descriptor checks, receive and transmit engines.
 *
 * <p>Lock-free, allocation-free and closed: nothing here calls outside this package and {@code
 * java.*}. An engine belongs to one generation of a link and to one thread; the handles of {@code
 * io.memif} point to the current one.
 */
package io.memif.ring;

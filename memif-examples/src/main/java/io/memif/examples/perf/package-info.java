/**
 * {@code memif perf}: measures what a link carries.
 *
 * <p>A {@code Lane} is the work on one queue, a {@code Poller} the thread that turns lanes, and
 * {@code Measurement} the command's own thread, which only reads counters. The loops show the
 * fastest way to use the library: in place, in bursts, without garbage.
 */
package io.memif.examples.perf;

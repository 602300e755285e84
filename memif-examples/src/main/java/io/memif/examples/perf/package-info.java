/**
 * {@code memif perf}: measures what a link carries.
 *
 * <p>A {@code Lane} is the work on one queue, a {@code Poller} the thread that turns lanes, and
 * {@code Measurement} the command's own thread, which only reads counters. The loops show the
 * fastest way to use the library: in place, in bursts, without garbage.
 *
 * <p>{@code memif perf ndr}: a {@code RateSearch} decides which load is tried next, and a {@code
 * TrialRunner} offers it to a device with lanes of the same kind: a {@code PacedLane} sends, a
 * {@code TimedLane} counts.
 */
package io.memif.examples.perf;

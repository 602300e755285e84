package io.memif.examples.perf;

/**
 * When to measure, in nanoseconds.
 *
 * @param warmUpNs from the link coming up; nothing before it counts
 * @param runNs measured after that
 * @param intervalNs from one live line to the next
 */
record PerfTimes(long warmUpNs, long runNs, long intervalNs) {}

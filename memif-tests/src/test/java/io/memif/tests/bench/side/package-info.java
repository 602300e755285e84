/**
 * The side-by-side benchmark: our library and others under the same conditions, in turns.
 *
 * <p>A {@code Row} of the table compares two {@code Setup}s. Each is two processes at the ends of a
 * link, pinned to a processor each. One of them is the process under test; the other, opposite, is
 * the same in both setups of a row wherever that is possible.
 *
 * <p>A run of one setup and a run of the other, back to back, are a {@code Pair}. The speed of a
 * virtual machine depends on where the host has put its processors. Therefore {@code LineProbe}
 * measures the round trip of a cache line between the two processors before, between and after the
 * runs of a pair, and only pairs without a change in it count. Ratios are taken pair by pair.
 */
package io.memif.tests.bench.side;

/**
 * The side-by-side benchmark: our library and others, in the same seat, in turns.
 *
 * <p>A {@code Row} of the table compares two {@code Match}es: two processes at the ends of a link,
 * each pinned to a processor of its own, of which one, the seat, differs. Everything is measured in
 * short windows, since on shared machines now and then a window is stolen.
 */
package io.memif.tests.bench.side;

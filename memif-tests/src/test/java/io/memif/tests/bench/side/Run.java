package io.memif.tests.bench.side;

/**
 * One match played.
 *
 * @param row id
 * @param reference whether it was the reference's match
 * @param jvm name; of a reference without Java that of the first
 * @param round 0 and up
 * @param result null if it failed
 * @param failure why; null if it did not
 */
record Run(
        String row, boolean reference, String jvm, int round, Match.Result result, String failure) {
    boolean isSameAs(Run other) {
        return row.equals(other.row)
                && reference == other.reference
                && jvm.equals(other.jvm)
                && round == other.round;
    }
}

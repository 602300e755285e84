package io.memif.tests.fuzz;

import java.util.BitSet;

/**
 * The behaviour that was seen of the code under test, as numbers that a target makes of its states
 * and answers: an input that shows a new one is worth being mutated further.
 */
final class Coverage {
    private static final int SIZE = 1 << 16;

    private final BitSet seen = new BitSet(SIZE);
    private boolean fresh;

    void mark(int kind, int... details) {
        int hash = kind;
        for (int detail : details) {
            hash = hash * 31 + detail;
        }
        mark(hash);
    }

    void mark(String what) {
        mark(what.hashCode());
    }

    private void mark(int hash) {
        int cell = (hash ^ hash >>> 16) * 0x9e3779b1 >>> 16;
        if (!seen.get(cell)) {
            seen.set(cell);
            fresh = true;
        }
    }

    /** Whether anything was new since the last call. */
    boolean takeNew() {
        boolean was = fresh;
        fresh = false;
        return was;
    }

    int count() {
        return seen.cardinality();
    }
}

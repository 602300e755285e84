package io.memif.tests.life;

import java.util.Random;

/**
 * How much a test does: a short run in every build, the whole count with {@code -Dmemif.long=true},
 * any count with {@code -Dmemif.rounds=N}. Random choices repeat with {@code -Dmemif.seed=S}.
 */
public final class Effort {
    private Effort() {}

    /** Rounds to do, or seconds to run. */
    public static int of(int inEveryBuild, int whole) {
        return Integer.getInteger("memif.rounds", whole(inEveryBuild, whole));
    }

    private static int whole(int inEveryBuild, int whole) {
        return Boolean.getBoolean("memif.long") ? whole : inEveryBuild;
    }

    /** Random choices of a test; says what they follow from. */
    public static Random random(String test) {
        long seed = Long.getLong("memif.seed", System.nanoTime());
        System.out.println(test + ": -Dmemif.seed=" + seed);
        return new Random(seed);
    }
}

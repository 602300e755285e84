package io.memif.tests.fuzz;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Feeds a target with inputs: first those of the corpus, then generated ones, of which it keeps
 * those that show something new. Deterministic for a seed as far as the target is.
 *
 * <ul>
 *   <li>{@code fuzz.seconds}: time for all campaigns of a test class, 12 by default
 *   <li>{@code fuzz.count}: instead of a time, messages or states for all campaigns of a class
 *   <li>{@code fuzz.seed}: runs the same again
 *   <li>{@code fuzz.input}: runs this one input, in hex, as a failure prints it
 * </ul>
 */
final class Campaign {
    private static final long SHRINK_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int KEPT = 4000;

    private final String name;
    private final Target target;
    private final Coverage coverage = new Coverage();
    private final Corpus corpus;
    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private long units;
    private long inputs;

    private Campaign(String name, Target target) {
        this.name = name;
        this.target = target;
        this.corpus = Corpus.load(name);
    }

    /**
     * Runs one of the campaigns of a class.
     *
     * @param share campaigns in the class
     * @return messages or states that were tried
     */
    static long run(String name, int share, Target target) {
        Campaign campaign = new Campaign(name, target);
        try (Watchdog watchdog = new Watchdog(name)) {
            return campaign.run(share, watchdog);
        }
    }

    private long run(int share, Watchdog watchdog) {
        String replayed = System.getProperty("fuzz.input");
        if (replayed != null) {
            attempt(HexFormat.of().parseHex(replayed), watchdog);
            return units;
        }
        System.out.println(name + ": fuzz.seed=" + seed);
        long start = System.nanoTime();
        // Some of a large corpus would do, but all that was ever worth keeping has to pass.
        for (byte[] input : corpus.inputs()) {
            attempt(input, watchdog);
        }
        coverage.takeNew();
        long count = Long.getLong("fuzz.count", 0) / share;
        long end = start + TimeUnit.SECONDS.toNanos(Long.getLong("fuzz.seconds", 12)) / share;
        Mutator mutator = new Mutator(seed);
        while (count > 0 ? units < count : System.nanoTime() < end) {
            byte[] input = mutator.next(corpus.inputs());
            attempt(input, watchdog);
            if (coverage.takeNew() && corpus.inputs().size() < KEPT) {
                corpus.add(input);
            }
        }
        corpus.save();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s: %d inputs, %d units in %.1f s (%.0f/s), %d kinds of behaviour, corpus %d%n",
                name,
                inputs,
                units,
                seconds,
                units / seconds,
                coverage.count(),
                corpus.inputs().size());
        return units;
    }

    private void attempt(byte[] input, Watchdog watchdog) {
        inputs++;
        watchdog.started(input);
        Throwable failure = failure(input);
        if (failure != null) {
            byte[] small = shrunk(input, failure.getClass());
            throw new AssertionError(
                    name
                            + ": "
                            + failure
                            + "; replay with -Dfuzz.input="
                            + HexFormat.of().formatHex(small)
                            + " (found as input "
                            + inputs
                            + " of -Dfuzz.seed="
                            + seed
                            + ")",
                    failure);
        }
    }

    private Throwable failure(byte[] input) {
        try {
            units += target.run(new ByteSource(input), coverage);
            return null;
        } catch (Exception | Error e) {
            return e;
        }
    }

    /** Cuts away what a failure of this kind does not need. */
    private byte[] shrunk(byte[] input, Class<?> kind) {
        long end = System.nanoTime() + SHRINK_NS;
        byte[] best = input;
        for (int chunk = Math.max(1, input.length / 2); chunk > 0; chunk /= 2) {
            int at = Math.max(0, best.length - chunk);
            while (at >= 0 && System.nanoTime() < end) {
                byte[] without = without(best, at, chunk);
                Throwable other = failure(without);
                if (other != null && other.getClass() == kind) {
                    best = without;
                }
                at -= chunk;
            }
        }
        return best;
    }

    private static byte[] without(byte[] input, int at, int count) {
        int end = Math.min(input.length, at + count);
        byte[] rest = Arrays.copyOf(input, Math.max(0, input.length - (end - at)));
        System.arraycopy(input, end, rest, at, input.length - end);
        return rest;
    }
}

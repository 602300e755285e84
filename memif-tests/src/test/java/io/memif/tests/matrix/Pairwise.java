package io.memif.tests.matrix;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Picks few combinations of settings that bring every value of each setting together with every
 * value of every other.
 *
 * <p>Greedy: a combination starts with two values that have not met yet, and takes the others such
 * that most new pairs come about.
 */
public final class Pairwise {
    /** Random starts until two values count as impossible together. */
    private static final int TRIES = 200;

    private final int[] sizes;
    private final Predicate<int[]> possible;
    private final Random random;
    private final Set<Pair> open = new HashSet<>();

    /** Value {@code i} of setting {@code a} together with value {@code j} of setting {@code b}. */
    private record Pair(int a, int i, int b, int j) {}

    private Pairwise(int[] sizes, Predicate<int[]> possible, Random random) {
        this.sizes = sizes;
        this.possible = possible;
        this.random = random;
    }

    /**
     * Picks combinations.
     *
     * @param sizes how many values each setting has
     * @param possible whether a combination, given as indexes of values, makes sense
     * @param random decides where several are as good
     * @return combinations, as indexes of values
     */
    public static List<int[]> cover(int[] sizes, Predicate<int[]> possible, Random random) {
        return new Pairwise(sizes, possible, random).rows();
    }

    private List<int[]> rows() {
        for (int a = 0; a < sizes.length; a++) {
            for (int b = a + 1; b < sizes.length; b++) {
                for (int at = 0; at < sizes[a] * sizes[b]; at++) {
                    open.add(new Pair(a, at / sizes[b], b, at % sizes[b]));
                }
            }
        }
        List<int[]> rows = new ArrayList<>();
        for (Pair next : List.copyOf(open)) {
            if (open.contains(next)) {
                int[] row = rowWith(next);
                if (row != null) {
                    open.removeAll(pairs(row));
                    rows.add(row);
                }
                open.remove(next);
            }
        }
        return rows;
    }

    private int[] rowWith(Pair pair) {
        for (int i = 0; i < TRIES; i++) {
            int[] row = IntStream.of(sizes).map(random::nextInt).toArray();
            row[pair.a] = pair.i;
            row[pair.b] = pair.j;
            if (possible.test(row)) {
                for (int k = 0; k < sizes.length; k++) {
                    if (k != pair.a && k != pair.b) {
                        improve(row, k);
                    }
                }
                return row;
            }
        }
        return null;
    }

    /** Gives one setting the value that makes most new pairs. */
    private void improve(int[] row, int setting) {
        int best = row[setting];
        long most = -1;
        int first = random.nextInt(sizes[setting]);
        for (int i = 0; i < sizes[setting]; i++) {
            row[setting] = (first + i) % sizes[setting];
            long made = possible.test(row) ? made(row, setting) : -1;
            if (made > most) {
                most = made;
                best = row[setting];
            }
        }
        row[setting] = best;
    }

    private long made(int[] row, int setting) {
        return IntStream.range(0, sizes.length)
                .filter(other -> other != setting && open.contains(pair(row, setting, other)))
                .count();
    }

    private static Pair pair(int[] row, int one, int other) {
        int a = Math.min(one, other);
        int b = Math.max(one, other);
        return new Pair(a, row[a], b, row[b]);
    }

    private List<Pair> pairs(int[] row) {
        List<Pair> pairs = new ArrayList<>();
        for (int a = 0; a < row.length; a++) {
            for (int b = a + 1; b < row.length; b++) {
                pairs.add(pair(row, a, b));
            }
        }
        return pairs;
    }
}

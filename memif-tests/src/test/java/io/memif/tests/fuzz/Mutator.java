package io.memif.tests.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs: random ones, or ones made of those that have shown something new. */
final class Mutator {
    private static final int[] LENGTHS = {24, 64, 160, 400, 1000};

    private final SplittableRandom random;

    Mutator(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] next(List<byte[]> corpus) {
        if (corpus.isEmpty() || random.nextInt(3) == 0) {
            byte[] input = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
            random.nextBytes(input);
            return input;
        }
        byte[] input = corpus.get(random.nextInt(corpus.size())).clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            input = mutated(input, corpus);
        }
        return input;
    }

    private byte[] mutated(byte[] input, List<byte[]> corpus) {
        if (input.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(input.length);
        switch (random.nextInt(5)) {
            case 0 -> input[at] = (byte) random.nextInt();
            case 1 -> input[at] = (byte) (input[at] + 1 - 2 * random.nextInt(2));
            case 2 -> {
                int end = Math.min(input.length, at + 1 + random.nextInt(8));
                byte[] shorter = Arrays.copyOf(input, input.length - (end - at));
                System.arraycopy(input, end, shorter, at, input.length - end);
                return shorter;
            }
            case 3 -> {
                byte[] more = new byte[1 + random.nextInt(16)];
                random.nextBytes(more);
                return spliced(input, at, more, 0);
            }
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                return spliced(Arrays.copyOf(input, at), at, other, from);
            }
        }
        return input;
    }

    /** Inserts the rest of another input; bounded, for inputs must not grow for ever. */
    private static byte[] spliced(byte[] input, int at, byte[] other, int from) {
        int added = other.length - from;
        byte[] joined = Arrays.copyOf(input, input.length + added);
        System.arraycopy(input, at, joined, at + added, input.length - at);
        System.arraycopy(other, from, joined, at, added);
        return joined.length > 2000 ? Arrays.copyOf(joined, 2000) : joined;
    }
}

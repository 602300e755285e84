package io.memif.tests.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes tapes: out of nothing, or out of some that have shown something new. */
final class Mutator {
    private static final int[] LENGTHS = {24, 64, 160, 400, 1000};

    private final SplittableRandom random;

    Mutator(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] next(List<byte[]> corpus) {
        if (corpus.isEmpty() || random.nextInt(3) == 0) {
            byte[] tape = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
            random.nextBytes(tape);
            return tape;
        }
        byte[] tape = corpus.get(random.nextInt(corpus.size())).clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            tape = mutated(tape, corpus);
        }
        return tape;
    }

    private byte[] mutated(byte[] tape, List<byte[]> corpus) {
        if (tape.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(tape.length);
        switch (random.nextInt(5)) {
            case 0 -> tape[at] = (byte) random.nextInt();
            case 1 -> tape[at] = (byte) (tape[at] + 1 - 2 * random.nextInt(2));
            case 2 -> {
                int end = Math.min(tape.length, at + 1 + random.nextInt(8));
                byte[] shorter = Arrays.copyOf(tape, tape.length - (end - at));
                System.arraycopy(tape, end, shorter, at, tape.length - end);
                return shorter;
            }
            case 3 -> {
                byte[] more = new byte[1 + random.nextInt(16)];
                random.nextBytes(more);
                return spliced(tape, at, more, 0);
            }
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                return spliced(Arrays.copyOf(tape, at), at, other, from);
            }
        }
        return tape;
    }

    /** Puts the other from there on into the tape; bounded, for tapes must not grow for ever. */
    private static byte[] spliced(byte[] tape, int at, byte[] other, int from) {
        int added = other.length - from;
        byte[] joined = Arrays.copyOf(tape, tape.length + added);
        System.arraycopy(tape, at, joined, at + added, tape.length - at);
        System.arraycopy(other, from, joined, at, added);
        return joined.length > 2000 ? Arrays.copyOf(joined, 2000) : joined;
    }
}

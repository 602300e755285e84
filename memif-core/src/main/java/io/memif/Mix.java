package io.memif;

/** Turns addresses and ports into bits that look random. */
final class Mix {
    private static final long ODD = 0x9e3779b97f4a7c15L;

    private Mix() {}

    /** A permutation of 64 bits in which each bit of the input moves about half of the output. */
    static long one(long word) {
        long x = word + ODD;
        x = (x ^ x >>> 32) * 0xd6e8feb86659fd93L;
        x = (x ^ x >>> 32) * 0xd6e8feb86659fd93L;
        return x ^ x >>> 32;
    }

    /** The same for an end and the other, whichever comes first. */
    static long both(long oneEnd, long otherEnd, int what) {
        return one(oneEnd + otherEnd + what * ODD);
    }

    static int finish(long flow) {
        return (int) (flow ^ flow >>> 32);
    }
}

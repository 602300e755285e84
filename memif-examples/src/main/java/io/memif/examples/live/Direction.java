package io.memif.examples.live;

/** Which way the packets of a ring go. */
public enum Direction {
    /** From the slave to the master. */
    S2M("s2m"),
    /** From the master to the slave. */
    M2S("m2s");

    private final String word;

    Direction(String word) {
        this.word = word;
    }

    /** {@return as it is printed} */
    public String word() {
        return word;
    }
}

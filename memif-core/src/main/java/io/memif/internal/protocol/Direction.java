package io.memif.internal.protocol;

/** Which way the packets of a ring go. */
public enum Direction {
    /** From slave to master; DPDK calls it C2S. */
    S2M,
    /** From master to slave; DPDK calls it S2C. */
    M2S
}

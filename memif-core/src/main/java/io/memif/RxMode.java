package io.memif;

/** How a receive queue waits for packets. */
public enum RxMode {
    /** {@link RxQueue#await} spins; the peer is asked not to signal. */
    POLLING,

    /** {@link RxQueue#await} sleeps until the peer signals. */
    INTERRUPT,

    /** {@link RxQueue#await} polls while packets come, and sleeps after 0.1 ms without any. */
    ADAPTIVE
}

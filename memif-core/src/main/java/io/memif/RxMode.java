package io.memif;

/** How a receive queue learns of packets. */
public enum RxMode {
    /** The application polls; the peer is asked not to signal. */
    POLLING,

    /** {@link RxQueue#await} sleeps until the peer signals. */
    INTERRUPT,

    /** {@link RxQueue#await} polls while packets come, and sleeps when none came for a while. */
    ADAPTIVE
}

package io.memif.internal.control;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When the peer of a link last moved, as {@link PeerWatch} saw it. Written on the reactor's thread,
 * read from any.
 */
public final class PeerMovement {
    /** By the reactor's clock. */
    private volatile long lastNs;

    /** By the wall clock. */
    private volatile long lastMs = System.currentTimeMillis();

    private volatile String stall = "";

    /** A peer that has just connected. */
    PeerMovement(long nowNs) {
        lastNs = nowNs;
    }

    void moved(long nowNs) {
        lastNs = nowNs;
        lastMs = System.currentTimeMillis();
    }

    void stall(String what) {
        stall = what;
    }

    /**
     * How long the peer has been still.
     *
     * @param nowNs by the reactor's clock
     * @return nanoseconds, a second too few at most
     */
    public long idleNs(long nowNs) {
        return Math.max(0, nowNs - lastNs);
    }

    /** {@return when it last moved, to the second: the same in every message until it moves} */
    Instant last() {
        return Instant.ofEpochMilli(lastMs).truncatedTo(ChronoUnit.SECONDS);
    }

    /** {@return what the peer leaves untouched, and since when; empty if nothing} */
    public String stall() {
        return stall;
    }
}

package io.memif.internal.protocol;

import java.util.Objects;

/**
 * What a master says in HELLO, before it knows which interface the slave wants: the most that any
 * interface of the listener takes.
 *
 * <p>Slaves negotiate down to the counts. gomemif is off by one there: with one ring offered it
 * creates none and leaves, with n it creates n - 1. The largest ring is always offered as 2^14,
 * since a VPP slave announces its own size whatever it is offered.
 *
 * @param applicationName told in HELLO
 * @param maxS2mRings most rings from slave to master
 * @param maxM2sRings most rings from master to slave
 */
public record MasterParameters(String applicationName, int maxS2mRings, int maxM2sRings) {
    /**
     * Checks the ranges.
     *
     * @param applicationName 31 bytes, the rest is cut off
     * @param maxS2mRings 1 to 256
     * @param maxM2sRings 1 to 256
     * @throws IllegalArgumentException naming the first value out of its range
     */
    public MasterParameters {
        Objects.requireNonNull(applicationName, "applicationName");
        Ranges.require("maxS2mRings", maxS2mRings, 1, Protocol.MAX_RINGS);
        Ranges.require("maxM2sRings", maxM2sRings, 1, Protocol.MAX_RINGS);
    }
}

package io.memif.internal.protocol;

import io.memif.Mode;
import java.util.Objects;

/**
 * What a slave wants.
 *
 * @param id of the interface
 * @param mode what packets are
 * @param secret shown to the master
 * @param applicationName told in INIT
 * @param interfaceName told in CONNECT
 * @param s2mRings rings from slave to master; the master may offer fewer
 * @param m2sRings rings from master to slave; the master may offer fewer
 * @param log2RingSize log2 of slots of each ring; the master may offer less
 * @param minS2mRings fewest that we settle for
 * @param minM2sRings fewest that we settle for
 * @param minLog2RingSize smallest that we settle for
 */
public record SlaveParameters(
        int id,
        Mode mode,
        Secret secret,
        String applicationName,
        String interfaceName,
        int s2mRings,
        int m2sRings,
        int log2RingSize,
        int minS2mRings,
        int minM2sRings,
        int minLog2RingSize) {
    /**
     * Checks the ranges.
     *
     * @param id all 32 bits, unsigned
     * @param mode not punt/inject
     * @param secret {@link Secret#NONE} for none
     * @param applicationName 31 bytes, the rest is cut off
     * @param interfaceName 31 bytes, the rest is cut off
     * @param s2mRings 1 to 256
     * @param m2sRings 1 to 256
     * @param log2RingSize 0 to 14
     * @param minS2mRings 0 to {@code s2mRings}
     * @param minM2sRings 0 to {@code m2sRings}
     * @param minLog2RingSize 0 to {@code log2RingSize}
     * @throws IllegalArgumentException naming the first value out of its range
     */
    public SlaveParameters {
        requireSupported(mode);
        Objects.requireNonNull(secret, "secret");
        Objects.requireNonNull(applicationName, "applicationName");
        Objects.requireNonNull(interfaceName, "interfaceName");
        Ranges.require("s2mRings", s2mRings, 1, Protocol.MAX_RINGS);
        Ranges.require("m2sRings", m2sRings, 1, Protocol.MAX_RINGS);
        Ranges.require("log2RingSize", log2RingSize, 0, Protocol.MAX_LOG2_RING_SIZE);
        Ranges.require("minS2mRings", minS2mRings, 0, s2mRings);
        Ranges.require("minM2sRings", minM2sRings, 0, m2sRings);
        Ranges.require("minLog2RingSize", minLog2RingSize, 0, log2RingSize);
    }

    static void requireSupported(Mode mode) {
        if (!mode.isSupported()) {
            throw new IllegalArgumentException("mode=" + mode + " is not supported by any peer");
        }
    }
}

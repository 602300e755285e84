package io.memif;

import io.memif.internal.memory.RingLayout;
import java.nio.charset.StandardCharsets;

/** Ranges of configuration values, checked once when a configuration is built. */
final class ConfigChecks {
    private static final int MAX_RINGS = 255;
    private static final int MAX_NAME = 31;
    private static final int MIN_BUFFER = 64;
    private static final int LINE = 64;

    /** All indexes there are, less one for the rings. */
    private static final int MAX_REGIONS = 255;

    private ConfigChecks() {}

    static void check(InterfaceConfig.Builder c) {
        if (c.mode == Mode.PUNT_INJECT) {
            throw new IllegalArgumentException(
                    "mode=PUNT_INJECT: no peer defines what its packets are; use ETHERNET or IP");
        }
        if (c.name != null) {
            name("name", c.name);
        }
        secret(c.secret);
        range("s2mRings", c.s2mRings, 1, MAX_RINGS);
        range("m2sRings", c.m2sRings, 1, MAX_RINGS);
        range("minS2mRings", c.minS2mRings, 1, c.s2mRings);
        range("minM2sRings", c.minM2sRings, 1, c.m2sRings);
        range("ringSize", c.ringSize, 2, 1 << RingLayout.MAX_LOG2_RING_SIZE);
        if (Integer.bitCount(c.ringSize) != 1) {
            throw new IllegalArgumentException("ringSize=" + c.ringSize + " is no power of two");
        }
        range("minRingSize", c.minRingSize, 1, c.ringSize);
        range("bufferSize", c.bufferSize, MIN_BUFFER, RingLayout.MAX_BUFFER_LENGTH);
        range("headroom", c.headroom, 0, c.bufferSize - 1);
        if (c.cacheLine != 64 && c.cacheLine != 128) {
            throw new IllegalArgumentException("cacheLine=" + c.cacheLine + " is not 64 or 128");
        }
        memory(c);
        positive("reconnectInterval min", c.reconnectMinNs);
        if (c.reconnectMaxNs < c.reconnectMinNs) {
            throw new IllegalArgumentException(
                    "reconnectInterval max="
                            + c.reconnectMaxNs
                            + "ns min="
                            + c.reconnectMinNs
                            + "ns");
        }
        positive("handshakeTimeout", c.handshakeTimeoutNs);
        if (c.interruptRecheckNs < 0) {
            throw new IllegalArgumentException("interruptRecheck=" + c.interruptRecheckNs + "ns");
        }
    }

    private static void memory(InterfaceConfig.Builder c) {
        if (c.role == Role.MASTER && (!c.regions.isEmpty() || c.hugepages || c.prefault)) {
            throw new IllegalArgumentException(
                    "regions, hugepages and prefault are for slaves: a master brings no memory");
        }
        range("regions", c.regions.size(), 0, MAX_REGIONS);
        MemifRegion home = c.bufferRegion;
        if (home == null) {
            return;
        }
        if (c.bufferOffset < 0 || c.bufferOffset % LINE != 0) {
            throw new IllegalArgumentException(
                    "buffersIn offset=" + c.bufferOffset + " is no multiple of " + LINE);
        }
        long needed = InterfaceSpecs.bufferMemory(c);
        long usable = home.buffer().capacity();
        if (c.bufferOffset + needed > usable) {
            throw new IllegalArgumentException(
                    ("buffersIn: " + needed + " bytes at " + c.bufferOffset)
                            + (" are more than the " + usable + " usable bytes of " + home));
        }
    }

    static void name(String what, String value) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_NAME) {
            throw new IllegalArgumentException(
                    what + " has " + length + " bytes, at most " + MAX_NAME + " fit the message");
        }
    }

    private static void secret(byte[] value) {
        if (value.length > InterfaceConfig.MAX_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "secret has "
                            + value.length
                            + " bytes, at most "
                            + InterfaceConfig.MAX_SECRET_LENGTH
                            + " work with every peer");
        }
        for (byte b : value) {
            if (b == 0) {
                throw new IllegalArgumentException("secret holds a NUL byte, which ends it");
            }
        }
    }

    static void positive(String what, long nanos) {
        if (nanos <= 0) {
            throw new IllegalArgumentException(what + "=" + nanos + "ns");
        }
    }

    static void range(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    what + "=" + value + " is not within " + min + " to " + max);
        }
    }
}

package io.memif;

import io.memif.internal.control.InterfaceSpec;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.InterfaceParameters;
import io.memif.internal.protocol.InterfaceParameters.RingCount;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Protocol;
import io.memif.internal.protocol.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Checks what a builder was given, once, and makes of it what the control path works with. */
final class ConfigChecks {
    private static final int MAX_QUEUES = 255;
    private static final int MAX_NAME = 31;
    private static final int MIN_BUFFER = 64;
    private static final int LINE = 64;

    /** All indexes there are, less one for the rings. */
    private static final int MAX_REGIONS = 255;

    private ConfigChecks() {}

    static InterfaceSpec spec(InterfaceConfig.Builder b) {
        InterfaceParameters parameters = parameters(b);
        range("regions", b.regions.size(), 0, MAX_REGIONS);
        if (b.role == Role.MASTER && (!b.regions.isEmpty() || b.hugepages || b.prefault)) {
            throw new IllegalArgumentException(
                    "regions, hugepages and prefault are for slaves: a master brings no memory");
        }
        nanos("interruptRecheck", b.interruptRecheck, 0);
        long reconnectMinNs = nanos("reconnectInterval min", b.reconnectMin, 1);
        InterfaceSpec spec =
                new InterfaceSpec(
                        parameters,
                        new Pages(b.hugepages, b.prefault),
                        b.regions.stream().map(MemifRegion::shared).toList(),
                        b.bufferRegion,
                        b.bufferOffset,
                        b.sealPolicy,
                        b.reconnect,
                        reconnectMinNs,
                        nanos("reconnectInterval max", b.reconnectMax, reconnectMinNs),
                        nanos("handshakeTimeout", b.handshakeTimeout, 1),
                        b.repeatSignals,
                        b.adminUp);
        if (b.bufferRegion != InterfaceSpec.CREATED) {
            buffersIn(
                    b.regions.get(b.bufferRegion),
                    b.bufferOffset,
                    MemoryPlan.buffersLength(parameters));
        }
        return spec;
    }

    /** Bytes that the buffers of all rings take, wherever they are. */
    static long bufferMemory(InterfaceConfig.Builder b) {
        return MemoryPlan.buffersLength(parameters(b));
    }

    private static InterfaceParameters parameters(InterfaceConfig.Builder b) {
        range("maxRings", b.maxRings, 0, Protocol.MAX_RINGS);
        boolean slave = b.role == Role.SLAVE;
        range("s2mRings", b.s2mRings, 1, MAX_QUEUES);
        range("m2sRings", b.m2sRings, 1, MAX_QUEUES);
        range("minS2mRings", b.minS2mRings, 0, slave ? b.s2mRings : b.maxRings);
        range("minM2sRings", b.minM2sRings, 0, slave ? b.m2sRings : b.maxRings);
        range("ringSize", b.ringSize, 2, 1 << Protocol.MAX_LOG2_RING_SIZE);
        if (Integer.bitCount(b.ringSize) != 1) {
            throw new IllegalArgumentException("ringSize=" + b.ringSize + " is no power of two");
        }
        range("minRingSize", b.minRingSize, 1, b.ringSize);
        range("bufferSize", b.bufferSize, MIN_BUFFER, RingLayout.MAX_BUFFER_LENGTH);
        range("headroom", b.headroom, 0, b.bufferSize - 1);
        if (b.cacheLine != 64 && b.cacheLine != 128) {
            throw new IllegalArgumentException("cacheLine=" + b.cacheLine + " is not 64 or 128");
        }
        return new InterfaceParameters(
                b.role,
                b.id,
                b.mode,
                secret(b.secret),
                b.name == null ? "memif0/" + Integer.toUnsignedString(b.id) : name("name", b.name),
                new RingCount(b.s2mRings, b.minS2mRings),
                new RingCount(b.m2sRings, b.minM2sRings),
                b.maxRings,
                Integer.numberOfTrailingZeros(b.ringSize),
                32 - Integer.numberOfLeadingZeros(b.minRingSize - 1),
                b.cacheLine,
                b.bufferSize,
                b.headroom,
                b.payloadRead);
    }

    private static void buffersIn(MemifRegion region, long offset, long needed) {
        if (offset < 0 || offset % LINE != 0) {
            throw new IllegalArgumentException(
                    "buffersIn offset=" + offset + " is no multiple of " + LINE);
        }
        long usable = region.buffer().capacity();
        if (offset + needed > usable) {
            throw new IllegalArgumentException(
                    ("buffersIn: " + needed + " bytes at " + offset)
                            + (" are more than the " + usable + " usable bytes of " + region));
        }
    }

    private static Secret secret(byte[] value) {
        if (value.length > InterfaceConfig.MAX_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    ("secret has " + value.length + " bytes, at most ")
                            + (InterfaceConfig.MAX_SECRET_LENGTH + " work with every peer"));
        }
        return Secret.of(value);
    }

    static String name(String what, String value) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_NAME) {
            throw new IllegalArgumentException(
                    what + " has " + length + " bytes, at most " + MAX_NAME + " fit the message");
        }
        return value;
    }

    static void bytes(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + "=" + value + " is negative");
        }
    }

    static void range(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    what + "=" + value + " is not within " + min + " to " + max);
        }
    }

    /** In nanoseconds; what no {@code long} can hold is as good as for ever. */
    static long nanos(String what, Duration value, long minNs) {
        if (value.compareTo(Duration.ofNanos(minNs)) < 0) {
            throw new IllegalArgumentException(
                    what + "=" + value + " is less than " + Duration.ofNanos(minNs));
        }
        return nanos(value);
    }

    /** In nanoseconds; what no {@code long} can hold is as good as for ever. */
    static long nanos(Duration value) {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        return value.compareTo(longest) < 0 ? value.toNanos() : Long.MAX_VALUE;
    }
}

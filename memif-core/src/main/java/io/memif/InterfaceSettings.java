package io.memif;

import io.memif.internal.control.InterfaceSpec;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.InterfaceParameters;
import io.memif.internal.protocol.InterfaceParameters.RingCount;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Protocol;
import io.memif.internal.protocol.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the builder of an interface has been given, or else the default of each setting; checks all
 * of it, once, and makes of it what the control path works with.
 */
final class InterfaceSettings {
    private static final int MAX_QUEUES = 255;
    private static final int MIN_BUFFER = 64;
    private static final int LINE = 64;

    /** All indexes there are, less one for the rings. */
    private static final int MAX_REGIONS = 255;

    /** A peer that is busy for less has not gone. */
    private static final long MIN_STILL_NS = 2_000_000_000;

    Role role = Role.SLAVE;
    int id;
    Mode mode = Mode.ETHERNET;
    String name;
    byte[] secret = {};
    int s2mRings = 1;
    int m2sRings = 1;
    int minS2mRings;
    int minM2sRings;
    int maxRings = 256;
    int ringSize = 1024;
    int minRingSize = 1;
    int bufferSize = 2048;
    int headroom;
    int cacheLine = RingLayout.DEFAULT_CACHE_LINE;
    boolean payloadRead = true;
    boolean hugepages;
    boolean prefault;
    final List<MemifRegion> regions = new ArrayList<>();
    int bufferRegion = InterfaceSpec.CREATED;
    long bufferOffset;
    SealPolicy sealPolicy = SealPolicy.SEALED_RINGS;
    RxMode rxMode = RxMode.POLLING;
    boolean reconnect = true;
    Duration reconnectMin = Duration.ofMillis(100);
    Duration reconnectMax = Duration.ofSeconds(2);
    Duration handshakeTimeout = Duration.ofSeconds(5);
    Duration interruptRecheck = Duration.ofMillis(10);
    boolean repeatSignals = true;
    Duration replaceIdleLinkAfter = Duration.ZERO;
    Duration endStalledLinkAfter = Duration.ZERO;
    boolean checkThreads = true;
    boolean adminUp = true;
    InterfaceListener listener = MemifInterface.NO_LISTENER;

    /**
     * The checked values.
     *
     * @throws IllegalArgumentException naming the first value out of its range
     */
    InterfaceSpec spec() {
        InterfaceParameters parameters = parameters();
        ConfigChecks.range("regions", regions.size(), 0, MAX_REGIONS);
        if (role == Role.MASTER && (!regions.isEmpty() || hugepages || prefault)) {
            throw new IllegalArgumentException(
                    "regions, hugepages and prefault are for slaves: a master brings no memory");
        }
        ConfigChecks.nanos("interruptRecheck", interruptRecheck, 0);
        long reconnectMinNs = ConfigChecks.nanos("reconnectInterval min", reconnectMin, 1);
        InterfaceSpec spec =
                new InterfaceSpec(
                        parameters,
                        new Pages(hugepages, prefault),
                        regions.stream().map(MemifRegion::shared).toList(),
                        bufferRegion,
                        bufferOffset,
                        sealPolicy,
                        reconnect,
                        reconnectMinNs,
                        ConfigChecks.nanos("reconnectInterval max", reconnectMax, reconnectMinNs),
                        ConfigChecks.nanos("handshakeTimeout", handshakeTimeout, 1),
                        repeatSignals,
                        lasting("replaceIdleLinkAfter", replaceIdleLinkAfter),
                        lasting("endStalledLinkAfter", endStalledLinkAfter),
                        adminUp);
        if (spec.replaceIdleAfterNs() > 0 && parameters.secret().isNone()) {
            throw new IllegalArgumentException(
                    "replaceIdleLinkAfter needs a secret: without one, anybody who connects"
                            + " could end the link of an idle peer");
        }
        if (bufferRegion != InterfaceSpec.CREATED) {
            buffersIn(
                    regions.get(bufferRegion), bufferOffset, MemoryPlan.buffersLength(parameters));
        }
        return spec;
    }

    /** Bytes that the buffers of all rings take, wherever they are. */
    long bufferMemory() {
        return MemoryPlan.buffersLength(parameters());
    }

    private InterfaceParameters parameters() {
        ConfigChecks.range("maxRings", maxRings, 0, Protocol.MAX_RINGS);
        boolean slave = role == Role.SLAVE;
        ConfigChecks.range("s2mRings", s2mRings, 1, MAX_QUEUES);
        ConfigChecks.range("m2sRings", m2sRings, 1, MAX_QUEUES);
        ConfigChecks.range("minS2mRings", minS2mRings, 0, slave ? s2mRings : maxRings);
        ConfigChecks.range("minM2sRings", minM2sRings, 0, slave ? m2sRings : maxRings);
        ConfigChecks.range("ringSize", ringSize, 2, 1 << Protocol.MAX_LOG2_RING_SIZE);
        if (Integer.bitCount(ringSize) != 1) {
            throw new IllegalArgumentException("ringSize=" + ringSize + " is not a power of two");
        }
        ConfigChecks.range("minRingSize", minRingSize, 1, ringSize);
        ConfigChecks.range("bufferSize", bufferSize, MIN_BUFFER, RingLayout.MAX_BUFFER_LENGTH);
        ConfigChecks.range("headroom", headroom, 0, bufferSize - 1);
        if (cacheLine != 64 && cacheLine != 128) {
            throw new IllegalArgumentException("cacheLine=" + cacheLine + " is not 64 or 128");
        }
        return new InterfaceParameters(
                role,
                id,
                mode,
                secret(secret),
                name == null
                        ? "memif0/" + Integer.toUnsignedString(id)
                        : ConfigChecks.name("name", name),
                new RingCount(s2mRings, minS2mRings),
                new RingCount(m2sRings, minM2sRings),
                maxRings,
                Integer.numberOfTrailingZeros(ringSize),
                32 - Integer.numberOfLeadingZeros(minRingSize - 1),
                cacheLine,
                bufferSize,
                headroom,
                payloadRead);
    }

    private static void buffersIn(MemifRegion region, long offset, long needed) {
        if (offset < 0 || offset % LINE != 0) {
            throw new IllegalArgumentException(
                    "buffersIn offset=" + offset + " is not a multiple of " + LINE);
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

    /** How long a peer may be still, in nanoseconds; 0 for ever. */
    private static long lasting(String what, Duration value) {
        return value.isZero() ? 0 : ConfigChecks.nanos(what, value, MIN_STILL_NS);
    }
}

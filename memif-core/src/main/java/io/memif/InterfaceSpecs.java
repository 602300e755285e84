package io.memif;

import io.memif.internal.control.InterfaceSpec;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.memory.SlaveLayout;
import io.memif.internal.protocol.MasterLimits;
import io.memif.internal.protocol.Secret;
import io.memif.internal.protocol.SlaveParameters;

/** Turns configurations into what the control path works with. */
final class InterfaceSpecs {
    private InterfaceSpecs() {}

    static InterfaceSpec of(String applicationName, InterfaceConfig itf) {
        InterfaceConfig.Builder c = itf.values();
        int minLog2 = 32 - Integer.numberOfLeadingZeros(c.minRingSize - 1);
        boolean slave = c.role == Role.SLAVE;
        SlaveParameters wanted =
                new SlaveParameters(
                        c.id,
                        c.mode,
                        Secret.of(c.secret),
                        applicationName,
                        itf.name(),
                        c.s2mRings,
                        c.m2sRings,
                        Integer.numberOfTrailingZeros(c.ringSize),
                        slave ? c.minS2mRings : 0,
                        slave ? c.minM2sRings : 0,
                        slave ? minLog2 : 0);
        MasterLimits limits =
                new MasterLimits(
                        c.s2mRings,
                        c.m2sRings,
                        c.minS2mRings,
                        c.minM2sRings,
                        RingLayout.MAX_LOG2_RING_SIZE,
                        minLog2,
                        Long.MAX_VALUE,
                        c.cacheLine);
        return new InterfaceSpec(
                c.role,
                wanted,
                limits,
                memory(c),
                new InterfaceSpec.Reconnect(c.reconnect, c.reconnectMinNs, c.reconnectMaxNs),
                c.handshakeTimeoutNs,
                c.sealPolicy,
                c.adminUp,
                c.repeatSignals);
    }

    private static InterfaceSpec.Memory memory(InterfaceConfig.Builder c) {
        return new InterfaceSpec.Memory(
                c.bufferSize,
                c.headroom,
                c.cacheLine,
                c.payloadRead,
                new Pages(c.hugepages, c.prefault),
                c.regions.stream().map(MemifRegion::shared).toList(),
                c.bufferRegion == null
                        ? null
                        : new InterfaceSpec.BufferPlace(
                                c.regions.indexOf(c.bufferRegion), c.bufferOffset));
    }

    static long bufferMemory(InterfaceConfig.Builder c) {
        SlaveLayout layout =
                new SlaveLayout(
                        c.s2mRings,
                        c.m2sRings,
                        Integer.numberOfTrailingZeros(c.ringSize),
                        c.bufferSize,
                        c.headroom,
                        c.cacheLine,
                        c.payloadRead);
        return layout.allBuffersLength();
    }
}

package io.memif.internal.control;

import io.memif.Role;
import io.memif.SealPolicy;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.SharedRegion;
import io.memif.internal.memory.SlaveLayout;
import io.memif.internal.protocol.MasterLimits;
import io.memif.internal.protocol.Negotiated;
import io.memif.internal.protocol.Offer;
import io.memif.internal.protocol.SlaveParameters;
import java.util.List;

/**
 * What the control path has to know of one interface; the checked values of its configuration.
 *
 * @param role master or slave
 * @param wanted as slave what to ask for; as master its id, mode, secret and names count
 * @param limits as master what to accept
 * @param memory as slave buffers and cache line
 * @param reconnect whether and how often a slave tries again
 * @param handshakeTimeoutNs longest handshake
 * @param sealPolicy as master for the slave's regions
 * @param adminUp whether it starts up
 * @param repeatSignals whether peers that leave packets lying are signalled again
 */
public record InterfaceSpec(
        Role role,
        SlaveParameters wanted,
        MasterLimits limits,
        Memory memory,
        Reconnect reconnect,
        long handshakeTimeoutNs,
        SealPolicy sealPolicy,
        boolean adminUp,
        boolean repeatSignals) {

    /**
     * A slave's memory.
     *
     * @param bufferSize bytes of a buffer, headroom included
     * @param headroom bytes
     * @param cacheLine 64 or 128
     * @param payloadRead whether somebody looks into received packets
     * @param pages behind the regions that are created
     * @param regions of the application, announced after those that are created
     * @param buffers where the buffers are to be, null for a region that is created
     */
    public record Memory(
            int bufferSize,
            int headroom,
            int cacheLine,
            boolean payloadRead,
            Pages pages,
            List<SharedRegion> regions,
            BufferPlace buffers) {
        /**
         * Copies the list.
         *
         * @param bufferSize bytes of a buffer, headroom included
         * @param headroom bytes
         * @param cacheLine 64 or 128
         * @param payloadRead whether somebody looks into received packets
         * @param pages behind the regions that are created
         * @param regions of the application, announced after those that are created
         * @param buffers where the buffers are to be, null for a region that is created
         */
        public Memory {
            regions = List.copyOf(regions);
        }
    }

    /**
     * A part of one of the application's regions.
     *
     * @param region index in {@link Memory#regions}
     * @param offset in it, bytes
     */
    public record BufferPlace(int region, long offset) {}

    /**
     * When a slave tries again.
     *
     * @param enabled or never
     * @param minNs first pause
     * @param maxNs longest pause
     */
    public record Reconnect(boolean enabled, long minNs, long maxNs) {}

    int id() {
        return wanted.id();
    }

    SlaveLayout layout(Negotiated allowed) {
        return new SlaveLayout(
                allowed.s2mRings(),
                allowed.m2sRings(),
                allowed.log2RingSize(),
                memory.bufferSize(),
                memory.headroom(),
                memory.cacheLine(),
                memory.payloadRead());
    }

    Offer offer(boolean busy, boolean adminUp) {
        return new Offer(
                wanted.interfaceName(), wanted.mode(), wanted.secret(), busy, adminUp, limits);
    }

    /** For messages to people: role, id and name. */
    @Override
    public String toString() {
        return (role == Role.SLAVE ? "slave" : "master")
                + " interface "
                + Integer.toUnsignedString(wanted.id())
                + " ("
                + wanted.interfaceName()
                + ")";
    }
}

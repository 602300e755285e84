package io.memif.internal.control;

import io.memif.Role;
import io.memif.SealPolicy;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.Region;
import io.memif.internal.protocol.InterfaceDirectory;
import io.memif.internal.protocol.InterfaceParameters;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the control path has to know of one interface; the checked values of its configuration.
 *
 * @param parameters what both machines need
 * @param pages as slave those of the regions that are created
 * @param regions as slave those of the application, announced after those that are created
 * @param bufferRegion index in {@code regions} of the one with the buffers, or {@link #CREATED}
 * @param bufferOffset of the buffers in it, bytes
 * @param sealPolicy as master for the slave's regions
 * @param reconnect as slave whether to try again
 * @param reconnectMinNs first pause
 * @param reconnectMaxNs longest pause
 * @param handshakeTimeoutNs longest handshake
 * @param repeatSignals whether peers that leave packets lying are signalled again
 * @param replaceIdleAfterNs as master how long a peer has to be idle before another slave with the
 *     secret gets its place; 0 for never
 * @param endStalledAfterNs how long a peer may leave untouched what waits for it; 0 for ever
 * @param adminUp whether it starts up
 */
public record InterfaceSpec(
        InterfaceParameters parameters,
        Pages pages,
        List<Region> regions,
        int bufferRegion,
        long bufferOffset,
        SealPolicy sealPolicy,
        boolean reconnect,
        long reconnectMinNs,
        long reconnectMaxNs,
        long handshakeTimeoutNs,
        boolean repeatSignals,
        long replaceIdleAfterNs,
        long endStalledAfterNs,
        boolean adminUp) {
    /** The buffers are in a region that is created. */
    public static final int CREATED = MemoryPlan.OwnRegions.CREATED;

    /** Copies the list. */
    public InterfaceSpec {
        regions = List.copyOf(regions);
    }

    int txQueues() {
        return (parameters.role() == Role.SLAVE ? parameters.s2mRings() : parameters.m2sRings())
                .queues();
    }

    int id() {
        return parameters.id();
    }

    /** What the machine has to know of the application's regions. */
    MemoryPlan.OwnRegions ownRegions() {
        List<Long> sizes = new ArrayList<>();
        for (Region region : regions) {
            sizes.add(region.size());
        }
        return new MemoryPlan.OwnRegions(sizes, bufferRegion, bufferOffset);
    }

    InterfaceDirectory.Entry entry(Optional<Refusal> busy, boolean up) {
        return new InterfaceDirectory.Entry(parameters, busy, up);
    }

    /** For messages to people: role, id and name. */
    @Override
    public String toString() {
        return parameters.toString();
    }
}

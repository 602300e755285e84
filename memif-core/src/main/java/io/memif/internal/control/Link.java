package io.memif.internal.control;

import java.util.List;

/**
 * One connection of an interface, from up to down: immutable.
 *
 * @param peer who is at the other end
 * @param rx receive rings by queue number
 * @param tx transmit rings by queue number
 * @param regions by index
 * @param ringSize slots of the largest ring
 * @param bufferSize bytes of our buffers as slave, 0 as master
 */
public record Link(
        PeerInfo peer,
        List<RxPort> rx,
        List<TxPort> tx,
        List<RegionInfo> regions,
        int ringSize,
        int bufferSize) {
    /**
     * Copies the lists.
     *
     * @param peer who is at the other end
     * @param rx receive rings by queue number
     * @param tx transmit rings by queue number
     * @param regions by index
     * @param ringSize slots of the largest ring
     * @param bufferSize bytes of our buffers as slave, 0 as master
     */
    public Link {
        rx = List.copyOf(rx);
        tx = List.copyOf(tx);
        regions = List.copyOf(regions);
    }
}

package io.memif.control;

import io.memif.fd.EventFd;
import io.memif.protocol.RingPlacement;
import io.memif.ring.QueueCounters;
import io.memif.ring.Ring;
import io.memif.ring.SlaveTx;
import io.memif.ring.TxEngine;

/**
 * One transmit ring of a link.
 *
 * @param engine sends; one thread at a time
 * @param event signals the peer
 * @param ring to look at from any thread; its interrupt mask is the peer's
 * @param placement where the slave announced it
 * @param counters of the queue
 */
public record TxPort(
        TxEngine engine,
        EventFd event,
        Ring ring,
        RingPlacement placement,
        QueueCounters counters) {
    boolean slave() {
        return engine instanceof SlaveTx;
    }
}

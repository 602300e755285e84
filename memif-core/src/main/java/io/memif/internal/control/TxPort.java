package io.memif.internal.control;

import io.memif.QueueCounters;
import io.memif.SlaveTx;
import io.memif.TxEngine;
import io.memif.internal.memory.Ring;
import io.memif.internal.protocol.RingPlacement;
import io.memif.unix.EventFd;

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

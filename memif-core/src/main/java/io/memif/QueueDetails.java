package io.memif;

import io.memif.QueueCounters.Counter;
import java.util.Map;

/**
 * One queue of an interface.
 *
 * @param index 0 and up
 * @param rxMode how it waits; null for transmit queues
 * @param ring of the current link; null while the link is down, or if it has fewer queues
 * @param counters over all links; each was read by itself, they need not belong to one instant
 */
public record QueueDetails(
        int index, RxMode rxMode, RingDetails ring, Map<Counter, Long> counters) {}

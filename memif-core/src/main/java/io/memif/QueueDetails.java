package io.memif;

import io.memif.QueueCounters.Counter;
import java.util.List;
import java.util.Map;

/**
 * The state of one queue of an interface.
 *
 * @param index 0 and up
 * @param rxMode how it waits; null for transmit queues
 * @param rings of the current link, by index. There is one if the numbers of rings and queues
 *     agree, more on a receive queue if the slave brought more rings, and none while the link is
 *     down or if it has fewer rings
 * @param counters over all links; they need not belong to the same instant
 */
public record QueueDetails(
        int index, RxMode rxMode, List<RingDetails> rings, Map<Counter, Long> counters) {}

package io.memif.examples.perf;

/**
 * All counters at one moment.
 *
 * @param timeNs when
 * @param packets moved so far
 * @param bytes in them
 * @param turns of all lanes
 * @param fruitless polls that found nothing, or bursts that met a full ring
 * @param allocatedBytes by the polling threads; -1 if the JVM does not tell
 * @param sentPackets that were sent, where packets are those that were received; else 0
 * @param sentBytes in them
 */
record Sample(
        long timeNs,
        long packets,
        long bytes,
        long turns,
        long fruitless,
        long allocatedBytes,
        long sentPackets,
        long sentBytes) {
    private static final double NS_PER_SECOND = 1e9;

    /** What happened between an earlier sample and this one. */
    Sample since(Sample earlier) {
        return new Sample(
                timeNs - earlier.timeNs,
                packets - earlier.packets,
                bytes - earlier.bytes,
                turns - earlier.turns,
                fruitless - earlier.fruitless,
                allocatedBytes < 0 ? -1 : allocatedBytes - earlier.allocatedBytes,
                sentPackets - earlier.sentPackets,
                sentBytes - earlier.sentBytes);
    }

    /** The same counts, at another time. */
    Sample at(long otherTimeNs) {
        return new Sample(
                otherTimeNs,
                packets,
                bytes,
                turns,
                fruitless,
                allocatedBytes,
                sentPackets,
                sentBytes);
    }

    double seconds() {
        return timeNs / NS_PER_SECOND;
    }

    /** Packets per second; 0 if no time has passed. */
    double packetRate() {
        return timeNs <= 0 ? 0 : packets / seconds();
    }

    /** Bits per second; 0 if no time has passed. */
    double bitRate() {
        return timeNs <= 0 ? 0 : bytes * 8.0 / seconds();
    }

    /** The other direction of the same time, as if it were the only one. */
    Sample sent() {
        return new Sample(timeNs, sentPackets, sentBytes, turns, 0, allocatedBytes, 0, 0);
    }

    double nsPerPacket() {
        return packets == 0 ? 0 : (double) timeNs / packets;
    }

    /** Share of turns that moved nothing because the ring was empty or full. */
    double fruitlessRatio() {
        return turns == 0 ? 0 : Math.min(1, (double) fruitless / turns);
    }
}

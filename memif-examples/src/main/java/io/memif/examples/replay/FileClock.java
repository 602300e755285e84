package io.memif.examples.replay;

import io.memif.examples.pcap.CapturedPacket;

/** How long after a file's first packet the others passed. One thread. */
final class FileClock {
    private boolean begun;
    private long latestNs;
    private long passedNs;

    /**
     * When a packet passed. A time that is missing, or runs backwards, counts as that of the packet
     * before.
     *
     * @param packet the next one of the file
     * @param report counts times that are no use
     * @return nanoseconds since the first packet
     */
    long passedNs(CapturedPacket packet, ReplayReport report) {
        if (!packet.isTimed()) {
            report.count(Trait.UNTIMED);
        } else if (!begun) {
            begun = true;
            latestNs = packet.timeNs();
        } else if (packet.timeNs() < latestNs) {
            report.count(Trait.BACKWARDS);
        } else {
            passedNs += packet.timeNs() - latestNs;
            latestNs = packet.timeNs();
        }
        return passedNs;
    }

    /** The file begins again: its first packet follows the last one at once. */
    void again() {
        begun = false;
    }
}

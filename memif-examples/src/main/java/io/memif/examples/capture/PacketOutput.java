package io.memif.examples.capture;

import io.memif.examples.pcap.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Where captured packets go. One thread at a time. */
interface PacketOutput extends AutoCloseable {
    /**
     * Adds where packets come from.
     *
     * @param name short, unique
     * @param description for people
     * @param type of its packets; null to find out from the first one
     * @return its number: 0, 1, 2, ...
     */
    int addInterface(String name, String description, LinkType type);

    /** Whether a packet can be taken without waiting for a slow disk or pipe. */
    boolean hasRoom() throws IOException;

    /**
     * Takes a packet.
     *
     * @param itf number of the interface
     * @param timeNs nanoseconds since 1970
     * @param data from position to limit, what was kept of it
     * @param length of all of it, bytes
     * @param missed packets on this interface since the one before
     */
    void packet(int itf, long timeNs, ByteBuffer data, int length, long missed) throws IOException;

    /** Lets go of what is held back. */
    void flush() throws IOException;

    /**
     * What became of an interface's packets, at the end.
     *
     * @param itf number of the interface
     * @param totals of it
     */
    void statistics(int itf, Totals totals) throws IOException;

    /**
     * The sums of one interface.
     *
     * @param startNs when the capture began, nanoseconds since 1970
     * @param endNs when it ended
     * @param unit what is counted: slots of a ring, or packets
     * @param passed in all
     * @param missed of those that were not taken
     * @param atLeast whether more may have passed
     */
    record Totals(
            long startNs, long endNs, String unit, long passed, long missed, boolean atLeast) {
        /** For people. */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s%d %s passed, %d of them missed",
                    atLeast ? "at least " : "",
                    passed,
                    unit,
                    missed);
        }
    }

    /** Flushes and closes. */
    @Override
    void close() throws IOException;
}

package io.memif.examples.perf;

import io.memif.PacketHandler;
import java.nio.ByteBuffer;

/** Checks the stamps of whole packets. One thread at a time. */
final class Verifier implements PacketHandler {
    private static final int QUEUES = 256;

    private final int header;
    private final SequenceTracker[] senders = new SequenceTracker[QUEUES];
    private long corrupted;

    /**
     * Checks stamps that follow the protocols' headers.
     *
     * @param header bytes at a packet's start that belong to its protocols
     */
    Verifier(int header) {
        this.header = header;
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
        int start = Stamp.start(header, length);
        if (!Stamp.isIntact(buffer, offset + start, length - start)) {
            corrupted++;
            return;
        }
        long word = Stamp.word(buffer, offset + start);
        sender(Stamp.queue(word)).note(Stamp.sequence(word));
    }

    private SequenceTracker sender(int queue) {
        SequenceTracker known = senders[queue];
        if (known == null) {
            known = new SequenceTracker();
            senders[queue] = known;
        }
        return known;
    }

    /** What was found so far; to be read when the polling thread has ended. */
    Findings findings() {
        return SequenceTracker.findings(senders).plus(new Findings(0, 0, 0, corrupted));
    }

    /**
     * What went wrong, in packets.
     *
     * @param lost never came
     * @param duplicated came again
     * @param reordered came after a later one
     * @param corrupted came without a stamp that fits
     */
    record Findings(long lost, long duplicated, long reordered, long corrupted) {
        Findings plus(Findings other) {
            return new Findings(
                    lost + other.lost,
                    duplicated + other.duplicated,
                    reordered + other.reordered,
                    corrupted + other.corrupted);
        }
    }
}

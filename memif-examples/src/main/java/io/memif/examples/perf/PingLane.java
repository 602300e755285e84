package io.memif.examples.perf;

import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.QueueCounters;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import org.HdrHistogram.SingleWriterRecorder;

/** One packet under way at a time; notes how long each takes to come back. */
final class PingLane extends Lane implements PacketHandler {
    static final long LONGEST_NS = 1_000_000_000;
    static final int DIGITS = 3;

    /** Fruitless polls between two looks at the clock, less one. */
    private static final int LOOK_AT_CLOCK = 0xffff;

    private final RxQueue rx;
    private final TxQueue tx;
    private final PacketWriter writer;
    private final PacketHandler inspector;
    private final PacketAssembler whole = new PacketAssembler(this, PacketWriter.MAX_LENGTH);
    private final SingleWriterRecorder times = new SingleWriterRecorder(LONGEST_NS, DIGITS);
    private boolean underWay;
    private boolean back;
    private long sentAt;
    private long timeouts;
    private int fruitless;

    PingLane(RxQueue rx, TxQueue tx, PacketWriter writer, PacketHandler inspector) {
        this.rx = rx;
        this.tx = tx;
        this.writer = writer;
        this.inspector = inspector;
    }

    @Override
    int turn() {
        if (!underWay) {
            underWay = send();
        }
        rx.poll(whole, 1);
        if (!underWay) {
            return 0;
        }
        if (back) {
            times.recordValue(Math.min(System.nanoTime() - sentAt, LONGEST_NS));
            underWay = false;
            return 1;
        }
        if ((++fruitless & LOOK_AT_CLOCK) == 0) {
            giveUpLate();
        }
        return 0;
    }

    private boolean send() {
        back = false;
        sentAt = System.nanoTime();
        int code = tx.offer(writer.whole(), 0, writer.length());
        tx.flush();
        if (code == TxQueue.TOO_LONG) {
            throw new IllegalStateException(
                    "a packet of " + writer.length() + " bytes does not fit into the ring");
        }
        if (code > 0) {
            writer.sent();
        }
        return code > 0;
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
        if (inspector != null) {
            inspector.onPacket(buffer, offset, length, flags);
        }
        // What a chatty peer sends of its own accord hardly ever has this length.
        back |= length == writer.length();
    }

    @Override
    void await(long timeoutNs) throws InterruptedException {
        giveUpLate();
        rx.await(timeoutNs);
    }

    /** A packet that has not come back for long never will; the next one is sent. */
    private void giveUpLate() {
        if (underWay && System.nanoTime() - sentAt > LONGEST_NS) {
            underWay = false;
            timeouts++;
        }
    }

    @Override
    void wakeUp() {
        rx.wakeUp();
    }

    @Override
    QueueCounters counters() {
        return rx.counters();
    }

    /** Gives out what was noted since it was asked last. */
    SingleWriterRecorder times() {
        return times;
    }

    /** Packets that did not come back; to be read when the polling thread has ended. */
    long timeouts() {
        return timeouts;
    }
}

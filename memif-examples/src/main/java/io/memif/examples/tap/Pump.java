package io.memif.examples.tap;

import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.Tap;
import java.nio.ByteBuffer;

/**
 * Carries frames between a tap and a memif link, a thread for each direction. Frames from the host
 * wait in the tap while the ring is full, so that the host notices; while there is no link they are
 * dropped, as on an unplugged cable.
 */
final class Pump {
    private static final int LONGEST_FRAME = Tap.MAX_MTU + Tap.HEADER_BYTES;
    private static final int BURST = 64;
    private static final long WAIT_NS = 100_000_000;

    private final Tap tap;
    private final MemifInterface itf;
    private final StopSignal stop;
    private final Figures toPeer = new Figures();
    private final Figures toHost = new Figures();
    private volatile PollGroup ready;
    private volatile Throwable failure;

    /** What passed one way; written by its thread, read by any. */
    static final class Figures {
        private volatile long packets;
        private volatile long bytes;
        private volatile long dropped;

        /** Of the peer's frames, those that no tap takes. */
        private volatile long tooLong;

        @SuppressWarnings("NonAtomicVolatileUpdate")
        private void count(boolean went, int length) {
            if (went) {
                packets++;
                bytes += length;
            } else {
                dropped++;
            }
        }

        long packets() {
            return packets;
        }

        long bytes() {
            return bytes;
        }

        long dropped() {
            return dropped + tooLong;
        }
    }

    Pump(Tap tap, MemifInterface itf, StopSignal stop) {
        this.tap = tap;
        this.itf = itf;
        this.stop = stop;
    }

    Figures toPeer() {
        return toPeer;
    }

    Figures toHost() {
        return toHost;
    }

    /** Carries frames until told to stop; on the command's thread, which only waits. */
    void run(Runnable everyLook, long lookNs) throws InterruptedException {
        Thread one = start("tap-to-memif", this::fromHost);
        Thread other = start("memif-to-tap", this::fromPeer);
        while (!stop.await(lookNs)) {
            everyLook.run();
        }
        PollGroup waiting = ready;
        if (waiting != null) {
            waiting.wakeUp();
        }
        itf.rxQueue(0).wakeUp();
        one.join();
        other.join();
        Throwable cause = failure;
        if (cause != null) {
            throw new CommandFailure("the tap's thread failed: " + cause.getMessage(), cause);
        }
    }

    private Thread start(String name, Task task) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                task.run();
                            } catch (InterruptedException | RuntimeException e) {
                                failure = e;
                            } finally {
                                stop.request();
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** What a thread does. */
    @FunctionalInterface
    private interface Task {
        void run() throws InterruptedException;
    }

    private void fromHost() throws InterruptedException {
        TxQueue tx = itf.txQueue(0);
        ByteBuffer frame = ByteBuffer.allocateDirect(LONGEST_FRAME + 1);
        try (PollGroup group = PollGroup.open(e -> failure = e)) {
            ready = group;
            group.add(tap.fd(), PollKey.READ, (key, events) -> {});
            while (!stop.isRequested() && failure == null) {
                int length = 0;
                for (int i = 0; i < BURST && length >= 0; i++) {
                    length = tap.read(frame);
                    if (length > 0) {
                        toPeer.count(send(tx, frame, length), length);
                    }
                }
                tx.flush();
                if (length < 0) {
                    check(length, "read");
                    group.poll(WAIT_NS, 1);
                }
            }
        }
    }

    private boolean send(TxQueue tx, ByteBuffer frame, int length) throws InterruptedException {
        if (length > LONGEST_FRAME) {
            return false;
        }
        int result = tx.offer(frame, 0, length);
        while (result == TxQueue.BACK_PRESSURED && !stop.isRequested()) {
            tx.awaitSpace(1, WAIT_NS);
            result = tx.offer(frame, 0, length);
        }
        return result > 0;
    }

    private void fromPeer() throws InterruptedException {
        RxQueue rx = itf.rxQueue(0);
        PacketAssembler frames =
                new PacketAssembler(
                        (buffer, offset, length, flags) -> {
                            buffer.limit(offset + length).position(offset);
                            toHost.count(tap.write(buffer) == length, length);
                        },
                        LONGEST_FRAME);
        while (!stop.isRequested() && !rx.isClosed()) {
            if (rx.poll(frames, BURST) == 0) {
                rx.await(WAIT_NS);
            }
            toHost.tooLong = frames.tooLong();
        }
    }

    private void check(int result, String call) {
        if (!DescriptorChannel.isAgain(result)) {
            throw new CommandFailure(
                    "cannot " + call + " " + tap.name() + " (errno " + -result + "): is it gone?");
        }
    }
}

package io.memif.tests.life;

import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.PacketClaim;
import io.memif.PacketHandler;
import io.memif.ReceivedBurst;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One way to use the data path, in a loop as an application would write it: no exception handling.
 */
abstract class TruncationLoop {
    /** All packets are made of this word. */
    static final long WORD = 0x0123456789abcdefL;

    static final int LENGTH = 1_504;
    private static final int BURST = 64;
    private static final long WARM = 1_000_000;

    final RxQueue rx;
    final TxQueue tx;
    private volatile boolean running = true;
    private volatile long operations;
    private volatile long garbage;
    private long checksum;

    TruncationLoop(MemifInterface itf) {
        this.rx = itf.rxQueue(0);
        this.tx = itf.txQueue(0);
    }

    /** A few operations; returns how many succeeded. */
    abstract int turn();

    /** Operations after which the compiler has seen enough. */
    long warm() {
        return WARM;
    }

    final void run() {
        long done = 0;
        boolean cold = true;
        while (running) {
            done += turn();
            if (cold && done > warm()) {
                cold = false;
                TruncationTarget.say("warm");
            }
        }
        operations = done;
    }

    final void stop() {
        running = false;
    }

    final long operations() {
        return operations;
    }

    final long garbage() {
        return garbage;
    }

    final void read(ByteBuffer buffer, int offset, int length) {
        long sum = 0;
        for (int i = 0; i + Long.BYTES <= length; i += Long.BYTES) {
            sum += buffer.getLong(offset + i);
        }
        checksum += sum;
    }

    final void check(ByteBuffer copy, int offset, int length) {
        if (length != LENGTH
                || copy.getLong(offset) != WORD
                || copy.getLong(offset + length - Long.BYTES) != WORD) {
            garbage++;
        }
    }

    static TruncationLoop of(String pattern, MemifInterface itf) {
        return switch (pattern) {
            case "POLL" -> new Poll(itf);
            case "ASSEMBLE" -> new Assemble(itf);
            case "RECEIVE" -> new Receive(itf);
            case "BATCH_RECEIVE" -> new BatchReceive(itf);
            case "HOLD" -> new Hold(itf);
            case "AWAIT" -> new Await(itf);
            case "OFFER" -> new Offer(itf);
            case "OFFER_BYTES" -> new OfferBytes(itf);
            case "OFFER_BATCH" -> new OfferBatch(itf);
            case "CLAIM" -> new Claim(itf);
            case "FILL" -> new Fill(itf);
            default -> throw new IllegalArgumentException(pattern);
        };
    }

    private static final class Poll extends TruncationLoop {
        private final PacketHandler handler = (b, offset, length, flags) -> read(b, offset, length);

        Poll(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            return rx.poll(handler, BURST);
        }
    }

    private static final class Assemble extends TruncationLoop {
        private final PacketHandler handler =
                new PacketAssembler((b, offset, length, flags) -> read(b, offset, length), 65_536);

        Assemble(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            return rx.poll(handler, BURST);
        }
    }

    private static final class Receive extends TruncationLoop {
        private final ByteBuffer target =
                ByteBuffer.allocateDirect(4_096).order(ByteOrder.nativeOrder());

        Receive(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            target.clear();
            target.putLong(0, 0);
            int length = rx.receive(target);
            if (length <= 0) {
                return 0;
            }
            check(target, 0, length);
            return 1;
        }
    }

    private static final class BatchReceive extends TruncationLoop {
        private final ByteBuffer target =
                ByteBuffer.allocateDirect(BURST * LENGTH).order(ByteOrder.nativeOrder());
        private final int[] lengths = new int[BURST];

        BatchReceive(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            target.clear();
            int packets = rx.receive(target, lengths);
            int at = 0;
            for (int i = 0; i < packets; i++) {
                check(target, at, lengths[i]);
                target.putLong(at, 0);
                at += lengths[i];
            }
            return Math.max(0, packets);
        }
    }

    private static final class Hold extends TruncationLoop {
        private final ReceivedBurst burst = new ReceivedBurst(BURST);

        Hold(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            int held = rx.hold(burst);
            rx.release(burst);
            return held;
        }
    }

    private static final class Await extends TruncationLoop {
        private final PacketHandler handler = (b, offset, length, flags) -> {};

        Await(MemifInterface itf) {
            super(itf);
        }

        @Override
        long warm() {
            return WARM / 20;
        }

        @Override
        int turn() {
            try {
                return rx.await(1_000_000) ? rx.poll(handler, 1) : 0;
            } catch (InterruptedException e) {
                stop();
                return 0;
            }
        }
    }

    private static final class Offer extends TruncationLoop {
        private final ByteBuffer packet = ByteBuffer.allocateDirect(LENGTH);

        Offer(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            int done = 0;
            while (done < BURST && tx.offer(packet, 0, LENGTH) > 0) {
                done++;
            }
            tx.flush();
            return done;
        }
    }

    private static final class OfferBytes extends TruncationLoop {
        private final byte[] packet = new byte[LENGTH];

        OfferBytes(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            int done = 0;
            while (done < BURST && tx.offer(packet, 0, LENGTH) > 0) {
                done++;
            }
            tx.flush();
            return done;
        }
    }

    private static final class OfferBatch extends TruncationLoop {
        private final ByteBuffer packets = ByteBuffer.allocateDirect(BURST * LENGTH);
        private final int[] lengths = new int[BURST];

        OfferBatch(MemifInterface itf) {
            super(itf);
            java.util.Arrays.fill(lengths, LENGTH);
        }

        @Override
        int turn() {
            int done = tx.offer(packets, 0, lengths, BURST);
            tx.flush();
            return Math.max(0, done);
        }
    }

    /** Reserves and commits without a write of its own: what the library itself touches. */
    private static final class Claim extends TruncationLoop {
        private final PacketClaim claim = new PacketClaim();

        Claim(MemifInterface itf) {
            super(itf);
        }

        @Override
        int turn() {
            int done = 0;
            while (done < BURST && tx.tryClaim(LENGTH, claim) > 0 && claim.commit() > 0) {
                done++;
            }
            tx.flush();
            return done;
        }
    }

    private static final class Fill extends TruncationLoop {
        Fill(MemifInterface itf) {
            super(itf);
        }

        private static int write(ByteBuffer buffer, int offset, int capacity) {
            for (int i = 0; i + Long.BYTES <= LENGTH; i += Long.BYTES) {
                buffer.putLong(offset + i, WORD);
            }
            return LENGTH;
        }

        @Override
        int turn() {
            int done = tx.fill(Fill::write, LENGTH, BURST);
            tx.flush();
            return Math.max(0, done);
        }
    }
}

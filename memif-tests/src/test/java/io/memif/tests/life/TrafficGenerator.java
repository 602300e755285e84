package io.memif.tests.life;

import io.memif.MemifInterface;
import io.memif.PacketClaim;
import io.memif.PacketHandler;
import io.memif.ReceivedBurst;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.testing.Await;
import java.nio.ByteBuffer;

/**
 * The data path of one interface after the other, on a thread of its own: receives and sends at
 * full rate in every way there is, whatever happens to the link. What it meets that it should not
 * ends it and is thrown by {@link #check}.
 */
public final class TrafficGenerator implements AutoCloseable {
    private static final int BURST = 32;
    private static final int LENGTH = 256;
    private static final int TURNS_A_WAY = 64;
    private static final int WAYS = 5;
    private static final long WORD = 0x5ca1ab1e0ddba11L;

    private final String name;
    private final Worker worker;
    private final PacketHandler handler = (buffer, offset, length, flags) -> look(buffer, offset);
    private final ByteBuffer packet = ByteBuffer.allocateDirect(LENGTH);
    private final ByteBuffer packets = ByteBuffer.allocateDirect(BURST * LENGTH);
    private final ByteBuffer target = ByteBuffer.allocateDirect(BURST * LENGTH);
    private final int[] lengths = new int[BURST];
    private final int[] received = new int[BURST];
    private volatile MemifInterface itf;
    private volatile long in;
    private volatile long out;
    private ReceivedBurst held = new ReceivedBurst(BURST);
    private PacketClaim claim = new PacketClaim();
    private RxQueue rx;
    private TxQueue tx;

    /** Starts the thread; it idles until it is told what to use. */
    public TrafficGenerator(String name) {
        for (int i = 0; i < BURST; i++) {
            lengths[i] = LENGTH;
            packets.putLong(i * LENGTH, WORD);
        }
        packet.putLong(0, WORD);
        this.name = name;
        worker = new Worker(name, this::run);
    }

    /** Goes on with another interface; the one before may be closed already. */
    public void use(MemifInterface next) {
        itf = next;
    }

    /** Packets received so far. */
    public long in() {
        return in;
    }

    /** Packets staged so far. */
    long out() {
        return out;
    }

    private void run(Worker self) throws InterruptedException {
        for (long turn = 0; self.isRunning(); turn++) {
            MemifInterface current = itf;
            if (current == null) {
                Thread.yield();
                continue;
            }
            rx = current.rxQueue(0);
            tx = current.txQueue(0);
            int way = (int) (turn / TURNS_A_WAY % WAYS);
            int taken = take(way);
            int given = give(way);
            in += Math.max(0, taken);
            out += given;
            if (taken <= 0 && given == 0) {
                Thread.yield();
            }
        }
    }

    private int take(int way) throws InterruptedException {
        target.clear();
        return switch (way) {
            case 0 -> rx.poll(handler, BURST);
            case 1 -> rx.receive(target) > 0 ? 1 : 0;
            case 2 -> rx.receive(target, received);
            case 3 -> hold();
            default -> rx.await(100_000) ? rx.poll(handler, BURST) : 0;
        };
    }

    /** What is read while the link is still the same is what was sent. */
    private int hold() {
        int count = rx.hold(held);
        for (int i = 0; i < count; i++) {
            long word = held.buffer(i).getLong(held.offset(i));
            if (rx.link() == held.link()) {
                look(word);
            }
        }
        rx.release(held);
        return count;
    }

    private int give(int way) {
        int staged =
                switch (way) {
                    case 0 -> each(() -> tx.offer(packet, 0, LENGTH));
                    case 1 -> each(this::claim);
                    case 2 -> tx.offer(packets, 0, lengths, BURST);
                    case 3 -> tx.fill(TrafficGenerator::write, LENGTH, BURST);
                    default -> each(() -> tx.offer(packets, 0, 3 * LENGTH));
                };
        tx.flush();
        if (staged > 0) {
            return staged;
        }
        if (staged != TxQueue.BACK_PRESSURED
                && staged != TxQueue.NOT_CONNECTED
                && staged != TxQueue.CLOSED
                && staged != 0) {
            throw new AssertionError("sending in way " + way + " answered " + staged);
        }
        if (staged == TxQueue.NOT_CONNECTED || staged == TxQueue.CLOSED) {
            forget();
        }
        return 0;
    }

    /** One way to send one packet. */
    private interface Sender {
        int send();
    }

    private static int each(Sender sender) {
        int sent = 0;
        int result = 1;
        while (sent < BURST && result > 0) {
            result = sender.send();
            sent += result > 0 ? 1 : 0;
        }
        return sent > 0 ? sent : result;
    }

    private int claim() {
        int result = tx.tryClaim(LENGTH, claim);
        if (result <= 0) {
            return result;
        }
        write(claim.buffer(), claim.offset(), LENGTH);
        return claim.commit();
    }

    /** Both keep the memory of their last link until they are used again. */
    private void forget() {
        held = new ReceivedBurst(BURST);
        claim = new PacketClaim();
    }

    private static int write(ByteBuffer buffer, int offset, int capacity) {
        buffer.putLong(offset, WORD);
        return LENGTH;
    }

    /** A packet reads as zeros once its link has ended, which may happen meanwhile. */
    private static void look(ByteBuffer buffer, int offset) {
        look(buffer.getLong(offset));
    }

    private static void look(long word) {
        if (word != WORD && word != Long.reverseBytes(WORD)) {
            throw new AssertionError("received " + Long.toHexString(word));
        }
    }

    /** Throws what ended the data path. */
    public void check() {
        worker.check();
    }

    /** Waits until packets come, of those sent after this call. */
    public void awaitTraffic(long timeoutNs) throws InterruptedException {
        long before = in;
        boolean moved = Await.until(timeoutNs, () -> in > before || worker.hasFailed());
        check();
        if (!moved) {
            throw new AssertionError(name + " receives nothing: " + itf.details() + rx.counters());
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}

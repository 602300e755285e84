package io.memif.examples.samples;

import io.memif.Forwarder;
import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.ReceivedBurst;
import io.memif.RxQueue;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A router's work on each IPv4 packet, where it lies: the time to live goes down by one, the
 * checksum follows, the Ethernet addresses change places, and the packet goes back. As slave, no
 * byte is copied: the peer gets the same buffer again. A thread for each queue.
 *
 * <pre>{@code HeaderRewriter SOCKET}</pre>
 */
public final class HeaderRewriter implements Forwarder.Hook {
    private static final int UNDERWAY = 256;
    private static final int MAC = 6;
    private static final int TYPE = 12;
    private static final int IP = 14;
    private static final int TTL = IP + 8;
    private static final int CHECKSUM = IP + 10;
    private static final int HEADERS = IP + 20;

    /** One for each thread. */
    public HeaderRewriter() {}

    @Override
    public int route(ReceivedBurst burst, int first) {
        ByteBuffer packet = burst.buffer(first);
        int at = burst.offset(first);
        if (burst.length(first) < HEADERS || packet.getShort(at + TYPE) != 0x0800) {
            return Forwarder.DROP;
        }
        int ttlAndProtocol = packet.getShort(at + TTL) & 0xffff;
        if (ttlAndProtocol >>> 8 <= 1) {
            return Forwarder.DROP;
        }
        // RFC 1624: the sum changes by what the word changes, without the rest being read.
        int less = ttlAndProtocol - 0x100;
        int sum = (~packet.getShort(at + CHECKSUM) & 0xffff) + (~ttlAndProtocol & 0xffff) + less;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        packet.putShort(at + TTL, (short) less);
        packet.putShort(at + CHECKSUM, (short) ~sum);
        long destination = packet.getLong(at);
        long source = packet.getLong(at + MAC);
        putAddress(packet, at, source);
        putAddress(packet, at + MAC, destination);
        return 0;
    }

    private static void putAddress(ByteBuffer packet, int at, long firstOnTop) {
        packet.putInt(at, (int) (firstOnTop >>> 32));
        packet.putShort(at + 4, (short) (firstOnTop >>> 16));
    }

    /**
     * Serves a queue pair until the interface is closed.
     *
     * @param itf of the queues
     * @param queue their number
     * @throws InterruptedException if the thread is interrupted
     */
    public static void serve(MemifInterface itf, int queue) throws InterruptedException {
        RxQueue rx = itf.rxQueue(queue);
        Forwarder forwarder =
                new Forwarder(rx, List.of(itf.txQueue(queue)), UNDERWAY, new HeaderRewriter());
        while (!rx.isClosed()) {
            if (forwarder.doWork() == 0) {
                // Buffers that the peer has taken are given back soon.
                rx.await(forwarder.underway() > 0 ? 100_000 : 1_000_000_000);
            }
        }
    }

    /**
     * Rewrites on two queues of an interface, as slave, until the JVM ends.
     *
     * @param args the socket
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        MemifInterface itf = Sample.open(args[0], InterfaceConfig.builder().queues(2).build());
        Runnable second =
                () -> {
                    try {
                        serve(itf, 1);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        new Thread(second, "queue 1").start();
        serve(itf, 0);
    }
}

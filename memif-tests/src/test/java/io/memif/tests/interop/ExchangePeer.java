package io.memif.tests.interop;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketAssembler;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One side of an exchange between two JVMs: sends numbered packets and checks those it receives,
 * both at once, and prints a line of totals when all are through.
 */
public final class ExchangePeer {
    private static final int BURST = 512;
    private static final long LONGEST_SILENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final int count;
    private final int maxLength;
    private final byte[] packet;
    private long sent;
    private long received;
    private long progressNs = System.nanoTime();

    private ExchangePeer(int count, int maxLength) {
        this.count = count;
        this.maxLength = maxLength;
        this.packet = new byte[maxLength];
    }

    /**
     * Entry.
     *
     * @param args role, receive mode, socket, packets, longest packet
     */
    public static void main(String[] args) throws InterruptedException {
        InterfaceConfig config =
                InterfaceConfig.builder()
                        .role(Role.valueOf(args[0]))
                        .rxMode(RxMode.valueOf(args[1]))
                        .build();
        ExchangePeer peer = new ExchangePeer(Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        try (MemifSocket socket =
                        MemifSocket.open(SocketConfig.builder().address(args[2]).build());
                MemifInterface itf = socket.addInterface(config)) {
            if (!itf.awaitConnected(Duration.ofNanos(LONGEST_SILENCE_NS))) {
                throw new IllegalStateException("no link");
            }
            peer.exchange(itf.rxQueue(0), itf.txQueue(0));
            System.out.println(
                    "sent "
                            + itf.txQueue(0).counters().get(Counter.PACKETS)
                            + " received "
                            + itf.rxQueue(0).counters().get(Counter.PACKETS)
                            + " chained "
                            + (itf.rxQueue(0).counters().get(Counter.BUFFERS) - peer.received));
            // The other side may still be reading: it says when the link may go.
            waitForEndOfLink(itf);
        }
    }

    private static void waitForEndOfLink(MemifInterface itf) throws InterruptedException {
        while (itf.isConnected()) {
            itf.rxQueue(0).await(SHORT_NS);
        }
    }

    private void exchange(RxQueue rx, TxQueue tx) throws InterruptedException {
        PacketAssembler assembler = new PacketAssembler(this::check, maxLength);
        while (sent < count || received < count) {
            sendSome(tx);
            if (rx.poll(assembler, BURST) == 0 && received < count) {
                // Short while there is still something to send.
                rx.await(sent < count ? SHORT_NS : LONGEST_SILENCE_NS);
            }
            if (System.nanoTime() - progressNs > LONGEST_SILENCE_NS) {
                throw new IllegalStateException("stuck: sent " + sent + ", received " + received);
            }
        }
    }

    private void sendSome(TxQueue tx) {
        for (int i = 0; i < BURST && sent < count; i++) {
            int length = NumberedPacket.length(sent, maxLength);
            NumberedPacket.write(packet, length, sent);
            int result = tx.offer(packet, 0, length);
            if (result == TxQueue.BACK_PRESSURED) {
                break;
            }
            if (result < 0) {
                throw new IllegalStateException("offer answered " + result);
            }
            sent++;
        }
        tx.flush();
    }

    private void check(ByteBuffer buffer, int offset, int length, int flags) {
        NumberedPacket.check(
                buffer, offset, length, received, NumberedPacket.length(received, maxLength));
        received++;
        progressNs = System.nanoTime();
    }
}

package io.memif.examples.samples;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.PacketHandler;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * Requests and responses between two JVMs on one machine, a few microseconds each. A packet is a
 * number, by which a response is known, and a text; the server answers in capitals.
 *
 * <pre>{@code
 * RequestResponse server @shout
 * RequestResponse client @shout hello world
 * }</pre>
 */
public final class RequestResponse {
    private static final int NUMBER = Long.BYTES;
    private static final int LONGEST = 2048;

    private final RxQueue rx;
    private final TxQueue tx;
    private final ByteBuffer packet = ByteBuffer.allocateDirect(LONGEST);
    private long requests;

    /** One end, for one thread. */
    RequestResponse(MemifInterface itf) {
        rx = itf.rxQueue(0);
        tx = itf.txQueue(0);
    }

    /** Sends a request and waits for its response; null if it did not come in time. */
    String ask(String text, long timeoutNs) throws InterruptedException {
        long end = System.nanoTime() + timeoutNs;
        long number = ++requests;
        send(number, text);
        for (long rest = timeoutNs; rest > 0; rest = end - System.nanoTime()) {
            int length = rx.receive(packet.clear());
            // A response that comes too late has another number.
            if (length >= NUMBER && packet.getLong(0) == number) {
                return text(packet, NUMBER, length - NUMBER);
            }
            rx.await(rest);
        }
        return null;
    }

    /** Answers requests until the interface is closed. */
    void serve() throws InterruptedException {
        PacketHandler answer =
                (buffer, offset, length, flags) -> {
                    String text = text(buffer, offset + NUMBER, length - NUMBER);
                    send(buffer.getLong(offset), text.toUpperCase(Locale.ROOT));
                };
        while (!rx.isClosed()) {
            if (rx.poll(answer, 64) == 0) {
                rx.await(1_000_000_000);
            }
        }
    }

    private static String text(ByteBuffer packet, int at, int length) {
        return StandardCharsets.UTF_8.decode(packet.slice(at, length)).toString();
    }

    private void send(long number, String text) {
        packet.clear().putLong(number).put(text.getBytes(StandardCharsets.UTF_8));
        if (tx.offer(packet, 0, packet.position()) < 0) {
            throw new IllegalStateException("the other end is not there, or takes no packets");
        }
        tx.flush();
    }

    /**
     * Serves, or asks once.
     *
     * @param args {@code server SOCKET}, or {@code client SOCKET TEXT}
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        Role role = args[0].equals("server") ? Role.MASTER : Role.SLAVE;
        MemifInterface itf = Sample.open(args[1], InterfaceConfig.builder().role(role).build());
        RequestResponse end = new RequestResponse(itf);
        if (role == Role.MASTER) {
            end.serve();
        } else {
            // Without a link, asking says so.
            itf.awaitConnected(Duration.ofMinutes(1));
            System.out.println(end.ask(args[2], 10_000_000_000L));
            itf.close();
        }
    }
}

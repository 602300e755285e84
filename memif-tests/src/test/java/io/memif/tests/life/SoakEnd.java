package io.memif.tests.life;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketAssembler;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.testing.Await;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * One end of {@link SoakTest}: numbers its packets over all links, fills each with words that
 * follow from its number, and checks every word of what it gets. Packets may be missing only where
 * a link was cut in mid-traffic, and no more than were under way; none comes twice or late.
 */
final class SoakEnd implements AutoCloseable {
    static final int RING = 256;
    private static final long SOON_NS = 30_000_000_000L;
    private static final int BURST = 64;

    /** A ring full that was not taken, and a ring full that was offered to a link that was gone. */
    private static final int MOST_UNDER_WAY = 2 * RING;

    private static final int LONGEST = 6_000;
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final MemifSocket socket;
    private final MemifInterface itf;
    private final RxQueue rx;
    private final TxQueue tx;
    private final ByteBuffer packet = ByteBuffer.allocate(LONGEST).order(ByteOrder.LITTLE_ENDIAN);
    private final PacketAssembler assembler = new PacketAssembler(this::check, LONGEST);
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean sending;
    private volatile boolean idle = true;
    private volatile int ends; // by the reactor's thread alone
    private int endsAtGap;
    private volatile long sent;
    private volatile long next;
    private volatile long missing;
    private volatile String wrong;

    SoakEnd(String address, Role role) {
        socket =
                MemifSocket.open(
                        SocketConfig.builder().address(address).errorHandler(this::error).build());
        itf =
                socket.addInterface(
                        InterfaceConfig.builder()
                                .role(role)
                                .ringSize(RING)
                                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(100))
                                .listener(new Ends())
                                .build());
        rx = itf.rxQueue(0);
        tx = itf.txQueue(0);
        thread = new Thread(this::run, "soak " + role);
        thread.setDaemon(true);
        thread.start();
    }

    /** Counts links that have ended; those packets that were under way may be missing then. */
    private final class Ends implements InterfaceListener {
        @Override
        public void onLinkDown(MemifInterface which, String reason) {
            ends++;
        }
    }

    private void error(Throwable e) {
        if (!e.getMessage().contains("refused a slave")) {
            wrong(e.toString());
        }
    }

    private void run() {
        try {
            while (running) {
                int done = rx.poll(assembler, BURST);
                if (sending) {
                    idle = false;
                    done += send();
                } else if (!idle) {
                    tx.flush();
                    idle = true;
                }
                if (done == 0) {
                    Thread.yield();
                }
            }
        } catch (Throwable e) {
            wrong(e.toString());
        }
    }

    private int send() {
        int burst = 0;
        long number = sent;
        while (burst < BURST) {
            int length = length(number);
            write(number, length);
            if (tx.offer(packet, 0, length) <= 0) {
                break;
            }
            number++;
            burst++;
        }
        tx.flush();
        sent = number;
        return burst;
    }

    /** Mostly one buffer, now and then a chain of up to three. */
    private static int length(long number) {
        long mixed = number * STEP >>> 40;
        return mixed % 16 == 0 ? 2_049 + (int) (mixed % 3_900) : 60 + (int) (mixed % 1_400);
    }

    private void write(long number, int length) {
        packet.putLong(0, number);
        long word = number * STEP;
        int i = Long.BYTES;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            packet.putLong(i, word += STEP);
        }
        for (; i < length; i++) {
            packet.put(i, (byte) (word += STEP));
        }
    }

    private void check(ByteBuffer buffer, int offset, int length, int flags) {
        long number = get(buffer, offset);
        if (number != next) {
            int now = ends;
            if (number < next || now == endsAtGap || number - next > MOST_UNDER_WAY) {
                wrong("packet " + number + " comes after " + (next - 1));
            }
            endsAtGap = now;
        }
        if (length != length(number)) {
            wrong("packet " + number + " has " + length + " bytes");
            return;
        }
        long word = number * STEP;
        int i = Long.BYTES;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (get(buffer, offset + i) != (word += STEP)) {
                wrong("packet " + number + " is corrupt at " + i);
            }
        }
        for (; i < length; i++) {
            if (buffer.get(offset + i) != (byte) (word += STEP)) {
                wrong("packet " + number + " is corrupt at " + i);
            }
        }
        missing += number - next;
        next = number + 1;
    }

    private static long get(ByteBuffer buffer, int at) {
        long word = buffer.getLong(at);
        return buffer.order() == ByteOrder.LITTLE_ENDIAN ? word : Long.reverseBytes(word);
    }

    private void wrong(String what) {
        if (wrong == null) {
            wrong = what;
        }
    }

    /** Does what a line says, and returns the answer. */
    String execute(String line) throws InterruptedException {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "send" -> {
                itf.awaitConnected(Duration.ofNanos(SOON_NS));
                sending = true;
            }
            case "pause" -> {
                sending = false;
                Await.until(SOON_NS, () -> idle);
            }
            case "drain" -> {
                long upTo = Long.parseLong(words[1]);
                Await.until(SOON_NS, () -> next >= upTo || wrong != null);
            }
            case "ended" -> {
                int links = Integer.parseInt(words[1]);
                Await.until(SOON_NS, () -> ends >= links);
            }
            case "bounce" -> {
                itf.setAdminUp(false);
                itf.setAdminUp(true);
            }
            default -> throw new IllegalArgumentException(line);
        }
        return "sent " + sent + " next " + next + " missing " + missing + " wrong " + wrong;
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}

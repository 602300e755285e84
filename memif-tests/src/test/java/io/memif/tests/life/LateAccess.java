package io.memif.tests.life;

import static java.nio.file.StandardOpenOption.WRITE;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketClaim;
import io.memif.ReceivedBurst;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.testing.Await;
import io.memif.testing.ProcessTables;
import io.memif.testing.TestPackets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The child of {@link LateAccessTest}: keeps whatever it ever got from a link, ends the link in one
 * way or another, and uses all of it, again and again, hot and compiled. Arguments: address, and
 * how the link ends.
 */
final class LateAccess {
    /** How a link ends. */
    enum End {
        PEER_DOWN,
        ADMIN_DOWN,
        INTERFACE_CLOSED,
        SOCKET_CLOSED
    }

    private static final int TIMES = 50_000;
    private static final int PACKETS = 4;

    private final RxQueue rx;
    private final TxQueue tx;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final ReceivedBurst burst = new ReceivedBurst(PACKETS);
    private final PacketClaim claim = new PacketClaim();
    private final ByteBuffer target = ByteBuffer.allocateDirect(1 << 16);
    private final List<Pointer> addresses = new ArrayList<>();
    private long worked;

    private LateAccess(MemifInterface itf) {
        this.rx = itf.rxQueue(0);
        this.tx = itf.txQueue(0);
    }

    @SuppressWarnings("try")
    public static void main(String[] args) throws InterruptedException, IOException {
        End end = End.valueOf(args[1]);
        SocketConfig config = SocketConfig.builder().address(args[0]).build();
        try (MemifSocket peers = MemifSocket.open(config);
                MemifSocket ours = MemifSocket.open(config)) {
            MemifInterface master =
                    peers.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            MemifInterface slave = ours.addInterface(InterfaceConfig.builder().build());
            TestPackets.connect(master, slave);
            LateAccess late = new LateAccess(slave);
            LateAccess lateMaster = new LateAccess(master);
            late.collect(master);
            lateMaster.collect(slave);
            late.claim();
            lateMaster.claim();
            switch (end) {
                case PEER_DOWN -> master.setAdminUp(false);
                case ADMIN_DOWN -> slave.setAdminUp(false);
                case INTERFACE_CLOSED -> slave.close();
                case SOCKET_CLOSED -> ours.close();
                default -> throw new AssertionError(end);
            }
            Await.soon("the end of the link", () -> !slave.isConnected() && !master.isConnected());
            Await.soon("memory given back", () -> ProcessTables.sharedMappings().isEmpty());
            boolean open = end.compareTo(End.INTERFACE_CLOSED) < 0;
            if (open) {
                slave.setAdminUp(false);
            }
            late.use(open ? TxQueue.NOT_CONNECTED : TxQueue.CLOSED);
            lateMaster.use(TxQueue.NOT_CONNECTED);
            System.out.println("worked " + late.worked);
        }
        System.out.println("alive");
    }

    /** Buffers from a handler, and a burst that is held. */
    private void collect(MemifInterface peer) {
        send(peer);
        // What one thread has sent and flushed, it finds there.
        expect(PACKETS, rx.poll((buffer, offset, length, flags) -> buffers.add(buffer), PACKETS));
        send(peer);
        expect(PACKETS, rx.hold(burst));
        for (int i = 0; i < burst.count(); i++) {
            buffers.add(burst.buffer(i).duplicate());
        }
        Runtime runtime = Runtime.getSystemRuntime();
        for (ByteBuffer buffer : buffers) {
            addresses.add(Pointer.wrap(runtime, Pointer.wrap(runtime, buffer).address()));
        }
    }

    /** Last of all: nothing can be sent while it is open. */
    private void claim() {
        if (tx.tryClaim(64, claim) != 1) {
            throw new AssertionError("no claim");
        }
        buffers.add(claim.buffer());
    }

    private static void send(MemifInterface peer) {
        for (int i = 0; i < PACKETS; i++) {
            TestPackets.send(peer.txQueue(0), TestPackets.pattern(i, 64));
        }
    }

    private void use(int answer) throws InterruptedException, IOException {
        boolean open = true;
        writeToChannel();
        for (int i = 0; i < TIMES; i++) {
            touch();
            target.clear();
            int idle = answer == TxQueue.CLOSED ? RxQueue.CLOSED : 0;
            expect(idle, rx.poll((buffer, offset, length, flags) -> buffer.get(offset), PACKETS));
            expect(idle, rx.receive(target));
            expect(answer, tx.offer(new byte[64], 0, 64));
            expect(answer, tx.offer(target, 0, 64));
            expect(0, tx.flush());
            rx.release(burst);
            if (open) {
                open = false;
                claim.commit();
                expect(0, rx.await(1_000_000) ? 1 : 0);
            }
        }
    }

    private static void expect(int wanted, int got) {
        if (got != wanted) {
            throw new AssertionError("answered " + got + " instead of " + wanted);
        }
    }

    private void touch() {
        for (ByteBuffer buffer : buffers) {
            expect(0, (int) buffer.getLong(0));
            buffer.putLong(64, buffer.getLong(0));
            buffer.putInt(128, buffer.getInt(256));
            target.put(0, buffer, 0, 1_000);
            worked++;
        }
        for (Pointer address : addresses) {
            expect(0, (int) address.getLong(0));
        }
    }

    /** The kernel reads them, too. */
    private void writeToChannel() throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of("/dev/null"), WRITE)) {
            for (ByteBuffer buffer : buffers) {
                ByteBuffer all = buffer.duplicate().clear();
                expect(all.capacity(), channel.write(all));
            }
        }
    }
}

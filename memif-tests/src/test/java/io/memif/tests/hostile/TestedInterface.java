package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.PacketHandler;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.SocketConfig;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The library's side of a test: one socket with one interface, and everything it reported. */
public final class TestedInterface implements AutoCloseable {
    public static final int ID = 7;
    public static final String NAME = "ours0";

    public final MemifSocket socket;
    public final MemifInterface itf;
    public final String address;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    private final ControlThreadWatch watch;

    private TestedInterface(
            String address,
            Role role,
            Consumer<SocketConfig.Builder> socketTweak,
            Consumer<InterfaceConfig.Builder> tweak) {
        this.address = address;
        SocketConfig.Builder socketConfig =
                SocketConfig.builder()
                        .maxPeerMemory(1L << 40)
                        .address(address)
                        .applicationName("ours")
                        .errorHandler(errors::add);
        socketTweak.accept(socketConfig);
        InterfaceConfig.Builder config =
                InterfaceConfig.builder()
                        .role(role)
                        .id(ID)
                        .name(NAME)
                        .ringSize(FakeSlave.SLOTS)
                        .bufferSize(FakeSlave.BUFFER)
                        .reconnect(false)
                        .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20))
                        .listener(new Recorder());
        tweak.accept(config);
        socket = MemifSocket.open(socketConfig.build());
        try {
            itf = socket.addInterface(config.build());
        } catch (MemifException e) {
            socket.close();
            throw e;
        }
        watch = AttackTable.watch(socket);
    }

    /** Measures the control thread. */
    ControlThreadWatch watch() {
        return watch;
    }

    public static TestedInterface master(String address) {
        return master(address, config -> {});
    }

    public static TestedInterface master(String address, Consumer<InterfaceConfig.Builder> tweak) {
        return new TestedInterface(address, Role.MASTER, config -> {}, tweak);
    }

    public static TestedInterface master(
            String address,
            Consumer<SocketConfig.Builder> socketTweak,
            Consumer<InterfaceConfig.Builder> tweak) {
        return new TestedInterface(address, Role.MASTER, socketTweak, tweak);
    }

    public static TestedInterface slave(String address, Consumer<InterfaceConfig.Builder> tweak) {
        return new TestedInterface(address, Role.SLAVE, config -> {}, tweak);
    }

    /** A slave on a reactor that others use, too. */
    static TestedInterface slave(
            String address, MemifReactor reactor, Consumer<InterfaceConfig.Builder> tweak) {
        return new TestedInterface(address, Role.SLAVE, socket -> socket.reactor(reactor), tweak);
    }

    /** Hears of the interface. */
    private final class Recorder implements InterfaceListener {
        @Override
        public void onLinkUp(MemifInterface which, LinkInfo info) {
            events.add("up " + info.peerApplicationName() + " " + info.peerInterfaceName());
        }

        @Override
        public void onLinkDown(MemifInterface which, String reason) {
            events.add("down: " + reason);
        }

        @Override
        public void onConnectFailed(MemifInterface which, MemifException cause) {
            events.add("failed " + cause.code() + ": " + cause.getMessage());
        }
    }

    public String nextEvent() throws InterruptedException {
        String event = events.poll(20, TimeUnit.SECONDS);
        assertNotNull(event, "an event");
        return event;
    }

    public void expectEvent(String event) throws InterruptedException {
        assertEquals(event, nextEvent());
    }

    /** The interface says that an attempt failed, why, and on which interface and socket. */
    public void expectFailure(String code, String reason) throws InterruptedException {
        String where =
                (itf.config().role() == Role.SLAVE ? "slave" : "master")
                        + " interface "
                        + ID
                        + " ("
                        + NAME
                        + ") on "
                        + address
                        + ": ";
        assertEquals("failed " + code + ": " + where + reason, nextEvent());
    }

    /** The error handler hears of a connection that got no interface. */
    public void expectRefusal(String reason) throws InterruptedException {
        expectError(address + ": refused a slave: " + reason);
    }

    public void expectError(String message) throws InterruptedException {
        Throwable error = errors.poll(20, TimeUnit.SECONDS);
        assertTrue(error != null, "an error");
        assertEquals(message, error.getMessage());
    }

    public BlockingQueue<Throwable> errors() {
        return errors;
    }

    /** What receive queue 0 has counted. */
    long received(Counter counter) {
        return itf.rxQueue(0).counters().get(counter);
    }

    /** The next packet on receive queue 0 is this one. */
    void expectPacket(byte[] expected) throws InterruptedException {
        byte[][] got = new byte[1][];
        PacketHandler handler =
                (buffer, offset, length, flags) -> {
                    got[0] = new byte[length];
                    buffer.get(offset, got[0]);
                };
        assertTrue(itf.rxQueue(0).await(TimeUnit.SECONDS.toNanos(20)), "a packet");
        assertEquals(1, itf.rxQueue(0).poll(handler, 1));
        assertArrayEquals(expected, got[0]);
    }

    /** Nothing more was reported than the test has asked for. */
    public void expectQuiet() {
        assertEquals("[]", errors.toString());
        assertEquals("[]", events.toString());
    }

    @Override
    public void close() {
        try {
            if (watch != null && !socket.isClosed()) {
                watch.close();
            }
        } finally {
            socket.close();
        }
    }
}

package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.memif.InterfaceConfig;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/** One end of a link, its data path at full rate, and all the ways to take it down. */
final class TeardownEnd implements AutoCloseable {
    /** What can be done to it, at any time and again. */
    enum Action {
        ADMIN_DOWN,
        ADMIN_UP,
        CLOSE_INTERFACE,
        DELETE_AND_ADD,
        CLOSE_SOCKET,
        CLOSE_REACTOR
    }

    private final Role role;
    private final String address;
    private final TeardownReactors reactors;
    private final RandomGenerator random;
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final TrafficGenerator pump;
    private MemifReactor reactor;
    private MemifSocket socket;
    private MemifInterface itf;
    private boolean itfOpen;

    TeardownEnd(Role role, String address, TeardownReactors reactors, RandomGenerator random) {
        this.role = role;
        this.address = address;
        this.reactors = reactors;
        this.random = random;
        this.pump = new TrafficGenerator("data path of the " + role);
    }

    private void openSocket() {
        reactor = reactors.open(role, errors::add);
        socket =
                MemifSocket.open(
                        SocketConfig.builder()
                                .address(address)
                                .reactor(reactor)
                                .errorHandler(errors::add)
                                .build());
    }

    private void openInterface() {
        RxMode[] modes = RxMode.values();
        itf =
                socket.addInterface(
                        InterfaceConfig.builder()
                                .role(role)
                                .ringSize(64)
                                .bufferSize(512)
                                .rxMode(modes[random.nextInt(modes.length)])
                                .reconnectInterval(Duration.ofMillis(1), Duration.ofMillis(10))
                                // Closed handles are used while the data path may use them, too.
                                .checkThreads(false)
                                .build());
        itfOpen = true;
        pump.use(itf);
    }

    /** Makes it whole again, whatever was done to it. */
    void repair() {
        if (!reactors.isOpen(reactor)) {
            itfOpen = false;
            socket = null;
        }
        if (socket == null) {
            openSocket();
        }
        if (!itfOpen) {
            openInterface();
        }
        itf.setAdminUp(true);
    }

    MemifInterface itf() {
        return itf;
    }

    TrafficGenerator pump() {
        return pump;
    }

    /** Does it while the data path runs. */
    void apply(Action action) {
        switch (action) {
            case ADMIN_DOWN -> setAdminUp(false);
            case ADMIN_UP -> setAdminUp(true);
            case CLOSE_INTERFACE -> closed(itf);
            case DELETE_AND_ADD -> {
                closed(itf);
                if (socket != null && reactors.isOpen(reactor)) {
                    openInterface();
                }
            }
            case CLOSE_SOCKET -> closed(socket);
            case CLOSE_REACTOR -> {
                reactors.close(reactor);
                socket = null;
                expectClosed();
            }
            default -> throw new AssertionError(action);
        }
    }

    private void setAdminUp(boolean up) {
        if (itf.isClosed()) {
            assertThrows(MemifException.class, () -> itf.setAdminUp(up));
        } else {
            itf.setAdminUp(up);
        }
    }

    private void closed(AutoCloseable what) {
        if (what == null) {
            return;
        }
        try {
            what.close();
        } catch (Exception e) {
            throw new AssertionError("closing throws", e);
        }
        if (what == socket) {
            socket = null;
        }
        expectClosed();
    }

    /** The handles answer; the data path may be using them at the same time. */
    private void expectClosed() {
        itfOpen = false;
        assertFalse(itf.isConnected());
        assertEquals(TxQueue.CLOSED, itf.txQueue(0).offer(new byte[1], 0, 1));
        assertEquals(RxQueue.CLOSED, itf.rxQueue(0).poll((b, o, l, f) -> {}, 1));
        assertEquals(0, itf.txQueue(0).flush());
        itf.close();
        assertThrows(MemifException.class, () -> itf.setAdminUp(true));
        itf.details();
    }

    /** What the error handlers heard. */
    Queue<Throwable> errors() {
        return errors;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
        pump.close();
    }
}

package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The check that names the second thread on a queue. */
@Timeout(60)
class ThreadCheckTest {
    private static final String ADDRESS = "@memif-threads-" + ProcessHandle.current().pid();

    private static MemifInterface add(MemifSocket socket, Role role, boolean check) {
        return socket.addInterface(
                InterfaceConfig.builder().role(role).checkThreads(check).build());
    }

    private static void elsewhere(Executable task) throws Exception {
        FutureTask<Void> future =
                new FutureTask<>(
                        () -> {
                            try {
                                task.execute();
                            } catch (Throwable e) {
                                throw new ExecutionException(e);
                            }
                            return null;
                        });
        Thread thread = new Thread(future, "second");
        thread.start();
        future.get(SOON, TimeUnit.NANOSECONDS);
    }

    private static void assertNamed(Executable task) {
        IllegalStateException e = assertThrows(IllegalStateException.class, task);
        assertTrue(e.getMessage().contains("thread \"main\""), e.getMessage());
        assertTrue(e.getMessage().contains("thread \"second\""), e.getMessage());
        assertTrue(e.getMessage().contains(" queue 0 of MASTER id=0"), e.getMessage());
    }

    @Test
    void theSecondThreadIsNamed() throws Exception {
        String before = Thread.currentThread().getName();
        Thread.currentThread().setName("main");
        try (MemifSocket socket =
                MemifSocket.open(SocketConfig.builder().address(ADDRESS).build())) {
            MemifInterface master = add(socket, Role.MASTER, true);
            MemifInterface slave = add(socket, Role.SLAVE, false);
            connect(master, slave);
            exchange(master, slave, 60);
            RxQueue rx = master.rxQueue(0);
            TxQueue tx = master.txQueue(0);
            byte[] packet = new byte[60];
            List<Executable> all =
                    List.of(
                            () -> rx.poll((buffer, offset, length, flags) -> {}, 1),
                            () -> rx.receive(ByteBuffer.allocate(100)),
                            () -> rx.hold(new ReceivedBurst(1)),
                            () -> rx.release(new ReceivedBurst(1)),
                            () -> rx.await(0),
                            rx::arm,
                            rx::disarm,
                            () -> tx.offer(packet, 0, 60),
                            () -> tx.offer(ByteBuffer.wrap(packet), 0, 60),
                            () -> tx.tryClaim(60, new PacketClaim()),
                            tx::flush);
            for (Executable task : all) {
                elsewhere(() -> assertNamed(task));
            }
            elsewhere(() -> rx.counters().toString());
            rx.handOver();
            tx.handOver();
            elsewhere(() -> exchange(slave, master, 60));
            assertThrows(IllegalStateException.class, () -> tx.offer(packet, 0, 60));
        } finally {
            Thread.currentThread().setName(before);
        }
    }

    @Test
    void withoutTheCheckThreadsMayTakeTurns() throws Exception {
        try (MemifSocket socket =
                MemifSocket.open(SocketConfig.builder().address(ADDRESS).build())) {
            MemifInterface master = add(socket, Role.MASTER, false);
            MemifInterface slave = add(socket, Role.SLAVE, false);
            connect(master, slave);
            exchange(master, slave, 60);
            elsewhere(() -> exchange(master, slave, 60));
        }
    }
}

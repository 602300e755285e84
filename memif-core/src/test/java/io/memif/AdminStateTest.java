package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.testing.LinkEvents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Links that go down and come back: administratively, or because the other side went. */
@Timeout(60)
class AdminStateTest {
    private static final String ADDRESS = "@memif-admin-" + ProcessHandle.current().pid();
    private static final String DOWN = "interface administratively down";

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final LinkEvents masterEvents = new LinkEvents();
    private final LinkEvents slaveEvents = new LinkEvents();

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder().address(ADDRESS).errorHandler(errors::add).build());
    }

    private InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .ringSize(32)
                .listener(role == Role.MASTER ? masterEvents : slaveEvents)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    @ParameterizedTest
    @EnumSource
    void downTellsThePeerAndUpComesBack(Role acting) throws Exception {
        try (MemifSocket a = socket();
                MemifSocket b = socket()) {
            MemifInterface master = a.addInterface(config(Role.MASTER).build());
            MemifInterface slave = b.addInterface(config(Role.SLAVE).build());
            MemifInterface actor = acting == Role.MASTER ? master : slave;
            LinkEvents own = acting == Role.MASTER ? masterEvents : slaveEvents;
            LinkEvents others = acting == Role.MASTER ? slaveEvents : masterEvents;
            for (int round = 0; round < 3; round++) {
                connect(master, slave);
                assertEquals("up", own.next());
                assertEquals("up", others.next());
                exchange(master, slave, 60);
                assertEquals(round + 1, slave.rxQueue(0).counters().get(Counter.PACKETS));
                assertTrue(actor.isAdminUp());
                actor.setAdminUp(false);
                actor.setAdminUp(false);
                assertFalse(actor.isAdminUp());
                assertFalse(actor.isConnected());
                assertEquals("down: " + DOWN, own.next());
                assertEquals("down: peer disconnected: " + DOWN, others.next());
                if (acting == Role.MASTER) {
                    String refused = others.next();
                    assertTrue(refused.contains("administratively down"), refused);
                }
                own.assertNoMore();
                actor.setAdminUp(true);
            }
            connect(master, slave);
            InterfaceDetails details = actor.details();
            assertEquals(DOWN, details.ourDisconnectReason());
            assertEquals(4, details.links());
        }
    }

    @Test
    void aSlaveThatStartsDownWaitsUntilItIsBroughtUp() throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).adminUp(false).build());
            MemifInterface master = socket.addInterface(config(Role.MASTER).adminUp(false).build());
            assertFalse(slave.awaitConnected(Duration.ZERO));
            slaveEvents.assertNoMore();
            master.setAdminUp(true);
            slave.setAdminUp(true);
            connect(master, slave);
            assertEquals("up", slaveEvents.next());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void upTriesAgainWhereReconnectIsOff() throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).reconnect(false).build());
            assertTrue(slaveEvents.next().startsWith("failed: NOBODY_LISTENS"));
            MemifInterface master = socket.addInterface(config(Role.MASTER).build());
            slave.setAdminUp(false);
            slave.setAdminUp(true);
            connect(master, slave);
            exchange(master, slave, 60);
        }
    }

    @Test
    void aListenerThatReactsInsideItsCallbackDoesNoHarm() throws Exception {
        InterfaceListener stubborn =
                new InterfaceListener() {
                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        if (!itf.isClosed()) {
                            itf.setAdminUp(true);
                        }
                        slaveEvents.onLinkDown(itf, reason);
                    }

                    @Override
                    public void onLinkUp(MemifInterface itf, LinkInfo link) {
                        slaveEvents.onLinkUp(itf, link);
                        if (itf.details().links() == 3) {
                            itf.close();
                        }
                    }
                };
        try (MemifSocket socket = socket()) {
            socket.addInterface(config(Role.MASTER).build());
            MemifInterface slave =
                    socket.addInterface(config(Role.SLAVE).listener(stubborn).build());
            for (int round = 0; round < 2; round++) {
                assertEquals("up", slaveEvents.next());
                slave.setAdminUp(false);
                assertEquals("down: " + DOWN, slaveEvents.next());
            }
            assertEquals("up", slaveEvents.next());
            assertEquals("down: interface deleted", slaveEvents.next());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void aClosedInterfaceSaysSo() throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).build());
            CompletableFuture<LinkInfo> link = slave.connected().toCompletableFuture();
            assertFalse(slave.isClosed());
            slave.close();
            assertTrue(slave.isClosed());
            MemifException e = assertThrows(MemifException.class, () -> slave.setAdminUp(false));
            assertEquals(MemifException.Code.CLOSED, e.code());
            assertTrue(e.getMessage().startsWith("slave interface "), e.getMessage());
            assertThrows(MemifException.class, () -> slave.awaitConnected(Duration.ZERO));
            ExecutionException early =
                    assertThrows(ExecutionException.class, () -> link.get(10, SECONDS));
            ExecutionException late =
                    assertThrows(
                            ExecutionException.class,
                            () -> slave.connected().toCompletableFuture().get());
            assertEquals(MemifException.Code.CLOSED, ((MemifException) early.getCause()).code());
            assertEquals(MemifException.Code.CLOSED, ((MemifException) late.getCause()).code());
            assertFalse(socket.isClosed());
        }
    }

    @Test
    void theNextLinkCompletesAStage() throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).build());
            CompletableFuture<LinkInfo> link = slave.connected().toCompletableFuture();
            assertFalse(link.isDone());
            MemifInterface master = socket.addInterface(config(Role.MASTER).name("m").build());
            assertEquals("m", link.get(10, SECONDS).peerInterfaceName());
            assertTrue(slave.connected().toCompletableFuture().isDone());
            slave.setAdminUp(false);
            assertFalse(slave.connected().toCompletableFuture().isDone());
            assertTrue(master.name().equals("m") && master.role() == Role.MASTER);
        }
    }

    @Test
    void theLinkReturnsWhenTheListenerIsGoneAndBack() throws Exception {
        try (MemifSocket b = socket()) {
            MemifInterface slave = b.addInterface(config(Role.SLAVE).build());
            assertTrue(slaveEvents.next().startsWith("failed: NOBODY_LISTENS"));
            TxQueue tx = slave.txQueue(0);
            for (int round = 1; round <= 3; round++) {
                try (MemifSocket a = socket()) {
                    MemifInterface master = a.addInterface(config(Role.MASTER).build());
                    assertEquals("up", slaveEvents.next());
                    assertTrue(master.awaitConnected(Duration.ofNanos(SOON)));
                    exchange(slave, master, 100);
                    assertEquals(round, tx.counters().get(Counter.PACKETS));
                    assertEquals("up", masterEvents.next());
                }
                assertEquals("down: interface deleted", masterEvents.next());
                assertEquals("down: peer disconnected: interface deleted", slaveEvents.next());
                String failure = slaveEvents.next();
                // The first attempt may reach the listener just before it closes.
                if (failure.startsWith("failed: CLOSED_BY_PEER")) {
                    failure = slaveEvents.next();
                }
                assertTrue(failure.startsWith("failed: NOBODY_LISTENS"), failure);
            }
        }
        masterEvents.assertNoMore();
        slaveEvents.assertNoMore();
        assertEquals(List.of(), errors);
    }
}

package io.memif;

import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.testing.LinkEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots of interfaces and sockets. */
@Timeout(60)
class DetailsTest {
    private static final String ADDRESS = "@memif-details-" + ProcessHandle.current().pid();

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(ADDRESS)
                        .applicationName("snapshot")
                        .errorHandler(errors::add)
                        .build());
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(5)
                .name(role == Role.MASTER ? "left" : "right")
                .secret("very secret")
                .s2mRings(2)
                .m2sRings(1)
                .ringSize(64)
                .bufferSize(512);
    }

    @Test
    void everythingAboutALinkIsShown() throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface master =
                    socket.addInterface(config(Role.MASTER).rxMode(RxMode.INTERRUPT).build());
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).build());
            connect(master, slave);
            exchange(master, slave, 60);
            // Since the ring is at rest, its words say exactly what happened.
            send(slave.txQueue(1), pattern(1, 100));
            send(slave.txQueue(1), pattern(2, 100));

            InterfaceDetails of = master.details();
            assertEquals(ADDRESS, of.socketAddress());
            assertEquals(5, of.config().id());
            assertTrue(of.adminUp());
            assertEquals(1, of.links());
            assertEquals("right", of.link().peerInterfaceName());
            assertEquals("snapshot", of.link().peerApplicationName());
            assertEquals(ProcessHandle.current().pid(), of.link().peerPid());
            assertEquals(1, of.link().regions().size());
            assertTrue(of.link().regions().get(0).sealed());
            assertEquals(slave.details().link().regions(), of.link().regions());
            assertEquals(2, of.rxQueues().size());
            assertEquals(1, of.txQueues().size());

            int ringBytes = 128 + 16 * 64;
            assertEquals(
                    new RingDetails(Role.SLAVE, 1, 0, ringBytes, 64, 3, 1, 0),
                    of.rxQueues().get(1).rings().get(0));
            assertFalse(of.rxQueues().get(1).rings().get(0).masked());
            assertEquals(RxMode.INTERRUPT, of.rxQueues().get(1).rxMode());
            assertEquals(
                    new RingDetails(Role.MASTER, 0, 0, 2 * ringBytes, 64, 65, 1, 1),
                    of.txQueues().get(0).rings().get(0));
            assertTrue(of.txQueues().get(0).rings().get(0).masked());
            assertEquals(64, of.txQueues().get(0).rings().get(0).distance());
            assertNull(of.txQueues().get(0).rxMode());
            assertEquals(of.rxQueues().get(1).rings(), slave.details().txQueues().get(1).rings());
            assertEquals(1, of.rxQueues().get(1).counters().get(Counter.PACKETS));
            assertEquals(3, slave.details().txQueues().get(1).counters().get(Counter.PACKETS));

            String text = of.toText();
            assertTrue(text.contains("S2M ring 1 region 0 offset 1152 size 64 head 3"), text);
            assertTrue(text.contains("packets 1"), text);
            assertFalse(text.contains("very secret"), text);
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void reasonsOfBothSidesStayAfterTheLink() throws Exception {
        LinkEvents events = new LinkEvents();
        try (MemifSocket a = socket();
                MemifSocket b = socket()) {
            MemifInterface master = a.addInterface(config(Role.MASTER).build());
            MemifInterface slave = b.addInterface(config(Role.SLAVE).listener(events).build());
            connect(master, slave);
            master.close();
            assertEquals("up", events.next());
            assertEquals("down: peer disconnected: interface deleted", events.next());
            assertTrue(events.next().startsWith("failed: NOBODY_LISTENS"));
            InterfaceDetails of = slave.details();
            assertNull(of.link());
            assertEquals(List.of(), of.rxQueues().get(0).rings());
            assertEquals("interface deleted", of.peerDisconnectReason());
            assertEquals("", of.ourDisconnectReason());
            assertTrue(of.lastFailure().contains(ADDRESS), of.lastFailure());
            assertEquals("interface deleted", master.details().ourDisconnectReason());
            assertTrue(of.toText().contains("peer's last disconnect reason"), of.toText());
        }
    }

    @Test
    void aSocketListsItsInterfacesAndConnections() throws Exception {
        LinkEvents events = new LinkEvents();
        try (MemifSocket socket = socket()) {
            socket.addInterface(config(Role.SLAVE).build());
            assertFalse(socket.details().listening());
            MemifInterface slave = socket.interfaces().get(0);
            MemifInterface master = socket.addInterface(config(Role.MASTER).build());
            connect(master, slave);
            socket.addInterface(config(Role.SLAVE).id(6).reconnect(false).listener(events).build());
            String refused = events.next();
            assertTrue(refused.contains("wrong role"), refused);
            SocketDetails details = socket.details();
            assertEquals(ADDRESS, details.address());
            assertTrue(details.listening());
            assertEquals(0, details.halfOpen());
            assertEquals(2, details.accepted());
            assertEquals(1, details.refused());
            assertEquals(
                    List.of("left", "right", "right"),
                    details.interfaces().stream().map(each -> each.config().name()).toList());
        }
    }

    /** Each with what is in use of it. */
    @Test
    void everyLimitIsShownBesideWhatIsInUse() throws Exception {
        SocketConfig config =
                SocketConfig.builder()
                        .address(ADDRESS)
                        .errorHandler(errors::add)
                        .maxHalfOpen(11)
                        .maxRegionBytes(1L << 31)
                        .maxLinkRegions(12)
                        .maxLinkBytes(1L << 32)
                        .maxLinkMappings(13)
                        .maxPeerMemory(1L << 33)
                        .maxMappedBytes(1L << 34)
                        .maxMappings(1400)
                        .maxWaitingBytes(1L << 35)
                        .build();
        try (MemifSocket socket = MemifSocket.open(config)) {
            MemifInterface master = socket.addInterface(config(Role.MASTER).build());
            LinkMemoryDetails none = socket.details().largest();
            assertEquals(
                    new LinkMemoryDetails(0, 1L << 31, 0, 12, 0, 1L << 32, 0, 13), none, "no link");
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).build());
            connect(master, slave);
            SocketDetails details = socket.details();
            assertEquals(11, details.maxHalfOpen());
            long size = master.linkInfo().regions().get(0).size();
            assertEquals(
                    new LinkMemoryDetails(size, 1L << 31, 1, 12, size, 1L << 32, 1, 13),
                    details.largest());
            MemoryDetails memory = details.memory();
            assertEquals(1L << 33, memory.maxPeerMemory());
            assertEquals(1L << 34, memory.maxMappedBytes());
            assertEquals(1400, memory.maxMappings());
            assertEquals(1L << 35, memory.maxWaitingBytes());
            assertTrue(memory.peerMemory() >= size, memory.toString());
            assertTrue(memory.mappedBytes() >= 2 * size, memory.toString());
            assertTrue(memory.mappings() >= 2, memory.toString());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void snapshotsWhileLinksComeAndGoDoNoHarm() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (MemifSocket socket = socket()) {
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).build());
            MemifInterface master = socket.addInterface(config(Role.MASTER).build());
            Thread reader =
                    new Thread(
                            () -> {
                                while (!done.get()) {
                                    slave.details().toText();
                                    master.details().toText();
                                }
                            });
            Throwable[] thrown = new Throwable[1];
            reader.setUncaughtExceptionHandler((thread, e) -> thrown[0] = e);
            reader.start();
            for (int round = 0; round < 30; round++) {
                connect(master, slave);
                master.setAdminUp(false);
                master.setAdminUp(true);
                slave.setAdminUp(false);
                slave.setAdminUp(true);
            }
            done.set(true);
            reader.join();
            assertNull(thrown[0]);
        }
    }
}

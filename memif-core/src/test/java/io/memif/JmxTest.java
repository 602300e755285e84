package io.memif;

import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import java.lang.management.ManagementFactory;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the beans say while a link comes up, drops packets and goes. 3 s. */
@Timeout(60)
class JmxTest {
    private static final String ADDRESS = "@memif-jmx-" + ProcessHandle.current().pid();
    private static final String SOCKET = "io.memif:type=Socket,socket=\"" + ADDRESS + "\"";
    private static final String INTERFACE = SOCKET.replace("Socket", "Interface");
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @AfterEach
    void forget() throws Exception {
        MemifSocket.beansWanted = false;
        assertEquals(Set.of(), names());
        assertEquals(List.of(), errors);
    }

    private MemifSocket socket() {
        return MemifSocket.open(config().build());
    }

    private SocketConfig.Builder config() {
        return SocketConfig.builder().address(ADDRESS).errorHandler(errors::add);
    }

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(-1)
                .name(role == Role.MASTER ? "left" : "right")
                .secret("very secret")
                .s2mRings(2)
                .ringSize(64)
                .bufferSize(512)
                .interruptRecheck(Duration.ofMillis(1500))
                .build();
    }

    private static Set<String> names() throws Exception {
        return SERVER.queryNames(new ObjectName("io.memif:*"), null).stream()
                .map(ObjectName::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Object get(String bean, String attribute) throws Exception {
        return SERVER.getAttribute(new ObjectName(bean), attribute);
    }

    @Test
    void aLinkFromUpToClosed() throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface early = socket.addInterface(config(Role.MASTER));
            assertEquals(Set.of(), names(), "nobody has asked");
            MemifJmx.register();
            MemifInterface slave = socket.addInterface(config(Role.SLAVE));
            String masterBean = INTERFACE + ",role=master,id=4294967295";
            String slaveBean = INTERFACE + ",role=slave,id=4294967295";
            assertEquals(new TreeSet<>(Set.of(SOCKET, masterBean, slaveBean)), names());

            connect(early, slave);
            exchange(early, slave, 60);
            assertEquals(TxQueue.TOO_LONG, slave.txQueue(1).offer(new byte[1 << 20], 0, 1 << 20));
            assertEquals(true, get(slaveBean, "Connected"));
            assertEquals(2L, get(slaveBean, "TxPackets"));
            assertEquals(120L, get(slaveBean, "TxBytes"));
            assertEquals(1L, get(slaveBean, "TxDropped"));
            assertEquals(2L, get(masterBean, "RxPackets"));
            CompositeData link = (CompositeData) get(slaveBean, "Link");
            assertEquals("left", link.get("peerInterfaceName"));
            assertEquals(ProcessHandle.current().pid(), (long) (int) link.get("peerPid"));
            assertEquals(1, ((CompositeData[]) link.get("regions")).length);
            CompositeData[] queues = (CompositeData[]) get(slaveBean, "TxQueues");
            CompositeData counters = (CompositeData) queues[1].get("counters");
            assertEquals(1L, counters.get("tooLong"));
            assertEquals("slave", ((CompositeData[]) queues[0].get("rings"))[0].get("sender"));
            CompositeData config = (CompositeData) get(slaveBean, "Config");
            assertEquals(4294967295L, config.get("id"));
            assertEquals("ethernet", config.get("mode"));
            assertEquals(1.5, config.get("interruptRecheckSeconds"));
            assertEquals(true, config.get("hasSecret"));
            assertEquals(slave.details().toText(), get(slaveBean, "Text"));
            assertEquals(true, get(SOCKET, "Listening"));
            assertEquals(2, ((CompositeData[]) get(SOCKET, "Interfaces")).length);
            assertTrue(((String) get(SOCKET, "Text")).contains(slave.details().toText()));

            early.close();
            Await.soon(
                    "reason of the end", () -> !slave.details().peerDisconnectReason().isEmpty());
            assertEquals(Set.of(SOCKET, slaveBean), names());
            assertEquals(false, get(slaveBean, "Connected"));
            assertNull(get(slaveBean, "Link"));
            assertEquals("interface deleted", get(slaveBean, "PeerDisconnectReason"));
            assertEquals(1L, get(slaveBean, "TxDropped"));
        }
    }

    /** Whatever details come to know. */
    @Test
    void everyComponentIsAnAttribute() throws Exception {
        MemifJmx.register();
        try (MemifSocket socket = socket()) {
            socket.addInterface(config(Role.SLAVE));
            expectAll(SocketDetails.class, SOCKET);
            expectAll(InterfaceDetails.class, INTERFACE + ",role=slave,id=4294967295");
        }
    }

    private static void expectAll(Class<?> details, String bean) throws Exception {
        ObjectName name = new ObjectName(bean);
        List<String> shown =
                Stream.of(SERVER.getMBeanInfo(name).getAttributes())
                        .map(MBeanAttributeInfo::getName)
                        .toList();
        for (RecordComponent each : details.getRecordComponents()) {
            String title =
                    each.getName().substring(0, 1).toUpperCase() + each.getName().substring(1);
            String unit = each.getType() == Duration.class ? "Seconds" : "";
            assertTrue(shown.contains(title + unit), each + " is not among " + shown);
        }
        assertEquals(shown.size(), SERVER.getAttributes(name, shown.toArray(String[]::new)).size());
    }

    /** As a management tool does it. */
    @Test
    void aToolAsksForThem() throws Exception {
        ObjectName tool = new ObjectName("io.memif:type=Memif");
        try (MemifSocket socket = socket()) {
            SERVER.createMBean("io.memif.MemifJmx", tool);
            try {
                assertTrue((Integer) SERVER.getAttribute(tool, "Sockets") >= 1);
                assertEquals(socket.details().toText(), get(SOCKET, "Text"));
            } finally {
                SERVER.unregisterMBean(tool);
            }
        }
    }

    @Test
    void twoSocketsWithOneAddress() throws Exception {
        MemifJmx.register();
        try (MemifSocket one = socket()) {
            try (MemifSocket other = socket()) {
                assertEquals(new TreeSet<>(Set.of(SOCKET, SOCKET + ",copy=2")), names());
                assertEquals(one.address(), other.address());
            }
            assertEquals(Set.of(SOCKET), names());
        }
    }

    @Test
    void aReactorThatClosesTakesThemAway() throws Exception {
        MemifJmx.register();
        try (MemifReactor reactor = MemifReactor.start("memif jmx", errors::add)) {
            MemifSocket.open(config().reactor(reactor).build()).addInterface(config(Role.SLAVE));
            assertEquals(2, names().size());
        }
        assertEquals(Set.of(), names());
    }

    /** Read by the thread that drives it; nobody waits for ever if it does not. */
    @Test
    void aSocketThatItsCallerDrives() throws Exception {
        MemifJmx.register();
        try (MemifSocket socket = MemifSocket.open(config().ownThread(false).build())) {
            socket.addInterface(config(Role.MASTER));
            FutureTask<Object> read = read(() -> get(SOCKET, "Text"));
            long end = System.nanoTime() + TestPackets.SOON;
            while (!read.isDone() && System.nanoTime() < end) {
                socket.doWork();
            }
            assertTrue(((String) read.get()).contains("interface left"));
            assertEquals(false, get(INTERFACE + ",role=master,id=4294967295", "Connected"));
            MBeanException e = assertThrows(MBeanException.class, () -> get(SOCKET, "Listening"));
            assertTrue(e.getCause().getMessage().contains("driven by its application"));
        }
    }

    private static FutureTask<Object> read(Callable<Object> what) {
        FutureTask<Object> read = new FutureTask<>(what);
        new Thread(read, "reader of a bean").start();
        return read;
    }

    /** Sockets come and go while somebody asks: none leaves a bean. */
    @Test
    void askedForWhileSocketsComeAndGo() throws Exception {
        for (int round = 0; round < 20; round++) {
            MemifSocket.beansWanted = false;
            FutureTask<Object> asking =
                    read(
                            () -> {
                                MemifJmx.register();
                                return null;
                            });
            try (MemifSocket socket = socket();
                    MemifInterface itf = socket.addInterface(config(Role.MASTER))) {
                assertEquals(socket, itf.socket());
            }
            asking.get();
            assertEquals(Set.of(), names());
        }
    }

    /** Somebody asks at the moment at which the socket is closed. */
    @Test
    void aClosedSocketGetsNone() throws Exception {
        MemifSocket socket = socket();
        socket.close();
        socket.registerBeans();
        assertEquals(Set.of(), names());
    }

    @Test
    void aFullRingIsCounted() throws Exception {
        MemifJmx.register();
        try (MemifSocket socket = socket()) {
            MemifInterface master = socket.addInterface(config(Role.MASTER));
            MemifInterface slave = socket.addInterface(config(Role.SLAVE));
            connect(master, slave);
            for (int i = 0; i < 64; i++) {
                send(slave.txQueue(0), new byte[60]);
            }
            assertEquals(TxQueue.BACK_PRESSURED, slave.txQueue(0).offer(new byte[60], 0, 60));
            assertEquals(1L, get(INTERFACE + ",role=slave,id=4294967295", "TxRingFull"));
        }
    }
}

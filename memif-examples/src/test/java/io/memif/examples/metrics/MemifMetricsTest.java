package io.memif.examples.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.testing.TestPackets;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the meters say while a link comes up, drops packets and goes. 3 s. */
@Timeout(60)
class MemifMetricsTest {
    private static final String ADDRESS = "@memif-metrics-" + ProcessHandle.current().pid();

    /** The JDK opens a socket for itself when the first one is closed, and keeps it. */
    @BeforeAll
    static void useASocket() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, here);
                Socket client = new Socket(here, server.getLocalPort());
                Socket accepted = server.accept()) {
            assertEquals(client.getLocalPort(), accepted.getPort());
        }
    }

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(role == Role.MASTER ? 0 : -1)
                .name(role == Role.MASTER ? "left" : "right")
                .ringSize(64)
                .bufferSize(512)
                .build();
    }

    private static MemifSocket socket() {
        return MemifSocket.open(SocketConfig.builder().address(ADDRESS).build());
    }

    private static double counter(MeterRegistry registry, String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    private static double up(MeterRegistry registry) {
        return registry.get("memif.link.up").gauge().value();
    }

    @Test
    void aLinkFromUpToClosed() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        InterfaceConfig.Builder slave =
                InterfaceConfig.builder().role(Role.SLAVE).id(-1).name("right").ringSize(64);
        try (MemifSocket socket = socket();
                MemifInterface itf = socket.addInterface(slave.bufferSize(512).build());
                MemifMetrics metrics = new MemifMetrics(itf)) {
            metrics.bindTo(registry);
            assertEquals(0, up(registry));
            MemifInterface master =
                    socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).id(-1).build());
            TestPackets.connect(itf, master);
            TestPackets.exchange(itf, master, 60);
            TxQueue tx = itf.txQueue(0);
            assertEquals(TxQueue.TOO_LONG, tx.offer(new byte[1 << 20], 0, 1 << 20));
            for (int i = 0; i < 63; i++) {
                TestPackets.send(tx, new byte[60]);
            }
            assertTrue(tx.offer(new byte[60], 0, 60) > 0);
            assertEquals(TxQueue.BACK_PRESSURED, tx.offer(new byte[60], 0, 60));

            assertEquals(1, up(registry));
            assertEquals(1, counter(registry, "memif.link.ups"));
            assertEquals(1, counter(registry, "memif.rx.packets", "queue", "0"));
            assertEquals(60, counter(registry, "memif.rx.bytes", "interface", "right"));
            assertEquals(65, counter(registry, "memif.tx.packets", "role", "slave"));
            assertEquals(1, counter(registry, "memif.tx.dropped", "cause", "too-long"));
            assertEquals(0, counter(registry, "memif.tx.dropped", "cause", "bad-descriptors"));
            assertEquals(
                    1,
                    counter(registry, "memif.tx.ring.full", "id", "4294967295", "socket", ADDRESS));

            master.close();
            Await.soon("link down", () -> up(registry) == 0);
            assertEquals(1, counter(registry, "memif.tx.dropped", "cause", "too-long"));
        }
        assertEquals(List.of(), registry.getMeters(), "they go with the interface");
    }

    @Test
    void prometheusReadsThem() throws Exception {
        try (MemifSocket socket = socket();
                ChildProcess echo =
                        ChildProcess.java(PrometheusExample.class, ADDRESS, "0")
                                .withoutInput()
                                .start()) {
            MemifInterface master = socket.addInterface(config(Role.MASTER));
            String url = echo.awaitLine("metrics at http://localhost:");
            int port = Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"));
            assertTrue(master.awaitConnected(Duration.ofSeconds(20)));
            byte[] packet = TestPackets.pattern(1, 60);
            // The slave's buffers come a moment after the link.
            TxQueue tx = master.txQueue(0);
            Await.soon("a buffer", () -> tx.offer(packet, 0, packet.length) > 0);
            tx.flush();
            assertArrayEquals(packet, TestPackets.receive(master.rxQueue(0)));
            String tags =
                    "{id=\"0\",interface=\"echo\",queue=\"0\",role=\"slave\",socket=\""
                            + ADDRESS
                            + "\"}";
            expect(port, "memif_rx_packets_total" + tags + " 1.0");
            expect(port, "memif_rx_bytes_total" + tags + " 60.0");
            expect(port, "# TYPE memif_rx_packets_total counter");
            expect(port, "memif_rx_dropped_packets_total{cause=\"bad-descriptors\"");
            expect(port, "memif_link_up{");
            expect(port, "memif_link_up" + tags.replace("queue=\"0\",", "") + " 1.0");
            master.close();
            String down = "memif_link_up" + tags.replace("queue=\"0\",", "") + " 0.0";
            Await.soon(down, () -> scrape(port).contains(down));
        }
    }

    private static void expect(int port, String text) throws InterruptedException {
        Await.soon(text, () -> scrape(port).contains(text));
    }

    private static String scrape(int port) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream()
                    .write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

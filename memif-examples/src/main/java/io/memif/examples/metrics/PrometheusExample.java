package io.memif.examples.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Sends every packet back, and shows its counters at {@code http://localhost:PORT/metrics} for
 * Prometheus.
 */
public final class PrometheusExample {
    private static final long WAIT_NS = 100_000_000;

    private PrometheusExample() {}

    /**
     * Runs until it is interrupted or killed.
     *
     * @param args socket and port; without them {@code /run/vpp/memif.sock} and 9464
     * @throws IOException if the port cannot be used
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        String address = args.length > 0 ? args[0] : SocketConfig.DEFAULT_ADDRESS;
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 9464;
        InterfaceConfig what =
                InterfaceConfig.builder()
                        .role(Role.SLAVE)
                        .name("echo")
                        .rxMode(RxMode.INTERRUPT)
                        .build();
        try (MemifSocket socket =
                        MemifSocket.open(SocketConfig.builder().address(address).build());
                MemifInterface itf = socket.addInterface(what);
                MemifMetrics metrics = new MemifMetrics(itf)) {
            PrometheusMeterRegistry registry =
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            metrics.bindTo(registry);
            HttpServer server = serve(registry, port);
            System.out.println(
                    "metrics at http://localhost:" + server.getAddress().getPort() + "/metrics");
            try {
                echo(itf);
            } finally {
                server.stop(0);
            }
        }
    }

    static HttpServer serve(PrometheusMeterRegistry registry, int port) throws IOException {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpServer server = HttpServer.create(local, 0);
        server.createContext("/metrics", exchange -> answer(exchange, registry.scrape()));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void echo(MemifInterface itf) throws InterruptedException {
        RxQueue rx = itf.rxQueue(0);
        TxQueue tx = itf.txQueue(0);
        PacketHandler echo = (packet, offset, length, flags) -> tx.offer(packet, offset, length);
        PacketAssembler packets = new PacketAssembler(echo, 65_535);
        while (!Thread.interrupted()) {
            rx.await(WAIT_NS);
            rx.poll(packets, 64);
            tx.flush();
        }
    }
}

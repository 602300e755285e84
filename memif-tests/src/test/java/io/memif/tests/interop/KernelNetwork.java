package io.memif.tests.interop;

import io.memif.testing.ChildProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A network namespace with one interface whose other end belongs to a testpmd that runs there; and
 * ping. Nothing outside the namespace is touched.
 */
final class KernelNetwork implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final String NAME = "memif0";
    private static final int TAP_MTU = 1500;

    private final String namespace;
    private final String device;
    private final int mtu;

    private KernelNetwork(String namespace, String device, int mtu) {
        this.namespace = namespace;
        this.device = device;
        this.mtu = mtu;
    }

    /** With a tap, which testpmd makes. DPDK's driver limits it to the usual frames. */
    static KernelNetwork tap() throws InterruptedException {
        return new KernelNetwork(newNamespace(), "net_tap0,iface=" + NAME, TAP_MTU);
    }

    /**
     * With a virtual Ethernet cable whose other end testpmd opens.
     *
     * @param mtu up to 9000
     */
    static KernelNetwork cable(int mtu) throws InterruptedException {
        String frames = "blocksz=65536,framesz=16384,framecnt=512";
        KernelNetwork network =
                new KernelNetwork(newNamespace(), "net_af_packet0,iface=other," + frames, mtu);
        String wide = Integer.toString(mtu);
        network.ip("link", "add", NAME, "mtu", wide, "type", "veth", "peer", "other", "mtu", wide);
        network.ip("link", "set", "other", "up");
        return network;
    }

    private static String newNamespace() throws InterruptedException {
        String name = "memif-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();
        must("ip", "netns", "add", name);
        return name;
    }

    /** Options of the testpmd that is to own the other end. */
    Testpmd.Builder join(Testpmd.Builder testpmd) {
        return testpmd.by(List.of("ip", "netns", "exec", namespace))
                .device(device)
                .mbufs(8192, 17_000);
    }

    /** Brings the interface up, once testpmd runs. */
    void configure(String v4, String v6) throws InterruptedException {
        ip("link", "set", NAME, "mtu", Integer.toString(mtu), "txqueuelen", "4096");
        ip("addr", "add", v4, "dev", NAME);
        ip("-6", "addr", "add", v6, "dev", NAME, "nodad");
        ip("link", "set", NAME, "up");
    }

    private void ip(String... words) throws InterruptedException {
        must(
                Stream.concat(Stream.of("ip", "-n", namespace), Stream.of(words))
                        .toArray(String[]::new));
    }

    /** Runs ping to its end; its output. */
    String ping(List<String> words) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "ping"));
        command.addAll(words);
        ChildProcess ping = ChildProcess.run(command);
        return ping.out() + ping.err();
    }

    private static void must(String... command) throws InterruptedException {
        ChildProcess done = ChildProcess.run(List.of(command));
        if (done.exitCode() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + done);
        }
    }

    /** Removes the namespace, and the interface with it. */
    @Override
    public void close() {
        try {
            must("ip", "netns", "del", namespace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

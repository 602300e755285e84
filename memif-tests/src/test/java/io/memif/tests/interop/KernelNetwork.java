package io.memif.tests.interop;

import java.util.List;

/**
 * A network namespace with one interface whose other end belongs to a testpmd that runs there; and
 * ping.
 */
final class KernelNetwork implements AutoCloseable {
    private static final String NAME = "memif0";
    private static final int TAP_MTU = 1500;

    private final NetworkNamespace namespace;
    private final String device;
    private final int mtu;

    private KernelNetwork(NetworkNamespace namespace, String device, int mtu) {
        this.namespace = namespace;
        this.device = device;
        this.mtu = mtu;
    }

    /** With a tap, which testpmd makes. DPDK's driver limits it to the usual frames. */
    static KernelNetwork tap() throws InterruptedException {
        return new KernelNetwork(new NetworkNamespace(), "net_tap0,iface=" + NAME, TAP_MTU);
    }

    /**
     * With a virtual Ethernet cable whose other end testpmd opens.
     *
     * @param mtu up to 9000
     */
    static KernelNetwork cable(int mtu) throws InterruptedException {
        String frames = "blocksz=65536,framesz=16384,framecnt=512";
        NetworkNamespace namespace = new NetworkNamespace();
        String wide = Integer.toString(mtu);
        namespace.ip(
                "link", "add", NAME, "mtu", wide, "type", "veth", "peer", "other", "mtu", wide);
        namespace.ip("link", "set", "other", "up");
        return new KernelNetwork(namespace, "net_af_packet0,iface=other," + frames, mtu);
    }

    /** Options of the testpmd that is to own the other end. */
    Testpmd.Builder join(Testpmd.Builder testpmd) {
        return testpmd.by(namespace.prefix()).device(device).mbufs(8192, 17_000);
    }

    /** Brings the interface up, once testpmd runs. */
    void configure(String v4, String v6) throws InterruptedException {
        namespace.ip("link", "set", NAME, "mtu", Integer.toString(mtu), "txqueuelen", "4096");
        namespace.ip("addr", "add", v4, "dev", NAME);
        namespace.ip("-6", "addr", "add", v6, "dev", NAME, "nodad");
        namespace.ip("link", "set", NAME, "up");
    }

    /** Runs ping to its end; its output. */
    String ping(List<String> words) throws InterruptedException {
        return namespace.ping(words);
    }

    /** Removes the namespace, and the interface with it. */
    @Override
    public void close() {
        namespace.close();
    }
}

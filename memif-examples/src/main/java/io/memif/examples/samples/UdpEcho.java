package io.memif.examples.samples;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.Mode;
import io.memif.PacketAssembler;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.examples.icmp.IpPrefix;
import io.memif.examples.icmp.MacAddress;
import io.memif.examples.icmp.OwnAddresses;
import io.memif.examples.icmp.Responder;
import io.memif.examples.responder.AnswerPath;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sends UDP over IPv4 back to where it came from, on any port, and answers ARP and ping besides, so
 * that VPP finds it. A pod of Calico/VPP has bare IP packets on its memif; VPP's own default is
 * Ethernet.
 *
 * <pre>{@code UdpEcho SOCKET ADDRESS/PREFIX [ip]}</pre>
 */
public final class UdpEcho {
    private static final int MAC = 6;
    private static final int ETHERNET_HEADER = 14;

    private final RxQueue rx;
    private final TxQueue tx;
    private final int own;
    private final int ip;
    private final AnswerPath others;
    private final PacketAssembler packets;

    /** An echo on the first queue pair, for one thread. */
    UdpEcho(MemifInterface itf, IpPrefix address) {
        rx = itf.rxQueue(0);
        tx = itf.txQueue(0);
        own = (int) address.address().low();
        boolean ethernet = itf.config().mode() == Mode.ETHERNET;
        ip = ethernet ? ETHERNET_HEADER : 0;
        OwnAddresses addresses = new OwnAddresses(List.of(address));
        MacAddress mac = MacAddress.derivedFrom(address.address());
        others =
                new AnswerPath(
                        ethernet ? Responder.ethernet(mac, addresses) : Responder.ip(addresses));
        others.answerOn(tx);
        packets = new PacketAssembler(this::onPacket, AnswerPath.MAX_PACKET_LENGTH);
    }

    private void onPacket(ByteBuffer packet, int offset, int length, int flags) {
        int header = offset + ip;
        boolean isOurs =
                length >= ip + 28
                        && packet.get(header) == 0x45
                        && packet.get(header + 9) == 17
                        && (packet.getShort(header + 6) & 0x3fff) == 0
                        && packet.getInt(header + 16) == own
                        && (ip == 0 || packet.getShort(offset + 2 * MAC) == 0x0800);
        if (!isOurs) {
            others.onPacket(packet, offset, length, flags);
            return;
        }
        // The checksums stay as they are: they add up the same words in another order.
        for (int i = 0; ip > 0 && i < MAC; i += 2) {
            swap(packet, offset + i, offset + MAC + i);
        }
        swap(packet, header + 12, header + 16);
        swap(packet, header + 14, header + 18);
        swap(packet, header + 20, header + 22);
        tx.offer(packet, offset, length);
    }

    private static void swap(ByteBuffer packet, int one, int other) {
        short kept = packet.getShort(one);
        packet.putShort(one, packet.getShort(other)).putShort(other, kept);
    }

    /** Echoes until the interface is closed. */
    void serve() throws InterruptedException {
        while (!rx.isClosed()) {
            if (rx.poll(packets, 64) + tx.flush() == 0) {
                rx.await(1_000_000_000);
            }
        }
    }

    /**
     * Echoes as slave, until the JVM ends.
     *
     * @param args socket, own address, and {@code ip} for packets without Ethernet header
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        Mode mode = args.length > 2 && args[2].equals("ip") ? Mode.IP : Mode.ETHERNET;
        InterfaceConfig config = InterfaceConfig.builder().mode(mode).build();
        new UdpEcho(Sample.open(args[0], config), IpPrefix.parse(args[1])).serve();
    }
}

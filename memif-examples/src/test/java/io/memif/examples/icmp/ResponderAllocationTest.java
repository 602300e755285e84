package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResponderAllocationTest {
    private static final int ROUNDS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ByteBuffer out = buffer();
    private final List<ByteBuffer> packets =
            List.of(
                    filled(Packets.usualArp()),
                    filled(Packets.toUs(Packets.IPV4, Packets.echoToUs(pattern(1472)))),
                    filled(Packets.toUs(Packets.IPV6, Packets.echoV6ToUs(pattern(1452)))),
                    filled(Packets.usualSolicitation()),
                    filled(Packets.toUs(Packets.IPV4, new byte[30])));

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(2048).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer filled(byte[] packet) {
        return buffer().put(packet).flip();
    }

    @Test
    void examiningAndAnsweringAllocatesNothing() {
        MacAddress mac = MacAddress.parseUnicast("02:fe:00:00:00:01");
        Responder responder = Responder.ethernet(mac, Packets.OWN);
        run(responder);
        long before = threads.getCurrentThreadAllocatedBytes();
        run(responder);
        assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }

    private void run(Responder responder) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < packets.size(); i++) {
                ByteBuffer packet = packets.get(i);
                if (responder.examine(packet, 0, packet.limit()).isReply()) {
                    responder.write(out, 0);
                }
            }
        }
    }
}

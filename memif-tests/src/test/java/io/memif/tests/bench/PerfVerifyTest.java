package io.memif.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketHandler;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code memif perf --verify} finds what a bad bridge between source and sink did to the packets,
 * and counts it to the packet.
 */
@Timeout(60)
class PerfVerifyTest {
    private static final int MISTREATED = 30_000;

    /** As many as four rings hold: when they are through, the sink has seen all before them. */
    private static final int CLEAN = 4 * 1024;

    private static final long LINK_TIMEOUT_NS = 10_000_000_000L;

    private static String address(String name) {
        return "@memif-bridge-" + name + "-" + ProcessHandle.current().pid();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 400})
    void aBadBridgeIsFoundOut(int length) throws InterruptedException {
        String options = " --verify --warmup 0 --seconds 50 --length " + length + " --socket ";
        PerfCall source = PerfCall.start("--workload source" + options + address("in"));
        PerfCall sink = PerfCall.start("--workload sink" + options + address("out"));
        BadBridge bridge;
        try (MemifSocket in = open(address("in"));
                MemifSocket out = open(address("out"));
                MemifInterface from = in.addInterface(master());
                MemifInterface to = out.addInterface(master())) {
            if (!from.awaitConnected(Duration.ofNanos(LINK_TIMEOUT_NS))
                    || !to.awaitConnected(Duration.ofNanos(LINK_TIMEOUT_NS))) {
                throw new AssertionError("no link: " + source.err() + sink.err());
            }
            bridge = new BadBridge(to.txQueue(0));
            bridge.carry(from.rxQueue(0));
        }
        JsonObject found = sink.json();
        assertEquals(bridge.dropped + bridge.corrupted, found.get("lost").getAsLong());
        assertEquals(bridge.duplicated, found.get("duplicated").getAsLong());
        assertEquals(bridge.reordered, found.get("reordered").getAsLong());
        assertEquals(bridge.corrupted, found.get("corrupted").getAsLong());
        assertEquals("peer", source.json().get("end").getAsString());
    }

    private static MemifSocket open(String address) {
        return MemifSocket.open(SocketConfig.builder().address(address).build());
    }

    private static InterfaceConfig master() {
        return InterfaceConfig.builder().role(Role.MASTER).build();
    }

    /** Drops, repeats, delays and damages packets, each kind at its own rhythm. */
    private static final class BadBridge implements PacketHandler {
        private final TxQueue tx;
        private final ByteBuffer changed = ByteBuffer.allocateDirect(2048);
        private final ByteBuffer late = ByteBuffer.allocateDirect(2048);
        private int seen;
        private int lateLength;
        private long dropped;
        private long duplicated;
        private long reordered;
        private long corrupted;

        BadBridge(TxQueue tx) {
            this.tx = tx;
        }

        void carry(RxQueue rx) {
            while (seen < MISTREATED + CLEAN) {
                if (rx.poll(this, 64) == 0) {
                    Thread.yield();
                }
                tx.flush();
            }
        }

        @Override
        public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
            int fate = seen++ % 1000;
            if (seen > MISTREATED) {
                send(buffer, offset, length);
                return;
            }
            switch (fate) {
                case 100 -> dropped++;
                case 200 -> {
                    send(buffer, offset, length);
                    send(buffer, offset, length);
                    duplicated++;
                }
                case 300 -> {
                    late.put(0, buffer, offset, length);
                    lateLength = length;
                }
                case 310 -> {
                    send(buffer, offset, length);
                    send(late, 0, lateLength);
                    reordered++;
                }
                case 400 -> {
                    changed.put(0, buffer, offset, length);
                    changed.put(length - 1, (byte) (changed.get(length - 1) ^ 0x40));
                    send(changed, 0, length);
                    corrupted++;
                }
                default -> send(buffer, offset, length);
            }
        }

        private void send(ByteBuffer buffer, int offset, int length) {
            while (tx.offer(buffer, offset, length) == TxQueue.BACK_PRESSURED) {
                Thread.yield();
            }
        }
    }
}

package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets between testpmd and us, both roles: none lost, none changed, and both counts agree. */
@Needs(Need.TESTPMD)
@Timeout(180)
@Tag("once")
class TrafficTest {
    private static final int BURST = 64;
    private static final int MAX_PACKET = 65_536;

    @TempDir Path directory;

    private long packets;
    private long bytes;

    /** What is done over a link. */
    private interface Exchange {
        void with(Testpmd testpmd, MemifInterface itf) throws InterruptedException;
    }

    /** Runs an exchange over a link in which we have the given role, and testpmd the other. */
    private void link(Role role, String arguments, Exchange exchange, String... options)
            throws InterruptedException {
        String address = directory.resolve("s").toString();
        InterfaceConfig.Builder config = InterfaceConfig.builder().role(role);
        if (role == Role.SLAVE) {
            Testpmd.Builder server = Testpmd.memif(address, "role=server" + arguments);
            try (Testpmd testpmd = server.options(options).start();
                    OurSide us = new OurSide(address, config)) {
                exchange.with(testpmd, us.awaitUp());
            }
        } else {
            Testpmd.Builder client = Testpmd.memif(address, "role=client" + arguments);
            try (OurSide us = new OurSide(address, config);
                    Testpmd testpmd = client.options(options).start()) {
                exchange.with(testpmd, us.awaitUp(testpmd));
            }
        }
    }

    @ParameterizedTest(name = "as {0}, {1}{2}")
    @CsvSource({
        "SLAVE, 64, ''",
        "SLAVE, '64,64,64', ''",
        "SLAVE, '2000,2000', ''",
        "MASTER, 64, ''",
        "MASTER, '64,64,64', ''",
        "MASTER, '2000,2000', ''",
        "MASTER, 64, ',zero-copy=yes'"
    })
    void receivesAllThatTestpmdSends(Role role, String segments, String arguments)
            throws InterruptedException {
        int[] lengths = Stream.of(segments.split(",")).mapToInt(Integer::parseInt).toArray();
        link(
                role,
                arguments,
                (testpmd, itf) -> receive(testpmd, itf, lengths),
                "--forward-mode=txonly",
                "--txpkts=" + segments);
    }

    private void receive(Testpmd testpmd, MemifInterface itf, int[] lengths)
            throws InterruptedException {
        RxQueue rx = itf.rxQueue(0);
        PacketAssembler checks = new PacketAssembler(checking(lengths), MAX_PACKET);
        testpmd.command("start");
        await(rx, checks, 30_000);
        testpmd.command("stop");
        while (rx.poll(checks, BURST) > 0) {
            continue;
        }
        bothCountTheSame(testpmd, rx);
    }

    private PacketHandler checking(int[] lengths) {
        return (buffer, offset, length, flags) -> {
            GeneratedPacket.check(buffer, offset, length, lengths);
            packets++;
            bytes += length;
        };
    }

    private void await(RxQueue rx, PacketHandler handler, long wanted) throws InterruptedException {
        while (packets < wanted) {
            if (rx.poll(handler, BURST) == 0) {
                assertTrue(rx.await(Testpmd.SOON_NS), "testpmd sends; " + packets + " so far");
            }
        }
    }

    private void bothCountTheSame(Testpmd testpmd, RxQueue rx) throws InterruptedException {
        Testpmd.Statistics theirs = testpmd.statistics();
        assertEquals(theirs.txPackets(), packets);
        assertEquals(theirs.txBytes(), bytes);
        assertEquals(packets, rx.counters().get(Counter.PACKETS));
        assertEquals(bytes, rx.counters().get(Counter.BYTES));
    }

    /** In bursts that fit into the ring: its driver needs that to send chains zero-copy. */
    @Test
    void receivesZeroCopyChains() throws InterruptedException {
        link(
                Role.MASTER,
                ",zero-copy=yes",
                this::receiveBursts,
                "--forward-mode=io",
                "--txpkts=64,64,64");
    }

    private void receiveBursts(Testpmd testpmd, MemifInterface itf) throws InterruptedException {
        RxQueue rx = itf.rxQueue(0);
        PacketAssembler checks = new PacketAssembler(checking(new int[] {64, 64, 64}), MAX_PACKET);
        for (int round = 1; round <= 20; round++) {
            testpmd.command("start tx_first 5");
            await(rx, checks, round * 160L);
            testpmd.command("stop");
        }
        assertEquals(0, rx.poll(checks, BURST));
        assertEquals(3 * packets, rx.counters().get(Counter.BUFFERS));
        bothCountTheSame(testpmd, rx);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void sendsWhatTestpmdCounts(Role role) throws InterruptedException {
        link(role, "", this::send, "--forward-mode=rxonly");
    }

    private void send(Testpmd testpmd, MemifInterface itf) throws InterruptedException {
        TxQueue tx = itf.txQueue(0);
        testpmd.command("start");
        send(tx, 70_000, 128);
        // Up to 9 chained buffers.
        send(tx, 3_000, 9 * 2048);
        tx.flush();
        Testpmd.Statistics theirs = testpmd.statistics();
        long deadline = System.nanoTime() + Testpmd.SOON_NS;
        while (theirs.rxPackets() < packets && System.nanoTime() < deadline) {
            theirs = testpmd.statistics();
        }
        assertEquals(packets, theirs.rxPackets());
        assertEquals(bytes, theirs.rxBytes());
        assertEquals(packets, tx.counters().get(Counter.PACKETS));
        assertEquals(bytes, tx.counters().get(Counter.BYTES));
    }

    private void send(TxQueue tx, int count, int maxLength) {
        byte[] packet = new byte[maxLength];
        for (int i = 0; i < count; i++) {
            int length = NumberedPacket.length(i, maxLength);
            NumberedPacket.write(packet, length, i);
            int result = tx.offer(packet, 0, length);
            long deadline = System.nanoTime() + Testpmd.SOON_NS;
            while (result == TxQueue.BACK_PRESSURED && System.nanoTime() < deadline) {
                Thread.onSpinWait();
                result = tx.offer(packet, 0, length);
            }
            assertTrue(result > 0, "offer answered " + result);
            packets++;
            bytes += length;
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void whatTestpmdReturnsIsWhatWeSent(Role role) throws InterruptedException {
        link(role, "", TrafficTest::echo, "--forward-mode=io");
    }

    private static void echo(Testpmd testpmd, MemifInterface itf) throws InterruptedException {
        testpmd.command("start");
        new Echo(itf, 0, 1024, 2048, 128).run(70_000);
        new Echo(itf, 0, 1024, 2048, 9000).run(3_000);
    }
}

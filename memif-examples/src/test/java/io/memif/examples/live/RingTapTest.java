package io.memif.examples.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.CommandFailure;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packets are copied whole or counted as missed, whatever the two ends do meanwhile. 3 s. */
@Timeout(60)
class RingTapTest {
    private static final int LOG2 = 10;
    private static final int SLOTS = 1 << LOG2;

    /** Slots that a sender passes before the tap has looked; three are less than an index holds. */
    private static final int ROUND = 1 << 14;

    @TempDir Path directory;

    private Path path;
    private MadeUpRing s2m;
    private MadeUpRing m2s;
    private LiveLink link;
    private final List<String> got = new ArrayList<>();

    @BeforeEach
    void makeLink() throws IOException {
        path = directory.resolve("link");
        int length = MadeUpRing.length(LOG2, 64);
        int buffers = 2 * length;
        int size = buffers + 2 * SLOTS * MadeUpRing.BUFFER;
        MappedByteBuffer memory = MadeUpRing.file(path, size);
        s2m = new MadeUpRing(memory, 0, LOG2, 64, buffers).cookie();
        m2s =
                new MadeUpRing(memory, length, LOG2, 64, buffers + SLOTS * MadeUpRing.BUFFER)
                        .cookie()
                        .post();
        link = link(List.of());
    }

    private LiveLink link(List<Path> others) throws IOException {
        Memory seen = MadeUpRing.open(path);
        List<Processes.SharedFile> candidates = new ArrayList<>();
        for (Path other : others) {
            candidates.add(file(other));
        }
        Regions regions = new Regions(file(path), seen, candidates);
        List<LiveRing> rings = Directions.assign(seen, RingShape.find(seen));
        rings.forEach(regions::learn);
        return new LiveLink(file(path), new Ends(List.of(), null, null, null), rings, regions);
    }

    private static Processes.SharedFile file(Path path) throws IOException {
        FileId id = FileId.Status.of(path).id();
        String name = path.getFileName().toString();
        return new Processes.SharedFile(id, name, new HashMap<>(Map.of()), List.of(path));
    }

    private RingTap tap(int ring) {
        return new RingTap(link, link.rings().get(ring), 1 << 16);
    }

    private void poll(RingTap tap) throws IOException {
        while (pollOnce(tap)) {
            continue;
        }
    }

    private boolean pollOnce(RingTap tap) throws IOException {
        return tap.poll(
                System.nanoTime(),
                (data, length, missed) -> {
                    int number = data.get(data.position()) & 0xff;
                    assertTrue(MadeUpRing.isWhole(data, number));
                    got.add(number + (missed > 0 ? " after " + missed : ""));
                    return true;
                });
    }

    @Test
    void everyPacketOnce() throws IOException {
        RingTap tap = tap(0);
        poll(tap);
        for (int i = 0; i < 70_000; i++) {
            s2m.fill(i, 0, 60 + i % 100);
            s2m.head(i + 1);
            poll(tap);
            assertEquals(List.of(Integer.toString(i & 0xff)), got);
            got.clear();
            s2m.tail(i + 1);
        }
        assertEquals(70_000, tap.passed());
        assertEquals(0, tap.missed());
    }

    /** Slots that have been given back are good until the sender may be near them. */
    @Test
    void lateButInTime() throws IOException {
        RingTap tap = tap(0);
        for (int i = 0; i < 1000; i++) {
            s2m.fill(i, 0, 60);
        }
        s2m.head(1000);
        s2m.tail(1000);
        poll(tap);
        int certain = SLOTS - RingTap.UNANNOUNCED;
        assertEquals(certain, got.size());
        assertEquals(1000 - certain, tap.missed());
        assertEquals((1000 - certain & 0xff) + " after " + (1000 - certain), got.get(0));
        assertEquals(1000, tap.passed());
    }

    @Test
    void whatTheReceiverStillHoldsIsAlwaysGood() throws IOException {
        RingTap tap = tap(0);
        for (int i = 0; i < SLOTS; i++) {
            s2m.fill(i, 0, 60);
        }
        s2m.head(SLOTS);
        poll(tap);
        assertEquals(SLOTS, got.size());
        assertEquals(0, tap.missed());
    }

    @Test
    void lapped() throws IOException {
        RingTap tap = tap(0);
        s2m.head(5000);
        s2m.tail(5000);
        for (int i = 5000 - SLOTS; i < 5000; i++) {
            s2m.fill(i, 0, 60);
        }
        poll(tap);
        assertEquals(SLOTS - RingTap.UNANNOUNCED, got.size());
        assertEquals(5000, tap.passed());
        assertEquals(5000 - got.size(), tap.missed());
    }

    @Test
    void chains() throws IOException {
        RingTap tap = tap(0);
        s2m.fill(0, 1, MadeUpRing.BUFFER);
        s2m.head(1);
        poll(tap);
        assertEquals(List.of(), got, "the rest has not come");
        s2m.descriptor(1, 0, 0, 100, s2m.buffer(0));
        s2m.fill(2, 0, 60);
        s2m.head(3);
        List<Integer> lengths = new ArrayList<>();
        tap.poll(
                System.nanoTime(),
                (data, length, missed) -> {
                    assertEquals(length, data.remaining());
                    return lengths.add(length);
                });
        assertEquals(List.of(MadeUpRing.BUFFER + 100, 60), lengths);
        assertEquals(0, tap.missed());
    }

    /** A master clears NEXT when it takes a slot: a full buffer alone may be half a packet. */
    @Test
    void fullBuffersAreDoubtful() throws IOException {
        RingTap tap = tap(0);
        s2m.fill(0, 0, MadeUpRing.BUFFER);
        s2m.fill(1, 0, 60);
        s2m.head(2);
        poll(tap);
        assertEquals(List.of("1 after 1"), got);
    }

    @Test
    void fromTheMaster() throws IOException {
        RingTap tap = tap(1);
        poll(tap);
        for (int i = 0; i < 3000; i++) {
            m2s.fill(i, 0, 60 + i % 100);
            m2s.tail(i + 1);
            poll(tap);
            m2s.descriptor(i, 0, 0, MadeUpRing.BUFFER, m2s.buffer(i));
            m2s.head(i + 1 + SLOTS);
        }
        assertEquals(3000, got.size());
        assertEquals(0, tap.missed());
    }

    /** A slave that has posted a slot again has reset the length of the packet in it. */
    @Test
    void tooLateForTheLength() throws IOException {
        RingTap tap = tap(1);
        m2s.fill(0, 0, 60);
        m2s.descriptor(0, 0, 0, MadeUpRing.BUFFER, m2s.buffer(0));
        m2s.fill(1, 0, 60);
        m2s.tail(2);
        m2s.head(SLOTS + 1);
        poll(tap);
        assertEquals(List.of("1 after 1"), got);
    }

    /** 60 bytes of Ethernet and IPv4, with a sound header. */
    private static byte[] ipPacket() {
        ByteBuffer bytes = ByteBuffer.allocate(60);
        bytes.putShort(12, (short) 0x0800).putShort(14, (short) 0x4500).putShort(16, (short) 46);
        bytes.putShort(24, (short) (0xffff - 0x4500 - 46));
        return bytes.array();
    }

    /** But the packet still lies there, and may say itself how long it is. */
    @Test
    void theIpHeaderHasTheLength() throws IOException {
        RingTap tap = tap(1);
        m2s.write(0, ipPacket());
        m2s.tail(1);
        m2s.head(SLOTS + 1);
        List<Integer> lengths = new ArrayList<>();
        tap.poll(System.nanoTime(), (data, length, missed) -> lengths.add(length));
        assertEquals(List.of(60), lengths);
        byte[] wrong = ipPacket();
        ByteBuffer.wrap(wrong).putShort(24, (short) 0);
        m2s.write(1, wrong);
        m2s.tail(2);
        m2s.head(SLOTS + 2);
        tap.poll(System.nanoTime(), (data, length, missed) -> lengths.add(length));
        assertEquals(List.of(60), lengths, "its checksum is wrong");
        assertEquals(1, tap.missed());
    }

    @Test
    void wrongDescriptors() throws IOException {
        RingTap tap = tap(0);
        s2m.descriptor(0, 0, 0, 60, Integer.MAX_VALUE);
        s2m.descriptor(1, 0, 0, -1, 0);
        s2m.descriptor(2, 0, 4711, 60, 0);
        s2m.fill(3, 0, 60);
        s2m.head(4);
        poll(tap);
        assertEquals(List.of("3 after 3"), got);
    }

    @Test
    void buffersElsewhere() throws IOException {
        Path pool = directory.resolve("pool");
        MappedByteBuffer memory = MadeUpRing.file(pool, 1 << 20);
        memory.put(70_000, (byte) 7);
        link = link(List.of(pool));
        RingTap tap = tap(0);
        s2m.descriptor(0, 0, 1, 1, 70_000);
        s2m.head(1);
        poll(tap);
        assertEquals(List.of("7"), got);
        s2m.descriptor(1, 0, 1, 1, 70_000);
        s2m.head(2);
        s2m.tail(2);
        poll(tap);
        assertEquals(1, tap.missed(), "a buffer of a pool goes its way once it is given back");
    }

    /** After a pause nothing is copied that has been given back to a pool. */
    @Test
    void aPoolIsTakenUpWhereItsBuffersAreStillThere() throws IOException {
        Path pool = directory.resolve("pool");
        MappedByteBuffer memory = MadeUpRing.file(pool, 1 << 20);
        link = link(List.of(pool));
        RingTap tap = tap(0);
        for (int i = 0; i < 500; i++) {
            memory.put(1000 + i, (byte) i);
            s2m.descriptor(i, 0, 1, 1, 1000 + i);
        }
        s2m.head(500);
        s2m.tail(490);
        List<Byte> numbers = new ArrayList<>();
        tap.poll(
                System.nanoTime(),
                (data, length, missed) -> numbers.add(data.get(data.position())));
        assertEquals(10, numbers.size(), "in one look");
        assertEquals((byte) 490, numbers.get(0));
        assertEquals(490, tap.missed());
    }

    /** Even if fewer bytes are wanted than a header has that tells the length. */
    @Test
    void snapLengthsBelowTheHeader() throws IOException {
        RingTap tap = new RingTap(link, link.rings().get(1), 20);
        m2s.write(0, ipPacket());
        m2s.tail(1);
        m2s.head(SLOTS + 1);
        List<Integer> lengths = new ArrayList<>();
        tap.poll(
                System.nanoTime(),
                (data, length, missed) -> lengths.addAll(List.of(data.remaining(), length)));
        assertEquals(List.of(20, 60), lengths);
    }

    @Test
    void whereTwoFilesFitItRefuses() throws IOException {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        MadeUpRing.file(one, 1 << 20);
        MadeUpRing.file(two, 1 << 20);
        Path small = directory.resolve("small");
        MadeUpRing.file(small, 4096);
        s2m.descriptor(0, 0, 1, 60, 70_000);
        link = link(List.of(one, small));
        link.requireRegions();
        link = link(List.of(one, two, small));
        String said = assertThrows(CommandFailure.class, link::requireRegions).getMessage();
        assertTrue(said.contains("\"one\"") && said.contains("\"two\""), said);
        assertFalse(said.contains("small"), said);
        link = link(List.of(small));
        said = assertThrows(CommandFailure.class, link::requireRegions).getMessage();
        assertTrue(said.contains("cannot be found"), said);
    }

    /** A sender that is faster and uses buffers again at once: no packet is half of another. */
    @Test
    void againstAPoolAtWork() throws Exception {
        Path pool = directory.resolve("pool");
        MappedByteBuffer memory = MadeUpRing.file(pool, 1 << 20);
        link = link(List.of(pool));
        AtomicBoolean end = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Thread sender =
                new Thread(
                        () -> {
                            int seen = 0;
                            for (int i = 0; !end.get(); i += 32) {
                                while (i % ROUND == 0 && looks.get() == seen && !end.get()) {
                                    Thread.onSpinWait();
                                }
                                seen = i % ROUND == 0 ? looks.get() : seen;
                                for (int k = i; k < i + 32; k++) {
                                    int at = (k & 127) * MadeUpRing.BUFFER;
                                    memory.put(at, (byte) k);
                                    memory.put(at + 1999, (byte) k);
                                    s2m.descriptor(k, 0, 1, 2000, at);
                                }
                                VarHandle.releaseFence();
                                s2m.head(i + 32);
                                s2m.tail(i - 32);
                                VarHandle.fullFence();
                            }
                        });
        RingTap tap = tap(0);
        sender.start();
        long stop = System.nanoTime() + 500_000_000L;
        long[] whole = {0};
        RingTap.Sink ends =
                (data, length, missed) -> {
                    assertEquals(data.get(data.position()), data.get(data.limit() - 1));
                    whole[0]++;
                    return true;
                };
        while (System.nanoTime() - stop < 0) {
            tap.poll(System.nanoTime(), ends);
            looks.incrementAndGet();
        }
        end.set(true);
        sender.join();
        while (tap.poll(System.nanoTime(), ends)) {
            continue;
        }
        assertTrue(whole[0] > 0);
        assertEquals(tap.passed(), whole[0] + tap.missed());
    }

    /** A sender that never waits: what is not missed is whole, and nothing is counted twice. */
    @Test
    void againstASenderAtWork() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        int[] sent = {0};
        Thread sender =
                new Thread(
                        () -> {
                            for (int i = 0; !end.get(); i += 32) {
                                for (int k = 0; k < 32; k++) {
                                    s2m.fill(i + k, 0, 64 + (i + k) % 200);
                                }
                                s2m.tail(i);
                                s2m.head(i + 32);
                                sent[0] = i + 32;
                            }
                        });
        RingTap tap = tap(0);
        sender.start();
        long stop = System.nanoTime() + 1_000_000_000L;
        long whole = 0;
        while (System.nanoTime() - stop < 0) {
            poll(tap);
            whole += got.size();
            got.clear();
        }
        end.set(true);
        sender.join();
        poll(tap);
        whole += got.size();
        assertTrue(whole > 0);
        assertEquals(tap.passed(), whole + tap.missed());
        if (!tap.isAtLeast()) {
            assertEquals(sent[0], tap.passed());
        }
    }
}

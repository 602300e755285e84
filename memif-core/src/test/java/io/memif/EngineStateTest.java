package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Faults;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Protocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Claims, held bursts, copying receive, and handlers that throw. */
@Timeout(60)
class EngineStateTest {
    private static void send(Pair pair, int packets, int length) {
        for (int i = 0; i < packets; i++) {
            pair.tx.offer(PacketPattern.packet(i, length), 0, length);
        }
        pair.tx.flush();
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void throwingHandlerLosesNoSlotAndNoLaterPacket(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 10, 20);
        List<Integer> seen = new ArrayList<>();
        PacketHandler handler =
                (buffer, offset, length, flags) -> {
                    seen.add((int) buffer.get(offset));
                    if (seen.size() == 4) {
                        throw new IllegalArgumentException("mine");
                    }
                };
        assertThrows(IllegalArgumentException.class, () -> pair.rx.poll(handler, 64));
        assertReceived(4, 80, pair.rx.counters);
        assertEquals(6, pair.rx.poll(handler, 64));
        assertReceived(10, 200, pair.rx.counters);
        assertEquals(10, seen.size());
        assertEquals((int) PacketPattern.packet(9, 20)[0], seen.get(9));
        pair.tx.refresh();
        assertEquals(16, pair.tx.free());
    }

    private static void assertReceived(long packets, long bytes, QueueCounters counters) {
        assertEquals(packets, counters.get(Counter.PACKETS));
        assertEquals(packets, counters.get(Counter.BUFFERS));
        assertEquals(bytes, counters.get(Counter.BYTES));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void illegalStateOfTheHandlerIsNotTakenForAnUnmappedRing(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 1, 20);
        PacketHandler handler =
                (buffer, offset, length, flags) -> {
                    throw new IllegalStateException("mine");
                };
        assertThrows(IllegalStateException.class, () -> pair.rx.poll(handler, 64));
        assertFalse(pair.rx.broken());
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void chainIsSplitOverPollsByTheLimit(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 1, 64 * 5);
        List<Integer> flags = new ArrayList<>();
        while (pair.rx.poll((buffer, offset, length, flag) -> flags.add(flag), 2) > 0) {
            continue;
        }
        int both = PacketHandler.NEXT | PacketHandler.CONTINUATION;
        assertEquals(
                List.of(PacketHandler.NEXT, both, both, both, PacketHandler.CONTINUATION), flags);
        assertEquals(1, pair.received.get(Counter.PACKETS));
        assertEquals(5, pair.received.get(Counter.BUFFERS));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void partsCountWhenTheirPacketIsComplete(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 2, 64 * 2 + 1);
        for (int packet = 1; packet <= 2; packet++) {
            assertEquals(1, pair.rx.poll((b, o, l, f) -> {}, 1));
            assertEquals(1, pair.rx.hold(new ReceivedBurst(1)));
            checkCounted(pair, packet - 1);
            pair.rx.release(1);
            assertEquals(1, pair.rx.receive(ByteBuffer.allocate(1)));
            checkCounted(pair, packet);
        }
    }

    private static void checkCounted(Pair pair, int packets) {
        assertEquals(packets, pair.received.get(Counter.PACKETS));
        assertEquals(packets * 3, pair.received.get(Counter.BUFFERS));
        assertEquals(packets * (64 * 2 + 1), pair.received.get(Counter.BYTES));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void claimIsSentWithTheCommittedLengthAndAbortSendsNothing(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        PacketClaim claim = new PacketClaim();
        assertEquals(1, pair.tx.tryClaim(64, claim));
        assertThrows(IllegalStateException.class, () -> pair.tx.tryClaim(1, new PacketClaim()));
        claim.abort();
        assertThrows(IllegalStateException.class, claim::abort);
        assertEquals(1, pair.tx.tryClaim(64, claim));
        claim.buffer().put(claim.offset(), GOOD);
        assertThrows(IllegalArgumentException.class, () -> claim.commit(65));
        assertEquals(1, claim.commit(GOOD.length));
        assertEquals(TxQueue.TOO_LONG, pair.tx.tryClaim(65, claim));
        pair.tx.flush();
        List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
        assertEquals(1, packets.size());
        assertArrayEquals(GOOD, packets.get(0));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void allWaysToSendTakeTurnsOverTheWrapAndCountEveryByte(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64, 65000);
        PacketClaim claim = new PacketClaim();
        long bytesBefore = pair.sent.get(Counter.BYTES);
        long bytes = 0;
        for (int i = 0; i < 2000; i++) {
            int length = 1 + i % 64;
            byte[] packet = PacketPattern.packet(i, i % 5 == 4 ? 150 : length);
            int sent =
                    switch (i % 5) {
                        case 0 -> pair.tx.offer(packet, 0, length);
                        case 1 -> pair.tx.offer(ByteBuffer.wrap(packet), 0, length);
                        case 2 -> pair.tx.fill((b, at, most) -> put(b, at, packet), 64, 1);
                        case 3 -> commit(pair, claim, packet);
                        default -> pair.tx.offer(packet, 0, 150) == 3 ? 1 : 0;
                    };
            assertEquals(1, sent, "packet " + i);
            bytes += packet.length;
            if (i % 3 == 2) {
                pair.tx.flush();
                List<byte[]> got = PacketPattern.drain(pair.rx, 64);
                assertArrayEquals(packet, got.get(got.size() - 1), "packet " + i);
                assertEquals(bytes, pair.sent.get(Counter.BYTES) - bytesBefore);
            }
        }
    }

    private static int put(ByteBuffer buffer, int at, byte[] packet) {
        buffer.put(at, packet);
        return packet.length;
    }

    private static int commit(Pair pair, PacketClaim claim, byte[] packet) {
        assertEquals(1, pair.tx.tryClaim(64, claim));
        claim.buffer().put(claim.offset(), packet);
        return claim.commit(packet.length);
    }

    /** As many slots are left as a claim takes, so the fast way ends with it. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void claimOfTheLastSlotFillsTheRing(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        for (int i = 0; i < 16; i++) {
            assertEquals(1, commit(pair, new PacketClaim(), GOOD));
        }
        assertEquals(TxQueue.BACK_PRESSURED, pair.tx.tryClaim(1, new PacketClaim()));
        assertEquals(TxQueue.BACK_PRESSURED, pair.tx.offer(GOOD, 0, 33));
        assertEquals(16, PacketPattern.drain(pair.rx, 64).size());
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void claimOfAnEndedLinkIsClosedAndSendsNothing(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        PacketClaim claim = new PacketClaim();
        assertEquals(1, pair.tx.tryClaim(64, claim));
        pair.tx.memoryLost(new InternalError("the peer has cut its file"));
        assertEquals(TxQueue.NOT_CONNECTED, claim.commit(33));
        assertThrows(IllegalStateException.class, claim::commit, "it is closed");
        assertEquals(TxQueue.NOT_CONNECTED, pair.tx.tryClaim(64, claim));
        assertEquals(TxQueue.NOT_CONNECTED, pair.tx.offer(GOOD, 0, 33));
    }

    /** On its first packet, on a later one, and on the last of a batch. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void fillerThatUsesItsQueueIsToldAndNothingOfThatIsStaged(Pair.Way way) {
        Pair pair = new Pair(way, 10, 64, 65_400);
        PacketClaim claim = new PacketClaim();
        PacketFiller nothing = (b, at, most) -> 0;
        List<IntSupplier> uses =
                List.of(
                        () -> pair.tx.offer(GOOD, 0, GOOD.length),
                        () -> pair.tx.offer(ByteBuffer.wrap(GOOD), 0, GOOD.length),
                        () -> pair.tx.tryClaim(1, claim),
                        () -> pair.tx.fill(nothing, 64, 4),
                        () -> pair.tx.hasSpace(1) ? 1 : 0,
                        pair.tx::flush);
        for (IntSupplier use : uses) {
            for (int last : new int[] {1, 2, 200, 256}) {
                useDuringFill(pair, use, last);
            }
        }
    }

    private static void useDuringFill(Pair pair, IntSupplier use, int last) {
        int[] calls = {0};
        PacketFiller filler =
                (buffer, at, most) -> {
                    if (++calls[0] == last) {
                        use.getAsInt();
                    }
                    buffer.put(at, (byte) calls[0]);
                    return 1;
                };
        assertThrows(IllegalStateException.class, () -> pair.tx.fill(filler, 64, 300));
        assertEquals(last, calls[0]);
        assertEquals(1, pair.tx.offer(GOOD, 0, GOOD.length));
        pair.tx.flush();
        List<byte[]> packets = PacketPattern.drain(pair.rx, 1024);
        assertEquals(last, packets.size());
        for (int i = 1; i < last; i++) {
            assertArrayEquals(new byte[] {(byte) i}, packets.get(i - 1));
        }
        assertArrayEquals(GOOD, packets.get(last - 1));
    }

    /** Over the end of the ring, over the end of the indexes, and over several batches. */
    @ParameterizedTest
    @CsvSource({
        "S2M, 4, 12, 0, 12",
        "M2S, 4, 12, 0, 12",
        "S2M, 4, 65530, 0, 12",
        "M2S, 4, 65530, 0, 12",
        "S2M, 10, 65000, 1, 900",
        "M2S, 10, 65000, 1, 900"
    })
    void whatAFillerHasFinishedGoesOut(Pair.Way way, int log2, int start, int before, int count) {
        Pair pair = new Pair(way, log2, 128, start);
        long packetsBefore = pair.tx.counters.get(Counter.PACKETS);
        long bytesBefore = pair.tx.counters.get(Counter.BYTES);
        for (int i = 0; i < before; i++) {
            assertEquals(1, pair.tx.offer(GOOD, 0, GOOD.length));
        }
        List<byte[]> sent = new ArrayList<>();
        PacketFiller filler =
                (buffer, at, most) -> {
                    byte[] packet = PacketPattern.packet(sent.size(), 40 + sent.size() % 80);
                    buffer.put(at, packet);
                    sent.add(packet);
                    return packet.length;
                };
        assertEquals(count, pair.tx.fill(filler, 128, count));
        assertTrue(pair.tx.flush() > 0);
        long bytes = sent.stream().mapToLong(packet -> packet.length).sum();
        assertEquals(
                before * (long) GOOD.length + bytes,
                pair.tx.counters.get(Counter.BYTES) - bytesBefore);
        assertEquals(before + count, pair.tx.counters.get(Counter.PACKETS) - packetsBefore);
        List<byte[]> packets = PacketPattern.drain(pair.rx, 1024);
        assertEquals(before + count, packets.size());
        for (int i = 0; i < count; i++) {
            assertArrayEquals(sent.get(i), packets.get(before + i), "packet " + i);
        }
    }

    /** Whose fault it was nobody knows, so the packet may have been copied from zeros. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void aClaimedPacketIsNotStagedIfACallHasCaughtAFaultMeanwhile(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        PacketClaim claim = new PacketClaim();
        assertEquals(1, pair.tx.tryClaim(10, claim));
        Faults.countCaught();
        // Refused, and no reason to forget the fault.
        assertThrows(IllegalStateException.class, () -> pair.tx.offer(GOOD, 0, GOOD.length));
        assertThrows(IllegalStateException.class, () -> pair.tx.tryClaim(1, new PacketClaim()));
        assertEquals(TxQueue.SOURCE_GONE, claim.commit());
        assertFalse(claim.isOpen());
        Faults.countCaught();
        assertEquals(1, pair.tx.offer(GOOD, 0, GOOD.length), "what came before does not matter");
        assertEquals(1, pair.tx.tryClaim(10, claim));
        claim.buffer().put(claim.offset(), new byte[10]);
        assertEquals(1, claim.commit());
        pair.tx.flush();
        assertEquals(2, PacketPattern.drain(pair.rx, 8).size());
        assertFalse(pair.tx.broken());
    }

    @ParameterizedTest
    @CsvSource({"S2M, 1", "S2M, 64", "M2S, 1", "M2S, 64"})
    void aFillStopsBeforeAPacketDuringWhichACallHasCaughtAFault(Pair.Way way, int length) {
        Pair pair = new Pair(way, 4, 64);
        int[] calls = {0};
        PacketFiller filler =
                (buffer, at, most) -> {
                    if (++calls[0] % 3 == 0) {
                        Faults.countCaught();
                    }
                    buffer.put(at, (byte) calls[0]);
                    return length;
                };
        assertEquals(2, pair.tx.fill(filler, 64, 10));
        assertEquals(2, pair.tx.fill(filler, 64, 2));
        assertEquals(TxQueue.SOURCE_GONE, pair.tx.fill(filler, 64, 1), "not even one was staged");
        assertEquals(0, pair.tx.fill(filler, 64, 0));
        pair.tx.flush();
        List<byte[]> packets = PacketPattern.drain(pair.rx, 16);
        assertEquals(List.of(1, 2, 4, 5), packets.stream().map(each -> (int) each[0]).toList());
        assertFalse(pair.tx.broken());
    }

    /** A slave may post buffers of several regions in any order. */
    @Test
    void aMasterFillsBuffersOfSeveralRegions() {
        int log2 = 5;
        int slots = 1 << log2;
        int length = 128;
        Ring ring = new Ring(ByteBuffer.allocateDirect(Protocol.ringLength(log2, 64)), 0, log2, 64);
        ring.initialise(RingLayout.MASK_INT);
        ByteBuffer[] memory = new ByteBuffer[3];
        Arrays.setAll(memory, index -> ByteBuffer.allocateDirect(slots * length));
        Region[] regions = Arrays.stream(memory).map(Region::over).toArray(Region[]::new);
        RegionTable table = RegionTable.of(regions);
        MasterTx tx = new MasterTx(ring, table, () -> {}, new QueueCounters(), reason -> {});
        for (int slot = 0; slot < slots; slot++) {
            // 0, 0, 1, 2, 1, 0, 0, ...: the same as before, another one, and back.
            int region = new int[] {0, 0, 1, 2, 1}[slot % 5];
            ring.descriptor(slot, Ring.low(0, region, length), (long) (slots - 1 - slot) * length);
        }
        ring.headRelease(slots);
        int[] calls = {0};
        PacketFiller filler = numbered(calls, i -> length);
        assertEquals(slots, tx.fill(filler, length, slots));
        assertEquals(slots, tx.flush());
        for (int slot = 0; slot < slots; slot++) {
            int region = new int[] {0, 0, 1, 2, 1}[slot % 5];
            assertEquals(Ring.low(0, region, length), ring.descriptorLow(slot));
            byte[] found = new byte[length];
            memory[region].get((slots - 1 - slot) * length, found);
            assertArrayEquals(PacketPattern.packet(slot, length), found, "slot " + slot);
        }
        table.close();
    }

    /** Fills with packets of a pattern and counts them. */
    private static PacketFiller numbered(int[] calls, IntUnaryOperator length) {
        return (buffer, at, most) -> {
            byte[] packet = PacketPattern.packet(calls[0], length.applyAsInt(calls[0]));
            buffer.put(at, packet);
            calls[0]++;
            return packet.length;
        };
    }

    /** A fill does not end where the memory of the packets does, however short they are. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void fillGoesOnAtTheEndOfTheMemory(Pair.Way way) {
        Pair pair = new Pair(way, 4, 2048);
        int[] calls = {0};
        PacketFiller filler = numbered(calls, i -> 1 + i % 150);
        for (int sent = 0; sent < 3000; sent += 15) {
            assertEquals(15, pair.tx.fill(filler, 2048, 15));
            pair.tx.flush();
            List<byte[]> packets = PacketPattern.drain(pair.rx, 2048);
            assertEquals(15, packets.size());
            for (int i = sent; i < sent + 15; i++) {
                assertArrayEquals(PacketPattern.packet(i, 1 + i % 150), packets.get(i - sent));
            }
        }
    }

    /** What comes after it lies behind what it has finished, and not over it. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void fillerThatThrowsLeavesWhatItHasFinished(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        int[] calls = {0};
        PacketFiller all = numbered(calls, i -> 20 + i);
        PacketFiller filler =
                (buffer, at, most) -> {
                    int length = all.fill(buffer, at, most);
                    if (calls[0] == 4) {
                        throw new IllegalStateException("mine");
                    }
                    return length;
                };
        assertThrows(IllegalStateException.class, () -> pair.tx.fill(filler, 64, 10));
        for (int i = 3; i < 6; i++) {
            assertEquals(1, pair.tx.offer(PacketPattern.packet(i, 20 + i), 0, 20 + i));
        }
        assertEquals(6, pair.tx.flush());
        List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
        assertEquals(6, packets.size());
        for (int i = 0; i < 6; i++) {
            assertArrayEquals(PacketPattern.packet(i, 20 + i), packets.get(i), "packet " + i);
        }
        assertEquals(10, pair.tx.fill(filler, 64, 10), "the queue can be filled again");
    }

    @Test
    void fillPassesOverABadPosting() {
        Pair pair = new Pair(Pair.Way.M2S, 4, 64);
        pair.ring.descriptor(2, Ring.low(0, 7, 64), 0);
        assertEquals(5, pair.tx.fill((buffer, at, most) -> most, 64, 5));
        assertEquals(6, pair.tx.flush());
        assertEquals(1, pair.tx.counters.get(Counter.BAD_DESCRIPTORS));
        assertEquals(5, pair.tx.counters.get(Counter.PACKETS));
    }

    private static final byte[] GOOD = PacketPattern.packet(3, 33);

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void heldBuffersStayUntilReleasedInOrder(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 16, 20);
        ReceivedBurst burst = new ReceivedBurst(6);
        assertEquals(6, pair.rx.hold(burst));
        ReceivedBurst second = new ReceivedBurst(100);
        assertEquals(10, pair.rx.hold(second));
        assertEquals(TxQueue.BACK_PRESSURED, pair.tx.offer(GOOD, 0, 33), "nothing given back");
        assertThrows(IllegalStateException.class, () -> pair.rx.poll((b, o, l, f) -> {}, 1));
        pair.rx.release(4);
        assertEquals(1, pair.tx.offer(GOOD, 0, 33));
        byte[] fifth = new byte[burst.length(4)];
        burst.buffer(4).get(burst.offset(4), fifth);
        assertArrayEquals(PacketPattern.packet(4, 20), fifth, "still held");
        pair.rx.release(12);
        assertThrows(IllegalArgumentException.class, () -> pair.rx.release(1));
        pair.tx.flush();
        assertEquals(1, PacketPattern.drain(pair.rx, 64).size());
        pair.tx.refresh();
        assertEquals(16, pair.tx.free());
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void receiveJoinsChainsAndKeepsWhatDoesNotFit(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 2, 150);
        ByteBuffer small = ByteBuffer.allocate(100);
        assertEquals(-150, pair.rx.receive(small));
        assertEquals(0, small.position());
        ByteBuffer target = ByteBuffer.allocate(300);
        assertEquals(150, pair.rx.receive(target));
        assertEquals(150, pair.rx.receive(target));
        assertEquals(0, pair.rx.receive(target));
        byte[] second = new byte[150];
        target.get(150, second);
        assertArrayEquals(PacketPattern.packet(1, 150), second);
        pair.tx.refresh();
        assertEquals(16, pair.tx.free());
    }

    @Test
    void assemblerJoinsDropsTheTooLongAndNeverGluesTwoLinks() {
        List<Integer> lengths = new ArrayList<>();
        PacketAssembler assembler =
                new PacketAssembler((buffer, offset, length, flags) -> lengths.add(length), 100);
        ByteBuffer memory = ByteBuffer.allocateDirect(256);
        int middle = PacketHandler.NEXT | PacketHandler.CONTINUATION;
        assembler.onPacket(memory, 0, 60, PacketHandler.NEXT);
        assembler.onPacket(memory, 60, 40, PacketHandler.CONTINUATION);
        assembler.onPacket(memory, 0, 60, PacketHandler.NEXT);
        assembler.onPacket(memory, 0, 60, middle);
        assembler.onPacket(memory, 0, 1, PacketHandler.CONTINUATION);
        // The link ended inside a chain; the next one begins with a new packet.
        assembler.onPacket(memory, 0, 60, PacketHandler.NEXT);
        assembler.onPacket(memory, 0, 7, 0);
        assembler.onPacket(memory, 0, 5, PacketHandler.CONTINUATION);
        assertEquals(List.of(100, 7), lengths);
        assertEquals(1, assembler.tooLong());
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void batchesOfCopiesTakeSinglesAndChainsInOrder(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        int[] sizes = {10, 64, 150, 1, 65, 20};
        byte[] all = PacketPattern.packet(5, 310);
        ByteBuffer source = ByteBuffer.wrap(all);
        assertEquals(6, pair.tx.offer(source, 0, sizes, sizes.length));
        pair.tx.flush();
        ByteBuffer target = ByteBuffer.allocate(300);
        int[] lengths = new int[16];
        assertEquals(5, pair.rx.receive(target, lengths), "the sixth has no space");
        assertEquals(-20, pair.rx.receive(target, lengths));
        assertArrayEquals(
                sizes, new int[] {lengths[0], lengths[1], lengths[2], lengths[3], lengths[4], 20});
        ByteBuffer rest = ByteBuffer.allocate(300);
        assertEquals(1, pair.rx.receive(rest, lengths));
        target.flip();
        byte[] got = new byte[310];
        target.get(got, 0, 290);
        rest.flip().get(got, 290, 20);
        assertArrayEquals(all, got);
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void fillWritesInPlaceUntilTheFillerStopsOrTheRingIsFull(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        int[] next = {0};
        PacketFiller filler =
                (buffer, offset, capacity) -> {
                    if (next[0] == 5) {
                        return 0;
                    }
                    byte[] packet = PacketPattern.packet(next[0]++, 30);
                    buffer.put(offset, packet);
                    return packet.length;
                };
        assertEquals(5, pair.tx.fill(filler, 64, 100));
        next[0] = 6;
        assertEquals(11, pair.tx.fill(filler, 64, 100), "the rest of the ring");
        assertEquals(TxQueue.BACK_PRESSURED, pair.tx.fill(filler, 64, 100));
        assertEquals(TxQueue.TOO_LONG, new Pair(way, 4, 64).tx.fill(filler, 65, 1));
        List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
        assertEquals(16, packets.size());
        assertArrayEquals(PacketPattern.packet(4, 30), packets.get(4));
        assertArrayEquals(PacketPattern.packet(6, 30), packets.get(5));
    }
}

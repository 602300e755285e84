package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is accepted; what is refused is in {@link RejectionTest}. */
@Timeout(20)
class AnnouncedMemoryTest {
    private static final InterfaceParameters WIDE = MachineFixture.limits(256, 256, 0, 0, 64);

    @Test
    void regionsAndRingsComeInAnyOrder() {
        AnnouncedMemory plan = new AnnouncedMemory(WIDE);
        add(plan, ring(Direction.M2S, 1, 9, 0, 0));
        add(plan, ring(Direction.S2M, 1, 255, 16, 0));
        add(plan, new MemoryPlan.Region(255, 160));
        add(plan, ring(Direction.S2M, 0, 9, 144, 0));
        add(plan, new MemoryPlan.Region(9, 1000));
        add(plan, ring(Direction.M2S, 0, 9, 288, 0));
        add(plan, new MemoryPlan.Region(0, Long.MAX_VALUE));
        assertEquals("accepted", check(plan));
        assertEquals(
                List.of(
                        new MemoryPlan.Region(0, Long.MAX_VALUE),
                        new MemoryPlan.Region(9, 1000),
                        new MemoryPlan.Region(255, 160)),
                plan.plan().regions());
        assertEquals(
                List.of(
                        ring(Direction.S2M, 0, 9, 144, 0),
                        ring(Direction.S2M, 1, 255, 16, 0),
                        ring(Direction.M2S, 0, 9, 288, 0),
                        ring(Direction.M2S, 1, 9, 0, 0)),
                plan.plan().rings());
    }

    // log2 size, cache line, offset, region size
    @ParameterizedTest
    @CsvSource({
        "0, 64, 0, 144, accepted",
        "0, 64, 0, 143, RING_OUTSIDE",
        "0, 64, 4, 147, RING_OUTSIDE",
        "0, 64, 4, 148, accepted",
        "0, 128, 0, 272, accepted",
        "0, 128, 0, 271, RING_OUTSIDE",
        "14, 64, 0, 262272, accepted",
        "14, 64, 0, 262271, RING_OUTSIDE",
        "14, 128, 4294967292, 4295229692, accepted",
        "14, 128, 4294967292, 4295229691, RING_OUTSIDE",
        "14, 64, 4294967292, 9223372036854775807, accepted",
        "10, 64, 4294967292, 1, RING_OUTSIDE",
        "0, 64, 1, 144, RING_MISALIGNED",
        "0, 64, 2, 144, RING_MISALIGNED",
        "0, 64, 3, 144, RING_MISALIGNED",
    })
    void ringEndsWithinItsRegion(
            int log2, int cacheLine, long offset, long regionSize, String expected) {
        AnnouncedMemory plan = new AnnouncedMemory(MachineFixture.limits(1, 1, 0, 0, cacheLine));
        add(plan, new MemoryPlan.Region(3, regionSize));
        String added =
                result(plan.add(new Message.AddRing(ring(Direction.S2M, 0, 3, offset, log2), 0)));
        assertEquals(expected, added.equals("accepted") ? check(plan) : added);
    }

    // offsets of a ring of 16 slots (384 bytes) and one of 1 slot (144 bytes)
    @ParameterizedTest
    @CsvSource({
        "0, 384, 0, accepted",
        "0, 380, 0, RING_OVERLAP",
        "0, 0, 0, RING_OVERLAP",
        "0, 0, 1, accepted",
        "144, 0, 0, accepted",
        "140, 0, 0, RING_OVERLAP",
        "0, 100, 0, RING_OVERLAP",
        "4, 0, 0, RING_OVERLAP",
        "1000, 1384, 0, accepted",
        "1000, 1380, 0, RING_OVERLAP",
        "1000, 856, 0, accepted",
        "1000, 860, 0, RING_OVERLAP",
    })
    void ringsMayTouchButNotOverlap(long large, long small, int region, String expected) {
        for (Direction direction : Direction.values()) {
            AnnouncedMemory plan = new AnnouncedMemory(WIDE);
            add(plan, new MemoryPlan.Region(0, 10000));
            add(plan, new MemoryPlan.Region(1, 10000));
            add(plan, ring(Direction.S2M, 0, 0, large, 4));
            int index = direction == Direction.S2M ? 1 : 0;
            add(plan, ring(direction, index, region, small, 0));
            assertEquals(expected, check(plan));
        }
    }

    /** With 128-byte lines on our side, rings packed for 64-byte lines do not fit. */
    @Test
    void otherCacheLineIsNoticed() {
        AnnouncedMemory plan = new AnnouncedMemory(MachineFixture.limits(1, 1, 1, 0, 128));
        add(plan, new MemoryPlan.Region(0, 1 << 20));
        add(plan, ring(Direction.S2M, 0, 0, 0, 10));
        add(plan, ring(Direction.M2S, 0, 0, 16512, 10));
        assertEquals("RING_OVERLAP", check(plan));
    }

    @Test
    void limitsOfRingSize() {
        InterfaceParameters limits = MachineFixture.limits(1, 1, 0, 3, 64);
        for (int log2 = 0; log2 < 256; log2++) {
            Message.AddRing ring = new Message.AddRing(ring(Direction.S2M, 0, 0, 0, log2), 0);
            assertEquals(
                    log2 >= 3 && log2 <= 14 ? "accepted" : "RING_SIZE",
                    result(new AnnouncedMemory(limits).add(ring)));
        }
    }

    @Test
    void takesTheMostThatHelloAllows() {
        Random random = new Random(4);
        List<Runnable> announcements = new ArrayList<>();
        AnnouncedMemory plan = new AnnouncedMemory(WIDE);
        for (int i = 0; i < 256; i++) {
            int index = i;
            announcements.add(() -> add(plan, new MemoryPlan.Region(index, 288)));
            announcements.add(() -> add(plan, ring(Direction.S2M, index, index, 0, 0)));
            announcements.add(() -> add(plan, ring(Direction.M2S, index, 255 - index, 144, 0)));
        }
        Collections.shuffle(announcements, random);
        announcements.forEach(Runnable::run);
        assertEquals("accepted", check(plan));
        assertEquals(512, plan.plan().rings().size());
        assertEquals(256, plan.plan().regions().size());
    }

    @Test
    void oneDirectionIsEnoughIfNoneIsDemanded() {
        AnnouncedMemory plan = new AnnouncedMemory(WIDE);
        add(plan, new MemoryPlan.Region(0, 144));
        add(plan, ring(Direction.M2S, 0, 0, 0, 0));
        assertEquals("accepted", check(plan));
    }

    private static RingPlacement ring(
            Direction direction, int index, int region, long offset, int log2) {
        return new RingPlacement(direction, index, region, offset, log2);
    }

    private static void add(AnnouncedMemory plan, MemoryPlan.Region region) {
        assertEquals("accepted", result(plan.add(region)), region::toString);
    }

    private static void add(AnnouncedMemory plan, RingPlacement ring) {
        assertEquals("accepted", result(plan.add(new Message.AddRing(ring, 0))), ring::toString);
    }

    private static String check(AnnouncedMemory plan) {
        return result(plan.check());
    }

    private static String result(Optional<Refusal> rejection) {
        return rejection.map(r -> r.reason().name()).orElse("accepted");
    }
}

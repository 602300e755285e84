package io.memif.internal.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a slave has announced so far, and every check that needs no mapping.
 *
 * <p>Regions and rings may come in any order. All known slaves announce them by rising index, but
 * nothing depends on that. All arithmetic on sizes and offsets is in {@code long}, on values that
 * are known to be positive: a size is at most the limit, an offset has 32 bits.
 */
final class AnnouncedMemory {
    private static final Comparator<RingPlacement> BY_PLACE =
            (a, b) ->
                    a.region() != b.region()
                            ? Integer.compare(a.region(), b.region())
                            : Long.compare(a.offset(), b.offset());

    private final InterfaceParameters limits;
    private final SortedMap<Integer, MemoryPlan.Region> regions = new TreeMap<>();
    private final Map<Direction, SortedMap<Integer, RingPlacement>> rings =
            new EnumMap<>(Direction.class);

    AnnouncedMemory(InterfaceParameters limits) {
        this.limits = limits;
        for (Direction direction : Direction.values()) {
            rings.put(direction, new TreeMap<>());
        }
    }

    /** Regions by index, S2M rings by index, then M2S rings by index. */
    MemoryPlan plan() {
        return new MemoryPlan(new ArrayList<>(regions.values()), rings(), List.of());
    }

    private List<RingPlacement> rings() {
        List<RingPlacement> all = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            all.addAll(rings.get(direction).values());
        }
        return all;
    }

    /** Records a region unless something is wrong with it. */
    Optional<Refusal> add(MemoryPlan.Region region) {
        int index = region.index();
        if (index >= Protocol.MAX_REGIONS) {
            return refuse(
                    Refusal.Reason.REGION_INDEX, index + ", at most " + (Protocol.MAX_REGIONS - 1));
        }
        if (regions.containsKey(index)) {
            return refuse(Refusal.Reason.REGION_TWICE, "region " + index);
        }
        if (region.size() == 0) {
            return refuse(Refusal.Reason.REGION_EMPTY, "region " + index + " has size 0");
        }
        if (region.size() < 0) {
            return refuse(
                    Refusal.Reason.REGION_TOO_LARGE,
                    "region "
                            + index
                            + " has "
                            + Long.toUnsignedString(region.size())
                            + " bytes, at most "
                            + Long.MAX_VALUE);
        }
        regions.put(index, region);
        return Optional.empty();
    }

    /** Records a ring unless something is wrong with it that needs no region to be seen. */
    Optional<Refusal> add(Message.AddRing message) {
        RingPlacement ring = message.placement();
        int most = limits.maxRings();
        if (ring.index() >= most) {
            return refuse(
                    Refusal.Reason.RING_INDEX,
                    ring.ringName() + ", at most " + most + " rings accepted");
        }
        SortedMap<Integer, RingPlacement> known = rings.get(ring.direction());
        if (known.containsKey(ring.index())) {
            return refuse(Refusal.Reason.RING_TWICE, ring.ringName());
        }
        int log2 = ring.log2Size();
        if (log2 < limits.minLog2RingSize() || log2 > Protocol.MAX_LOG2_RING_SIZE) {
            return refuse(
                    Refusal.Reason.RING_SIZE,
                    ring.ringName()
                            + (" has log2 size " + log2 + "; ")
                            + (limits.minLog2RingSize() + " to " + Protocol.MAX_LOG2_RING_SIZE)
                            + " are accepted");
        }
        if (message.privateHeaderSize() != 0) {
            return refuse(
                    Refusal.Reason.PRIVATE_HEADER,
                    ring.ringName() + " asks for " + message.privateHeaderSize() + " bytes");
        }
        if (ring.offset() % Protocol.RING_ALIGNMENT != 0) {
            return refuse(
                    Refusal.Reason.RING_MISALIGNED,
                    ring.ringName() + " at offset " + ring.offset() + ", not a multiple of 4");
        }
        known.put(ring.index(), ring);
        return Optional.empty();
    }

    /** Whether the whole fits together, once everything has been announced. */
    Optional<Refusal> check() {
        if (regions.isEmpty()) {
            return refuse(Refusal.Reason.NO_REGIONS, "CONNECT without ADD_REGION");
        }
        List<RingPlacement> all = rings();
        if (all.isEmpty()) {
            return refuse(Refusal.Reason.NO_RINGS, "CONNECT without ADD_RING");
        }
        return checkCount(Direction.S2M)
                .or(() -> checkCount(Direction.M2S))
                .or(() -> checkBounds(all))
                .or(() -> checkOverlap(all));
    }

    private Optional<Refusal> checkCount(Direction direction) {
        SortedMap<Integer, RingPlacement> known = rings.get(direction);
        int expected = 0;
        for (int index : known.keySet()) {
            if (index != expected) {
                return refuse(
                        Refusal.Reason.RING_MISSING,
                        direction + " ring " + expected + ", but there is ring " + index);
            }
            expected++;
        }
        int fewest = limits.rings(direction).min();
        if (expected < fewest) {
            return refuse(
                    Refusal.Reason.TOO_FEW_RINGS,
                    expected + " " + direction + " rings, the minimum is " + fewest);
        }
        return Optional.empty();
    }

    private Optional<Refusal> checkBounds(List<RingPlacement> all) {
        for (RingPlacement ring : all) {
            MemoryPlan.Region region = regions.get(ring.region());
            if (region == null) {
                return refuse(
                        Refusal.Reason.RING_REGION,
                        ring.ringName() + " in region " + ring.region());
            }
            if (end(ring) > region.size()) {
                return refuse(
                        Refusal.Reason.RING_OUTSIDE,
                        ring.ringName()
                                + (" ends at " + end(ring))
                                + (" of " + region.size() + " in region " + region.index()));
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> checkOverlap(List<RingPlacement> all) {
        List<RingPlacement> sorted = new ArrayList<>(all);
        sorted.sort(BY_PLACE);
        for (int i = 1; i < sorted.size(); i++) {
            RingPlacement lower = sorted.get(i - 1);
            RingPlacement upper = sorted.get(i);
            if (lower.region() == upper.region() && end(lower) > upper.offset()) {
                return refuse(
                        Refusal.Reason.RING_OVERLAP,
                        (lower.ringName() + " and " + upper.ringName())
                                + (" in region " + lower.region())
                                + (" with cache line " + limits.cacheLine()));
            }
        }
        return Optional.empty();
    }

    private long end(RingPlacement ring) {
        return ring.offset() + Protocol.ringLength(ring.log2Size(), limits.cacheLine());
    }

    private static Optional<Refusal> refuse(Refusal.Reason reason, String detail) {
        return Optional.of(reason.because(detail));
    }
}

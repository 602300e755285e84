package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.live.Processes.SharedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which file is behind which region of a link. Region 0 is the one with the rings. For another one,
 * that is every other file which all processes of the link have mapped, holds no rings, and is long
 * enough for the buffers that descriptors name in it: if there is just one.
 */
final class Regions {
    /** The highest index that the protocol has. */
    static final int LAST = 255;

    private final SharedFile rings;
    private final List<SharedFile> candidates;
    private final List<LiveRing> ofLink = new ArrayList<>();
    private final Map<Integer, Long> reach = new TreeMap<>();
    private final Found[] found = new Found[LAST + 1];

    /**
     * A region.
     *
     * @param file behind it
     * @param memory of the file
     * @param isPool whether buffers go anywhere in it. They belong to their slots, so that nobody
     *     writes to one before its slot is used again, behind the rings themselves, and where a
     *     file has one buffer of the same size for each slot of all rings and nothing else
     */
    record Found(SharedFile file, Memory memory, boolean isPool) {}

    Regions(SharedFile rings, Memory memory, List<SharedFile> candidates) {
        this.rings = rings;
        this.candidates = List.copyOf(candidates);
        found[0] = new Found(rings, memory, false);
    }

    /** Takes note of all buffers that the descriptors of a ring name. */
    void learn(LiveRing ring) {
        ofLink.add(ring);
        for (int i = 0; i < ring.slots(); i++) {
            long low = ring.low(i);
            long high = ring.high(i);
            if (LiveRing.length(low) > 0 && LiveRing.region(low) <= LAST) {
                long end = LiveRing.offset(high) + LiveRing.length(low);
                reach.merge(LiveRing.region(low), end, Math::max);
            }
        }
    }

    /** The regions that descriptors have named. */
    Iterable<Integer> named() {
        return reach.keySet();
    }

    /**
     * The file of a region.
     *
     * @param index of the region, 0 to {@value #LAST}
     * @param end of the furthest buffer in it, bytes
     * @throws CommandFailure if no file fits, more than one does, or it cannot be opened
     */
    Found get(int index, long end) {
        Found known = found[index];
        if (known != null) {
            return known;
        }
        long needed = Math.max(end, reach.getOrDefault(index, 0L));
        List<SharedFile> fitting =
                candidates.stream().filter(file -> LinkFinder.size(file) >= needed).toList();
        if (fitting.size() != 1) {
            throw new CommandFailure(unclear(index, needed, fitting));
        }
        SharedFile file = fitting.get(0);
        Found opened = open(file);
        found[index] = opened;
        return opened;
    }

    private String unclear(int index, long needed, List<SharedFile> fitting) {
        String which =
                "region "
                        + index
                        + " of link "
                        + rings.id().inode()
                        + " (\""
                        + rings.name()
                        + "\")";
        if (fitting.isEmpty()) {
            return which
                    + (" cannot be found: its processes share no file of "
                            + needed
                            + " bytes or more without rings");
        }
        return which
                + " could be any of "
                + String.join(", ", fitting.stream().map(Regions::describe).toList())
                + ": all are shared by its processes and long enough";
    }

    private static String describe(SharedFile file) {
        return "\""
                + file.name()
                + "\" (inode "
                + file.id().inode()
                + ", "
                + LinkFinder.size(file)
                + " bytes)";
    }

    private Found open(SharedFile file) {
        Memory memory = LinkFinder.open(file);
        return new Found(file, memory, !hasBufferForEachSlot(memory));
    }

    private boolean hasBufferForEachSlot(Memory memory) {
        LiveRing first = ofLink.get(0);
        long slots = ofLink.stream().mapToLong(LiveRing::slots).sum();
        long stride = LiveRing.offset(first.high(1)) - LiveRing.offset(first.high(0));
        return first.slots() > 1 && stride * slots == memory.size();
    }
}

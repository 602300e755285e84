package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.live.Processes.SharedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A link that other processes run, seen from outside: who its ends are, its rings and its regions.
 * Found by {@link LinkFinder}. One thread at a time.
 */
public final class LiveLink {
    private final SharedFile file;
    private final Ends ends;
    private final List<LiveRing> rings;
    private final Regions regions;

    LiveLink(SharedFile file, Ends ends, List<LiveRing> rings, Regions regions) {
        this.file = file;
        this.ends = ends;
        this.rings = List.copyOf(rings);
        this.regions = regions;
    }

    /** {@return its number: the inode of the file with its rings, which no other link has} */
    public long id() {
        return file.id().inode();
    }

    /** {@return the name that the slave gave the file with the rings} */
    public String fileName() {
        return file.name();
    }

    SharedFile file() {
        return file;
    }

    /** {@return its processes and their roles} */
    public Ends ends() {
        return ends;
    }

    /** {@return its rings, from the slave first, in the order of their places} */
    public List<LiveRing> rings() {
        return rings;
    }

    Regions regions() {
        return regions;
    }

    /** {@return bytes of the longest buffer that is posted on it, 0 if none is} */
    public int bufferSize() {
        return rings.stream().mapToInt(LiveRing::postedCapacity).max().orElse(0);
    }

    /**
     * Makes sure that its packets can be read.
     *
     * @throws CommandFailure if it is not clear which file is behind a region that its descriptors
     *     name
     */
    public void requireRegions() {
        regions.named().forEach(index -> regions.get(index, 0));
    }

    /**
     * A region as it was found.
     *
     * @param index in descriptors
     * @param file its name, empty if it is unclear which file it is
     * @param size bytes
     * @param inode of the file
     * @param unclear why it cannot be told, else empty
     */
    public record Region(int index, String file, long size, long inode, String unclear) {
        /** One line. */
        @Override
        public String toString() {
            return unclear.isEmpty()
                    ? String.format(
                            Locale.ROOT,
                            "region %d: \"%s\", %d bytes, inode %d",
                            index,
                            file,
                            size,
                            inode)
                    : unclear;
        }
    }

    /**
     * What is known of its regions.
     *
     * @return those that descriptors name
     */
    public List<Region> describeRegions() {
        List<Region> all = new ArrayList<>();
        for (int index : regions.named()) {
            try {
                Regions.Found found = regions.get(index, 0);
                SharedFile behind = found.file();
                long size = found.memory().size();
                all.add(new Region(index, behind.name(), size, behind.id().inode(), ""));
            } catch (CommandFailure e) {
                all.add(new Region(index, "", 0, 0, e.getMessage()));
            }
        }
        return all;
    }

    /** Its number and its ends. */
    @Override
    public String toString() {
        return "link " + id() + " between " + ends;
    }
}

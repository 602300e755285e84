package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.live.Processes.SharedFile;
import io.memif.examples.live.Processes.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the memif links of a machine: files in memory that processes share, with rings in them. It
 * connects to nothing and writes nothing.
 */
public final class LinkFinder {
    private static final int LINE = 64;
    private static final int RINGS_WITHIN = 1 << 20;

    private final Processes processes;
    private final Map<FileId, LiveLink> known = new HashMap<>();

    /** Looks at the machine. */
    public LinkFinder() {
        this(new Processes());
    }

    LinkFinder(Processes processes) {
        this.processes = processes;
    }

    /**
     * What there is.
     *
     * @param links by number
     * @param locked processes that could not be looked into
     * @param complaint about the first of those, in one sentence; empty if there is none
     */
    public record Findings(List<LiveLink> links, List<Owner> locked, String complaint) {}

    /** {@return every link, as far as we may see it} */
    public Findings all() {
        Snapshot seen = processes.look();
        List<LiveLink> links = links(seen, seen.files().values().stream().toList());
        List<Owner> locked = seen.locked();
        String complaint = locked.isEmpty() ? "" : processes.lockedSentence(locked.get(0));
        return new Findings(links, locked, complaint);
    }

    /**
     * The links of one process.
     *
     * @param pid its number
     * @return at least one
     * @throws CommandFailure if there is no such process, it has no link, or we may not look into
     *     it, saying what to do
     */
    public List<LiveLink> of(int pid) {
        Owner owner = processes.owner(pid);
        if (owner == null) {
            throw new CommandFailure("there is no process " + pid);
        }
        Snapshot seen = processes.look();
        if (seen.locked().contains(owner)) {
            throw new CommandFailure(processes.lockedSentence(owner));
        }
        List<LiveLink> links =
                links(seen, seen.files().values().stream().filter(f -> f.isUsedBy(owner)).toList());
        if (links.isEmpty()) {
            throw new CommandFailure(
                    owner + " has no memif link: none of the memory it shares has rings in it");
        }
        return links;
    }

    /**
     * Whether a link still stands.
     *
     * @param link found before
     * @return whether all its processes still have its memory mapped
     */
    public boolean stands(LiveLink link) {
        return link.ends().owners().stream()
                .allMatch(each -> processes.maps(each, link.file().id()));
    }

    private List<LiveLink> links(Snapshot seen, List<SharedFile> files) {
        Set<FileId> withRings = new HashSet<>();
        for (SharedFile file : seen.files().values()) {
            if (hasRings(file)) {
                withRings.add(file.id());
            }
        }
        known.keySet().retainAll(withRings);
        return files.stream()
                .filter(file -> withRings.contains(file.id()))
                .map(file -> link(seen, file, withRings))
                .filter(link -> !link.rings().isEmpty())
                .sorted(Comparator.comparingLong(LiveLink::id))
                .toList();
    }

    /** A link that was found before is not mapped once more. */
    private LiveLink link(Snapshot seen, SharedFile file, Set<FileId> withRings) {
        LiveLink before = known.get(file.id());
        boolean same =
                before != null && Set.copyOf(before.ends().owners()).equals(file.users().keySet());
        LiveLink link = same ? before : map(seen, file, withRings);
        known.put(file.id(), link);
        return link;
    }

    private LiveLink map(Snapshot seen, SharedFile file, Set<FileId> withRings) {
        Memory memory = open(file);
        List<LiveRing> rings = Directions.assign(memory, RingShape.find(memory));
        List<SharedFile> others =
                seen.files().values().stream()
                        .filter(other -> !withRings.contains(other.id()))
                        .filter(other -> other.users().keySet().containsAll(file.users().keySet()))
                        .toList();
        Regions regions = new Regions(file, memory, others);
        rings.forEach(regions::learn);
        List<Owner> owners =
                file.users().keySet().stream()
                        .sorted(Comparator.comparingInt(Owner::pid))
                        .collect(Collectors.toList());
        return new LiveLink(
                file, Ends.find(processes, owners, uid(file), file.name()), rings, regions);
    }

    /** Reads instead of mapping: that makes no page where the file has none. */
    private static boolean hasRings(SharedFile file) {
        ByteBuffer start = ByteBuffer.allocate(RINGS_WITHIN).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = channel(file)) {
            channel.read(start, 0);
        } catch (IOException | CommandFailure e) {
            // Gone, or of a kind that cannot be read: nothing of ours.
            return false;
        }
        for (int at = 0; at + LINE <= start.position(); at += LINE) {
            if (start.getInt(at) == RingShape.COOKIE) {
                return true;
            }
        }
        return false;
    }

    private static FileChannel channel(SharedFile file) {
        for (Path path : file.openPaths()) {
            try {
                return FileChannel.open(path, StandardOpenOption.READ);
            } catch (IOException e) {
                // Closed or locked; another process may have it open.
                continue;
            }
        }
        throw new CommandFailure(
                "cannot open the memory \""
                        + file.name()
                        + "\": no process that may be inspected still has its file open");
    }

    /** Maps a file. */
    static Memory open(SharedFile file) {
        try (FileChannel channel = channel(file)) {
            return new Memory(channel);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot map the memory \"" + file.name() + "\": " + e.getMessage(), e);
        }
    }

    /** Bytes of a file, -1 if it is gone. */
    static long size(SharedFile file) {
        FileId.Status status = status(file);
        return status == null ? -1 : status.size();
    }

    private static int uid(SharedFile file) {
        FileId.Status status = status(file);
        return status == null ? -1 : status.uid();
    }

    private static FileId.Status status(SharedFile file) {
        for (Path path : file.openPaths()) {
            try {
                return FileId.Status.of(path);
            } catch (IOException e) {
                continue;
            }
        }
        return null;
    }
}

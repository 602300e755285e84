package io.memif.internal.memory;

import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How much memory this process can still take. Files in memory are allocated without asking: past
 * this limit the kernel does not refuse, it kills a process.
 *
 * <p>Reading it takes longer than all else that a small link needs, and links come in bursts. So
 * what was read a moment ago will do for requests that are small compared with it, all of them
 * together. Nothing is refused without reading it again. Thread-safe.
 */
final class AvailableMemory {
    /** Where this process runs. */
    static final AvailableMemory OF_PROCESS = new AvailableMemory();

    /** Part of what is available that stays free, for everybody else. */
    private static final int RESERVE_PART = 32;

    /** What was read is used for this long. */
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path root;

    /** What was seen last, null before the first look. */
    private List<Bound> seen;

    private long seenNs;

    /** Bytes that were granted since, whether or not they have been given back. */
    private long grantedSince;

    AvailableMemory() {
        this(Path.of("/"));
    }

    /** With proc and sys elsewhere. */
    AvailableMemory(Path root) {
        this.root = root;
    }

    /**
     * What bounds it.
     *
     * @param left bytes that can still be taken
     * @param total bytes that there are at all
     * @param where for messages
     */
    private record Bound(long left, long total, String where) {}

    /** The files of a control group, in one of the two versions of such groups. */
    private enum Version {
        ONE(
                "sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                Set.of("total_active_file", "total_inactive_file")),
        TWO(
                "sys/fs/cgroup",
                "memory.max",
                "memory.current",
                Set.of("active_file", "inactive_file"));

        private final String mount;
        private final String limit;
        private final String usage;

        /** Cached files, which the kernel drops when memory runs short. */
        private final Set<String> reclaimable;

        Version(String mount, String limit, String usage, Set<String> reclaimable) {
            this.mount = mount;
            this.limit = limit;
            this.usage = usage;
            this.reclaimable = reclaimable;
        }
    }

    /**
     * Refuses what does not fit.
     *
     * @param name of the region that is to be created
     * @param size in bytes
     * @throws UnixException if there is less, saying where
     */
    synchronized void require(String name, long size) {
        if (isFresh() && isSmall(grantedSince + size)) {
            grantedSince += size;
            return;
        }
        look();
        for (Bound bound : seen) {
            long left = bound.left;
            if (size > left - left / RESERVE_PART) {
                throw new UnixException(
                        Kind.UNUSABLE,
                        ("region " + name)
                                + (" needs " + size + " bytes, but only " + left + " are ")
                                + bound.where
                                + "; use fewer or smaller rings and buffers, or raise the memory"
                                + " limit");
            }
        }
        grantedSince = size;
    }

    /** Whether this much is small compared with the part that stays free. */
    private boolean isSmall(long size) {
        for (Bound bound : seen) {
            if (size > bound.left / RESERVE_PART) {
                return false;
            }
        }
        return true;
    }

    private boolean isFresh() {
        return seen != null && System.nanoTime() - seenNs < FRESH_NS;
    }

    private void look() {
        seen = bounds();
        seenNs = System.nanoTime();
        grantedSince = 0;
    }

    /**
     * What peers may make us take: all but a quarter of what there is at all. A peer may hold on to
     * a file that was charged to us and come back with the next, so the quarter stays free however
     * often it does.
     *
     * @param wanted bytes that the files of all peers are to have together
     * @param added how many of them are of files that a peer brings now
     * @return bytes, 0 or more
     */
    synchronized long spare(long wanted, long added) {
        if (!isFresh() || !isSmall(grantedSince + added) || spareSeen() < wanted) {
            look();
        }
        grantedSince += added;
        return spareSeen();
    }

    private long spareSeen() {
        long spare = Long.MAX_VALUE;
        for (Bound bound : seen) {
            spare = Math.min(spare, Math.max(0, bound.left - bound.total / 4));
        }
        return spare;
    }

    /** Nothing where it cannot be told: then there is nothing to compare with. */
    private List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        String machine = text(root.resolve("proc/meminfo"));
        long available = kibibytes(machine, "MemAvailable:");
        if (available >= 0) {
            long total = Math.max(0, kibibytes(machine, "MemTotal:"));
            bounds.add(new Bound(available, total, "available on this machine (MemAvailable)"));
        }
        for (String line : text(root.resolve("proc/self/cgroup")).split("\n")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                addGroups(Version.TWO, parts[2], bounds);
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                addGroups(Version.ONE, parts[2], bounds);
            }
        }
        return bounds;
    }

    /** The group of this process and those above; within a container only the last is there. */
    private void addGroups(Version version, String path, List<Bound> bounds) {
        Path mount = root.resolve(version.mount);
        Path group = mount.resolve(path.substring(1)).normalize();
        while (group != null && group.startsWith(mount)) {
            long limit = number(group.resolve(version.limit));
            if (limit >= 0) {
                long used = Math.max(0, number(group.resolve(version.usage)));
                long left = limit - Math.max(0, used - reclaimable(version, group));
                bounds.add(
                        new Bound(
                                Math.max(0, left),
                                limit,
                                "left in this process's cgroup (" + version.limit + ")"));
            }
            group = group.getParent();
        }
    }

    private static long reclaimable(Version version, Path group) {
        String text = text(group.resolve("memory.stat"));
        long cached = 0;
        for (String key : version.reclaimable) {
            cached += Math.max(0, parse(after(key + ' ', text)));
        }
        return cached;
    }

    /** Bytes; negative if it cannot be told. */
    private static long kibibytes(String text, String key) {
        long number = parse(after(key, text).replace(" kB", ""));
        return number < 0 ? number : number * 1024;
    }

    private static long number(Path file) {
        return parse(text(file));
    }

    /** The rest of the line that starts so; empty if there is none. */
    private static String after(String start, String text) {
        // One search of the whole text: this is called too early to be compiled, and a loop over
        // lines would run interpreted.
        int at = ('\n' + text).indexOf('\n' + start);
        if (at < 0) {
            return "";
        }
        int end = text.indexOf('\n', at);
        return text.substring(at + start.length(), end < 0 ? text.length() : end);
    }

    /** Negative for {@code max}. */
    private static long parse(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Nothing if it cannot be read: then there is nothing to compare with. */
    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}

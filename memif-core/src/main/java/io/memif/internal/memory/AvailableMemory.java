package io.memif.internal.memory;

import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much memory this process can still take. Files in memory are allocated without asking: past
 * this limit the kernel does not refuse, it kills a process.
 */
final class AvailableMemory {
    /** Part of what is available that stays free, for everybody else. */
    private static final int RESERVE_PART = 32;

    private final Path root;

    AvailableMemory() {
        this(Path.of("/"));
    }

    /** With proc and sys elsewhere. */
    AvailableMemory(Path root) {
        this.root = root;
    }

    /**
     * Refuses what does not fit.
     *
     * @param what is to be created
     * @param size in bytes
     * @throws UnixException if there is less, saying where
     */
    void require(String what, long size) {
        refuse(what, size, available(), "available on this machine (MemAvailable)");
        for (Path group = group(); group != null; group = group.getParent()) {
            long limit = number(group.resolve("memory.max"));
            if (limit >= 0) {
                long used = Math.max(0, number(group.resolve("memory.current")));
                long left = limit - Math.max(0, used - reclaimable(group));
                refuse(what, size, left, "left in this process's cgroup (memory.max)");
            }
        }
    }

    private static void refuse(String what, long size, long left, String where) {
        if (left >= 0 && size > left - left / RESERVE_PART) {
            throw new UnixException(
                    Kind.UNUSABLE,
                    what
                            + (" needs " + size + " bytes, but only " + left + " are " + where)
                            + "; use fewer or smaller rings and buffers, or raise the memory"
                            + " limit");
        }
    }

    /** Negative if it is unknown. */
    private long available() {
        for (String line : lines(root.resolve("proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return parse(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return -1;
    }

    /** This process's group in the unified hierarchy, or null. */
    private Path group() {
        Path mount = root.resolve("sys/fs/cgroup");
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            if (line.startsWith("0::/")) {
                return mount.resolve(line.substring("0::/".length()));
            }
        }
        return null;
    }

    /** Cached files, which the kernel drops when memory runs short. */
    private long reclaimable(Path group) {
        long cached = 0;
        for (String line : lines(group.resolve("memory.stat"))) {
            if (line.startsWith("active_file ") || line.startsWith("inactive_file ")) {
                cached += Math.max(0, parse(line.substring(line.indexOf(' ') + 1)));
            }
        }
        return cached;
    }

    private static long number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? -1 : parse(lines.get(0));
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
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}

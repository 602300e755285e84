package io.memif.internal.control;

import io.memif.MemifException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Says which limits may keep a thread from being started, and where they stand. */
final class ThreadLimits {
    private static final String USER = "Max processes";

    private ThreadLimits() {}

    static MemifException failure(String thread, OutOfMemoryError cause) {
        return new MemifException(
                MemifException.Code.LIMIT,
                ("cannot start the thread \"" + thread + "\": " + cause.getMessage())
                        + ("; raise the limit that is reached: " + String.join(", ", limits())),
                cause);
    }

    private static List<String> limits() {
        List<String> all = new ArrayList<>();
        for (String line : lines("/proc/self/limits")) {
            if (line.startsWith(USER)) {
                String soft = line.substring(USER.length()).strip().split("\\s+")[0];
                all.add("ulimit -u " + soft + " (all threads of this user)");
            }
        }
        for (String line : lines("/proc/self/cgroup")) {
            if (line.startsWith("0::/")) {
                String group = "/sys/fs/cgroup" + line.substring("0::".length());
                for (String max : lines(group + "/pids.max")) {
                    String now = String.join("", lines(group + "/pids.current"));
                    all.add("pids.max " + max + " of the cgroup (now " + now + ")");
                }
            }
        }
        for (String max : lines("/proc/sys/kernel/threads-max")) {
            all.add("kernel.threads-max " + max);
        }
        all.add("or memory for its stack");
        return all;
    }

    /** Nothing if it cannot be read. */
    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}

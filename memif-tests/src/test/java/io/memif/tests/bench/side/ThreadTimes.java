package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Processor time that the threads of a process have had so far.
 *
 * @param ns of each thread by its number, in nanoseconds
 */
record ThreadTimes(Map<String, Long> ns) {
    /** Those of a process; not those of processes that it has started. */
    static ThreadTimes of(ProcessHandle process) {
        Map<String, Long> times = new HashMap<>();
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                read(thread, times);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The process has ended: it gets no more.
            times.clear();
        }
        if (times.isEmpty()) {
            // Or the kernel keeps no statistics: then to some milliseconds.
            long all = process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
            times.put("all", all);
        }
        return new ThreadTimes(times);
    }

    private static void read(Path thread, Map<String, Long> times) {
        try {
            String text = Files.readString(thread.resolve("schedstat"));
            times.put(thread.getFileName().toString(), Long.parseLong(text.split(" ")[0]));
        } catch (IOException e) {
            // It has just ended, and counts for nothing: ESRCH if its file was open already.
            times.remove(thread.getFileName().toString());
        }
    }

    /** What all threads have had since then, without those that have ended. */
    long since(ThreadTimes earlier) {
        return ns.entrySet().stream()
                .mapToLong(each -> each.getValue() - earlier.ns.getOrDefault(each.getKey(), 0L))
                .sum();
    }
}

package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a hypervisor gave to others, from {@code /proc/stat}. */
record StolenTime(long stolen, long total) {
    private static final int FIELDS = 8;

    static StolenTime now() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            String[] fields = lines.findFirst().orElseThrow().split(" +");
            long total = 0;
            for (int i = 1; i <= FIELDS; i++) {
                total += Long.parseLong(fields[i]);
            }
            return new StolenTime(Long.parseLong(fields[FIELDS]), total);
        }
    }

    /** Share since then, 0 to 1. */
    double shareUntilNow() throws IOException {
        StolenTime now = now();
        long passed = now.total - total;
        return passed <= 0 ? 0 : (double) (now.stolen - stolen) / passed;
    }
}

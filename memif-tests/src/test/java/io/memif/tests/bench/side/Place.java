package io.memif.tests.bench.side;

import java.nio.file.Path;

/**
 * Where and how long a process runs.
 *
 * @param directory for its files; gone after the run
 * @param cpu it is pinned to
 * @param jvm that runs it, if it is ours
 * @param times of the run
 */
record Place(Path directory, int cpu, Jvm jvm, Times times) {
    /**
     * Times of a run.
     *
     * @param warmUpNs from link-up to the first window
     * @param windowNs length of a window
     * @param windows how many
     */
    record Times(long warmUpNs, long windowNs, int windows) {
        double warmUpSeconds() {
            return warmUpNs / 1e9;
        }

        double windowSeconds() {
            return windowNs / 1e9;
        }

        /** The whole measurement. */
        long measureNs() {
            return windowNs * windows;
        }
    }

    Path socket() {
        return directory.resolve("s");
    }
}

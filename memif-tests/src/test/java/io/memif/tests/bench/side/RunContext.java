package io.memif.tests.bench.side;

import java.nio.file.Path;

/**
 * Where and how long a process runs.
 *
 * @param directory for its files; gone after the run
 * @param cpu it is pinned to
 * @param jvm that runs it, if it is Java
 * @param times of the run
 */
record RunContext(Path directory, int cpu, Jvm jvm, Times times) {
    private static final double NS_PER_SECOND = 1e9;

    /**
     * Times of a run.
     *
     * @param warmUpNs from link-up to the first window
     * @param windowNs length of a window
     * @param windows how many
     */
    record Times(long warmUpNs, long windowNs, int windows) {
        static Times ofSeconds(double warmUp, double window, int windows) {
            return new Times(
                    (long) (warmUp * NS_PER_SECOND), (long) (window * NS_PER_SECOND), windows);
        }

        double warmUpSeconds() {
            return warmUpNs / NS_PER_SECOND;
        }

        double windowSeconds() {
            return windowNs / NS_PER_SECOND;
        }

        /** The same with a warm-up of at least that long. */
        Times warmUpAtLeast(double seconds) {
            return new Times(
                    Math.max(warmUpNs, (long) (seconds * NS_PER_SECOND)), windowNs, windows);
        }

        /**
         * For a process whose windows nobody reads: a single one, which begins and ends well
         * outside the measurement. Its report takes processor time, and is not part of what is
         * measured.
         */
        Times unread() {
            return new Times(warmUpNs / 2, warmUpNs + measureNs(), 1);
        }

        /** The whole measurement. */
        long measureNs() {
            return windowNs * windows;
        }
    }

    /** The control socket of the link. */
    Path socket() {
        return directory.resolve("s");
    }
}

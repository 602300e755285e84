package io.memif.unix;

import io.memif.internal.posix.Posix;
import java.util.ArrayList;
import java.util.List;

/** One entry point to be tried with a full table of descriptors. */
abstract class LimitScenario {
    final Posix posix;

    private final String name;
    private final int descriptorsNeeded;
    private final List<AutoCloseable> opened = new ArrayList<>();

    /**
     * A scenario.
     *
     * @param descriptorsNeeded it must fail with fewer free ones than these
     */
    LimitScenario(Posix posix, String name, int descriptorsNeeded) {
        this.posix = posix;
        this.name = name;
        this.descriptorsNeeded = descriptorsNeeded;
    }

    /** Prepares, while there are descriptors. */
    void setUp() throws Exception {}

    /** Tries; what it opens is kept. Throws, or returns the error, when the table is full. */
    abstract RuntimeException attempt() throws Exception;

    final <T extends AutoCloseable> T keep(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    final void tearDown() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        opened.clear();
    }

    final int descriptorsNeeded() {
        return descriptorsNeeded;
    }

    @Override
    public final String toString() {
        return name;
    }
}

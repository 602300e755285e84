package io.memif.tests.bench.side;

import java.io.IOException;

/** What stands at one end of a link. */
interface End {
    /** Whether it must be up before the other end starts. */
    boolean listens();

    /** Starts the process; returns at once. */
    Running start(Place place) throws IOException;

    /** The process. Used by one thread. */
    interface Running extends AutoCloseable {
        /** Returns when the other end may start, or the link may come up. */
        void awaitReady() throws InterruptedException;

        /** Returns when the link is up. */
        void awaitLink() throws InterruptedException;

        /** Begins to work, unless it has begun by itself. */
        void go();

        /** Lets it run; fails if it ends meanwhile. */
        void pause(long ns) throws InterruptedException;

        /** Processor time it has had so far, in nanoseconds. */
        long cpuNs();

        /**
         * Measures; returns when all windows are over. What was measured is part of {@link
         * #finish}.
         */
        void measure(Place.Times times) throws InterruptedException;

        /** Ends it and returns what it has to tell. */
        Told finish() throws InterruptedException, IOException;

        @Override
        void close();
    }
}

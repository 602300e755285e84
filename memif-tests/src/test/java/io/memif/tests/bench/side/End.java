package io.memif.tests.bench.side;

import java.io.IOException;

/** A kind of process at one end of a link. */
interface End {
    /** Names it in the title of a row. */
    String title();

    /** Whether it must be up before the other end starts. */
    boolean listens();

    /** Starts the process; returns at once. */
    Running start(RunContext context) throws IOException;

    /** The process. Used by one thread. */
    interface Running extends AutoCloseable {
        /** What is measured. */
        Child child();

        /** Returns when the other end may start, or the link may come up. */
        void awaitReady() throws InterruptedException;

        /** Returns when the link is up, or at once if the process does not tell. */
        void awaitLink() throws InterruptedException;

        /** Begins to work, unless it has begun by itself. */
        default void go() {
            // Most begin with the link.
        }

        /**
         * Returns when packets flow, if the process has not told of the link; only called where its
         * figures count.
         */
        default void awaitFlow() throws InterruptedException {
            // Most tell of the link.
        }

        /**
         * Measures; returns when all windows are over. What was measured is part of {@link
         * #finish}. By itself this waits for a process that measures by its own clock: a window
         * more, since that clock started a little later than ours.
         */
        default void measure(RunContext.Times times) throws InterruptedException {
            child().pause(times.measureNs() + times.windowNs());
        }

        /** Ends it and returns what it reports. */
        Figures finish() throws InterruptedException, IOException;

        @Override
        default void close() {
            child().close();
        }
    }
}

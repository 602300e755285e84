package io.memif.internal.control;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes to the log of the JVM, as {@code io.memif}: the reason is the message. What goes on and
 * on, such as the attempts of a slave that is refused every two seconds, is written once.
 *
 * <p>Also the error handler of those who have none. A log may block or throw: to be called in a
 * callback. Never throws. Thread-safe.
 */
public final class JvmLog implements Consumer<Throwable> {
    private static final String NAME = "io.memif";

    /** What has not happened for this long is written again. */
    static final long NEWS_NS = TimeUnit.MINUTES.toNanos(1);

    private static final int MOST_REMEMBERED = 1024;

    /** Null before the first entry: a lookup takes longer than an entry that nobody wants. */
    private volatile System.Logger logger;

    /** When each text was last to be written, the one that is longest ago first. */
    private final Map<String, Long> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    /** A failure that a peer caused: its message says all. */
    abstract static class PeersFailure extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        PeersFailure(String message, Throwable cause) {
            super(message, cause);
        }

        /** Which text it is when it comes again. */
        String kind() {
            return getMessage();
        }

        /**
         * Where in our code it was noticed tells nothing, and peers must not make us collect it.
         */
        @Override
        public final synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /**
     * Writes what went wrong where no caller waits: what a peer caused as a warning, all else as an
     * error with its stack.
     */
    @Override
    public void accept(Throwable failure) {
        if (failure instanceof PeersFailure peers) {
            if (isNews(peers.kind(), System.nanoTime())) {
                write(Level.WARNING, failure.getMessage(), null);
            }
        } else {
            String message = failure.getMessage();
            write(Level.ERROR, message == null ? failure.toString() : message, failure);
        }
    }

    /** Writes a warning unless the same has been written and goes on. */
    void warnOnce(String text) {
        if (isNews(text, System.nanoTime())) {
            write(Level.WARNING, text, null);
        }
    }

    /** Whether a text is to be written, which is remembered. */
    synchronized boolean isNews(String text, long nowNs) {
        Long before = known.put(text, nowNs);
        return before == null || nowNs - before >= NEWS_NS;
    }

    /**
     * Writes what only those who look for it want to know.
     *
     * @param text asked for only if it is written
     */
    void debug(Supplier<String> text) {
        try {
            logger().log(Level.DEBUG, text);
        } catch (Throwable e) {
            printPlainly(text, e);
        }
    }

    private System.Logger logger() {
        System.Logger found = logger;
        if (found == null) {
            found = System.getLogger(NAME);
            logger = found;
        }
        return found;
    }

    private void write(Level level, String text, Throwable failure) {
        try {
            logger().log(level, text, failure);
        } catch (Throwable e) {
            printPlainly(() -> text, e);
        }
    }

    private static void printPlainly(Supplier<String> text, Throwable logging) {
        try {
            System.err.println(NAME + ": " + text.get());
            System.err.println(NAME + ": it cannot be logged: " + logging);
        } catch (Throwable e) {
            // There is nobody left to tell, and the caller must be able to go on.
            return;
        }
    }
}

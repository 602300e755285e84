package io.memif.internal.control;

import java.io.Serial;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Tells an error handler what goes wrong, by its {@link Callbacks}, without letting one kind of
 * failure become a flood of reports.
 *
 * <p>Of each kind the first of a period are told one by one, the others as one number when the
 * period is over. A kind that comes again and again gets longer periods, up to a minute, and fewer
 * reports in each: in the end one and a number. Nothing here throws. From any thread.
 */
public final class ErrorReports {
    static final int ONE_BY_ONE = 16;
    static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(1);

    /** Periods of 1, 2, 4 ... 64 s. */
    private static final int LONGEST = 6;

    /** Kinds that are told apart; those of more are taken together. */
    private static final int KINDS = 64;

    /** What an error handler that does not return has not been told; the rest is counted. */
    private static final int MOST_WAITING = 64;

    private final Reactor reactor;
    private final Consumer<Throwable> handler;
    private final Callbacks callbacks;
    private final Map<Object, Kind> kinds = new HashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private boolean flushing;

    /**
     * @param reactor makes the calls
     * @param owner whose handler it is, for messages
     * @param handler may do and throw what it likes
     */
    public ErrorReports(Reactor reactor, String owner, Consumer<Throwable> handler) {
        this.reactor = reactor;
        this.handler = handler;
        this.callbacks =
                new Callbacks(reactor.callbackThreads(), "the error handler of " + owner, null);
    }

    /** The failures of one kind in the period under way. With the monitor held. */
    private static final class Kind {
        private long endNs;
        private int length;
        private int told;
        private long leftOut;
        private Throwable last;

        /** Begins another period if the last is over. */
        void begin(long now) {
            if (told > 0 && now - endNs < 0) {
                return;
            }
            boolean again = told > 0 && now - endNs < periodNs();
            length = again ? Math.min(LONGEST, length + 1) : 0;
            endNs = now + periodNs();
            told = 0;
        }

        long periodNs() {
            return PERIOD_NS << length;
        }

        boolean mayTell() {
            return told < Math.max(1, ONE_BY_ONE >> length);
        }
    }

    /** {@return the calls of the handler} */
    public Callbacks callbacks() {
        return callbacks;
    }

    /**
     * Tells a failure whose kind is its class.
     *
     * @param failure what went wrong
     */
    public void report(Throwable failure) {
        report(failure.getClass(), failure);
    }

    /**
     * Tells a failure.
     *
     * @param kind failures of equal kinds are limited together
     * @param failure what went wrong
     */
    void report(Object kind, Throwable failure) {
        try {
            add(kind, failure);
        } catch (Throwable e) {
            // For want of memory: counted, since the caller must be able to go on.
            lost.incrementAndGet();
        }
    }

    private void add(Object kind, Throwable failure) {
        boolean schedule;
        synchronized (this) {
            tellLost();
            long now = reactor.nanoTime();
            Kind of = kinds.get(kind);
            if (of == null) {
                Object known = kinds.size() < KINDS ? kind : ErrorReports.class;
                of = kinds.computeIfAbsent(known, ignored -> new Kind());
            }
            if (now - of.endNs >= 0) {
                tellLeftOut(of);
            }
            of.begin(now);
            if (of.mayTell() && callbacks.waiting() < MOST_WAITING) {
                of.told++;
                tell(failure);
                return;
            }
            of.told = Math.max(1, of.told);
            of.leftOut++;
            of.last = failure;
            schedule = !flushing;
            flushing = true;
        }
        if (schedule) {
            reactor.execute(this::flushDue);
        }
    }

    private void tell(Throwable failure) {
        callbacks.add(
                () -> {
                    try {
                        handler.accept(failure);
                    } catch (Throwable e) {
                        JvmLog log = new JvmLog();
                        log.accept(failure);
                        log.accept(e);
                    }
                });
    }

    private void tellLost() {
        long count = lost.get();
        if (count > 0) {
            tell(new IllegalStateException(count + " reports were lost because memory was short"));
            lost.addAndGet(-count);
        }
    }

    private void tellLeftOut(Kind of) {
        if (of.leftOut > 0) {
            tell(new LeftOut(of.leftOut, of.last));
            of.leftOut = 0;
            of.last = null;
        }
    }

    /** While something has been left out, looks once in a while whether its period is over. */
    private synchronized void flushDue() {
        long now = reactor.nanoTime();
        boolean more = false;
        for (Kind of : kinds.values()) {
            if (now - of.endNs >= 0 && callbacks.waiting() < MOST_WAITING) {
                tellLeftOut(of);
            }
            more |= of.leftOut > 0;
        }
        flushing = more && !reactor.isStopping();
        if (flushing) {
            reactor.group().schedule(nextNs(now), this::flushDue);
        }
    }

    private long nextNs(long now) {
        long next = PERIOD_NS;
        for (Kind of : kinds.values()) {
            if (of.leftOut > 0 && of.endNs - now > 0) {
                next = Math.min(next, of.endNs - now);
            }
        }
        return next;
    }

    /** Tells at once what has been left out. */
    public synchronized void flush() {
        tellLost();
        kinds.values().forEach(this::tellLeftOut);
    }

    /** Says how many failures of a kind were not told one by one; the last is its cause. */
    private static final class LeftOut extends JvmLog.PeersFailure {
        @Serial private static final long serialVersionUID = 1L;

        LeftOut(long count, Throwable last) {
            super(
                    count
                            + " more reports of this kind were left out, the last: "
                            + last.getMessage(),
                    last);
        }

        @Override
        String kind() {
            return String.valueOf(getCause().getMessage());
        }
    }
}

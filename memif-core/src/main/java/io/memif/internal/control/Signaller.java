package io.memif.internal.control;

import io.memif.internal.posix.Errno;
import io.memif.unix.EventFd;
import io.memif.unix.Timer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Signals the peer of one link: by a call that never waits; where neither kernel nor sandbox offer
 * it, by a thread of the link's own. The peer shares the event descriptors and can hold whoever
 * writes to one, but then it holds nobody else and gets no signals.
 *
 * <p>The thread is a daemon, started by the first signal that needs it. Signals that come while it
 * is at work are one for each ring. It ends with the link; if it is held then, a helper that closes
 * descriptors sets it free, or is held itself and counted among those that are.
 */
final class Signaller {
    private final Reactor reactor;
    private final Object owner;
    private final List<Signal> signals = new ArrayList<>();

    private volatile Thread thread;
    private volatile boolean ended;

    /** The thread is inside a write that began at {@link #startNs}. */
    private volatile boolean writing;

    private volatile long startNs;

    /** On the reactor's thread. */
    private Timer watch;

    private boolean reported;

    /**
     * A signaller without a thread.
     *
     * @param owner whose peer it signals; its text is for messages
     */
    Signaller(Reactor reactor, Object owner) {
        this.reactor = reactor;
        this.owner = owner;
    }

    /**
     * What signals a ring's peer once, from any thread; it neither waits nor throws, and after the
     * end of the link it does nothing. To be asked for before the link is up.
     *
     * @param event of the ring
     */
    Runnable of(EventFd event) {
        Signal made = new Signal(event);
        signals.add(made);
        return made;
    }

    private final class Signal implements Runnable {
        private final EventFd event;
        private volatile boolean due;

        Signal(EventFd event) {
            this.event = event;
        }

        @Override
        public void run() {
            int result = event.trySignal();
            if (result < 0 && result != -Errno.EBADF) {
                due = true;
                wake();
            }
        }

        /** On the signaller's thread: whether there was something to do. */
        boolean write() {
            if (!due) {
                return false;
            }
            due = false;
            startNs = System.nanoTime();
            writing = true;
            if (!ended) {
                event.signal();
            }
            writing = false;
            return true;
        }
    }

    private void wake() {
        Thread own = thread;
        if (own == null) {
            own = start();
        }
        LockSupport.unpark(own);
    }

    /** Null if the link has ended, or no thread is available: the next signal tries again. */
    private synchronized Thread start() {
        if (thread != null || ended) {
            return thread;
        }
        String name = "memif signalling helper";
        Thread made = new Thread(this::run, name);
        made.setDaemon(true);
        try {
            made.start();
        } catch (OutOfMemoryError e) {
            reactor.report(ThreadLimits.failure(name, e));
            return null;
        }
        thread = made;
        reactor.execute(this::watch);
        return made;
    }

    private void run() {
        while (!ended) {
            boolean any = false;
            for (Signal each : signals) {
                any |= each.write();
            }
            if (!any && !ended) {
                LockSupport.park(this);
            }
        }
    }

    private void watch() {
        if (!reactor.isStopping()) {
            watch = reactor.group().schedule(Helpers.HELD_NS, this::look);
        }
    }

    private void look() {
        boolean held = writing && System.nanoTime() - startNs >= Helpers.HELD_NS;
        if (held && !reported) {
            reported = true;
            reactor.report(
                    new Helpers.Held(
                            "a helper has been held up for more than a second by signalling the peer of "
                                    + owner
                                    + ", which made an event descriptor full and blocking"));
        }
        if (!ended && !reported) {
            watch.restart(Helpers.HELD_NS);
        }
    }

    /**
     * Ends the signals and closes the event descriptors of the link: by a helper that may be held,
     * if the thread is at work and may be held itself.
     *
     * @param events no longer the caller's
     */
    void close(Collection<EventFd> events) {
        List<EventFd> all = List.copyOf(events);
        Runnable task = () -> all.forEach(event -> reactor.guard(event::close));
        synchronized (this) {
            ended = true;
        }
        LockSupport.unpark(thread);
        // It says that it is about to write before it checks whether the link has ended.
        if (writing) {
            reactor.helpers().close("event descriptors of " + owner, task);
        } else {
            task.run();
        }
    }
}

package io.memif.internal.control;

import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.unix.EventFd;
import java.util.Collection;

/**
 * The memory of one session's link, whoever brought it: regions that the session owns, the table
 * that all engines use, and the rings' events. {@link Releases} ends it.
 */
abstract class LinkMemory implements AutoCloseable {
    final Reactor reactor;

    /** Signals the rings' events, and closes them. */
    final Signaller signaller;

    /** Null before it is created or attached. */
    RegionTable table;

    LinkMemory(Reactor reactor, InterfaceSpec owner) {
        this.reactor = reactor;
        this.signaller = new Signaller(reactor, owner);
    }

    /** For the report of a helper that is held. */
    abstract String what();

    /** What ending it may free. */
    abstract long bytes();

    abstract Collection<Region> regions();

    abstract Collection<EventFd> events();

    /** Forgets everything: it has been released. On a helper. */
    abstract void forget();

    /** Where what takes time is done, for whoever cannot wait. */
    final void byHelper(Runnable job) {
        reactor.helpers().memory(this::what, bytes(), job);
    }

    /** A helper releases everything, after what it was given before. */
    @Override
    public final void close() {
        reactor.releases().add(this);
    }
}

package io.memif.tests.life;

import io.memif.MemifReactor;
import io.memif.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The reactors under the two ends of a link: one for both, or one each. */
final class TeardownReactors implements AutoCloseable {
    private final boolean shared;
    private final List<MemifReactor> open = new ArrayList<>();

    TeardownReactors(boolean shared) {
        this.shared = shared;
    }

    synchronized MemifReactor open(Role role, Consumer<Throwable> errorHandler) {
        if (shared && !open.isEmpty()) {
            return open.get(0);
        }
        MemifReactor started = MemifReactor.start("reactor of the " + role, errorHandler);
        open.add(started);
        return started;
    }

    synchronized boolean isOpen(MemifReactor reactor) {
        return open.contains(reactor);
    }

    void close(MemifReactor reactor) {
        synchronized (this) {
            open.remove(reactor);
        }
        reactor.close();
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(this::close);
    }
}

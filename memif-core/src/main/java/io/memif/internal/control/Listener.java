package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.internal.posix.Errno;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollKey;
import io.memif.unix.Timer;
import io.memif.unix.UnixException;
import java.util.concurrent.TimeUnit;

/** Accepts the slaves of a socket's master interfaces. */
final class Listener implements AutoCloseable {
    private static final int ACCEPTS_A_TURN = 16;
    private static final int BACKLOG = 128;

    /**
     * Pause after accept failed, mostly for want of a descriptor: the connection stays queued in
     * the kernel, and trying again at once would spin.
     */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Reactor reactor;
    private final Reception reception;
    private final ListenSource source;
    private final OwnedFd fd;
    private final PollKey key;
    private Timer pause;

    Listener(Reactor reactor, Reception reception, ListenSource source) throws ConnectFailure {
        this.reactor = reactor;
        this.reception = reception;
        this.source = source;
        this.fd = source.open(BACKLOG);
        try {
            this.key = reactor.group().add(fd, PollKey.READ, (ignored, ready) -> acceptSome());
        } catch (UnixException e) {
            source.release(fd);
            throw new ConnectFailure(MemifException.Code.LIMIT, e.getMessage());
        }
    }

    private void acceptSome() {
        for (int i = 0; i < ACCEPTS_A_TURN; i++) {
            int accepted = accept();
            if (accepted == -Errno.EAGAIN) {
                return;
            }
            if (accepted >= 0) {
                reception.serve(OwnedFd.adopt(reactor.posix(), accepted, "slave on " + fd.what()));
            } else {
                reception.report(
                        "cannot accept: " + reactor.posix().explain(accepted) + "; trying again");
                key.interest(0);
                pause = reactor.group().schedule(PAUSE_NS, () -> key.interest(PollKey.READ));
                return;
            }
        }
    }

    private int accept() {
        int number = fd.acquire();
        try {
            return reactor.posix().sockets().accept(number);
        } finally {
            fd.release();
        }
    }

    @Override
    public void close() {
        key.remove();
        if (pause != null) {
            pause.cancel();
        }
        reactor.guard(() -> source.release(fd));
    }
}

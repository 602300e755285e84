package io.memif.tests.hostile;

import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollKey;
import io.memif.unix.UnixAddress;
import io.memif.unix.UnixSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies control messages and their descriptors between slaves and a master, as a service mesh
 * does, and keeps the master's half of a connection open when the slave's has ended.
 */
final class CopyingProxy implements AutoCloseable {
    private static final int LOOK_MS = 20;

    private final Posix posix;
    private final String master;
    private final OwnedFd listening;
    private final List<RawConnection> halves = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean done;

    CopyingProxy(Posix posix, String address, String master) {
        this.posix = posix;
        this.master = master;
        listening = UnixSocket.listen(UnixAddress.of(address), UnixSocket.Type.SEQPACKET, 16);
        start(this::acceptAll);
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "copying proxy");
        synchronized (threads) {
            threads.add(thread);
        }
        thread.start();
    }

    private void acceptAll() {
        int number = listening.acquire();
        try {
            while (!done) {
                posix.polling().pollOne(number, PollKey.READ, LOOK_MS);
                OwnedFd accepted = new UnixSocket(listening).accept("slave of a proxy");
                if (accepted != null) {
                    RawConnection slave = new RawConnection(posix, accepted);
                    RawConnection upstream = RawConnection.connect(posix, master);
                    synchronized (halves) {
                        halves.add(slave);
                        halves.add(upstream);
                    }
                    start(() -> copy(slave, upstream));
                    start(() -> copy(upstream, slave));
                }
            }
        } finally {
            listening.release();
        }
    }

    /** Until one end of it is gone; the other stays as it is. */
    private void copy(RawConnection from, RawConnection to) {
        while (!done) {
            if (from.readableWithin(LOOK_MS)) {
                RawMessage message = from.receive();
                if (message == null) {
                    return;
                }
                List<OwnedFd> descriptors = List.copyOf(from.received());
                from.received().clear();
                int sent = to.trySend(message, descriptors);
                descriptors.forEach(OwnedFd::close);
                if (sent < 0) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        done = true;
        for (int i = 0; i < threads(); i++) {
            join(i);
        }
        halves.forEach(RawConnection::close);
        listening.close();
    }

    private int threads() {
        synchronized (threads) {
            return threads.size();
        }
    }

    private void join(int index) {
        Thread thread;
        synchronized (threads) {
            thread = threads.get(index);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

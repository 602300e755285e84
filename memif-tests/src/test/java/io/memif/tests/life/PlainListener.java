package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;

/** The least that a listener can do: accepts and closes, on a thread of its own. */
final class PlainListener implements AutoCloseable {
    static final String THREAD = "plain listener";
    private static final int BACKLOG = 128;

    private final Posix posix = Posix.open();
    private final String address;
    private final OwnedFd listening;
    private final Worker worker;

    PlainListener(String address) {
        this.address = address;
        int raw = posix.sockets().socket(SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC);
        listening = OwnedFd.adopt(posix, raw, "plain listener");
        assertEquals(0, posix.sockets().bind(raw, UnixAddress.of(address).toBytes()));
        assertEquals(0, posix.sockets().listen(raw, BACKLOG));
        worker = new Worker(THREAD, self -> acceptAndClose());
    }

    String address() {
        return address;
    }

    private void acceptAndClose() {
        int number = listening.acquire();
        try {
            int accepted = posix.sockets().accept(number);
            while (accepted >= 0) {
                posix.descriptors().close(accepted);
                accepted = posix.sockets().accept(number);
            }
        } finally {
            listening.release();
        }
    }

    @Override
    public void close() {
        int number = listening.acquire();
        try {
            // Ends the accept that waits.
            int result = posix.sockets().shutdown(number, SocketCalls.SHUT_RDWR);
            assertEquals(0, result, () -> Errno.text(-result));
        } finally {
            listening.release();
        }
        worker.close();
        listening.close();
    }
}

package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;

/** A master that a script drives: listens, and does with each slave what it is told. */
public final class FakeMaster implements AutoCloseable {
    /** What the master has sent last, each after the slave's message before it. */
    public enum Step {
        ACCEPT,
        HELLO,
        ACK_INIT,
        ACK_REGION,
        ACK_S2M,
        ACK_M2S,
        CONNECTED
    }

    private static final int WAIT_MS = 20_000;

    private final Posix posix;
    private final OwnedFd listener;

    public FakeMaster(Posix posix, String address, int backlog) {
        this.posix = posix;
        int raw = posix.sockets().socket(SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC);
        listener = OwnedFd.adopt(posix, raw, "raw listener");
        UnixAddress to = UnixAddress.of(address);
        if (!to.isAbstract()) {
            posix.files().unlink(to.path());
        }
        check(posix.sockets().bind(raw, to.toBytes()));
        check(posix.sockets().listen(raw, backlog));
    }

    private static void check(int result) {
        if (result < 0) {
            throw new AssertionError(Errno.text(-result));
        }
    }

    public Link accept() {
        int number = listener.acquire();
        try {
            int ready = posix.polling().pollOne(number, PollCalls.READABLE, WAIT_MS);
            assertEquals(PollCalls.READABLE, ready, "a slave connects");
            OwnedFd fd =
                    OwnedFd.adopt(posix, posix.sockets().accept(number), "raw accepted socket");
            return new Link(new RawConnection(posix, fd));
        } finally {
            listener.release();
        }
    }

    @Override
    public void close() {
        listener.close();
    }

    /** One accepted slave, and what it has announced. */
    public static final class Link implements AutoCloseable {
        public final RawConnection control;
        public RawRegion region;
        public RawRing s2m;
        public RawRing m2s;

        Link(RawConnection control) {
            this.control = control;
        }

        public Link through(Step last) {
            for (Step step : Step.values()) {
                if (step.compareTo(last) <= 0) {
                    make(step);
                }
            }
            return this;
        }

        public void make(Step step) {
            switch (step) {
                case ACCEPT -> {
                    // Nothing has been said yet.
                }
                case HELLO -> control.send(RawMessage.hello());
                case ACK_INIT -> answer(RawMessage.INIT);
                case ACK_REGION -> {
                    answer(RawMessage.ADD_REGION);
                    region = RawRegion.over(control.received().remove(0));
                }
                case ACK_S2M -> s2m = ring(answer(RawMessage.ADD_RING));
                case ACK_M2S -> m2s = ring(answer(RawMessage.ADD_RING));
                case CONNECTED -> {
                    control.expect(RawMessage.CONNECT);
                    control.send(RawMessage.connected("raw0"));
                }
                default -> throw new AssertionError(step);
            }
        }

        private RawMessage answer(int type) {
            RawMessage message = control.expect(type);
            control.send(RawMessage.ack());
            return message;
        }

        private RawRing ring(RawMessage addRing) {
            return new RawRing(region, addRing.u32(8), addRing.u8(12));
        }

        @Override
        public void close() {
            control.close();
            if (region != null) {
                region.close();
            }
        }
    }
}

package io.memif.tests.fuzz;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Posix;
import io.memif.tests.hostile.FakeSlave;
import io.memif.tests.hostile.RawMessage;
import io.memif.tests.hostile.RawRegion;
import io.memif.tests.hostile.RawRing;
import io.memif.tests.hostile.WrongDescriptor;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Descriptors of all kinds that a hostile peer attaches to its messages, opened once. */
final class DescriptorPool implements AutoCloseable {
    private final Posix posix;
    private final RawRegion good;
    private final OwnedFd event;
    private final List<RawRegion> files = new ArrayList<>();
    private final List<OwnedFd> all = new ArrayList<>();

    /** Opened for one message only, since using them changes them. */
    private final List<OwnedFd> passing = new ArrayList<>();

    DescriptorPool(Posix posix) {
        this.posix = posix;
        good = sealed(SlaveMessages.REGION);
        restore();
        sealed(SlaveMessages.REGION);
        sealed(SlaveMessages.REGION - 1);
        sealed(1);
        files.add(RawRegion.create(posix, SlaveMessages.REGION, 0));
        files.forEach(file -> all.add(file.fd()));
        event = FakeSlave.eventFd(posix, DescriptorCalls.EFD_NONBLOCK);
        all.add(event);
        for (WrongDescriptor kind : WrongDescriptor.values()) {
            all.add(kind.open(posix));
        }
    }

    /** Writes the cookies: a peer that posts its own ring as a buffer has them overwritten. */
    void restore() {
        for (int ring = 0; ring < SlaveMessages.REGION / SlaveMessages.RING; ring++) {
            good.u32(ring * SlaveMessages.RING, RawRing.COOKIE);
        }
    }

    private RawRegion sealed(long size) {
        RawRegion file = RawRegion.sealed(posix, size);
        files.add(file);
        return file;
    }

    /** The file that holds rings with their cookies. */
    RawRegion region() {
        return good;
    }

    /** Mostly what the message wants. */
    List<OwnedFd> pick(ByteSource input, GeneratedMessage generated) {
        releasePassing();
        List<OwnedFd> picked = new ArrayList<>();
        RawMessage message = generated.message();
        int type = message.length() < 2 ? 0 : message.type();
        boolean proper = !input.oneIn(12);
        for (int i = 0; i < generated.descriptors(); i++) {
            if (proper && type == RawMessage.ADD_REGION) {
                picked.add(good.fd());
            } else if (proper && type == RawMessage.ADD_RING) {
                picked.add(input.oneIn(6) ? full() : event);
            } else {
                picked.add(all.get(input.below(all.size())));
            }
        }
        return picked;
    }

    /** A blocking eventfd at its maximum. */
    private OwnedFd full() {
        OwnedFd fd = FakeSlave.eventFd(posix, 0);
        passing.add(fd);
        int number = fd.acquire();
        try {
            ByteBuffer most = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
            posix.descriptors().write(number, most.putLong(0, -2L));
        } finally {
            fd.release();
        }
        return fd;
    }

    private void releasePassing() {
        passing.forEach(OwnedFd::close);
        passing.clear();
    }

    @Override
    public void close() {
        releasePassing();
        files.forEach(RawRegion::close);
        all.forEach(OwnedFd::close);
    }
}

package io.memif.tests.fuzz;

import io.memif.internal.posix.Posix;
import io.memif.tests.hostile.RawConnection;
import io.memif.tests.hostile.RawMessage;
import io.memif.unix.OwnedFd;
import java.util.List;

/** Connects for each input and sends its messages; once the link is up it writes into the rings. */
final class HostileSlave implements Target, AutoCloseable {
    private static final int CHECK_EVERY = 64;
    private static final int LONG_WAIT_MS = 20_000;

    private final LiveSide ours;
    private final Posix posix;
    private final String address;
    private final DescriptorPool pool;
    private long inputs;
    private long links;

    HostileSlave(LiveSide ours, String address) {
        this.ours = ours;
        this.posix = ours.posix;
        this.address = address;
        this.pool = new DescriptorPool(posix);
    }

    long links() {
        return links;
    }

    @Override
    public long run(ByteSource input, Coverage coverage) throws Exception {
        long sent = 0;
        try (RawConnection control = RawConnection.connect(posix, address)) {
            SlaveMessages generator = new SlaveMessages(input, LiveSide.ATTACKED);
            boolean up = false;
            pool.restore();
            while (!input.isOver()) {
                GeneratedMessage generated = generator.next();
                List<OwnedFd> descriptors = pool.pick(input, generated);
                int result = control.trySend(generated.message(), descriptors);
                coverage.mark(1, Math.min(0, result), type(generated.message()));
                if (result < 0) {
                    break;
                }
                sent++;
                boolean last = type(generated.message()) == RawMessage.CONNECT;
                up |= (last || input.oneIn(16)) && answered(control, coverage, last ? 50 : 1);
                if (up) {
                    corruptRings(input);
                    ours.useAttacked(input);
                }
            }
            links += up ? 1 : 0;
            if (!input.oneIn(4)) {
                coverage.mark(pendingReason(control));
            }
        }
        if (++inputs % CHECK_EVERY == 0) {
            ours.check();
        }
        return sent;
    }

    /** Reads what has come; whether the link is up by now. */
    private static boolean answered(RawConnection control, Coverage coverage, int patienceMs) {
        int patience = patienceMs;
        while (control.readableWithin(patience)) {
            RawMessage message = control.receive(LONG_WAIT_MS);
            if (message == null) {
                return false;
            }
            coverage.mark(2, type(message));
            if (type(message) == RawMessage.CONNECTED) {
                return true;
            }
            boolean more = type(message) == RawMessage.ACK || type(message) == RawMessage.HELLO;
            patience = more ? patience : 0;
        }
        return false;
    }

    /** The reason of a DISCONNECT that has arrived already, or nothing. */
    private static String pendingReason(RawConnection control) {
        String reason = "";
        while (control.readableWithin(0)) {
            RawMessage message = control.receive(LONG_WAIT_MS);
            if (message == null) {
                return reason;
            }
            reason = type(message) == RawMessage.DISCONNECT ? message.reason() : reason;
            reason = reason.replaceAll("[0-9]+", "n");
        }
        return reason;
    }

    static int type(RawMessage message) {
        return message.length() < 2 ? -1 : Math.min(9, message.type());
    }

    private void corruptRings(ByteSource input) {
        for (int i = input.below(8); i >= 0; i--) {
            long ring = input.below(8) * SlaveMessages.RING;
            int slot = input.below(1 << SlaveMessages.LOG2);
            switch (input.below(4)) {
                case 0 -> pool.region().u16(ring + 6, input.u16());
                case 1 -> pool.region().u16(ring + 6, pool.region().u16(ring + 6) + 1);
                case 2 -> pool.region().u64(ring + 128 + 16L * slot, input.u64());
                default -> pool.region().u64(ring + 128 + 16L * slot, (8L + slot) << 32);
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}

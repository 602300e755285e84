package io.memif.tests.fuzz;

import io.memif.internal.posix.Posix;
import io.memif.tests.hostile.ControlEnd;
import io.memif.tests.hostile.RawMessage;
import io.memif.unix.OwnedFd;
import java.util.List;

/** Connects for each tape and says what it says; once the link is up it writes into the rings. */
final class HostileSlave implements Target, AutoCloseable {
    private static final int CHECK_EVERY = 64;
    private static final int LONG_WAIT_MS = 20_000;

    private final LiveSide ours;
    private final Posix posix;
    private final String address;
    private final DescriptorPool pool;
    private long tapes;
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
    public long run(Tape tape, Novelty novelty) throws Exception {
        long said = 0;
        try (ControlEnd control = ControlEnd.connect(posix, address)) {
            SlaveTalk talk = new SlaveTalk(tape, LiveSide.ATTACKED);
            boolean up = false;
            pool.restore();
            while (!tape.isOver()) {
                Sentence sentence = talk.next();
                List<OwnedFd> descriptors = pool.pick(tape, sentence);
                int result = control.trySend(sentence.message(), descriptors);
                novelty.mark(1, Math.min(0, result), type(sentence.message()));
                if (result < 0) {
                    break;
                }
                said++;
                boolean last = type(sentence.message()) == RawMessage.CONNECT;
                up |= (last || tape.oneIn(16)) && answered(control, novelty, last ? 50 : 1);
                if (up) {
                    scribble(tape);
                    ours.useAttacked(tape);
                }
            }
            links += up ? 1 : 0;
            if (!tape.oneIn(4)) {
                novelty.mark(lastWords(control));
            }
        }
        if (++tapes % CHECK_EVERY == 0) {
            ours.check();
        }
        return said;
    }

    /** Reads what has come; whether the link is up by now. */
    private static boolean answered(ControlEnd control, Novelty novelty, int patienceMs) {
        int patience = patienceMs;
        while (control.readableWithin(patience)) {
            RawMessage message = control.receive(LONG_WAIT_MS);
            if (message == null) {
                return false;
            }
            novelty.mark(2, type(message));
            if (type(message) == RawMessage.CONNECTED) {
                return true;
            }
            boolean more = type(message) == RawMessage.ACK || type(message) == RawMessage.HELLO;
            patience = more ? patience : 0;
        }
        return false;
    }

    /** The reason that is there already, if it is. */
    private static String lastWords(ControlEnd control) {
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

    private void scribble(Tape tape) {
        for (int i = tape.below(8); i >= 0; i--) {
            long ring = tape.below(8) * SlaveTalk.RING;
            int slot = tape.below(1 << SlaveTalk.LOG2);
            switch (tape.below(4)) {
                case 0 -> pool.region().u16(ring + 6, tape.u16());
                case 1 -> pool.region().u16(ring + 6, pool.region().u16(ring + 6) + 1);
                case 2 -> pool.region().u64(ring + 128 + 16L * slot, tape.u64());
                default -> pool.region().u64(ring + 128 + 16L * slot, (8L + slot) << 32);
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}

package io.memif.tests.fuzz;

import io.memif.tests.hostile.ControlEnd;
import io.memif.tests.hostile.FakeMaster;
import io.memif.tests.hostile.RawMessage;
import io.memif.tests.hostile.RawRegion;
import io.memif.unix.OwnedFd;
import java.util.List;

/** Accepts our slave for each tape and answers what the tape says. */
final class HostileMaster implements Target, AutoCloseable {
    private static final int CHECK_EVERY = 64;
    private static final int LONG_WAIT_MS = 20_000;

    private final LiveSide ours;
    private final FakeMaster master;
    private final DescriptorPool pool;
    private long tapes;
    private long links;

    HostileMaster(LiveSide ours, FakeMaster master) {
        this.ours = ours;
        this.master = master;
        this.pool = new DescriptorPool(ours.posix);
    }

    long links() {
        return links;
    }

    @Override
    public long run(Tape tape, Novelty novelty) throws Exception {
        long said = 0;
        try (FakeMaster.Link link = master.accept()) {
            ControlEnd control = link.control;
            MasterTalk talk = new MasterTalk(tape);
            boolean up = false;
            while (!tape.isOver()) {
                Sentence sentence = talk.next();
                List<OwnedFd> descriptors = pool.pick(tape, sentence);
                int result = control.trySend(sentence.message(), descriptors);
                novelty.mark(1, Math.min(0, result), HostileSlave.type(sentence.message()));
                if (result < 0) {
                    break;
                }
                said++;
                up |= HostileSlave.type(sentence.message()) == RawMessage.CONNECTED;
                if (!heard(link, talk, novelty, up ? 0 : 200)) {
                    break;
                }
                if (up) {
                    scribble(tape, link.region);
                    ours.useAttacked(tape);
                }
            }
            links += up ? 1 : 0;
        }
        if (++tapes % CHECK_EVERY == 0) {
            ours.check();
        }
        return said;
    }

    /** Takes what the slave has said; false at the end. */
    private static boolean heard(
            FakeMaster.Link link, MasterTalk talk, Novelty novelty, int patienceMs) {
        int patience = patienceMs;
        while (link.control.readableWithin(patience)) {
            RawMessage message = link.control.receive(LONG_WAIT_MS);
            if (message == null) {
                return false;
            }
            talk.heard(message.type());
            novelty.mark(2, message.type());
            if (message.type() == RawMessage.DISCONNECT) {
                novelty.mark(message.reason().replaceAll("[0-9]+", "n"));
            }
            if (message.type() == RawMessage.ADD_REGION && link.region == null) {
                link.region = RawRegion.over(link.control.received().remove(0));
            }
            patience = 0;
        }
        return true;
    }

    private static void scribble(Tape tape, RawRegion region) {
        for (int i = tape.below(8); region != null && i >= 0; i--) {
            // Rings of 16 slots lie one after the other, wherever exactly.
            long at = 2L * tape.below(1600);
            switch (tape.below(3)) {
                case 0 -> region.u16(at, tape.u16());
                case 1 -> region.u16(at, region.u16(at) + 1);
                default -> region.u64(at, tape.u64());
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}

package io.memif.tests.fuzz;

import io.memif.tests.hostile.FakeMaster;
import io.memif.tests.hostile.RawConnection;
import io.memif.tests.hostile.RawMessage;
import io.memif.tests.hostile.RawRegion;
import io.memif.unix.OwnedFd;
import java.util.List;

/** Accepts our slave for each input and answers with the messages that the input encodes. */
final class HostileMaster implements Target, AutoCloseable {
    private static final int CHECK_EVERY = 64;
    private static final int LONG_WAIT_MS = 20_000;

    private final LiveSide ours;
    private final FakeMaster master;
    private final DescriptorPool pool;
    private long inputs;
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
    public long run(ByteSource input, Coverage coverage) throws Exception {
        long sent = 0;
        try (FakeMaster.Link link = master.accept()) {
            RawConnection control = link.control;
            MasterMessages generator = new MasterMessages(input);
            boolean up = false;
            while (!input.isOver()) {
                GeneratedMessage generated = generator.next();
                List<OwnedFd> descriptors = pool.pick(input, generated);
                int result = control.trySend(generated.message(), descriptors);
                coverage.mark(1, Math.min(0, result), HostileSlave.type(generated.message()));
                if (result < 0) {
                    break;
                }
                sent++;
                up |= HostileSlave.type(generated.message()) == RawMessage.CONNECTED;
                if (!heard(link, generator, coverage, up ? 0 : 200)) {
                    break;
                }
                if (up) {
                    corruptRings(input, link.region);
                    ours.useAttacked(input);
                }
            }
            links += up ? 1 : 0;
        }
        if (++inputs % CHECK_EVERY == 0) {
            ours.check();
        }
        return sent;
    }

    /** Takes what the slave has sent; false at the end. */
    private static boolean heard(
            FakeMaster.Link link, MasterMessages generator, Coverage coverage, int patienceMs) {
        int patience = patienceMs;
        while (link.control.readableWithin(patience)) {
            RawMessage message = link.control.receive(LONG_WAIT_MS);
            if (message == null) {
                return false;
            }
            generator.received(message.type());
            coverage.mark(2, message.type());
            if (message.type() == RawMessage.DISCONNECT) {
                coverage.mark(message.reason().replaceAll("[0-9]+", "n"));
            }
            if (message.type() == RawMessage.ADD_REGION && link.region == null) {
                link.region = RawRegion.over(link.control.received().remove(0));
            }
            patience = 0;
        }
        return true;
    }

    private static void corruptRings(ByteSource input, RawRegion region) {
        for (int i = input.below(8); region != null && i >= 0; i--) {
            // Rings of 16 slots lie one after the other, wherever exactly.
            long at = 2L * input.below(1600);
            switch (input.below(3)) {
                case 0 -> region.u16(at, input.u16());
                case 1 -> region.u16(at, region.u16(at) + 1);
                default -> region.u64(at, input.u64());
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}

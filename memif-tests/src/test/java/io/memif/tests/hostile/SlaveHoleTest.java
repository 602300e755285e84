package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.tests.hostile.FakeMaster.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A master that punches holes into the memory that we brought. */
class SlaveHoleTest extends SlaveCase {
    private static final int ROUNDS = 2000;

    @Test
    void packetsOfAHoleAreZeros() throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept().through(Step.CONNECTED)) {
            ours.expectEvent("up raw master raw0");
            long buffer = link.m2s.descriptorOffset(0);
            link.region.bytes(buffer, new byte[] {7, 7, 7});
            link.m2s.descriptorLength(0, 3);
            link.m2s.tail(1);
            HolePunching.punch(posix, link.region, buffer, 3);
            List<byte[]> got = ReceiveMethod.POLL.all(ours.itf.rxQueue(0));
            assertEquals(1, got.size());
            HolePunching.assertZeros(got, 3);
            expectTraffic(ours, link);
        }
    }

    @Test
    void holesInEverythingUnderTraffic() throws Exception {
        try (TestedInterface ours = slave()) {
            try (FakeMaster.Link link = master.accept().through(Step.CONNECTED)) {
                ours.expectEvent("up raw master raw0");
                Thread puncher =
                        new Thread(
                                () -> {
                                    for (int i = 0; i < ROUNDS; i++) {
                                        HolePunching.punch(posix, link.region, 0, 1 << 13);
                                    }
                                });
                puncher.start();
                while (puncher.isAlive()) {
                    link.m2s.tail(link.m2s.tail() + 1);
                    link.s2m.tail(link.s2m.head());
                    HolePunching.useQueues(ours.itf.rxQueue(0), ours.itf.txQueue(0));
                }
                link.control.send(RawMessage.disconnect(0, "enough"));
                ours.expectEvent("down: peer disconnected: enough");
            }
            expectHealthy(ours);
        }
    }
}

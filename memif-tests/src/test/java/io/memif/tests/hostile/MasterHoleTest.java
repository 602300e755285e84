package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.tests.hostile.FakeSlave.Step;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A slave that punches holes into the memory it brought, between packets and during them. */
class MasterHoleTest extends MasterCase {
    private static final int ROUNDS = 2000;

    @Test
    void packetsOfAHoleAreZeros() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            byte[] packet = new byte[60];
            Arrays.fill(packet, (byte) 7);
            slave.sendPacket(packet);
            long buffers = FakeSlave.BUFFERS_AT;
            HolePunching.punch(posix, slave.region, buffers, FakeSlave.SIZE - buffers);
            List<byte[]> got = ReceiveMethod.POLL.all(ours.itf.rxQueue(0));
            assertEquals(1, got.size());
            HolePunching.assertZeros(got, packet.length);
            expectTraffic(ours, slave);
        }
    }

    /** The rings, too: what is then in them is garbage like any other, and the next link is new. */
    @Test
    void holesInEverythingUnderTraffic() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address())) {
            try (FakeSlave slave = connect().through(Step.CONNECT)) {
                ours.expectEvent("up raw slave raw0");
                Thread puncher =
                        new Thread(
                                () -> {
                                    for (int i = 0; i < ROUNDS; i++) {
                                        HolePunching.punch(posix, slave.region, 0, FakeSlave.SIZE);
                                    }
                                });
                puncher.start();
                while (puncher.isAlive()) {
                    slave.sendPacket(new byte[] {1, 2, 3});
                    slave.postAll();
                    HolePunching.useQueues(ours.itf.rxQueue(0), ours.itf.txQueue(0));
                }
                slave.control.send(RawMessage.disconnect(0, "enough"));
                ours.expectEvent("down: peer disconnected: enough");
            }
            expectHealthy(ours);
        }
    }
}

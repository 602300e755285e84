package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.tests.hostile.FakeMaster.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Our slave, and every known master as it behaves. */
class KnownMastersTest extends SlaveCase {
    /**
     * A master.
     *
     * @param highest index of regions and rings that it offers
     * @param garbage whether it leaves what it does not set as its memory was
     * @param resets whether it stores 0 to the indexes when CONNECT comes
     */
    private record Known(String name, int highest, boolean garbage, boolean resets) {
        RawMessage hello() {
            RawMessage hello =
                    RawMessage.hello().u16(38, highest).u16(40, highest).u16(42, highest);
            return dirty(hello, 45);
        }

        RawMessage dirty(RawMessage message, int end) {
            byte[] bytes = new byte[RawMessage.SIZE - end];
            new Random(2).nextBytes(bytes);
            return garbage ? message.raw(end, bytes) : message;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Known> MASTERS =
            List.of(
                    new Known("VPP", 256, false, false),
                    new Known("libmemif, node-memif", 255, true, true),
                    new Known("DPDK, NDN-DPDK", 255, false, true),
                    new Known("gomemif", 255, true, false));

    /** A gomemif master demands a secret of zeros, and exactly the rings it was set to. */
    @ParameterizedTest
    @FieldSource("MASTERS")
    void linkComesUpWithWhatWeAskFor(Known known) throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept()) {
            link.control.send(known.hello());
            RawMessage init = link.control.expect(RawMessage.INIT);
            byte[] secret = Arrays.copyOfRange(init.bytes(), 9, 33);
            assertArrayEquals(new byte[24], secret);
            link.control.send(known.dirty(RawMessage.ack(), 2));
            link.make(Step.ACK_REGION);
            link.make(Step.ACK_S2M);
            link.make(Step.ACK_M2S);
            link.control.expect(RawMessage.CONNECT);
            assertEquals(0, link.m2s.head(), "nothing is posted before CONNECTED");
            if (known.resets) {
                for (RawRing ring : List.of(link.s2m, link.m2s)) {
                    ring.head(0);
                    ring.tail(0);
                }
            }
            link.control.send(known.dirty(RawMessage.connected("raw0"), 7));
            ours.expectEvent("up raw master raw0");
            for (int i = 0; i < 3; i++) {
                expectTraffic(ours, link);
            }
            ours.expectQuiet();
        }
    }

    /** It acknowledges INIT, looks for the interface, and goes without a word. */
    @Test
    void libmemifDoesNotSayThatItDoesNotKnowTheInterface() throws Exception {
        try (TestedInterface ours = slave()) {
            try (FakeMaster.Link link = master.accept()) {
                link.through(Step.ACK_INIT);
                link.control.expect(RawMessage.ADD_REGION);
            }
            String hint = "it may not know interface 7, or refuse our mode, secret or rings";
            ours.expectFailure(
                    "CLOSED_BY_PEER",
                    "peer closed the connection (end of file) while waiting for ACK of region 0; "
                            + hint);
        }
    }

    /** A gomemif master leaves the connection open after its DISCONNECT: ours ends it. */
    @Test
    void gomemifLeavesTheConnectionOpen() throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept()) {
            link.through(Step.ACK_INIT);
            link.control.expect(RawMessage.ADD_REGION);
            link.control.send(RawMessage.disconnect(0, "Invalid interface id"));
            link.control.expectEnd();
            ours.expectFailure(
                    "REFUSED_BY_PEER",
                    "peer disconnected: Invalid interface id; create a master interface with id 7"
                            + " there, or change the id here");
        }
    }
}

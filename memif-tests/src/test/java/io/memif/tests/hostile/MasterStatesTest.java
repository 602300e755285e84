package io.memif.tests.hostile;

import io.memif.tests.hostile.FakeSlave.Step;
import io.memif.unix.OwnedFd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our master: every message type in every state, in order, out of order, and twice. */
class MasterStatesTest extends MasterCase {
    private static final String[] NAMES = {
        "NONE", "ACK", "HELLO", "INIT", "ADD_REGION", "ADD_RING", "CONNECT", "CONNECTED"
    };
    private static final int[] UNKNOWN = {0, 9, 99, 65535};

    static List<Arguments> everyTypeInEveryState() {
        List<Arguments> cases = new ArrayList<>();
        for (Step state : Step.values()) {
            for (int type = RawMessage.ACK; type <= RawMessage.CONNECTED; type++) {
                if (!isDue(state, type)) {
                    cases.add(Arguments.of(state, type, refusal(state, type)));
                }
            }
            for (int type : UNKNOWN) {
                cases.add(Arguments.of(state, type, "unknown message type: " + type));
            }
        }
        return cases;
    }

    /** What a slave may send next; rings and regions may come in any order. */
    private static boolean isDue(Step state, int type) {
        return switch (state) {
            case HELLO -> type == RawMessage.INIT;
            case INIT -> type == RawMessage.ADD_REGION || type == RawMessage.ADD_RING;
            case REGION -> type == RawMessage.ADD_RING;
            // Rings of one direction make a link.
            case S2M, M2S -> type == RawMessage.CONNECT;
            default -> false;
        };
    }

    private static String refusal(Step state, int type) {
        String unexpected = "unexpected message: " + NAMES[type] + " while " + phase(state);
        if (state == Step.HELLO || state == Step.CONNECT) {
            return unexpected;
        }
        return switch (type) {
            case RawMessage.ADD_REGION -> "region announced twice: region 0";
            case RawMessage.ADD_RING -> "ring announced twice: S2M ring 0";
            case RawMessage.CONNECT ->
                    state == Step.INIT
                            ? "no regions announced: CONNECT without ADD_REGION"
                            : "no rings announced: CONNECT without ADD_RING";
            default -> unexpected;
        };
    }

    static RawMessage message(int type) {
        return switch (type) {
            case RawMessage.HELLO -> RawMessage.hello();
            case RawMessage.INIT -> RawMessage.init(TestedInterface.ID);
            case RawMessage.ADD_REGION -> RawMessage.addRegion(0, FakeSlave.SIZE);
            case RawMessage.ADD_RING -> RawMessage.addRing(true, 0, 0, 0, FakeSlave.LOG2);
            case RawMessage.CONNECT -> RawMessage.connect("raw0");
            case RawMessage.CONNECTED -> RawMessage.connected("raw0");
            default -> RawMessage.of(type);
        };
    }

    private static OwnedFd[] descriptors(FakeSlave slave, int type) {
        return switch (type) {
            case RawMessage.ADD_REGION -> new OwnedFd[] {slave.region.fd()};
            case RawMessage.ADD_RING -> new OwnedFd[] {slave.s2mEvent};
            default -> new OwnedFd[0];
        };
    }

    @ParameterizedTest
    @MethodSource("everyTypeInEveryState")
    void messageOutOfOrderEndsTheConnection(Step state, int type, String reason) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(state)) {
            slave.control.send(message(type), descriptors(slave, type));
            expectRefused(ours, slave, state, reason);
        }
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void disconnectEndsItInEveryStateAndIsReported(Step state) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(state)) {
            slave.control.send(RawMessage.disconnect(5, "bye"));
            slave.control.expectEnd();
            String reason = "peer disconnected: bye (code 5)";
            if (state == Step.HELLO || state == Step.CONNECT) {
                expectReport(ours, state, reason);
            } else {
                ours.expectFailure("REFUSED_BY_PEER", reason + HINT);
            }
            expectHealthy(ours);
        }
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void closeWithoutAWordIsReported(Step state) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address())) {
            try (FakeSlave slave = connect()) {
                slave.through(state);
            }
            String reason = "peer closed the connection (end of file) while " + phase(state);
            if (state == Step.HELLO || state == Step.CONNECT) {
                expectReport(ours, state, reason);
            } else {
                ours.expectFailure("CLOSED_BY_PEER", reason);
            }
            expectHealthy(ours);
        }
    }

    /** A slave that does not wait for answers is served all the same, in order. */
    @Test
    void slaveThatRunsAheadIsServed() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect()) {
            slave.control.send(RawMessage.init(TestedInterface.ID));
            slave.control.send(
                    RawMessage.addRing(false, 0, 0, FakeSlave.M2S_AT, FakeSlave.LOG2),
                    slave.m2sEvent);
            slave.control.send(RawMessage.addRing(true, 0, 0, 0, FakeSlave.LOG2), slave.s2mEvent);
            slave.control.send(RawMessage.addRegion(0, FakeSlave.SIZE), slave.region.fd());
            slave.control.send(RawMessage.connect("raw0"));
            slave.control.expect(RawMessage.HELLO);
            for (int i = 0; i < 4; i++) {
                slave.control.expect(RawMessage.ACK);
            }
            slave.control.expect(RawMessage.CONNECTED);
            ours.expectEvent("up raw slave raw0");
            expectTraffic(ours, slave);
        }
    }
}

package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.tests.hostile.FakeMaster.Step;
import io.memif.unix.OwnedFd;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our slave: every message type in every state, out of order and twice, and of every wrong size.
 */
class SlaveStatesTest extends SlaveCase {
    private static final String[] NAMES = {
        "NONE", "ACK", "HELLO", "INIT", "ADD_REGION", "ADD_RING", "CONNECT", "CONNECTED"
    };
    private static final int[] UNKNOWN = {0, 9, 99, 65535};
    private static final int[] SIZES = {0, 1, 127, 129, 4096};
    private static final int[] COUNTS = {0, 1, 2, 10, 253};

    static List<Arguments> everyTypeInEveryState() {
        List<Arguments> cases = new ArrayList<>();
        for (Step state : Step.values()) {
            for (int type = RawMessage.ACK; type <= RawMessage.CONNECTED; type++) {
                if (type != due(state)) {
                    String reason = "unexpected message: " + NAMES[type] + " while ";
                    cases.add(Arguments.of(state, type, reason + phase(state)));
                }
            }
            for (int type : UNKNOWN) {
                cases.add(Arguments.of(state, type, "unknown message type: " + type));
            }
        }
        return cases;
    }

    private static int due(Step state) {
        return switch (state) {
            case ACCEPT -> RawMessage.HELLO;
            case ACK_M2S -> RawMessage.CONNECTED;
            case CONNECTED -> -1;
            default -> RawMessage.ACK;
        };
    }

    private static int descriptors(int type) {
        return type == RawMessage.ADD_REGION || type == RawMessage.ADD_RING ? 1 : 0;
    }

    @ParameterizedTest
    @MethodSource("everyTypeInEveryState")
    void messageOutOfOrderEndsTheConnection(Step state, int type, String reason) throws Exception {
        expectRefusedWith(state, MasterStatesTest.message(type), descriptors(type), reason);
    }

    private void expectRefusedWith(Step state, RawMessage message, int count, String reason)
            throws Exception {
        try (TestedInterface ours = slave();
                OwnedFd any = FakeSlave.eventFd(posix, DescriptorCalls.EFD_NONBLOCK);
                FakeMaster.Link link = master.accept().through(state)) {
            takeOutstanding(link, state);
            link.control.trySend(message, Collections.nCopies(count, any));
            expectRefused(ours, link, state, reason);
        }
    }

    static List<Arguments> sizesInEveryState() {
        List<Arguments> cases = new ArrayList<>();
        for (Step state : Step.values()) {
            for (int size : SIZES) {
                cases.add(Arguments.of(state, size));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("sizesInEveryState")
    void onlyMessagesOf128BytesAreTaken(Step state, int size) throws Exception {
        expectRefusedWith(
                state,
                RawMessage.ack().length(size),
                0,
                "wrong message size: " + size + " bytes, 128 expected");
    }

    static List<Arguments> descriptorCounts() {
        List<Arguments> cases = new ArrayList<>();
        for (int count : COUNTS) {
            for (int type = RawMessage.ACK; type <= RawMessage.CONNECTED; type++) {
                int expected = descriptors(type);
                if (count != expected) {
                    String reason =
                            ("wrong number of descriptors: " + count)
                                    + (" with " + NAMES[type] + ", expected " + expected);
                    cases.add(Arguments.of(Step.ACK_INIT, type, count, reason));
                }
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("descriptorCounts")
    void masterSendsNoDescriptors(Step state, int type, int count, String reason) throws Exception {
        expectRefusedWith(state, MasterStatesTest.message(type), count, reason);
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void disconnectEndsItInEveryStateAndIsReported(Step state) throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept().through(state)) {
            takeOutstanding(link, state);
            link.control.send(RawMessage.disconnect(5, "bye"));
            link.control.expectEnd();
            String reason = "peer disconnected: bye (code 5)";
            String hint = state == Step.CONNECTED ? "" : MasterCase.HINT;
            expectReport(ours, state, "REFUSED_BY_PEER", reason + hint);
            expectHealthy(ours);
        }
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void closeWithoutAWordIsReported(Step state) throws Exception {
        try (TestedInterface ours = slave()) {
            try (FakeMaster.Link link = master.accept().through(state)) {
                takeOutstanding(link, state);
            }
            expectReport(ours, state, "CLOSED_BY_PEER", closed("end of file", state));
            expectHealthy(ours);
        }
    }

    private static String closed(String how, Step state) {
        boolean answered = state == Step.ACCEPT || state == Step.CONNECTED;
        return "peer closed the connection ("
                + how
                + ") while "
                + phase(state)
                + (answered ? "" : SILENT);
    }

    /** A master that does not even read what we said. */
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"ACCEPT", "CONNECTED"},
            mode = EnumSource.Mode.EXCLUDE)
    void closeWithUnreadMessagesIsReported(Step state) throws Exception {
        try (TestedInterface ours = slave()) {
            try (FakeMaster.Link link = master.accept().through(state)) {
                link.control.awaitReadable();
            }
            expectReport(
                    ours,
                    state,
                    "CLOSED_BY_PEER",
                    closed("Connection reset by peer (ECONNRESET)", state));
            expectHealthy(ours);
        }
    }

    /** The link comes up and goes down, or it fails; it never goes down without having been up. */
    @Test
    void connectedAheadOfItsTimeAndGone() throws Exception {
        try (TestedInterface ours = slave()) {
            try (FakeMaster.Link link = master.accept().through(Step.ACK_M2S)) {
                link.control.awaitReadable();
                link.control.send(RawMessage.connected("raw0"));
            }
            String event = ours.nextEvent();
            if (event.equals("up raw master raw0")) {
                event = ours.nextEvent();
                assertTrue(event.startsWith("down: "), event);
            } else {
                assertTrue(event.startsWith("failed "), event);
            }
            expectHealthy(ours);
        }
    }

    @Test
    void answersInABurstCountOneByOne() throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept()) {
            link.control.send(RawMessage.hello());
            for (int i = 0; i < 4; i++) {
                link.control.send(RawMessage.ack());
            }
            link.control.send(RawMessage.connected("raw0"));
            // Legal one by one, and all our answers are out: the link is up.
            ours.expectEvent("up raw master raw0");
            link.control.send(RawMessage.connected("raw0"));
            ours.expectEvent("down: unexpected message: CONNECTED while connected");
            link.control.drain();
            expectHealthy(ours);
        }
    }
}

package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.tests.hostile.FakeSlave.Step;
import io.memif.unix.OwnedFd;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our master: messages of a wrong size or with a wrong number of descriptors. */
class MasterMessagesTest extends MasterCase {
    private static final int[] SIZES = {0, 1, 127, 129, 4096};
    private static final int[] COUNTS = {0, 1, 2, 10, 253};

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
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(state)) {
            slave.control.send(RawMessage.init(TestedInterface.ID).length(size));
            expectRefused(
                    ours, slave, state, "wrong message size: " + size + " bytes, 128 expected");
        }
    }

    static List<Arguments> descriptorCounts() {
        List<Arguments> cases = new ArrayList<>();
        for (int count : COUNTS) {
            add(cases, Step.HELLO, RawMessage.INIT, "INIT", count, 0);
            add(cases, Step.HELLO, RawMessage.DISCONNECT, "DISCONNECT", count, 0);
            add(cases, Step.INIT, RawMessage.ADD_REGION, "ADD_REGION", count, 1);
            add(cases, Step.REGION, RawMessage.ADD_RING, "ADD_RING", count, 1);
            add(cases, Step.M2S, RawMessage.CONNECT, "CONNECT", count, 0);
            add(cases, Step.CONNECT, RawMessage.ACK, "ACK", count, 0);
        }
        return cases;
    }

    private static void add(
            List<Arguments> cases, Step state, int type, String name, int count, int expected) {
        if (count != expected) {
            String reason =
                    "wrong number of descriptors: "
                            + count
                            + " with "
                            + name
                            + ", expected "
                            + expected;
            if (state != Step.CONNECT || count > 0) {
                cases.add(Arguments.of(state, type, count, reason));
            }
        }
    }

    /** LeakCheck sees that every descriptor of a refused message is closed. */
    @ParameterizedTest
    @MethodSource("descriptorCounts")
    void eachTypeTakesItsNumberOfDescriptorsOnly(Step state, int type, int count, String reason)
            throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(state)) {
            List<OwnedFd> many = Collections.nCopies(count, slave.s2mEvent);
            RawMessage message = MasterStatesTest.message(type);
            assertEquals(RawMessage.SIZE, slave.control.trySend(message, many));
            expectRefused(ours, slave, state, reason);
        }
    }

    /** Descriptors come along with what is no message at all. */
    @ParameterizedTest
    @ValueSource(ints = {1, 127, 129})
    void descriptorsOfMalformedMessagesAreClosed(int size) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.REGION)) {
            List<OwnedFd> many = Collections.nCopies(253, slave.s2mEvent);
            slave.control.trySend(RawMessage.of(99).length(size), many);
            expectRefused(
                    ours,
                    slave,
                    Step.REGION,
                    "wrong message size: " + size + " bytes, 128 expected");
        }
    }
}

package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.tests.hostile.FakeMaster.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our slave: what HELLO may offer, and names that are no names. */
class SlaveHelloTest extends SlaveCase {
    private static final int MIN_VERSION = 34;
    private static final int MAX_VERSION = 36;
    private static final int MAX_REGION = 38;
    private static final int MAX_M2S = 40;
    private static final int MAX_S2M = 42;
    private static final int MAX_LOG2 = 44;

    private void expectHelloRefused(RawMessage hello, String reason) throws Exception {
        try (TestedInterface ours = slave(config -> config.queues(2).minRings(2).minRingSize(4));
                FakeMaster.Link link = master.accept()) {
            link.control.send(hello);
            link.control.expectDisconnect(MasterCase.cut(reason));
            ours.expectFailure("REFUSED_BY_US", reason);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x0201, 0x0300, 2.1 to 3.0",
        "0x0100, 0x01ff, 1.0 to 1.255",
        "0x0300, 0x0100, 3.0 to 1.0",
        "0, 0, 0.0 to 0.0",
        "0xffff, 0xffff, 255.255 to 255.255"
    })
    void onlyVersion20(String min, String max, String text) throws Exception {
        expectHelloRefused(
                RawMessage.hello()
                        .u16(MIN_VERSION, Integer.decode(min))
                        .u16(MAX_VERSION, Integer.decode(max)),
                "incompatible version: HELLO offers " + text + ", this side needs 2.0");
    }

    @Test
    void rangeThatHoldsOurVersionWillDo() throws Exception {
        expectLink(RawMessage.hello().u16(MIN_VERSION, 0x0100).u16(MAX_VERSION, 0xffff), 4);
    }

    @ParameterizedTest
    @CsvSource({
        "42, 0, 'S2M rings: offered 1, demanded 2'",
        "40, 0, 'M2S rings: offered 1, demanded 2'",
        "44, 1, 'log2 ring size: offered 1, demanded 2'",
        "44, 0, 'log2 ring size: offered 0, demanded 2'"
    })
    void offerBelowOurDemandIsRefused(int field, int value, String reason) throws Exception {
        RawMessage hello = RawMessage.hello();
        expectHelloRefused(
                field == MAX_LOG2 ? hello.u8(field, value) : hello.u16(field, value),
                "offer below demand: " + reason);
    }

    /** The most a field can say, and the least that still leaves a ring. */
    @ParameterizedTest
    @CsvSource({"65535, 65535, 65535, 255, 4", "0, 0, 0, 15, 4", "0, 0, 0, 0, 0", "1, 2, 3, 1, 1"})
    void offersAreCutToWhatWeHave(int region, int m2s, int s2m, int log2, int expectedLog2)
            throws Exception {
        RawMessage hello =
                RawMessage.hello()
                        .u16(MAX_REGION, region)
                        .u16(MAX_M2S, m2s)
                        .u16(MAX_S2M, s2m)
                        .u8(MAX_LOG2, log2);
        expectLink(hello, expectedLog2);
    }

    private void expectLink(RawMessage hello, int log2) throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept()) {
            link.control.send(hello.text(2, 32, "raw master"));
            for (Step step : Step.values()) {
                if (step.compareTo(Step.HELLO) > 0) {
                    link.make(step);
                }
            }
            ours.expectEvent("up raw master raw0");
            assertEquals(log2, link.s2m.log2());
            assertEquals(1 << log2, ours.itf.linkInfo().ringSize());
            assertEquals(1, ours.itf.linkInfo().rxQueues());
            for (int i = 0; i < 3; i++) {
                expectTraffic(ours, link);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\u001b[2J\nroot\r\u0007', '\\x1b[2J\\x0aroot\\x0d\\x07'",
        "12345678901234567890123456789012, 12345678901234567890123456789012"
    })
    void namesAreMadePrintable(String name, String printable) throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept()) {
            link.control.send(RawMessage.hello().text(2, 32, name));
            for (Step step : Step.values()) {
                if (step.compareTo(Step.HELLO) > 0 && step != Step.CONNECTED) {
                    link.make(step);
                }
            }
            link.control.expect(RawMessage.CONNECT);
            link.control.send(RawMessage.connected("").text(2, 32, name));
            ours.expectEvent("up " + printable + " " + printable);
        }
    }
}

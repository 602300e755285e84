package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.examples.perf.Flows.End;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rates as they are typed, when packets are due, what they carry, and what their receiver notes.
 */
class PaceTest {
    private static final Mode MODE = Mode.ETHERNET;
    private static final long SECOND_NS = 1_000_000_000;

    @ParameterizedTest
    @CsvSource({
        "1000, 1000, false",
        "10M, 10000000, false",
        "1.5g, 1500000000, false",
        "64Kbit/s, 64000, false",
        "2Mpps, 2000000, true",
        "250kpps, 250000, true",
        "7pps, 7, true"
    })
    void ratesAreReadAsTheyAreTyped(String text, double perSecond, boolean isPackets) {
        Rate rate = Rate.parse(text);
        assertEquals(perSecond, rate.perSecond());
        assertEquals(isPackets, rate.isPackets());
        assertEquals(isPackets ? perSecond : perSecond / 8 / 100, rate.packets(100), 1e-6);
        assertEquals(text, rate.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "-1M", "0", "1 M", "1Xpps", "\u0661Mpps", "1e6"})
    void otherWordsAreNoRates(String text) {
        assertThrows(IllegalArgumentException.class, () -> Rate.parse(text));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 999.5, 100_000, 3_333_333, 40e6})
    void asManyAreDueAsTheRateSays(double perSecond) {
        Pace pace = new Pace(perSecond, 64, 512);
        pace.begin(5_000);
        long sent = 0;
        long end = (long) Math.max(SECOND_NS / 20, 3 / perSecond * SECOND_NS);
        long step = Math.max(777, end / 100_000);
        for (long now = 0; now <= end; now += step) {
            for (int due = pace.due(5_000 + now); due > 0; due = pace.due(5_000 + now)) {
                assertTrue(due <= 64);
                pace.pass(due);
                sent += due;
            }
        }
        double lot = Math.max(1, perSecond * 5e-6);
        assertEquals(end * perSecond / SECOND_NS, sent, lot + 1);
        assertEquals(0, pace.heldNs());
    }

    @Test
    void whoWasHeldUpGoesOnWithoutSendingAllAtOnce() {
        Pace pace = new Pace(1e6, 64, 512);
        pace.begin(0);
        int sent = 0;
        for (int due = pace.due(SECOND_NS); due > 0; due = pace.due(SECOND_NS)) {
            pace.pass(due);
            sent += due;
        }
        assertEquals(512, sent, 5);
        assertEquals(0.999488e9, pace.heldNs(), 2_000);
        assertEquals(0, pace.due(SECOND_NS + 3_000));
        assertTrue(pace.due(SECOND_NS + 10_000) > 0);
    }

    @Test
    void theTimeThatCountsIsWhenAPacketWasDue() {
        Pace pace = new Pace(1_000, 64, 512);
        pace.begin(100);
        assertEquals(1, pace.due(100));
        assertEquals(100, pace.dueNs(1));
        pace.pass(1);
        assertEquals(0, pace.due(1_000_099));
        assertEquals(1_000_100 - 600, pace.waitNs(600));
        assertEquals(4, pace.due(4_000_200));
        assertEquals(4_000_100, pace.dueNs(4));
    }

    @Test
    void aMixGoesRoundItsLengths() {
        Mix imix = Mix.parse("IMIX");
        assertEquals(12, imix.lengths().length);
        assertEquals(7, Arrays.stream(imix.lengths()).filter(each -> each == 64).count());
        assertEquals(4, Arrays.stream(imix.lengths()).filter(each -> each == 570).count());
        assertEquals(1518, imix.longest());
        assertEquals(64, imix.shortest());
        assertEquals((7 * 64 + 4 * 570 + 1518) / 12.0, imix.mean());
        assertArrayEquals(new int[] {9000}, Mix.parse("9000").lengths());
        assertThrows(IllegalArgumentException.class, () -> Mix.parse("64B"));
        assertThrows(IllegalArgumentException.class, () -> Mix.parse("-1"));
    }

    @ParameterizedTest
    @CsvSource({"ETHERNET, false", "IP, true"})
    void aTallyKnowsThePacketsOfAMix(Mode mode, boolean isV6) {
        Flows flows =
                isV6
                        ? new Flows(5, Set.of(Flows.Part.SRC_IP), End.FROM_V6, End.TO_V6)
                        : new Flows(5, Set.of(Flows.Part.SRC_IP), End.FROM_V4, End.TO_V4);
        MixWriter writer = new MixWriter(mode, Mix.parse("imix"), flows, 3);
        writer.begin(77);
        Tally tally = new Tally(77, Template.header(mode, isV6), 1);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        for (int i = 0; i < 60; i++) {
            writer.time(1_000 + i);
            int length = writer.fill(buffer, 14, 2048);
            tally.begin(buffer, 14, length);
            tally.end(2_000 + i);
        }
        assertEquals(60, tally.received());
        assertEquals(new Verifier.Findings(0, 0, 0, 0), tally.findings());
        assertEquals(1_000, tally.times().getIntervalHistogram().getMaxValue());
    }

    @Test
    void aTallyTellsLostRepeatedAndStrangePackets() {
        int header = Template.header(MODE);
        ByteBuffer buffer = ByteBuffer.allocateDirect(64).put(0, Template.packet(MODE, 64));
        Tally tally = new Tally(9, header, 1);
        for (long sequence : new long[] {0, 1, 3, 4, 4, 6, 5}) {
            TimedStamp.write(buffer, header, 2, sequence, 9, 100);
            note(tally, buffer, 64);
        }
        note(tally, buffer, 63);
        TimedStamp.write(buffer, header, 2, 7, 8, 100);
        note(tally, buffer, 64);
        note(tally, buffer, header + 15);
        note(tally, ByteBuffer.allocateDirect(64), 64);
        assertEquals(7, tally.received());
        assertEquals(3, tally.others());
        assertEquals(1, tally.damaged());
        assertEquals(new Verifier.Findings(1, 1, 1, 1), tally.findings());
        assertEquals(50, tally.times().getIntervalHistogram().getValueAtPercentile(50));
    }

    private static void note(Tally tally, ByteBuffer buffer, int length) {
        tally.begin(buffer, 0, length);
        tally.end(150);
    }

    @Test
    void aPacketInSeveralBuffersCountsWhenItIsWhole() {
        int header = Template.header(MODE);
        ByteBuffer buffer = ByteBuffer.allocateDirect(3000).put(0, Template.packet(MODE, 3000));
        TimedStamp.write(buffer, header, 0, 0, 1, 100);
        Tally tally = new Tally(1, header, 1);
        tally.begin(buffer, 0, 2048);
        tally.goOn(900);
        tally.end(150);
        assertEquals(1, tally.damaged());
        tally.begin(buffer, 0, 2048);
        tally.goOn(900);
        tally.goOn(52);
        tally.end(150);
        assertEquals(1, tally.received());
    }

    @Test
    void clocksOfTwoProcessorsMayDisagreeALittle() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        TimedStamp.write(buffer, 0, 255, (1L << 40) - 1, 65535, (1L << 48) + 5_000);
        long first = TimedStamp.first(buffer, 0);
        long second = TimedStamp.second(buffer, 0);
        assertTrue(TimedStamp.isMarked(first));
        assertEquals(255, TimedStamp.queue(first));
        assertEquals((1L << 40) - 1, TimedStamp.sequence(first));
        assertEquals(65535, TimedStamp.run(second));
        assertEquals(0, TimedStamp.ageNs(second, (1L << 48) + 4_000));
        assertEquals(700, TimedStamp.ageNs(second, (1L << 48) + 5_700));
    }
}

package io.memif.examples.ping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.icmp.EchoProbe.Reply;
import io.memif.examples.icmp.IpAddress;
import io.memif.examples.ping.PingReport.Detail;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PingReportTest {
    private static final long MS = 1_000_000;

    private final StringWriter text = new StringWriter();

    private PingReport report(String target, Detail detail) {
        return new PingReport(new PrintWriter(text), IpAddress.parse(target), 56, detail);
    }

    @Test
    void printsLikePing() {
        PingReport report = report("192.168.1.2", Detail.LINES);
        report.begin();
        report.sent(1, -7 * MS);
        report.received(1, 64, -6 * MS, Reply.INTACT);
        report.sent(2, 193 * MS);
        report.received(2, 63, 196 * MS, Reply.INTACT);
        report.summarise(false);
        assertEquals(
                """
                PING 192.168.1.2 (192.168.1.2) 56(84) bytes of data.
                64 bytes from 192.168.1.2: icmp_seq=1 ttl=64 time=1.00 ms
                64 bytes from 192.168.1.2: icmp_seq=2 ttl=63 time=3.00 ms

                --- 192.168.1.2 ping statistics ---
                2 packets transmitted, 2 received, 0% packet loss, time 203ms
                rtt min/avg/max/mdev = 1.000/2.000/3.000/1.000 ms
                rtt p50/p90/p99 = 1.000/3.000/3.000 ms
                """,
                text.toString());
    }

    @Test
    void countsWhatWentWrong() {
        PingReport report = report("fd00::2", Detail.LINES);
        report.begin();
        report.sent(1, 0);
        report.sent(2, 10 * MS);
        report.sent(3, 20 * MS);
        report.received(2, 64, 21 * MS, Reply.INTACT);
        report.received(2, 64, 22 * MS, Reply.INTACT);
        report.received(1, 64, 23 * MS, Reply.BAD_CHECKSUM);
        report.received(3, 64, 24 * MS, Reply.CORRUPTED);
        report.summarise(false);
        assertEquals(2, report.missing());
        assertEquals(
                """
                PING fd00::2(fd00::2) 56 data bytes
                64 bytes from fd00::2: icmp_seq=2 ttl=64 time=11.0 ms
                64 bytes from fd00::2: icmp_seq=2 ttl=64 time=12.0 ms (DUP!)
                64 bytes from fd00::2: icmp_seq=1 ttl=64 time=23.0 ms (BAD CHECKSUM!)
                64 bytes from fd00::2: icmp_seq=3 ttl=64 time=4.00 ms (CORRUPTED!)

                --- fd00::2 ping statistics ---
                3 packets transmitted, 1 received, +1 duplicates, +2 corrupted, 66.6667% packet loss, time 22ms
                rtt min/avg/max/mdev = 11.000/11.000/11.000/0.000 ms, pipe 2
                rtt p50/p90/p99 = 11.000/11.000/11.000 ms
                """,
                text.toString());
    }

    @Test
    void quietPrintsOnlyTheSummary() {
        PingReport report = report("192.168.1.2", Detail.QUIET);
        report.sent(1, 0);
        report.summarise(false);
        assertEquals(
                """

                --- 192.168.1.2 ping statistics ---
                1 packets transmitted, 0 received, 100% packet loss, time 0ms

                """,
                text.toString());
    }

    @Test
    void dotsStandForWhatIsUnderWay() {
        PingReport report = report("192.168.1.2", Detail.DOTS);
        report.sent(1, 0);
        report.received(1, 64, MS, Reply.INTACT);
        report.sent(2, MS);
        report.sent(3, 11 * MS);
        report.received(2, 64, 12 * MS, Reply.CORRUPTED);
        report.summarise(true);
        assertEquals(
                """
                .\b \b..\bC
                --- 192.168.1.2 ping statistics ---
                3 packets transmitted, 1 received, +1 corrupted, 66.6667% packet loss, time 11ms
                rtt min/avg/max/mdev = 1.000/1.000/1.000/0.000 ms, ipg/ewma 5.500/1.000 ms
                rtt p50/p90/p99 = 1.000/1.000/1.000 ms
                """,
                text.toString());
    }

    /** The lines of a real ping for a neighbour that is not there. */
    @Test
    void requestsForNobodyAreErrors() {
        PingReport report = report("192.168.1.77", Detail.LINES);
        for (int sequence = 1; sequence <= 3; sequence++) {
            report.sent(sequence, (sequence - 1) * 1024 * MS);
        }
        for (int sequence = 1; sequence <= 3; sequence++) {
            report.failed(sequence, IpAddress.parse("192.168.1.1"), "Destination Host Unreachable");
        }
        report.failed(3, IpAddress.parse("192.168.1.1"), "said again");
        report.summarise(false);
        assertEquals(0, report.missing());
        assertEquals(
                """
                From 192.168.1.1 icmp_seq=1 Destination Host Unreachable
                From 192.168.1.1 icmp_seq=2 Destination Host Unreachable
                From 192.168.1.1 icmp_seq=3 Destination Host Unreachable

                --- 192.168.1.77 ping statistics ---
                3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2048ms
                pipe 3
                """,
                text.toString());
    }

    @Test
    void machinesGetTheSameNumbers() {
        PingReport report = report("192.168.1.2", Detail.QUIET);
        report.sent(1, 0);
        String start = "{\"target\":\"192.168.1.2\",\"bytes\":56,\"transmitted\":1,\"received\":";
        assertEquals(
                start
                        + "0,\"duplicates\":0,\"corrupted\":0,\"errors\":0,\"lossPercent\":100.0000,"
                        + "\"timeMs\":0,\"rttMs\":null}",
                report.toJson().toString());
        report.received(1, 64, MS, Reply.INTACT);
        assertEquals(
                start
                        + "1,\"duplicates\":0,\"corrupted\":0,\"errors\":0,\"lossPercent\":0.0000,"
                        + "\"timeMs\":1,\"rttMs\":{\"min\":1.000,\"avg\":1.000,\"max\":1.000,"
                        + "\"mdev\":0.000,\"p50\":1.000,\"p90\":1.000,\"p99\":1.000}}",
                report.toJson().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "35999,0.035",
        "999999,0.999",
        "1000000,1.00",
        "9876000,9.88",
        "9994999,9.99",
        "9995000,10.0",
        "12340000,12.3",
        "99949999,99.9",
        "99950000,100",
        "123400000,123"
    })
    void roundsLikePing(long ns, String expected) {
        assertEquals(expected, PingReport.milliseconds(ns));
    }

    @Test
    void theFirstErrorEndsADeadline() {
        PingReport report = report("192.168.1.77", Detail.QUIET);
        report.sent(1, 0);
        PingPlan until = new PingPlan(0, false, 1_000 * MS, 10_000 * MS, 60_000 * MS);
        PingPlan endless = new PingPlan(0, false, 1_000 * MS, 10_000 * MS, 0);
        assertFalse(until.isDone(report, 3_000 * MS, 3_000 * MS));
        report.failed(1, IpAddress.parse("192.168.1.1"), "Destination Host Unreachable");
        assertTrue(until.isDone(report, 3_000 * MS, 3_000 * MS));
        assertFalse(endless.isDone(report, 3_000 * MS, 3_000 * MS));
    }
}

package io.memif.examples.ping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.icmp.EchoProbe.Reply;
import io.memif.examples.icmp.IpAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PingReportTest {
    private static final long MS = 1_000_000;

    private final StringWriter text = new StringWriter();

    private PingReport report(String target, boolean quiet) {
        return new PingReport(new PrintWriter(text), IpAddress.parse(target), 56, quiet);
    }

    @Test
    void printsLikePing() {
        PingReport report = report("192.168.1.2", false);
        report.begin();
        report.sent(1, -7 * MS);
        report.received(1, 64, -6 * MS, Reply.INTACT);
        report.sent(2, 193 * MS);
        report.received(2, 63, 196 * MS, Reply.INTACT);
        report.summarise();
        assertTrue(report.isFlawless());
        assertEquals(
                """
                PING 192.168.1.2 56(84) bytes of data.
                64 bytes from 192.168.1.2: icmp_seq=1 ttl=64 time=1.00 ms
                64 bytes from 192.168.1.2: icmp_seq=2 ttl=63 time=3.00 ms

                --- 192.168.1.2 ping statistics ---
                2 packets transmitted, 2 received, 0% packet loss, time 203ms
                rtt min/avg/max/mdev = 1.000/2.000/3.000/1.000 ms
                """,
                text.toString());
    }

    @Test
    void countsWhatWentWrong() {
        PingReport report = report("fd00::2", false);
        report.begin();
        report.sent(1, 0);
        report.sent(2, 10 * MS);
        report.sent(3, 20 * MS);
        report.received(2, 64, 21 * MS, Reply.INTACT);
        report.received(2, 64, 22 * MS, Reply.INTACT);
        report.received(1, 64, 23 * MS, Reply.BAD_CHECKSUM);
        report.received(3, 64, 24 * MS, Reply.CORRUPTED);
        report.summarise();
        assertFalse(report.isFlawless());
        assertEquals(2, report.missing());
        assertEquals(
                """
                PING fd00::2 56(104) bytes of data.
                64 bytes from fd00::2: icmp_seq=2 ttl=64 time=11.0 ms
                64 bytes from fd00::2: icmp_seq=2 ttl=64 time=12.0 ms (DUP!)
                64 bytes from fd00::2: icmp_seq=1 ttl=64 time=23.0 ms (BAD CHECKSUM!)
                64 bytes from fd00::2: icmp_seq=3 ttl=64 time=4.00 ms (CORRUPTED!)

                --- fd00::2 ping statistics ---
                3 packets transmitted, 1 received, +1 duplicates, +2 corrupted, 66.6667% packet loss, time 22ms
                rtt min/avg/max/mdev = 11.000/11.000/11.000/0.000 ms
                """,
                text.toString());
    }

    @Test
    void quietPrintsOnlyTheSummary() {
        PingReport report = report("192.168.1.2", true);
        report.sent(1, 0);
        report.summarise();
        assertEquals(
                """

                --- 192.168.1.2 ping statistics ---
                1 packets transmitted, 0 received, 100% packet loss, time 0ms
                """,
                text.toString());
    }

    @Test
    void nothingSentIsNoSuccess() {
        assertFalse(report("192.168.1.2", true).isFlawless());
    }

    @ParameterizedTest
    @CsvSource({"0.0354,0.035", "0.9994,0.999", "1,1.00", "9.876,9.88", "12.34,12.3", "123.4,123"})
    void roundsLikePing(double ms, String expected) {
        assertEquals(expected, PingReport.milliseconds(ms));
    }
}

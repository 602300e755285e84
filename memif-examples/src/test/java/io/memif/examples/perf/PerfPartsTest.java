package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.RxMode;
import io.memif.examples.JsonLine;
import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Small parts of perf: packets, handlers, arithmetic, JSON, and what the command line refuses. */
@Timeout(20)
class PerfPartsTest {
    @Test
    void theTemplateIsAPacketThatReceiversAccept() {
        byte[] packet = Template.packet(Mode.ETHERNET, 64);
        ByteBuffer view = ByteBuffer.wrap(packet);
        assertEquals(0x0800, view.getShort(12));
        assertEquals(50, view.getShort(16), "IP length");
        assertEquals(30, view.getShort(38), "UDP length");
        int sum = 0;
        for (int i = 14; i < 34; i += 2) {
            sum += view.getShort(i) & 0xffff;
        }
        assertEquals(0xffff, (sum & 0xffff) + (sum >>> 16), "IP checksum");
        byte[] ip = Template.packet(Mode.IP, 50);
        assertArrayEquals(Arrays.copyOfRange(packet, 14, 64), ip);
    }

    @ParameterizedTest
    @CsvSource({
        "SINK, NONE, false, false",
        "SINK, READ, false, true",
        "SINK, COPY, false, true",
        "SINK, NONE, true, true",
        "ECHO, NONE, false, true",
    })
    void whoLooksIntoPackets(Workload workload, Touch touch, boolean verify, boolean looks) {
        RxMode mode = RxMode.POLLING;
        PerfPlan plan = new PerfPlan(workload, touch, 64, 42, 64, mode, false, verify, false, 0);
        assertEquals(looks, plan.readsPayload());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 41, 42, 43, 65535})
    void anyLengthCanBeMade(int length) {
        assertEquals(length, Template.packet(Mode.ETHERNET, length).length);
        assertEquals(length, Template.packet(Mode.IP, length).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 64, 1501})
    void readingTouchesEveryByteAndNoOther(int length) {
        for (int hit = 0; hit < length + 2; hit++) {
            ByteBuffer memory = ByteBuffer.allocateDirect(length + 2);
            memory.put(hit, (byte) 1);
            Handlers.PayloadReader reader = new Handlers.PayloadReader();
            reader.onPacket(memory, 1, length, 0);
            assertEquals(hit >= 1 && hit <= length, reader.sum() != 0, "byte " + hit);
        }
    }

    @Test
    void copyingCopies() {
        byte[] packet = Template.packet(Mode.ETHERNET, 100);
        ByteBuffer memory = ByteBuffer.allocateDirect(200).put(50, packet);
        Handlers.PayloadCopier copier = new Handlers.PayloadCopier();
        copier.onPacket(memory, 50, 100, 0);
        assertArrayEquals(packet, Arrays.copyOf(copier.copy(), 100));
    }

    @Test
    void ratesAreOfTheTimeBetweenTwoSamples() {
        Sample from = new Sample(1_000_000_000L, 100, 6_400, 10, 1, 50, 10, 640);
        Sample passed =
                new Sample(3_000_000_000L, 1_100, 70_400, 30, 6, 50, 210, 13_440).since(from);
        assertEquals(2, passed.seconds());
        assertEquals(500, passed.packetRate());
        assertEquals(256_000, passed.bitRate());
        assertEquals(2_000_000, passed.nsPerPacket());
        assertEquals(0.25, passed.fruitlessRatio());
        assertEquals(0, passed.allocatedBytes());
        assertEquals(100, passed.sent().packetRate());
        assertEquals(51_200, passed.sent().bitRate());
        Sample nothing = from.since(from);
        assertEquals(0, nothing.packetRate() + nothing.bitRate() + nothing.nsPerPacket());
    }

    @Test
    void jsonIsCompactAndEscaped() {
        String line =
                new JsonLine()
                        .put("text", "a\"b\\c\n\u001b")
                        .put("none", (String) null)
                        .put("whole", Long.MAX_VALUE)
                        .put("yes", true)
                        .put("part", 1.0 / 3, 3)
                        .put("list", List.of(1.25, 2.0), 1)
                        .toString();
        assertEquals(
                "{\"text\":\"a\\\"b\\\\c\\u000a\\u001b\",\"none\":null,"
                        + "\"whole\":9223372036854775807,\"yes\":true,\"part\":0.333,"
                        + "\"list\":[1.3,2.0]}",
                line);
    }

    @ParameterizedTest
    @CsvSource({
        "io.memif perf source, SINK",
        "io.memif perf sink, SOURCE",
        "io.memif perf bidir, BIDIR",
        "io.memif perf pingpong, ECHO",
        "io.memif perf server, SINK",
        "VPP 26.10, SINK"
    })
    void aServerGoesByWhatThePeerSaysItIs(String peer, Workload opposite) {
        assertEquals(opposite, Workload.opposite(peer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"perf", "perf ndr"})
    void helpHasExamplesAndExitCodes(String command) {
        StringWriter out = new StringWriter();
        CommandLine line = Memif.commandLine(new StopSignal()).setOut(new PrintWriter(out, true));
        assertEquals(0, line.execute((command + " --help").split(" ")));
        String help = out.toString();
        assertTrue(help.contains("Examples:\n  memif " + command + " "), help);
        assertTrue(help.contains("Exit codes:\n"), help);
        assertTrue(help.contains("--json"), help);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|Missing required option: '--workload=sink|source|echo|pingpong|server'",
                "--workload sinks|'sinks' is not one of echo, pingpong, server, sink, source",
                "--workload sink --touch all|'all' is not one of copy, none, read",
                "--workload sink --length 0|--length 0 is not within 1 to 65535",
                "--workload sink --burst 0|--burst 0 is not within 1 to 16384",
                "--workload sink --seconds 0|cannot be negative, nor the last two 0",
                "--workload sink --warmup -1|cannot be negative, nor the last two 0",
                "--workload source --verify --length 15|--verify needs --length 16 or more",
                "--workload sink --ring-size 1000|ringSize",
                "--workload sink --queues 0|--queues 0 is not within 1 to 255",
                "--workload echo -R|--reverse and --bidir need --workload source or sink",
                "--workload source -R --bidir|--reverse and --bidir exclude each other",
                "--workload source -P 2 --queues 2|--parallel is 1 or more, and excludes --queues",
                "--workload source -P 300|--queues 300 is not within 1 to 255",
                "--workload sink -b 1M|--bitrate is for those that send",
                "--workload source -R -b 1M|--bitrate is for those that send",
                "--workload source -b 1Xpps|'1Xpps' is not a rate such as 500M",
                "--workload source --latency|--latency needs --bitrate at an end that sends",
                "--workload pingpong --latency|--latency is for source, sink and server",
                "--workload sink --latency --verify|--latency and --verify exclude each other",
                "--workload source --latency -b 1M -l 57|--latency needs --length 58 or more",
                "ndr --bidir|--reverse and --bidir need --back",
                "ndr --back a --bidir -R|--reverse and --bidir exclude each other",
                "ndr --back a,role=server|'server' is not one of master, slave",
                "ndr --back a,mode=ip|both links need the same --mode",
                "ndr --size 57|--size 57 is not within 58 to 65535",
                "ndr --size 64,big|'big' is neither a number of bytes nor imix",
                "ndr --loss 100|--loss 100.0 is not within 0 to 100",
                "ndr --width 0|--width and --exceed are percentages, and --width cannot be 0",
                "ndr --trial 0.5|--first-trial, --trial and --sum are more than 0",
                "ndr --rx-mode interrupt|--rx-mode can only be polling here",
                "ndr --plot /none/x.svg|there is no such directory",
                "ndr --max x|'x' is not a rate such as 500M",
                "ndr --min 2Kpps --max 1Kpps|--min 2Kpps is more than --max 1Kpps",
            })
    void wrongUsageEndsWith2AndOneSentence(String args, String expected) {
        StringWriter err = new StringWriter();
        CommandLine line = Memif.commandLine(new StopSignal()).setErr(new PrintWriter(err, true));
        String[] words = ("perf " + (args == null ? "" : args)).trim().split(" ");
        assertEquals(2, line.execute(words));
        assertTrue(err.toString().contains(expected), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }
}

package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes, and one sentence on standard error, for everything that cannot work. */
@Timeout(60)
class UsageTest {
    @TempDir Path directory;

    private static CommandRun finished(int exitCode, String... args) throws Exception {
        CommandRun run = CommandRun.start(args);
        assertEquals(exitCode, run.exitCode(), run::transcript);
        return run;
    }

    private static void failsWith(int exitCode, String reason, String... args) throws Exception {
        CommandRun run = finished(exitCode, args);
        assertTrue(run.err().contains(reason), run::transcript);
        assertEquals(1, run.err().lines().count(), run::transcript);
        assertTrue(run.err().startsWith("memif"), run::transcript);
        assertTrue(!run.err().contains("Exception"), run::transcript);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--version",
                "icmp-responder --help",
                "icmp-responder -h",
                "ping --help",
                "capture --help",
                "replay --help"
            })
    void helpIsNoFailure(String words) throws Exception {
        CommandRun run = finished(0, words.split(" "));
        assertEquals("", run.err());
        assertTrue(!run.out().isEmpty());
    }

    @Test
    void helpNamesEveryOption() throws Exception {
        String help = finished(0, "icmp-responder", "--help").out();
        for (String option :
                ("socket id role name secret secret-file mode queues ring-size buffer-size ip mac"
                                + " rx-mode count no-retry demo help")
                        .split(" ")) {
            assertTrue(help.contains("--" + option), option);
        }
        assertTrue(help.contains("/run/vpp/memif.sock"), help);
        assertTrue(help.contains("192.168.1.2/24"), help);
    }

    @ParameterizedTest
    @CsvSource({
        "which command?,''",
        "'nonsense',nonsense",
        "'--nonsense',icmp-responder --nonsense",
        "'extra',icmp-responder extra",
        "--queues 0 is not within 1 to 255,icmp-responder --queues 0",
        "--queues 256 is not within 1 to 255,icmp-responder --queues 256",
        "'x' is not an int,icmp-responder --queues x",
        "ringSize=1000,icmp-responder --ring-size 1000",
        "ringSize=32768,icmp-responder --ring-size 32768",
        "bufferSize=0,icmp-responder --buffer-size 0",
        "'4294967296',icmp-responder --id 4294967296",
        "'-1',icmp-responder --id -1",
        "'server' is not one of master slave,icmp-responder --role server",
        "'punt' is not one of ethernet ip,icmp-responder --mode punt",
        "'fast' is not one of adaptive interrupt polling,icmp-responder --rx-mode fast",
        "'10.0.0.1/33' has no prefix length,icmp-responder --ip 10.0.0.1/33",
        "'10.0.0.256' is not,icmp-responder --ip 10.0.0.256/8",
        "'ff02::1/64' is not an IP address,icmp-responder --ip ff02::1/64",
        "'1:2:3' is not a MAC,icmp-responder --mac 1:2:3",
        "--count 0,icmp-responder --count 0",
        "secret has 24 bytes,icmp-responder --secret 123456789012345678901234",
        "exclude each other,icmp-responder --secret a --secret-file b",
        "name has 32 bytes,icmp-responder --name 12345678901234567890123456789012",
        "leave --socket out,icmp-responder --demo --socket /tmp/x",
        "differ in IP version,ping fd00::2 --ip 10.0.0.1/24",
        "exclude each other,ping 10.0.0.1 --target 10.0.0.1",
        "'10.0.0' is not an IPv4 or IPv6 address,ping 10.0.0",
        "--size 65508,ping --size 65508",
        "--size -1,ping --size -1",
        "--count 0,ping --count 0",
        "cannot be negative,ping --interval -1",
        "cannot be negative,ping -w -1",
        "cannot be negative,ping --timeout 0",
        "--wait NaN is not more than 0,ping --wait NaN",
        "--wait 0.0 is not more than 0,doctor --wait 0",
        "--pid and --socket exclude each other,doctor --pid 1 --socket @a",
        "--loop -1 is less than 0,replay x --loop -1",
        "standard input cannot be read again,replay - --loop 2",
        "cannot be 0,replay x --rate 0",
        "'fast' is not a number such as 1.5M,replay x --bits fast",
        "mutually exclusive,replay x --rate 1k --topspeed",
        "which link?,capture",
        "which link?,capture --socket @a --between @b @c",
        "have to be more than 0,capture --socket @a -c 0",
        "both need standard output,capture --socket @a -w - --json",
        "have to be more than 0,handover-demo --connections 0",
        "have to be more than 0,handover-demo --lines 0",
        "different modes,'capture --between @a @b,mode=ip'",
        "'@b,colour=red': Unknown option,'capture --between @a @b,colour=red'"
    })
    void wrongUsage(String reason, String words) throws Exception {
        CommandRun run = finished(2, words.isEmpty() ? new String[0] : words.split(" "));
        String said = run.err().replace(", ", " ");
        assertTrue(said.contains(reason), run::transcript);
        assertTrue(said.endsWith(" --help)\n"), run::transcript);
        assertEquals(1, run.err().lines().count(), run::transcript);
        assertEquals("", run.out());
    }

    @Test
    void secretFilesThatCannotBeUsed() throws Exception {
        Path missing = directory.resolve("missing");
        failsWith(1, "there is no secret file " + missing, secretFile(missing));
        Path empty = Files.writeString(directory.resolve("empty"), "\r\n");
        failsWith(1, "the secret file " + empty + " is empty", secretFile(empty));
        failsWith(1, "cannot read the secret file " + directory, secretFile(directory));
    }

    private static String[] secretFile(Path file) {
        return new String[] {"icmp-responder", "--secret-file", file.toString()};
    }

    @ParameterizedTest
    @ValueSource(strings = {"slave", "master"})
    void socketsThatCannotBeUsed(String role) throws Exception {
        Path noDirectory = directory.resolve("none").resolve("memif.sock");
        failsWith(1, " directory", onSocket(role, noDirectory.toString()));
        Path file = Files.createFile(directory.resolve(role));
        failsWith(1, "not a socket", onSocket(role, file.toString()));
        failsWith(1, "not a socket", onSocket(role, directory.toString()));
        assertTrue(Files.exists(file), "somebody else's file is left alone");
        String tooLong = directory.resolve("x".repeat(108)).toString();
        failsWith(1, "at most 107", onSocket(role, tooLong));
        failsWith(1, "at most 107", onSocket(role, "@" + "x".repeat(108)));
        failsWith(1, "empty", onSocket(role, ""));
    }

    private static String[] onSocket(String role, String socket) {
        return new String[] {"icmp-responder", "--role", role, "--socket", socket};
    }

    @Test
    void nobodyListens() throws Exception {
        String path = directory.resolve("memif.sock").toString();
        failsWith(1, path, "icmp-responder", "--no-retry", "--socket", path);
        failsWith(1, "@memif-nobody", "icmp-responder", "--no-retry", "--socket", "@memif-nobody");
        failsWith(2, path, "ping", "--role", "slave", "--no-retry", "--socket", path);
    }

    @Test
    void filesThatCannotBeReplayed() throws Exception {
        Path missing = directory.resolve("missing");
        failsWith(1, missing + ": there is no such file", "replay", missing.toString());
        Path text = Files.writeString(directory.resolve("text"), "hello");
        String[] replay = {"replay", text.toString(), "--socket", "@nobody"};
        failsWith(1, text + ": broken at offset 0: neither pcap nor pcapng begins", replay);
    }

    @Test
    void noPeerForPing() throws Exception {
        String path = directory.resolve("memif.sock").toString();
        String[] ping = {"ping", "--wait", "0.1", "--socket", path};
        failsWith(2, "no link within 0.1 s: no peer came", ping);
        failsWith(2, path, "ping", "--role", "slave", "--wait", "2", "--socket", path);
    }

    @Test
    void waitsForAPeerUntilStopped() throws Exception {
        String path = directory.resolve("memif.sock").toString();
        try (CommandRun run = CommandRun.start("icmp-responder", "--socket", path)) {
            assertEquals(0, run.stop().exitCode(), run::transcript);
            assertTrue(run.out().endsWith("answered 0; unanswered 0\n"), run::transcript);
            assertEquals("", run.err());
        }
    }
}

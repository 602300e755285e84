package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.examples.StopSignal;
import io.memif.examples.live.LinkVerdict;
import io.memif.testing.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links between testpmd and us, as they are seen from outside. 8 s. */
@Needs(Need.TESTPMD)
@Timeout(120)
@Tag("once")
class LiveLinksTest {
    private static final int MAX_PACKET = 65_536;

    @TempDir Path directory;

    private interface Step {
        void with(Testpmd testpmd, MemifInterface itf) throws Exception;
    }

    private void link(InterfaceConfig.Builder ours, Testpmd.Builder theirs, Step step)
            throws Exception {
        try (OurSide us = new OurSide(directory + "/s", ours);
                Testpmd testpmd = theirs.start()) {
            step.with(testpmd, us.awaitUp(testpmd));
        }
    }

    private Testpmd.Builder testpmd(String arguments, String... options) {
        return Testpmd.memif(directory + "/s", arguments.split(",")).options(options);
    }

    private static JsonObject seen(int pid) {
        String line = LiveTool.run("links --json --pid " + pid);
        assertEquals(1, line.lines().count(), line);
        return JsonParser.parseString(line).getAsJsonObject();
    }

    @ParameterizedTest
    @CsvSource({
        "role=server, SLAVE, 2, 512",
        "'role=client,rsize=9', MASTER, 2, 512",
        "'role=client,rsize=8,zero-copy=yes', MASTER, 1, 256"
    })
    void whatItIs(String theirs, Role role, int queues, int slots) throws Exception {
        link(
                InterfaceConfig.builder().role(role).queues(queues).ringSize(slots),
                testpmd(theirs, "--forward-mode=rxonly").queues(queues),
                (testpmd, itf) -> {
                    testpmd.command("start");
                    JsonObject link = seen(testpmd.pid());
                    JsonArray ends = link.getAsJsonArray("ends");
                    assertEquals(2, ends.size(), link::toString);
                    for (int i = 0; i < 2; i++) {
                        JsonObject end = ends.get(i).getAsJsonObject();
                        boolean theirEnd = end.get("pid").getAsInt() == testpmd.pid();
                        boolean slave = theirEnd == (role == Role.MASTER);
                        assertEquals(slave ? "slave" : "master", end.get("role").getAsString());
                    }
                    List<String> rings =
                            Stream.of("s2m", "m2s")
                                    .flatMap(
                                            way ->
                                                    IntStream.range(0, queues)
                                                            .mapToObj(i -> way + i))
                                    .toList();
                    List<String> found =
                            link.getAsJsonArray("rings").asList().stream()
                                    .map(ring -> ring.getAsJsonObject().get("ring").getAsString())
                                    .toList();
                    assertEquals(rings, found);
                    link.getAsJsonArray("rings")
                            .forEach(
                                    ring ->
                                            assertEquals(
                                                    slots,
                                                    ring.getAsJsonObject()
                                                            .get("slots")
                                                            .getAsInt()));
                });
    }

    /** Nobody takes what testpmd sends: the ring is full, and the verdict names us. */
    @Test
    void fullRing() throws Exception {
        link(
                InterfaceConfig.builder().role(Role.MASTER),
                testpmd("role=client", "--forward-mode=txonly"),
                (testpmd, itf) -> {
                    testpmd.command("start");
                    while (testpmd.statistics().txPackets() < 1024) {
                        assertFalse(Thread.interrupted(), "timed out");
                    }
                    String top =
                            LiveTool.run("top --count 1 --interval 0.3 --pid " + testpmd.pid());
                    assertTrue(top.matches("(?s).*s2m0 +0 +1024 +1024 +1024 +100% +0% .*"), top);
                    LinkVerdict.OfRing verdict =
                            LinkVerdict.of(testpmd.pid(), new StopSignal()).get(0).rings().get(0);
                    String us =
                            " " + ProcessHandle.current().pid() + " takes nothing: 1024 of 1024";
                    assertTrue(verdict.text().contains(us), verdict::toString);
                    assertTrue(!verdict.remedy().isEmpty(), verdict::toString);
                });
    }

    /** Chains out of a pool: both ends' packets are whole in the file. */
    @Test
    void zeroCopyChains() throws Exception {
        assumeTrue(
                Files.getOwner(Path.of("/proc/self")).getName().equals("root"),
                "needs root's rights: testpmd has closed the file of its pool");
        Path file = directory.resolve("chains.pcapng");
        link(
                InterfaceConfig.builder().role(Role.MASTER),
                testpmd("role=client,zero-copy=yes", "--forward-mode=io", "--txpkts=64,64,64"),
                (testpmd, itf) -> {
                    try (ChildProcess capture = LiveTool.capture(testpmd.pid(), file, "-c 320")) {
                        RxQueue rx = itf.rxQueue(0);
                        int[] packets = {0};
                        PacketAssembler counter =
                                new PacketAssembler((b, o, l, f) -> packets[0]++, MAX_PACKET);
                        while (capture.isAlive()) {
                            // In small bursts, each of which is left for the capture for a while.
                            testpmd.command("start tx_first 5");
                            testpmd.command("stop");
                            rx.poll(counter, 1024);
                        }
                        assertEquals(0, capture.exitCode(), capture::toString);
                    }
                    CapturedFile captured =
                            CapturedFile.read(
                                    file,
                                    (origin, data) ->
                                            GeneratedPacket.check(
                                                    data, 0, data.limit(), new int[] {64, 64, 64}));
                    assertEquals(320, captured.origins().get(0).packets);
                });
    }
}

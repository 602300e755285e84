package io.memif.examples.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.examples.CommandRun;
import io.memif.testing.Await;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import io.memif.unix.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against our own library, set up wrongly in every way that it can be. 8 s. */
@Timeout(60)
@Tag("once")
class DoctorTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path directory;

    private Peer peer;

    private String socket() {
        return directory.resolve("memif.sock").toString();
    }

    private static String words(CommandRun run) {
        return run.out().replaceAll("\\s+", " ");
    }

    private CommandRun examined(int exitCode, String options) throws Exception {
        CommandRun run = CommandRun.startWords("doctor --socket " + socket() + " " + options);
        assertEquals(exitCode, run.exitCode(), run::transcript);
        assertEquals("", run.err());
        return run;
    }

    /** A master whose application takes packets, if it is to. */
    private final class Peer {
        private final AtomicBoolean over = new AtomicBoolean();
        private final MemifSocket socket;
        private final Thread receiver;

        Peer(InterfaceConfig.Builder config, boolean takes) {
            socket =
                    MemifSocket.open(
                            SocketConfig.builder().address(socket()).errorHandler(e -> {}).build());
            config.reconnectInterval(Duration.ofMillis(10), Duration.ofMillis(50));
            RxQueue queue = socket.addInterface(config.build()).rxQueue(0);
            receiver =
                    new Thread(
                            () -> {
                                while (takes && !over.get()) {
                                    if (queue.poll((buffer, offset, length, flags) -> {}, 64)
                                            <= 0) {
                                        Thread.onSpinWait();
                                    }
                                }
                            },
                            "peer");
            receiver.start();
        }

        private void close() throws InterruptedException {
            over.set(true);
            receiver.join();
            socket.close();
        }
    }

    private Peer start(InterfaceConfig.Builder config, boolean takes) {
        peer = new Peer(config, takes);
        return peer;
    }

    @AfterEach
    void close() throws InterruptedException {
        if (peer != null) {
            peer.close();
        }
    }

    private static InterfaceConfig.Builder master() {
        return InterfaceConfig.builder().role(Role.MASTER);
    }

    private static InterfaceConfig.Builder slave() {
        return InterfaceConfig.builder().role(Role.SLAVE);
    }

    @Test
    void aMasterInGoodHealth() throws Exception {
        start(master(), true);
        CommandRun run = examined(0, "--queues 1");
        List<String> order =
                List.of(
                        "machine",
                        "native calls work",
                        "descriptors: ",
                        "socket " + socket(),
                        " listens on ",
                        "handshake as slave, id 0, mode ethernet",
                        "<- HELLO \"",
                        "-> INIT \"io.memif doctor\", version 2.0, id 0, mode ethernet, no secret",
                        "<- ACK",
                        "-> ADD_REGION 0, ",
                        "-> ADD_RING S2M 0, 1024 slots, in region 0 at 0",
                        "-> ADD_RING M2S 0, 1024 slots, in region 0 at 16512",
                        "-> CONNECT \"memif-doctor\"",
                        "<- CONNECTED \"",
                        "link",
                        "1 receive and 1 transmit rings of 1024 slots",
                        "sealed against shrinking",
                        "the other side takes packets");
        int at = 0;
        for (String text : order) {
            at = words(run).indexOf(text, at);
            assertTrue(at >= 0, () -> text + " in " + run.transcript());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'after INIT: ',no interface with the id 3,id=3,--id 3",
        "'after INIT: ',secrets of the two sides differ,secret,--secret nonsense --id 1",
        "'after INIT: ',secrets of the two sides differ,secret,--id 1",
        "'after INIT: ',modes of the two sides differ; the slave asked for ip,--mode,--mode ip",
        "'after INIT: ',administratively down,interface state,--id 2",
        "'after INIT: ',already has another peer,another id,--id 4"
    })
    void whatAMasterRefuses(String where, String problem, String remedy, String options)
            throws Exception {
        Peer master = start(master(), true);
        master.socket.addInterface(master().id(1).secret("word").build());
        master.socket.addInterface(master().id(2).adminUp(false).build());
        MemifInterface busy = master.socket.addInterface(master().id(4).build());
        try (MemifSocket other =
                        MemifSocket.open(SocketConfig.builder().address(socket()).build());
                MemifInterface first = other.addInterface(slave().id(4).build())) {
            assertTrue(first.awaitConnected(SOON));
            CommandRun run = examined(1, options);
            assertTrue(words(run).contains("problem " + where), run::transcript);
            assertTrue(words(run).contains(problem), run::transcript);
            assertTrue(words(run).contains(remedy), run::transcript);
            assertTrue(run.out().contains("<-       DISCONNECT"), run::transcript);
            assertTrue(busy.isConnected(), "the link that was there");
        }
    }

    @Test
    void ringsThatAreTooFew() throws Exception {
        start(master().queues(2).minRings(2), true);
        CommandRun run = examined(1, "--queues 1");
        assertTrue(words(run).contains("after CONNECT: \"too few rings"), run::transcript);
        assertTrue(words(run).contains("equal numbers of queues"), run::transcript);
    }

    @Test
    void aMasterThatTakesNothing() throws Exception {
        start(master(), false);
        CommandRun run = examined(1, "");
        assertTrue(words(run).contains("takes no packets"), run::transcript);
        assertTrue(words(run).contains("set interface state"), run::transcript);
        examined(0, "--no-packet");
    }

    @ParameterizedTest
    @CsvSource({"64,128", "128,64"})
    void aMasterWithOtherCacheLines(int ours, int theirs) throws Exception {
        start(master().cacheLine(theirs), true);
        CommandRun run = examined(1, "--cache-line " + ours);
        assertTrue(words(run).contains("different cache lines"), run::transcript);
        assertTrue(words(run).contains("--cache-line"), run::transcript);
    }

    @Test
    void nobodyListens() throws Exception {
        CommandRun run = examined(1, "");
        assertTrue(words(run).contains("nobody listens on " + socket()), run::transcript);
        assertTrue(words(run).contains("--role master"), run::transcript);
        assertFalse(run.out().contains("handshake"), run::transcript);
        Files.createFile(Path.of(socket()));
        assertTrue(words(examined(1, "")).contains("is a file, not a socket"));
    }

    @Test
    void anAbstractSocketOfTheSameName() throws Exception {
        OwnedFd other =
                UnixSocket.listen(UnixAddress.of("@" + socket()), UnixSocket.Type.SEQPACKET, 1);
        try (other) {
            CommandRun run = examined(1, "");
            assertTrue(words(run).contains("somebody listens on @" + socket()), run::transcript);
            // There is a file of the name as well, which is no file of arguments.
            Files.createFile(Path.of(socket()));
            CommandRun abstractly =
                    CommandRun.startWords("doctor --socket @" + socket() + " --role master");
            assertEquals(1, abstractly.exitCode(), abstractly::transcript);
            assertTrue(words(abstractly).contains("same role"), abstractly::transcript);
        }
    }

    @Test
    void twoMasters() throws Exception {
        start(master(), true);
        CommandRun run = examined(1, "--role master");
        assertTrue(words(run).contains("both sides have the same role"), run::transcript);
        String process = "(process " + ProcessHandle.current().pid() + ")";
        assertTrue(words(run).contains(process), run::transcript);
    }

    @ParameterizedTest
    @CsvSource({
        "the slave has posted 1024 buffers,0,''",
        "the two sides are built for different cache lines,1,--cache-line 128",
        "no interface with the id 0,1,--id 9",
        "modes of the two sides differ; the slave asked for ethernet,1,--mode ip",
        "secrets of the two sides differ,1,--secret word"
    })
    void aSlaveIsExamined(String found, int exitCode, String options) throws Exception {
        start(slave(), true);
        CommandRun run = examined(exitCode, "--role master --wait 20 " + options);
        assertTrue(words(run).contains(found), run::transcript);
        assertTrue(run.out().contains("<-       INIT"), run::transcript);
        assertFalse(Files.exists(Path.of(socket())), "socket file left behind");
    }

    @Test
    void noSlaveComes() throws Exception {
        CommandRun run = examined(1, "--role master --wait 0.2");
        assertTrue(words(run).contains("in 0.2 s no slave connected"), run::transcript);
    }

    private static OwnedFd accept(OwnedFd listening) throws InterruptedException {
        OwnedFd[] accepted = new OwnedFd[1];
        Await.soon(
                "a connection",
                () -> {
                    accepted[0] = new UnixSocket(listening).accept("doctor");
                    return accepted[0] != null;
                });
        return accepted[0];
    }

    /** What some masters need: a message before the connection closes. */
    @Test
    void aMasterHearsAWordWhateverHappens() throws Exception {
        OwnedFd listening =
                UnixSocket.listen(UnixAddress.of(socket()), UnixSocket.Type.SEQPACKET, 1);
        try (listening;
                CommandRun run = CommandRun.startWords("doctor --socket " + socket())) {
            try (OwnedFd doctor = accept(listening);
                    DescriptorChannel channel = new DescriptorChannel(doctor, 128)) {
                // No HELLO. It is told to stop while it waits for that.
                run.stop();
                Await.soon("a word", () -> channel.receive() == ControlMessage.BYTES);
                ByteBuffer said = channel.payload().duplicate();
                ControlMessage message = new ControlMessage(true, said);
                assertEquals(ControlMessage.Type.DISCONNECT, message.type());
                assertEquals(0, run.exitCode(), run::transcript);
            }
        }
    }

    /** As libmemif does that knows no such interface: it acknowledges INIT, and closes. */
    @Test
    void aMasterThatClosesWithoutAWord() throws Exception {
        OwnedFd listening =
                UnixSocket.listen(UnixAddress.of(socket()), UnixSocket.Type.SEQPACKET, 1);
        try (listening;
                CommandRun run = CommandRun.startWords("doctor --id 7 --socket " + socket())) {
            try (OwnedFd doctor = accept(listening);
                    DescriptorChannel channel = new DescriptorChannel(doctor, 128)) {
                // HELLO of version 2.0, which offers one ring each way of up to 1024 slots.
                ByteBuffer hello = ByteBuffer.allocate(ControlMessage.BYTES);
                hello.put(0, (byte) 2).put(35, (byte) 2).put(37, (byte) 2).put(38, (byte) 255);
                send(channel, hello.put(44, (byte) 10));
                Await.soon("INIT", () -> channel.receive() == ControlMessage.BYTES);
                send(channel, ByteBuffer.allocate(ControlMessage.BYTES).put(0, (byte) 1));
                Await.soon("ADD_REGION", () -> channel.receive() == ControlMessage.BYTES);
            }
            assertEquals(1, run.exitCode(), run::transcript);
            String expected = "it closed without a word, which most often means: the master has no";
            assertTrue(words(run).contains(expected), run::transcript);
            assertTrue(words(run).contains("id=7"), run::transcript);
        }
    }

    private static void send(DescriptorChannel channel, ByteBuffer message) {
        channel.payload().clear().put(message).flip();
        assertEquals(ControlMessage.BYTES, channel.send());
    }

    @Test
    void jsonHasAnObjectALine() throws Exception {
        CommandRun run = examined(1, "--json");
        assertTrue(run.out().lines().allMatch(line -> line.startsWith("{\"section\":\"")));
        assertTrue(run.out().contains("\"level\":\"problem\",\"text\":\"nobody listens on"));
    }
}

package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.FaultRun;
import io.memif.testing.ProcessTables;
import io.memif.testing.TestSockets;
import io.memif.unix.pass.Conduit;
import io.memif.unix.pass.FileChannels;
import io.memif.unix.pass.GatheredWriter;
import io.memif.unix.pass.Parcel;
import io.memif.unix.pass.UnixSocketChannels;
import io.memif.unix.pass.WriteRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import jnr.unixsocket.UnixSocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every system call of every use case fails once with every plausible error: the error is typed,
 * nothing is lost, nothing hangs, and the use case works again.
 */
@Timeout(60)
class FaultInjectionTest {
    private static final int[] ERRORS = {
        Errno.EINTR,
        Errno.EAGAIN,
        Errno.EMFILE,
        Errno.ENFILE,
        Errno.ENOMEM,
        Errno.EPIPE,
        Errno.ECONNRESET,
        Errno.ENOSPC,
        Errno.EACCES
    };
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir Path directory;

    private final Map<String, FaultRun.UseCase> useCases =
            new TreeMap<>(
                    Map.of(
                            "events", this::pollEvents,
                            "writer", this::writeGathered,
                            "conduit", this::passDescriptors,
                            "socket", this::askSocket,
                            "file", this::passFile,
                            "channel", this::passChannel));

    @ParameterizedTest
    @ValueSource(strings = {"events", "writer", "conduit", "socket", "file", "channel"})
    void eachCallFailsOnceWithEachError(String name) {
        FaultRun.UseCase useCase = useCases.get(name);
        FaultRun sound = new FaultRun(-1, 0);
        sound.execute(useCase);
        assertEquals(List.of(), sound.errors());
        Map<Integer, String> before = ProcessTables.descriptors();
        assertTrue(sound.calls().size() >= 8, "calls " + sound.calls());
        for (int call = 0; call < sound.calls().size(); call++) {
            for (int errno : ERRORS) {
                FaultRun run = new FaultRun(call, errno);
                run.execute(useCase);
                check(run, sound.calls().get(call), errno);
                assertEquals(
                        before.keySet(),
                        ProcessTables.descriptors().keySet(),
                        () -> "lost in " + run.calls() + " by " + Errno.text(errno));
            }
        }
        FaultRun again = new FaultRun(-1, 0);
        again.execute(useCase);
        assertEquals(List.of(), again.errors());
    }

    private static void check(FaultRun run, SystemCall call, int errno) {
        String what = call + " failed with " + Errno.text(errno) + ": ";
        for (Throwable error : run.errors()) {
            assertTrue(
                    error instanceof UnixException || error instanceof UnixException,
                    () -> what + error + " after " + run.calls());
            assertTrue(error.getMessage().contains(" "), what + error);
        }
        if (errno == Errno.EINTR) {
            assertEquals(List.of(), run.errors(), what);
        }
    }

    /** A turn that must come: bounded, so that a hang is a failure. */
    private static void pollUntil(PollGroup group, BooleanSupplier done) {
        for (int turn = 0; turn < 100 && !done.getAsBoolean(); turn++) {
            group.poll(TURN_NS, 8);
        }
        assertTrue(done.getAsBoolean(), "hangs");
    }

    private void pollEvents(FaultRun run) {
        PollGroup group = run.keep(new PollGroup(run.posix(), System::nanoTime, run::report));
        EventFd event = run.keep(EventFd.create(run.posix(), "event"));
        int[] seen = new int[2];
        PollKey key =
                group.add(
                        event.fd(),
                        PollKey.READ,
                        (k, ready) -> {
                            event.drain();
                            seen[0]++;
                        });
        group.schedule(0, () -> seen[1]++);
        event.signal();
        event.signal();
        pollUntil(group, () -> seen[0] > 0 && seen[1] > 0);
        key.interest(PollKey.READ | PollKey.WRITE);
        int before = seen[0];
        pollUntil(group, () -> seen[0] > before);
        group.wakeUp();
        key.remove();
        group.poll(0, 8);
    }

    private void writeGathered(FaultRun run) {
        OwnedFd[] two = TestSockets.pair(run.posix(), SocketCalls.SOCK_STREAM);
        run.keep(two[0]);
        run.keep(two[1]);
        new UnixSocket(two[0]).sendBufferBytes(4_000);
        PollGroup group = run.keep(new PollGroup(run.posix(), System::nanoTime, run::report));
        GatheredWriter[] writer = new GatheredWriter[1];
        int[] got = new int[2];
        PollKey key = group.add(two[0], 0, (k, ready) -> writer[0].onReady(ready));
        writer[0] = run.keep(new GatheredWriter(key));
        DescriptorChannel reader = new DescriptorChannel(two[1], 8_000);
        group.add(two[1], PollKey.READ, (k, ready) -> got[0] += Math.max(0, reader.receive()));
        WriteRequest request =
                new WriteRequest(
                        (r, result) -> {
                            got[1]++;
                            if (result < 0) {
                                run.report(UnixException.of(result, "sendmsg", "a line"));
                            }
                        },
                        ByteBuffer.allocateDirect(10_000),
                        ByteBuffer.allocateDirect(5_000));
        writer[0].queue(request);
        writer[0].flush();
        pollUntil(group, () -> got[1] > 0 && (got[0] == 15_000 || !run.errors().isEmpty()));
        writer[0].close();
    }

    private void passDescriptors(FaultRun run) {
        Conduit[] two = Conduit.pair(run.posix(), UnixSocket.Type.SEQPACKET);
        run.keep(two[0]);
        run.keep(two[1]);
        EventFd event = run.keep(EventFd.create(run.posix(), "event"));
        two[0].share(List.of(event.fd(), event.fd()), ByteBuffer.allocate(5), 0);
        two[0].transfer(event.fd(), TURN_NS);
        Parcel parcel = two[1].receive(1, List.of(), TURN_NS);
        if (parcel != null) {
            run.keep(parcel);
        }
        OwnedFd one = two[1].receive("event", TURN_NS);
        if (one != null) {
            run.keep(one);
            run.keep(one.duplicate());
        }
        two[1].receive("nothing", TURN_NS / 20);
    }

    private void askSocket(FaultRun run) {
        OwnedFd[] two = TestSockets.pair(run.posix(), SocketCalls.SOCK_SEQPACKET);
        run.keep(two[0]);
        run.keep(two[1]);
        UnixSocket socket = new UnixSocket(two[0]);
        socket.isConnected();
        socket.localAddress();
        socket.peerAddress();
        socket.peerCredentials();
        socket.receiveBufferBytes(socket.sendBufferBytes());
        socket.passCredentials(true);
        run.keep(Conduit.over(two[0]));
        run.keep(
                EventFd.adopt(
                        OwnedFd.adopt(
                                run.posix(),
                                run.posix().descriptors().eventfd(0, 0),
                                "peer's event")));
    }

    private void passFile(FaultRun run) throws Exception {
        Conduit[] two = Conduit.pair(run.posix(), UnixSocket.Type.STREAM);
        run.keep(two[0]);
        run.keep(two[1]);
        Path path = Files.writeString(directory.resolve("file"), "text");
        FileChannel channel = run.keep(FileChannel.open(path));
        if (FileChannels.transfer(two[0], channel, 0)) {
            FileChannel received = FileChannels.receive(two[1], TURN_NS, StandardOpenOption.READ);
            if (received != null) {
                run.keep(received);
            }
        }
        int made = run.posix().files().memfdCreate("x", FileCalls.MFD_CLOEXEC);
        OwnedFd file = run.keep(OwnedFd.adopt(run.posix(), made, "memory file"));
        run.keep(file.openChannel(StandardOpenOption.READ));
    }

    private void passChannel(FaultRun run) throws Exception {
        Conduit[] two = Conduit.pair(run.posix(), UnixSocket.Type.STREAM);
        run.keep(two[0]);
        run.keep(two[1]);
        UnixSocketChannel[] channels = UnixSocketChannel.pair();
        run.keep(channels[0]);
        run.keep(channels[1]);
        if (UnixSocketChannels.transfer(two[0], channels[0], 0)) {
            UnixSocketChannel received = UnixSocketChannels.receive(two[1], TURN_NS);
            if (received != null) {
                run.keep(received);
            }
        }
    }
}

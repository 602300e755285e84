package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.PacketClaim;
import io.memif.PacketHandler;
import io.memif.internal.posix.Posix;
import io.memif.testing.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A slave cuts its files in mid-traffic, while the master's loops are hot and compiled: the JVM
 * lives, the link goes down and says why, nothing is thrown at the application, and the next link
 * works. In a child JVM, since a failure takes the whole JVM along.
 */
@Timeout(240)
class TruncationTest {
    private static final String CUT = "down shared memory was truncated by the peer";

    /** Touch rings and buffers. */
    private static final List<String> COPYING =
            List.of(
                    "POLL",
                    "ASSEMBLE",
                    "RECEIVE",
                    "BATCH_RECEIVE",
                    "OFFER",
                    "OFFER_BYTES",
                    "OFFER_BATCH",
                    "FILL");

    /** Touch rings only. */
    private static final List<String> LOOKING = List.of("HOLD", "AWAIT", "CLAIM");

    @TempDir Path directory;

    private final Posix posix = Posix.open();

    private String address() {
        return directory.resolve("s").toString();
    }

    /** What a slave may cut. */
    private enum Cut {
        RINGS("TRUST_PEER"),
        BUFFERS("SEALED_RINGS");

        final String policy;

        Cut(String policy) {
            this.policy = policy;
        }
    }

    private void cutUnderEach(Cut cut, long size, List<String> patterns, List<String> flags)
            throws Exception {
        try (ChildProcess child =
                ChildProcess.java(flags, TruncationTarget.class, address(), cut.policy).start()) {
            child.awaitLine("ready");
            for (String pattern : patterns) {
                cutUnder(child, cut, size, pattern);
            }
            child.send("quit");
            child.awaitLine("bye");
            assertEquals(0, child.exitCode());
        }
    }

    private void cutUnder(ChildProcess child, Cut cut, long size, String pattern) throws Exception {
        try (TruncatingSlave slave =
                TruncatingSlave.connect(posix, address(), cut == Cut.BUFFERS, false)) {
            child.awaitLine("up");
            prepare(slave);
            child.send("run " + pattern);
            Feeder feeder = new Feeder(slave);
            child.awaitLine("warm", feeder::feed);
            if (cut == Cut.RINGS) {
                assertEquals(0, slave.rings.cut(size));
                child.awaitLine(CUT);
            } else {
                assertEquals(0, slave.buffers.cut(size));
                child.awaitLine(CUT, feeder::feed);
            }
            assertTrue(slave.disconnectReason().startsWith("shared memory was truncated"), pattern);
            child.send("stop");
            String end = child.awaitLine("stopped");
            assertTrue(end.endsWith("garbage=0"), pattern + ": " + end);
            assertEquals(List.of(), child.lines("escaped"), pattern);
            assertEquals(List.of(), child.lines("error"), pattern);
        }
    }

    /** Fills every buffer once; from here on the feeder touches rings only. */
    private static void prepare(TruncatingSlave slave) {
        ByteBuffer memory = slave.buffers.memory().duplicate().order(ByteOrder.nativeOrder());
        for (int i = 0; i + Long.BYTES <= slave.buffers.size; i += Long.BYTES) {
            memory.putLong(i, TruncationLoop.WORD);
        }
    }

    /** Sends and takes packets without looking at their bytes. */
    private static final class Feeder {
        private final TruncatingSlave slave;
        private final PacketClaim claim = new PacketClaim();
        private final PacketHandler ignore = (buffer, offset, length, flags) -> {};

        Feeder(TruncatingSlave slave) {
            this.slave = slave;
        }

        void feed() {
            int done = slave.rx.poll(ignore, TruncatingSlave.SLOTS);
            while (done < TruncatingSlave.SLOTS
                    && slave.tx.tryClaim(TruncationLoop.LENGTH, claim) > 0) {
                claim.commit();
                done++;
            }
            slave.tx.flush();
            if (done == 0) {
                Thread.yield();
            }
        }
    }

    private static List<String> compilerLog(Path file) {
        return List.of(
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+PrintCompilation",
                "-XX:-DisplayVMOutput",
                "-XX:+LogVMOutput",
                "-XX:LogFile=" + file);
    }

    @Test
    void buffersCutToNothingUnderHotLoops() throws Exception {
        Path log = directory.resolve("compilation");
        cutUnderEach(Cut.BUFFERS, 0, COPYING, compilerLog(log));
        assertCompiled(log, "RxEngine::drain", "RxEngine::copyBatch", "TxEngine::offer");
    }

    @Test
    void buffersCutToAPageUnderHotLoops() throws Exception {
        cutUnderEach(Cut.BUFFERS, 4_096, COPYING, List.of());
    }

    @Test
    void ringsCutUnderHotLoops() throws Exception {
        Path log = directory.resolve("compilation");
        cutUnderEach(Cut.RINGS, 0, COPYING, compilerLog(log));
        assertCompiled(log, "RxEngine::drain", "RxEngine::copyBatch", "TxEngine::offer");
    }

    @Test
    void ringsCutUnderLoopsThatTouchNothingElse() throws Exception {
        cutUnderEach(Cut.RINGS, 0, LOOKING, List.of());
    }

    /** The optimising compiler has compiled them, which is where faults are hardest to survive. */
    private static void assertCompiled(Path log, String... methods) throws IOException {
        List<String> lines = Files.readAllLines(log);
        for (String method : methods) {
            assertTrue(
                    lines.stream()
                            .anyMatch(line -> line.matches(".* 4 +io\\.memif\\." + method + " .*")),
                    method + " compiled by C2");
        }
    }
}

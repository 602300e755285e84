package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import io.memif.internal.posix.Posix;
import io.memif.testing.TestSockets;
import io.memif.tests.hostile.FakeSlave.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the doctor says about a slave whose file can be cut short. 1 s. */
@Timeout(60)
class DoctorSealsTest {
    @TempDir Path directory;

    @Test
    void aSlaveThatSealsNothing() throws Exception {
        String address = directory.resolve("s").toString();
        StringWriter out = new StringWriter();
        CommandLine line = Memif.commandLine(new StopSignal());
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
        FutureTask<Integer> doctor =
                new FutureTask<>(
                        () -> line.execute("doctor", "--role", "master", "--socket", address));
        Thread thread = new Thread(doctor, "doctor");
        thread.start();
        Posix posix = Posix.open();
        TestSockets.awaitListening(address);
        try (FakeSlave slave = new FakeSlave(posix, address, 0).through(Step.INIT);
                RawRegion region = RawRegion.create(posix, FakeSlave.SIZE, 0)) {
            region.u32(0, RawRing.COOKIE);
            region.u32(FakeSlave.M2S_AT, RawRing.COOKIE);
            slave.acknowledged(RawMessage.addRegion(0, FakeSlave.SIZE), region.fd());
            slave.make(Step.S2M);
            slave.make(Step.M2S);
            slave.control.send(RawMessage.connect("raw0"));
            assertEquals(1, doctor.get(), out::toString);
        } finally {
            thread.join();
        }
        String said = out.toString();
        assertTrue(said.contains("after CONNECT of the other side: "), said);
        assertTrue(said.contains("file of rings could be shrunk"), said);
        assertTrue(said.contains("F_SEAL_SHRINK"), said);
    }
}

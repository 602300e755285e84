package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import io.memif.testing.TestSockets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the doctor says about a testpmd that is set up differently. 6 s. */
@Needs(Need.TESTPMD)
@Tag("once")
@Timeout(120)
class DoctorTestpmdTest {
    @TempDir Path directory;

    private String address() {
        return directory.resolve("s").toString();
    }

    private void says(int exitCode, String options, String... texts) {
        StringWriter out = new StringWriter();
        CommandLine line = Memif.commandLine(new StopSignal());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        String words = "doctor --socket " + address() + " " + options;
        assertEquals(exitCode, line.execute(words.trim().split(" +")), out::toString);
        String said = out.toString().replaceAll("\\s+", " ");
        int at = 0;
        for (String text : texts) {
            at = said.indexOf(text, at);
            assertTrue(at >= 0, () -> text + " in " + out);
        }
    }

    @Test
    void aServer() throws InterruptedException {
        Testpmd.Builder server = Testpmd.memif(address(), "role=server", "secret=one", "id=3");
        try (Testpmd testpmd = server.options("--forward-mode=rxonly").start()) {
            says(1, "--id 3", "INIT", "\"Secret required\"", "secrets of the two sides differ");
            says(1, "--id 3 --secret two", "\"Incorrect secret\"", "secrets");
            says(1, "--secret one", "\"ID not found\"", "the id 0", "DPDK: id=0");
            says(1, "--id 3 --secret one --mode ip", "modes of the two sides differ");
            says(
                    1,
                    "--id 3 --secret one --queues 2",
                    "ADD_RING S2M 1",
                    "\"Invalid ring index\"",
                    "after ADD_RING",
                    "equal numbers of queues");
            says(1, "--id 3 --secret one --role master", "same role");
            says(1, "--id 3 --secret one", "CONNECTED", "takes no packets", "testpmd: start");
            testpmd.command("start");
            says(0, "--id 3 --secret one", "HELLO \"DPDK ", "the other side takes packets");
        }
    }

    /** It connects once, when it starts, and posts buffers while it forwards. */
    @Test
    void aClient() throws Exception {
        FutureTask<Void> doctor =
                new FutureTask<>(
                        () -> {
                            says(
                                    1,
                                    "--role master --id 3 --wait 60",
                                    "<- INIT \"DPDK ",
                                    "<- ADD_RING S2M 0, 1024 slots",
                                    "-> CONNECTED",
                                    "region 0 of ",
                                    "has posted no buffers",
                                    "testpmd: start");
                            return null;
                        });
        Thread thread = new Thread(doctor, "doctor");
        thread.start();
        TestSockets.awaitListening(address());
        try (Testpmd testpmd = Testpmd.memif(address(), "role=client", "id=3").start()) {
            doctor.get();
            assertTrue(testpmd.isAlive());
        } finally {
            thread.join();
        }
    }
}

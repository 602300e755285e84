package io.memif.examples.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.JavaCommand;
import io.memif.testing.ChildProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demonstration as a user runs it: three processes, one exit code, the summary last. */
@Timeout(120)
class HandoverDemoTest {
    @Test
    void clientSeesEveryAnswerThroughTheChange() throws Exception {
        ChildProcess demo = ChildProcess.run(JavaCommand.memif("handover-demo", "--lines", "200"));
        assertEquals(0, demo.exitCode(), demo::toString);
        assertEquals("", demo.err());
        List<String> lines = demo.out().lines().toList();
        assertTrue(lines.get(lines.size() - 1).startsWith("ok: 4 connections"), demo::toString);
        assertTrue(
                demo.out().contains("took over the listening socket and 4 live"), demo::toString);
    }
}

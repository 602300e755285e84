package io.memif.examples.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.JavaCommand;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demonstration as a user runs it: three processes, one exit code, the summary last. */
@Timeout(120)
class HandoverDemoTest {
    @Test
    void clientSeesEveryAnswerThroughTheChange() throws Exception {
        Process demo =
                new ProcessBuilder(JavaCommand.memif("handover-demo", "--lines", "200"))
                        .redirectErrorStream(true)
                        .start();
        String output;
        try (InputStream out = demo.getInputStream()) {
            output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(0, demo.waitFor(), output);
        List<String> lines = output.lines().toList();
        assertTrue(lines.get(lines.size() - 1).startsWith("ok: 4 connections"), output);
        assertTrue(output.contains("took over the listening socket and 4 live"), output);
    }
}

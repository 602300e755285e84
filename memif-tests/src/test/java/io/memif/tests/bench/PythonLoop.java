package io.memif.tests.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The same work in Python, by its own socket and select modules: the floor to stay above. */
final class PythonLoop implements Contender {
    private final Path script;
    private final String work;

    PythonLoop(String work) throws IOException {
        this.work = work;
        this.script = Files.createTempFile("descriptor-bench", ".py");
        try (InputStream from = PythonLoop.class.getResourceAsStream("descriptor_loops.py")) {
            Files.write(script, from.readAllBytes());
        }
    }

    @Override
    public double perSecond(long durationNs) throws IOException, InterruptedException {
        String seconds = Double.toString(durationNs / 1e9);
        Process process =
                new ProcessBuilder("python3", script.toString(), work, seconds)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String answer = new String(process.getInputStream().readAllBytes()).strip();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("python3 " + script + " " + work + " failed: " + answer);
        }
        return Double.parseDouble(answer);
    }

    @Override
    public void end() throws IOException {
        Files.deleteIfExists(script);
    }
}

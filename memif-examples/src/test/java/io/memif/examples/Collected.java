package io.memif.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a process prints on one of its streams, as it comes. */
final class Collected {
    private final StringBuilder text = new StringBuilder();
    private final Thread reader;
    private boolean ended;

    Collected(InputStream stream) {
        reader = new Thread(() -> collect(stream), "collect");
        reader.setDaemon(true);
        reader.start();
    }

    private void collect(InputStream stream) {
        try (stream) {
            byte[] chunk = new byte[4096];
            for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
                append(new String(chunk, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            end();
        }
    }

    private synchronized void append(String more) {
        text.append(more);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits until the text is there, or the stream has ended. */
    synchronized boolean await(String part) throws InterruptedException {
        while (text.indexOf(part) < 0 && !ended) {
            wait();
        }
        return text.indexOf(part) >= 0;
    }

    /** Everything, once the stream has ended. */
    void awaitEnd() throws InterruptedException {
        reader.join();
    }

    synchronized String soFar() {
        return text.toString();
    }
}

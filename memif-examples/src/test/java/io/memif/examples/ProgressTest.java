package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A line on a terminal, and nothing elsewhere. */
class ProgressTest {
    private static final long MS = 1_000_000;

    private final StringWriter written = new StringWriter();
    private final AtomicLong now = new AtomicLong(-5);

    private Progress progress(boolean visible) {
        return new Progress(new PrintWriter(written), visible, now::get);
    }

    private void showEvery10Ms(Progress progress, int until) {
        while (now.get() < until * MS) {
            now.addAndGet(10 * MS);
            progress.show(() -> Long.toString(now.get() / MS));
        }
    }

    @Test
    void whatIsDoneWithinASecondIsNotTold() {
        try (Progress progress = progress(true)) {
            showEvery10Ms(progress, 980);
        }
        assertEquals("", written.toString());
    }

    @Test
    void theLineIsWrittenOverAndRemoved() {
        try (Progress progress = progress(true)) {
            showEvery10Ms(progress, 1400);
            assertEquals("999\033[K\r1199\033[K\r1399\033[K\r", written.toString());
        }
        assertEquals("999\033[K\r1199\033[K\r1399\033[K\r\033[K", written.toString());
    }

    @Test
    void nothingIsWrittenWhereNobodyLooks() {
        try (Progress progress = progress(false)) {
            showEvery10Ms(progress, 5000);
        }
        assertEquals("", written.toString());
    }
}

package io.memif.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process has written to one of its streams so far, collected by a thread of its own. */
public final class ProcessOutput {
    private final Thread thread;
    private final StringBuilder text = new StringBuilder();
    private boolean ended;

    ProcessOutput(String name, InputStream stream) {
        thread = new Thread(() -> collect(stream), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void collect(InputStream stream) {
        char[] some = new char[4096];
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
                append(some, n);
            }
        } catch (IOException e) {
            char[] note = ("\n(reading failed: " + e + ")").toCharArray();
            append(note, note.length);
        } finally {
            synchronized (text) {
                ended = true;
                text.notifyAll();
            }
        }
    }

    private void append(char[] some, int count) {
        synchronized (text) {
            text.append(some, 0, count);
            text.notifyAll();
        }
    }

    /** Where a pattern is found at or after a position, or null if it is not there yet. */
    MatchResult find(int from, Pattern wanted) {
        synchronized (text) {
            Matcher matcher = wanted.matcher(text);
            return matcher.find(from) ? matcher.toMatchResult() : null;
        }
    }

    /** As {@link #find}, but waits for it; null at the end of the output, or of the time. */
    MatchResult await(int from, Pattern wanted, long limitNs) throws InterruptedException {
        long end = System.nanoTime() + limitNs;
        synchronized (text) {
            MatchResult found = find(from, wanted);
            for (long rest = limitNs; found == null && !ended && rest > 0; ) {
                TimeUnit.NANOSECONDS.timedWait(text, Math.max(rest, 1_000_000));
                found = find(from, wanted);
                rest = end - System.nanoTime();
            }
            return found;
        }
    }

    /** Whether the process has closed its side and everything it wrote is here. */
    boolean hasEnded() {
        synchronized (text) {
            return ended;
        }
    }

    /** Waits until {@link #hasEnded}, and for the end of the thread; false if the time is over. */
    boolean awaitEnd(long limitNs) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(limitNs, 1_000_000));
        return !thread.isAlive();
    }

    /** Everything so far. */
    @Override
    public String toString() {
        synchronized (text) {
            return text.toString();
        }
    }
}

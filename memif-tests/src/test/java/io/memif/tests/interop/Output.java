package io.memif.tests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process has written so far, collected by a thread of its own. */
final class Output {
    private final String owner;
    private final Thread thread;
    private final StringBuilder text = new StringBuilder();
    private boolean ended;

    Output(String owner, InputStream stream) {
        this.owner = owner;
        thread = new Thread(() -> collect(stream), "output of " + owner);
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
            // Closed under the reader because the process was killed: the end as well.
            char[] note = ("\n(" + e + ")").toCharArray();
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

    /** Characters so far. */
    int length() {
        synchronized (text) {
            return text.length();
        }
    }

    /** Everything so far. */
    @Override
    public String toString() {
        synchronized (text) {
            return text.toString();
        }
    }

    /**
     * Waits for a text.
     *
     * @param from where to start looking
     * @param wanted what for
     * @param timeoutNs longest wait in nanoseconds
     * @return where it was found
     * @throws AssertionError with all output, if it does not come
     */
    MatchResult await(int from, Pattern wanted, long timeoutNs) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNs;
        synchronized (text) {
            while (true) {
                Matcher matcher = wanted.matcher(text);
                if (matcher.find(from)) {
                    return matcher.toMatchResult();
                }
                long rest = deadline - System.nanoTime();
                if (ended || rest <= 0) {
                    throw new AssertionError(
                            owner
                                    + (ended ? " ended" : " is silent")
                                    + " instead of writing '"
                                    + wanted
                                    + "':\n"
                                    + text);
                }
                TimeUnit.NANOSECONDS.timedWait(text, Math.max(rest, 1_000_000));
            }
        }
    }

    /** Waits until the process has closed its side. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }
}

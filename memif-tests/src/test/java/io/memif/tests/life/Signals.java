package io.memif.tests.life;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to other processes. */
public final class Signals {
    private Signals() {}

    /** Sends a signal by name, such as KILL, STOP or CONT. */
    public static void send(String name, long pid) {
        try {
            Process kill =
                    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start();
            kill.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

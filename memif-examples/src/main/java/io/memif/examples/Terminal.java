package io.memif.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person looks at an output: progress and control characters are for terminals only. */
public final class Terminal {
    private Terminal() {}

    /**
     * Whether standard output is a terminal.
     *
     * @return false if it is a file, a pipe or closed
     */
    public static boolean isOutput() {
        return isTerminal(1);
    }

    /**
     * Whether standard error is a terminal.
     *
     * @return false if it is a file, a pipe or closed
     */
    public static boolean isError() {
        return isTerminal(2);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}

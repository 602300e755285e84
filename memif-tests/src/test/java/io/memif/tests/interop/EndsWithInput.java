package io.memif.tests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Runs another class's main method and ends the JVM, as SIGTERM would, when its input ends. */
public final class EndsWithInput {
    private EndsWithInput() {}

    /**
     * Entry.
     *
     * @param args name of the class, and its arguments
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread watch = new Thread(EndsWithInput::exitAtEnd, "end of input");
        watch.setDaemon(true);
        watch.start();
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    }

    private static void exitAtEnd() {
        try (InputStream in = System.in) {
            while (in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            System.err.println("standard input: " + e);
        }
        System.exit(0);
    }
}

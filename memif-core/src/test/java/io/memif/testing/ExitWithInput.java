package io.memif.testing;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Runs the main method of another class and ends the JVM, as SIGTERM would, when its standard input
 * ends: a {@link ChildProcess} that reads no input does not outlive a test that was killed.
 */
public final class ExitWithInput {
    private ExitWithInput() {}

    /**
     * Entry.
     *
     * @param args name of the class, and its arguments
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread watch = new Thread(ExitWithInput::exitAtEnd, "end of input");
        watch.setDaemon(true);
        watch.start();
        Method main = Class.forName(args[0]).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
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

package io.memif.unix;

import io.memif.internal.posix.Posix;
import io.memif.testing.DescriptorShortage;
import io.memif.testing.ProcessTables;
import io.memif.unix.pass.Conduit;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs every entry point with a full table of descriptors: in a process of its own, under a low
 * limit. Exit code 0 if each one failed with an error that names the limit, lost nothing, and
 * worked again.
 */
final class LimitMain {
    /** The JVM now and then opens a file of its own, and closing it frees one more number. */
    private static final int TRIES = 5;

    private final Posix posix = Posix.open();
    private final long limit = posix.files().descriptorLimit();
    private int failures;

    private LimitMain() {}

    public static void main(String[] args) throws Exception {
        LimitMain main = new LimitMain();
        // Classes that lie in directories cannot be loaded any more when no file can be opened.
        main.expectSuccesses();
        loadClassesBeside(UnixException.class);
        loadClassesBeside(Conduit.class);
        loadClassesBeside(Posix.class);
        loadClassesBeside(LimitMain.class);
        Map<Integer, String> before = ProcessTables.descriptors();
        main.expectFailures();
        main.expectSuccesses();
        Map<Integer, String> after = ProcessTables.descriptors();
        if (!before.keySet().equals(after.keySet())) {
            main.complain("left open", "before " + before + " after " + after);
        }
        System.out.println("limit " + main.limit + ", failures " + main.failures);
        System.exit(main.failures == 0 ? 0 : 1);
    }

    private static void loadClassesBeside(Class<?> one) throws Exception {
        Path root = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path directory = root.resolve(one.getPackageName().replace('.', '/'));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".class", "");
                Class.forName(one.getPackageName() + "." + name);
            }
        }
    }

    private void expectSuccesses() throws Exception {
        for (LimitScenario scenario : new LimitScenarios(posix).all()) {
            scenario.setUp();
            RuntimeException error = scenario.attempt();
            if (error != null) {
                complain(scenario, error.toString());
            }
            scenario.tearDown();
        }
    }

    private void expectFailures() throws Exception {
        for (LimitScenario scenario : new LimitScenarios(posix).all()) {
            for (int free = 0; free < scenario.descriptorsNeeded(); free++) {
                scenario.setUp();
                Map<Integer, String> before = ProcessTables.descriptors();
                for (int i = 0; !fails(scenario, free); i++) {
                    scenario.tearDown();
                    scenario.setUp();
                    before = ProcessTables.descriptors();
                    if (i == TRIES) {
                        complain(scenario, "did not fail with " + free + " free");
                        break;
                    }
                }
                Map<Integer, String> after = ProcessTables.descriptors();
                if (free == 0 && !before.equals(after)) {
                    complain(scenario, "lost: before " + before + " after " + after);
                }
                RuntimeException error = scenario.attempt();
                if (error != null) {
                    complain(scenario, "no recovery: " + error);
                }
                scenario.tearDown();
            }
        }
    }

    private boolean fails(LimitScenario scenario, int free) {
        DescriptorShortage shortage = new DescriptorShortage(posix, free);
        RuntimeException error;
        try {
            error = scenario.attempt();
        } catch (UnixException e) {
            error = e;
        } catch (Exception e) {
            throw new AssertionError(scenario.toString(), e);
        } finally {
            shortage.close();
        }
        if (error == null) {
            return false;
        }
        if (!error.getMessage().contains(" " + limit + " ")
                || !error.getMessage().contains("ulimit -n")) {
            complain(scenario, "does not name the limit " + limit + ": " + error.getMessage());
        } else {
            System.out.println(scenario + ", " + free + " free: " + error.getMessage());
        }
        return true;
    }

    private void complain(Object where, String what) {
        failures++;
        System.out.println("WRONG " + where + ": " + what);
    }
}

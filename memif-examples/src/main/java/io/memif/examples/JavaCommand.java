package io.memif.examples;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start another JVM with this one's Java, flags and class path. */
public final class JavaCommand {
    private JavaCommand() {}

    /**
     * The command line that runs the {@code memif} command in a new JVM.
     *
     * @param arguments subcommand and options
     * @return for a ProcessBuilder
     */
    public static List<String> memif(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Memif.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}

package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the machine that was measured on. Stateless. */
final class Machine {
    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final double KIB_PER_GIB = 1 << 20;

    private Machine() {}

    /**
     * The processor. Hosts often hide the model's name, and never the numbers of family and model.
     */
    static String processor() throws IOException {
        return processor(Files.readString(CPUS));
    }

    /** The processor by the text of {@code /proc/cpuinfo}. */
    static String processor(String cpuinfo) {
        return String.format(
                "%s, family %s, model %s",
                find(cpuinfo, "model name\\s*: (.*)"),
                find(cpuinfo, "cpu family\\s*: (.*)"),
                find(cpuinfo, "model\\s*: (.*)"));
    }

    /** One line: processors, memory, system. */
    static String describe() throws IOException {
        boolean virtual = Files.readString(CPUS).contains(" hypervisor");
        String memory = find(Files.readString(Path.of("/proc/meminfo")), "MemTotal: *(\\d+)");
        String system =
                find(Files.readString(Path.of("/etc/os-release")), "PRETTY_NAME=\"?([^\"\\n]*)");
        return String.format(
                Locale.ROOT,
                "%d %sprocessors, %.0f GiB, %s, Linux %s",
                Runtime.getRuntime().availableProcessors(),
                virtual ? "virtual " : "",
                Double.parseDouble(memory) / KIB_PER_GIB,
                system,
                System.getProperty("os.version"));
    }

    private static String find(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        return found.find() ? found.group(1).trim() : "0";
    }
}

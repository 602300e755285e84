package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the machine that was measured on. */
final class Machine {
    private static final double KIB_PER_GIB = 1 << 20;

    private Machine() {}

    /** One line: processor, memory, system, date. */
    static String describe() throws IOException {
        String model = find("/proc/cpuinfo", "model name\\s*: (.*)");
        String virtual =
                Files.readString(Path.of("/proc/cpuinfo")).contains(" hypervisor")
                        ? " (virtual)"
                        : "";
        double memory = Double.parseDouble(find("/proc/meminfo", "MemTotal: *(\\d+)"));
        String system = find("/etc/os-release", "PRETTY_NAME=\"?([^\"\\n]*)");
        return String.format(
                "%s%s, %d processors, %.0f GiB, %s, Linux %s, %s",
                model,
                virtual,
                Runtime.getRuntime().availableProcessors(),
                memory / KIB_PER_GIB,
                system,
                System.getProperty("os.version"),
                LocalDate.now());
    }

    private static String find(String file, String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
        return found.find() ? found.group(1).trim() : "0";
    }
}

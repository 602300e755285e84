package io.memif.tests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processors this process may run on. */
final class Processors {
    private static final String FIELD = "Cpus_allowed_list:";

    private Processors() {}

    /** Their numbers, never none. */
    static List<Integer> allowed() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(FIELD)) {
                    return parse(line.substring(FIELD.length()).trim());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("/proc/self/status has no " + FIELD);
    }

    /** Such as "0-3,8". */
    private static List<Integer> parse(String ranges) {
        List<Integer> numbers = new ArrayList<>();
        for (String range : ranges.split(",")) {
            String[] ends = range.split("-");
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int i = first; i <= last; i++) {
                numbers.add(i);
            }
        }
        return numbers;
    }
}

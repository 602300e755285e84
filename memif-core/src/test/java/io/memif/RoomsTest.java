package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packages look downwards only, as ARCHITECTURE.md says. */
@Timeout(120)
class RoomsTest {
    private static final String ROOT = "io.memif";
    private static final Pattern ARROW = Pattern.compile("\\s+(\\S+)\\s+->\\s+(\\S+).*");

    /** What each room may use besides itself and java.*; an empty name is the front room. */
    private static final Map<String, Set<String>> MAY_USE =
            Map.of(
                    "posix", Set.of("jnr"),
                    "fd", Set.of("posix", "jnr.unixsocket"),
                    "poll", Set.of("fd", "posix"),
                    "protocol", Set.of(),
                    "ring", Set.of(),
                    "memory", Set.of("ring", "fd", "posix"),
                    "control", Set.of("protocol", "ring", "memory", "poll", "fd", "posix"),
                    "flow", Set.of("protocol"),
                    "",
                            Set.of(
                                    "control",
                                    "protocol",
                                    "ring",
                                    "memory",
                                    "poll",
                                    "fd",
                                    "posix",
                                    "flow"));

    @Test
    void everyImportLooksDownwards() {
        Set<String> wrong = new TreeSet<>();
        int arrows = 0;
        for (String line : jdeps().split("\n")) {
            Matcher arrow = ARROW.matcher(line);
            if (arrow.matches() && arrow.group(1).startsWith(ROOT)) {
                arrows++;
                String from = room(arrow.group(1));
                String to = room(arrow.group(2));
                if (!allowed(from, to)) {
                    wrong.add(arrow.group(1) + " -> " + arrow.group(2));
                }
            }
        }
        assertFalse(arrows < 10, "jdeps found next to nothing");
        assertEquals(Set.of(), wrong);
    }

    /** Below the root the room's name, else the package as it is. */
    private static String room(String name) {
        if (name.equals(ROOT)) {
            return "";
        }
        return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1) : name;
    }

    private static boolean allowed(String from, String to) {
        if (to.startsWith("java.") || to.equals(from)) {
            return true;
        }
        return MAY_USE.getOrDefault(from, Set.of()).stream()
                .anyMatch(room -> to.equals(room) || to.startsWith(room + ".") && !room.isEmpty());
    }

    private static String jdeps() {
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String classes =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(
                                entry ->
                                        entry.endsWith("classes")
                                                && !entry.endsWith("test-classes"))
                        .findFirst()
                        .orElse("target/classes");
        int code =
                jdeps.run(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        "-verbose:package",
                        "--multi-release",
                        "base",
                        "--ignore-missing-deps",
                        classes);
        assertEquals(0, code, err.toString());
        return out.toString();
    }
}

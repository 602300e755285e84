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

/** Packages depend on each other only as ARCHITECTURE.md says. */
@Timeout(120)
class PackagesTest {
    private static final String ROOT = "io.memif";
    private static final Pattern ARROW = Pattern.compile("\\s+(io\\.memif\\S*)\\s+->\\s+(\\S+).*");

    /** What each package may use besides itself and java.*. */
    private static final Map<String, Set<String>> MAY_USE =
            Map.of(
                    "io.memif.internal.posix",
                    Set.of("jnr", "com.kenai.jffi"),
                    "io.memif.unix",
                    Set.of("io.memif.internal.posix"),
                    "io.memif.unix.pass",
                    Set.of("io.memif.unix", "io.memif.internal.posix", "jnr.unixsocket"),
                    "io.memif.internal.protocol",
                    Set.of(),
                    "io.memif.internal.observe",
                    Set.of("jdk.jfr", "javax.management", "javax.management.openmbean"),
                    "io.memif.internal.memory",
                    Set.of(
                            "io.memif.internal.protocol",
                            "io.memif.unix",
                            "io.memif.internal.posix"),
                    "io.memif.internal.control",
                    Set.of(
                            "io.memif.internal.protocol",
                            "io.memif.internal.memory",
                            "io.memif.internal.observe",
                            "io.memif.unix",
                            "io.memif.internal.posix"),
                    ROOT,
                    Set.of(
                            "io.memif.internal.control",
                            "io.memif.internal.protocol",
                            "io.memif.internal.memory",
                            "io.memif.internal.observe",
                            "io.memif.unix",
                            "io.memif.internal.posix"));

    /**
     * Types of the public package that know nothing but java.*, so that all packages may use them.
     */
    private static final Set<String> LEAVES =
            Set.of("Role", "Mode", "SealPolicy", "RxMode", "MemifException");

    /** The data path: names only its package, shared memory and java.*. */
    private static final Set<String> ENGINES =
            Set.of("Engine", "RxEngine", "SlaveRx", "MasterRx", "TxEngine", "SlaveTx", "MasterTx");

    @Test
    void everyDependencyIsAllowed() {
        Set<String> wrong = new TreeSet<>();
        int arrows = 0;
        for (String line : jdeps().split("\n")) {
            Matcher arrow = ARROW.matcher(line);
            if (arrow.matches()) {
                arrows++;
                if (!allowed(arrow.group(1), arrow.group(2))) {
                    wrong.add(arrow.group(1) + " -> " + arrow.group(2));
                }
            }
        }
        assertFalse(arrows < 100, "jdeps found next to nothing");
        assertEquals(Set.of(), wrong);
    }

    private static boolean allowed(String fromType, String toType) {
        String from = packageOf(fromType);
        String to = packageOf(toType);
        if (to.startsWith("java.")) {
            return true;
        }
        if (leaf(fromType)) {
            return leaf(toType);
        }
        if (from.equals(ROOT) && ENGINES.contains(simpleName(fromType))) {
            return to.equals(ROOT) || to.equals("io.memif.internal.memory");
        }
        return to.equals(from)
                || leaf(toType)
                || MAY_USE.getOrDefault(from, Set.of()).stream()
                        .anyMatch(
                                name ->
                                        to.equals(name)
                                                || name.startsWith("jnr")
                                                        && to.startsWith(name + "."));
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('.')));
    }

    private static String simpleName(String type) {
        return type.substring(type.lastIndexOf('.') + 1).replaceAll("\\$.*", "");
    }

    private static boolean leaf(String type) {
        String name = type.substring(type.lastIndexOf('.') + 1);
        return type.equals("io.memif.unix.SystemCalls")
                || packageOf(type).equals(ROOT) && LEAVES.contains(name.replaceAll("\\$.*", ""));
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
                        "-verbose:class",
                        "--multi-release",
                        "base",
                        "--ignore-missing-deps",
                        classes);
        assertEquals(0, code, err.toString());
        return out.toString();
    }
}

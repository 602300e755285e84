package io.memif.examples.doctor;

import io.memif.MemifException;
import io.memif.MemifRegion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at what the machine and this JVM offer a link. */
final class MachineCheck {
    private static final long FEW_DESCRIPTORS = 256;
    private static final long FEW_MAPPINGS = 1000;
    private static final int FIRST_JDK_THAT_WARNS = 24;
    private static final List<String> NAMESPACES = List.of("net", "mnt", "pid", "user");

    private final Path root;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * A look at a machine.
     *
     * @param root of its file system
     */
    MachineCheck(Path root) {
        this.root = root;
    }

    List<Finding> look() {
        java();
        memoryFiles();
        limits();
        kernel();
        hugepages();
        controlGroup();
        namespaces();
        sandbox();
        return findings;
    }

    private void java() {
        Runtime.Version version = Runtime.version();
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        findings.add(
                Finding.ok(
                        "JDK "
                                + version
                                + ", "
                                + System.getProperty("os.arch")
                                + ", flags "
                                + (flags.isEmpty() ? "none" : String.join(" ", flags))));
        boolean allowed =
                flags.stream().anyMatch(flag -> flag.startsWith("--enable-native-access"));
        if (version.feature() >= FIRST_JDK_THAT_WARNS && !allowed) {
            findings.add(
                    Finding.note(
                            "this JDK warns about native calls, and a later one forbids them,"
                                    + " unless --enable-native-access=ALL-UNNAMED or the manifest"
                                    + " of the jar allows them"));
        }
    }

    private void memoryFiles() {
        try (MemifRegion region = MemifRegion.builder().name("memif doctor").create(4096)) {
            findings.add(
                    Finding.ok(
                            "native calls work; memory files can be created"
                                    + (region.isSealed() ? " and sealed" : "")));
        } catch (MemifException e) {
            findings.add(
                    Finding.problem(
                            "memory cannot be shared: " + e.getMessage(),
                            "memfd_create needs no special rights: a sandbox or a limit forbids it"));
        }
    }

    private void limits() {
        List<String> lines = lines("proc/self/limits");
        limit(lines, "Max open files")
                .ifPresent(
                        words ->
                                add(
                                        number(words[0]) >= FEW_DESCRIPTORS,
                                        "descriptors: " + words[0] + ", at most " + words[1],
                                        "a link takes about ten: raise the limit (ulimit -n,"
                                                + " LimitNOFILE=)"));
        limit(lines, "Max locked memory")
                .ifPresent(words -> findings.add(Finding.ok("locked memory: " + words[0])));
        word("proc/sys/vm/max_map_count").map(MachineCheck::number).ifPresent(this::mappings);
    }

    /** Some kernels have a limit that they do not enforce. */
    private void mappings(long most) {
        int used = lines("proc/self/maps").size();
        add(
                most - used >= FEW_MAPPINGS || used > most,
                "mappings: " + used + (used > most ? "" : ", at most " + most),
                "raise vm.max_map_count: regions and a JVM need many");
    }

    /** Soft and hard limit. */
    private static Optional<String[]> limit(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).trim().split("\\s+"))
                .filter(words -> words.length >= 2)
                .findFirst();
    }

    private static long number(String word) {
        return word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word);
    }

    private void kernel() {
        word("proc/sys/vm/overcommit_memory")
                .filter("2"::equals)
                .ifPresent(
                        mode ->
                                findings.add(
                                        Finding.note(
                                                "the kernel commits memory in advance"
                                                        + " (vm.overcommit_memory 2): large regions"
                                                        + " may be refused")));
        Optional<String> used = word("proc/sys/fs/aio-nr");
        Optional<String> most = word("proc/sys/fs/aio-max-nr");
        if (used.isPresent() && most.isPresent() && number(used.get()) >= number(most.get())) {
            findings.add(
                    Finding.note(
                            "all of fs.aio-max-nr ("
                                    + most.get()
                                    + ") is used: each link needs a thread for its signals"));
        }
    }

    private void hugepages() {
        Path directory = root.resolve("sys/kernel/mm/hugepages");
        List<String> sizes = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "hugepages-*")) {
            for (Path size : found) {
                String name = size.getFileName().toString();
                String total = word(size.resolve("nr_hugepages")).orElse("0");
                if (!total.equals("0")) {
                    sizes.add(
                            name.substring("hugepages-".length())
                                    + ": "
                                    + word(size.resolve("free_hugepages")).orElse("?")
                                    + " free of "
                                    + total);
                }
            }
        } catch (IOException e) {
            sizes.clear();
        }
        findings.add(
                sizes.isEmpty()
                        ? Finding.note("no hugepages; only settings that ask for them need them")
                        : Finding.ok("hugepages: " + String.join(", ", sizes)));
    }

    private void controlGroup() {
        String group =
                lines("proc/self/cgroup").stream()
                        .filter(line -> line.startsWith("0::"))
                        .map(line -> line.substring("0::/".length()))
                        .findFirst()
                        .orElse("");
        Path directory = root.resolve("sys/fs/cgroup").resolve(group);
        Optional<String> limit = word(directory.resolve("memory.max"));
        if (limit.isEmpty() || limit.get().equals("max")) {
            findings.add(Finding.ok("control group: no limit of memory seen"));
            return;
        }
        long most = number(limit.get());
        long used = word(directory.resolve("memory.current")).map(MachineCheck::number).orElse(0L);
        add(
                used < most - most / 20,
                "control group: " + (used >> 20) + " of " + (most >> 20) + " MiB used",
                "memory of a link is charged to whoever touches it first: raise memory.max");
    }

    /** What the other side has to share is said where it matters, in docs/troubleshooting.md. */
    private void namespaces() {
        List<String> own = new ArrayList<>();
        for (String kind : NAMESPACES) {
            try {
                own.add(Files.readSymbolicLink(root.resolve("proc/self/ns/" + kind)).toString());
            } catch (IOException e) {
                continue;
            }
        }
        if (!own.isEmpty()) {
            findings.add(Finding.ok("namespaces: " + String.join(", ", own)));
        }
    }

    private void sandbox() {
        boolean filtered =
                lines("proc/self/status").stream().anyMatch(line -> line.matches("Seccomp:\\s+2"));
        if (filtered) {
            findings.add(
                    Finding.note(
                            "a seccomp filter is active: docs/containers.md lists the calls that"
                                    + " links need"));
        }
    }

    private void add(boolean good, String text, String remedy) {
        findings.add(good ? Finding.ok(text) : Finding.problem(text, remedy));
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    private Optional<String> word(String file) {
        return word(root.resolve(file));
    }

    private static Optional<String> word(Path file) {
        try {
            return Optional.of(Files.readString(file).trim());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

package io.memif.examples.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.doctor.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said about machines of other kinds. */
@Timeout(20)
class MachineCheckTest {
    @TempDir Path root;

    private void file(String name, String content) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void says(Level level, String text) {
        List<Finding> findings = new MachineCheck(root).look();
        assertTrue(
                findings.stream()
                        .anyMatch(each -> each.level() == level && each.text().startsWith(text)),
                findings::toString);
    }

    @Test
    void thisMachineWillDo() {
        List<Finding> findings = new MachineCheck(Path.of("/")).look();
        assertEquals(
                List.of(),
                findings.stream().filter(each -> each.level() == Level.PROBLEM).toList());
    }

    @Test
    void limitsThatAreTooLow() throws IOException {
        file(
                "proc/self/limits",
                """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            100                  4096                 files
                Max locked memory         65536                unlimited            bytes
                """);
        file("proc/sys/vm/max_map_count", "500\n");
        says(Level.PROBLEM, "descriptors: 100, at most 4096");
        says(Level.OK, "locked memory: 65536");
        says(Level.PROBLEM, "mappings: 0, at most 500");
        file("proc/self/maps", "one\n".repeat(600));
        says(Level.OK, "mappings: 600");
    }

    @Test
    void kernelSettings() throws IOException {
        file("proc/sys/vm/overcommit_memory", "2\n");
        file("proc/sys/fs/aio-nr", "65536\n");
        file("proc/sys/fs/aio-max-nr", "65536\n");
        file("proc/self/status", "Name:\tjava\nSeccomp:\t2\n");
        says(Level.NOTE, "the kernel commits memory in advance");
        says(Level.NOTE, "all of fs.aio-max-nr (65536) is used");
        says(Level.NOTE, "a seccomp filter is active");
    }

    @Test
    void namespaces() throws IOException {
        for (String kind : List.of("net", "mnt", "pid")) {
            Path link = root.resolve("proc/self/ns").resolve(kind);
            Files.createDirectories(link.getParent());
            Files.createSymbolicLink(link, Path.of(kind + ":[4711]"));
        }
        says(Level.OK, "namespaces: net:[4711], mnt:[4711], pid:[4711]");
    }

    @Test
    void hugepages() throws IOException {
        says(Level.NOTE, "no hugepages");
        file("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "64\n");
        file("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "60\n");
        file("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
        says(Level.OK, "hugepages: 2048kB: 60 free of 64");
    }

    @Test
    void controlGroups() throws IOException {
        file("proc/self/cgroup", "0::/pod/app\n");
        says(Level.OK, "control group: no limit");
        file("sys/fs/cgroup/pod/app/memory.max", "104857600\n");
        file("sys/fs/cgroup/pod/app/memory.current", "52428800\n");
        says(Level.OK, "control group: 50 of 100 MiB used");
        file("sys/fs/cgroup/pod/app/memory.current", "104000000\n");
        says(Level.PROBLEM, "control group: 99 of 100 MiB used");
    }
}

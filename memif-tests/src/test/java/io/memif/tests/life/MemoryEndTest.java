package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.testing.ChildProcess;
import io.memif.testing.Hugepages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory goes under a link at full rate that nobody but its owner could take: the JVM lives, both
 * ends say what has happened, and the link beside it goes on. In a child JVM, since a failure takes
 * the whole JVM along; some 10 seconds.
 */
@Timeout(180)
class MemoryEndTest {
    private static final int PAGES = 6;

    @TempDir Path directory;

    private String run(List<String> flags, MemoryEndTarget.Scenario scenario) throws Exception {
        String address = directory.resolve("s").toString();
        try (ChildProcess child =
                ChildProcess.java(flags, MemoryEndTarget.class, address, scenario.name()).start()) {
            assertEquals(0, child.exitCode(), child::toString);
            assertEquals(List.of(), child.lines("escaped"), child::toString);
            assertEquals(List.of(), child.lines("error"), child::toString);
            assertTrue(child.out().contains("honest link goes on"), child::toString);
            return child.out();
        }
    }

    /** The application's own file, which it has not sealed. */
    @Test
    void ownRegionFileIsCutUnderTraffic() throws Exception {
        String out = run(List.of(), MemoryEndTarget.Scenario.OWN_FILE_CUT);
        expect(out, "down slave: .*somebody has shrunk the file of region own, .*");
        expect(out, "down master: .*shared memory .*");
    }

    /** Both ends meet the missing page, sealed file or not. */
    @Test
    void holeInHugepagesWithAnEmptyPool() throws Exception {
        try (Hugepages pages = Hugepages.reserve(PAGES)) {
            assumeTrue(pages != null, "hugepages cannot be reserved here: not tested");
            String out = run(List.of(), MemoryEndTarget.Scenario.HUGEPAGE_HOLE);
            expect(out, "down slave: .*shared memory .*");
            expect(out, "down master: .*shared memory .*");
            assertEquals(PAGES, Hugepages.free(), "all pages come back");
        }
    }

    /** No collection can be asked for; two hundred links come and go. */
    @Test
    void noMappingStaysWithoutExplicitCollections() throws Exception {
        String out =
                run(List.of("-XX:+DisableExplicitGC"), MemoryEndTarget.Scenario.LINKS_COME_AND_GO);
        expect(out, "mappings of files 0");
    }

    private static void expect(String out, String line) {
        assertTrue(out.lines().anyMatch(each -> each.matches(line)), () -> line + " in\n" + out);
    }
}

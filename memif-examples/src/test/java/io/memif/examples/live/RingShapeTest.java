package io.memif.examples.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings are found, and their sizes, without anybody telling. 2 s. */
class RingShapeTest {
    @TempDir Path directory;

    private List<RingShape> shapes(Path file) throws Exception {
        return RingShape.find(MadeUpRing.open(file));
    }

    @ParameterizedTest
    @CsvSource({"2, 64", "2, 128", "8, 64", "3, 64"})
    void everySize(int count, int line) throws Exception {
        for (int log2 = 0; log2 <= 14; log2++) {
            Path path = directory.resolve("r" + log2);
            int length = MadeUpRing.length(log2, line);
            MappedByteBuffer memory = MadeUpRing.file(path, count * length + (1 << 20));
            for (int i = 0; i < count; i++) {
                new MadeUpRing(memory, i * length, log2, line, count * length).cookie().post();
            }
            List<RingShape> found = shapes(path);
            assertEquals(count, found.size(), "log2 " + log2);
            for (int i = 0; i < count; i++) {
                assertEquals(new RingShape((long) i * length, log2, line), found.get(i));
            }
        }
    }

    /** The rings fill the file of a slave whose buffers lie in another one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 10, 14})
    void oneRingInAFileOfItsOwn(int log2) throws Exception {
        Path path = directory.resolve("alone");
        MappedByteBuffer memory = MadeUpRing.file(path, MadeUpRing.length(log2, 64));
        new MadeUpRing(memory, 0, log2, 64, 0).cookie();
        assertEquals(List.of(new RingShape(0, log2, 64)), shapes(path));
    }

    /** Rings that stand on pages: the next cookie is further than the ring is long. */
    @Test
    void roomBehindRings() throws Exception {
        Path path = directory.resolve("padded");
        MappedByteBuffer memory = MadeUpRing.file(path, 1 << 20);
        new MadeUpRing(memory, 4096, 4, 64, 65536).cookie().post();
        new MadeUpRing(memory, 8192, 4, 64, 131072).cookie().post();
        assertEquals(List.of(new RingShape(4096, 4, 64), new RingShape(8192, 4, 64)), shapes(path));
    }

    @Test
    void noRings() throws Exception {
        Path path = directory.resolve("none");
        MadeUpRing.file(path, 4096);
        assertTrue(shapes(path).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 4", "3, 1", "1, 3"})
    void directions(int s2m, int m2s) throws Exception {
        Path path = directory.resolve("d");
        int length = MadeUpRing.length(6, 64);
        int count = s2m + m2s;
        MappedByteBuffer memory = MadeUpRing.file(path, count * length + (1 << 20));
        for (int i = 0; i < count; i++) {
            MadeUpRing ring = new MadeUpRing(memory, i * length, 6, 64, count * length).cookie();
            if (i >= s2m) {
                ring.post();
            }
        }
        Memory seen = MadeUpRing.open(path);
        List<LiveRing> rings = Directions.assign(seen, RingShape.find(seen));
        for (int i = 0; i < count; i++) {
            String name = i < s2m ? "s2m" + i : "m2s" + (i - s2m);
            assertEquals(name, rings.get(i).name());
            assertEquals(0, rings.get(i).used());
        }
    }
}

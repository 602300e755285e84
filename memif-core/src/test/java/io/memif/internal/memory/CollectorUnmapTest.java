package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.LeakCheck;
import io.memif.testing.ProcessTables;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** When a collection is asked for: only when closed mappings that are still there pile up. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CollectorUnmapTest {
    private static final long GIB = 1L << 30;

    @TempDir Path directory;

    private final List<ByteBuffer> kept = new ArrayList<>();
    private int collections;
    private final CollectorUnmap unmap = new CollectorUnmap(() -> collections++);
    private FileChannel channel;

    @BeforeEach
    void openFile() throws IOException {
        Path file = Files.createFile(directory.resolve("memif-region"));
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.truncate(0);
        channel.write(ByteBuffer.allocate(1), GIB - 1);
    }

    @AfterEach
    void closeFile() throws IOException {
        kept.clear();
        channel.close();
    }

    /** Maps and closes one mapping; while {@code keep}, the application still holds a buffer. */
    private void mapAndClose(long length, boolean keep) throws IOException {
        UnmapStrategy.Scope scope = unmap.newScope();
        ByteBuffer window = scope.map(channel, 0, length);
        if (keep) {
            kept.add(window);
        }
        scope.close();
    }

    private static void collectForReal() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            ReferenceQueue<Object> queue = new ReferenceQueue<>();
            Reference<Object> canary = new PhantomReference<>(new Object(), queue);
            System.gc();
            assertEquals(canary, queue.remove(10_000));
        }
    }

    @Test
    void fewClosedMappingsAreLeftToTheCollector() throws IOException {
        for (int i = 0; i < 63; i++) {
            mapAndClose(4_096, true);
        }
        assertEquals(0, collections);
    }

    @Test
    void oneCollectionForEverySixtyFourThatPileUp() throws IOException {
        for (int i = 0; i < 64; i++) {
            mapAndClose(4_096, true);
        }
        assertEquals(1, collections);
        for (int i = 0; i < 63; i++) {
            mapAndClose(4_096, true);
        }
        assertEquals(1, collections, "what the application keeps is no reason to collect again");
        mapAndClose(4_096, true);
        assertEquals(2, collections);
    }

    @Test
    void largeOnesAreCountedByTheirBytes() throws IOException {
        mapAndClose(GIB / 2, true);
        assertEquals(0, collections);
        mapAndClose(GIB / 2, true);
        assertEquals(1, collections);
        mapAndClose(GIB / 2, true);
        assertEquals(1, collections);
        mapAndClose(GIB / 2, true);
        assertEquals(2, collections);
    }

    @Test
    void whatTheCollectorFoundByItselfDoesNotCount() throws Exception {
        for (int i = 0; i < 63; i++) {
            mapAndClose(4_096, false);
        }
        collectForReal();
        mapAndClose(4_096, false);
        assertEquals(0, collections, "63 of 64 are gone already");
    }

    @Test
    void openMappingsDoNotCount() throws IOException {
        List<UnmapStrategy.Scope> open = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            UnmapStrategy.Scope scope = unmap.newScope();
            kept.add(scope.map(channel, 0, 4_096));
            open.add(scope);
        }
        assertEquals(0, collections);
        open.forEach(UnmapStrategy.Scope::close);
        open.forEach(UnmapStrategy.Scope::close);
        assertEquals(1, collections, "100 closed, once each");
    }

    @Test
    void closedMappingStaysWhileABufferIsKeptAndGoesWithIt() throws Exception {
        int before = ProcessTables.sharedMappings().size();
        mapAndClose(4_096, true);
        collectForReal();
        assertEquals(before + 1, ProcessTables.sharedMappings().size());
        kept.get(0).put(5, (byte) 7);
        assertEquals(7, kept.get(0).get(5), "late access still reads and writes");
        kept.clear();
        for (int i = 0; i < 10 && ProcessTables.sharedMappings().size() > before; i++) {
            collectForReal();
        }
        assertTrue(ProcessTables.sharedMappings().size() <= before);
    }
}

package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.memif.testing.LeakCheck;
import io.memif.testing.ProcessTables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What arenas add on JDK 22 and later: the mapping is gone at once, a late access throws. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ArenaUnmapTest {
    private static final int SIZE = 8_192;

    @TempDir Path directory;

    private FileChannel open() throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("memif-region"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        channel.write(ByteBuffer.allocate(SIZE), 0);
        return channel;
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void absentBefore22() {
        assertNull(ArenaUnmap.orNull());
        assertInstanceOf(CollectorUnmap.class, UnmapStrategy.forThisJdk());
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void takenWhereThereIsOne() {
        assertInstanceOf(ArenaUnmap.class, UnmapStrategy.forThisJdk());
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void unmapsAtOnceAndLateAccessThrows() throws IOException {
        int before = ProcessTables.sharedMappings().size();
        try (FileChannel channel = open()) {
            UnmapStrategy.Scope scope = ArenaUnmap.orNull().newScope();
            ByteBuffer window = scope.map(channel, 0, SIZE);
            ByteBuffer kept = window.duplicate().slice(100, 100);
            window.put(100, (byte) 1);
            assertEquals(1, kept.get(0));
            assertEquals(before + 1, ProcessTables.sharedMappings().size());
            scope.close();
            assertEquals(before, ProcessTables.sharedMappings().size());
            assertThrows(IllegalStateException.class, () -> window.get(100));
            assertThrows(IllegalStateException.class, () -> kept.get(0));
            assertThrows(IllegalStateException.class, () -> kept.putLong(0, 1));
            byte[] copy = new byte[10];
            assertThrows(IllegalStateException.class, () -> kept.get(0, copy));
            ByteBuffer target = ByteBuffer.allocateDirect(100);
            assertThrows(IllegalStateException.class, () -> target.put(0, kept, 0, 10));
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void failureToMapLeavesNothing() throws IOException {
        int before = ProcessTables.sharedMappings().size();
        FileChannel channel = open();
        channel.close();
        UnmapStrategy.Scope scope = ArenaUnmap.orNull().newScope();
        assertThrows(IOException.class, () -> scope.map(channel, 0, SIZE));
        scope.close();
        assertEquals(before, ProcessTables.sharedMappings().size());
    }
}

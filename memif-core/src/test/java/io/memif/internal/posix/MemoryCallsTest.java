package io.memif.internal.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.Await;
import io.memif.testing.LeakCheck;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory of a file: mapped, replaced by zeros, removed. */
@Timeout(60)
class MemoryCallsTest {
    private static final int LENGTH = 16 * 4096;

    private final Posix posix = Posix.open();
    private final MemoryCalls memory = posix.memory();
    private int file;
    private long address;

    @BeforeEach
    void map() {
        file = posix.files().memfdCreate("memory calls", 0);
        assertEquals(0, posix.files().ftruncate(file, LENGTH));
        address = memory.map(file, 0, LENGTH);
        assertTrue(address > 0, () -> Errno.name((int) address));
    }

    @AfterEach
    void unmap() throws IOException {
        assertEquals(0, memory.unmap(address, LENGTH));
        assertEquals(0, posix.descriptors().close(file));
        assertFalse(maps().contains("memory calls"));
    }

    private static String maps() throws IOException {
        return Files.readString(Path.of("/proc/self/maps"));
    }

    @Test
    void twoMappingsShowTheSameBytes() {
        ByteBuffer first = memory.buffer(address, LENGTH);
        long again = memory.map(file, 4096, 4096);
        ByteBuffer second = memory.buffer(again, 4096);
        first.putLong(4096 + 8, 0x0102030405060708L);
        assertEquals(0x0102030405060708L, second.getLong(8));
        assertEquals(0, memory.unmap(again, 4096));
    }

    @Test
    void replacedPagesReadAsZerosAndTheFileIsFree() throws IOException {
        ByteBuffer buffer = memory.buffer(address, LENGTH);
        for (int at = 0; at < LENGTH; at += 8) {
            buffer.putLong(at, -1);
        }
        assertTrue(maps().contains("memory calls"));
        assertEquals(0, memory.replace(address, LENGTH));
        assertFalse(maps().contains("memory calls"));
        for (int at = 0; at < LENGTH; at += 8) {
            assertEquals(0, buffer.getLong(at));
        }
        buffer.putLong(0, 1);
        long file2 = memory.map(file, 0, LENGTH);
        assertEquals(-1, memory.buffer(file2, LENGTH).getLong(0), "the file itself is as it was");
        assertEquals(0, memory.unmap(file2, LENGTH));
    }

    @Test
    void whatTheKernelRefusesHasItsErrorNumber() {
        assertEquals(-Errno.EBADF, memory.map(-1, 0, 4096));
        assertEquals(-Errno.EINVAL, memory.map(file, 1, 4096));
        assertEquals(-Errno.EINVAL, memory.replace(address + 1, 4096));
        assertEquals(-Errno.EINVAL, memory.unmap(address + 1, 4096));
    }

    @Test
    void barrierWorksOnceRegistered() {
        int registered = memory.registerBarrier();
        assertEquals(registered, memory.barrier() < 0 ? registered : 0);
    }

    static Stream<Function<ByteBuffer, Buffer>> views() {
        return Stream.of(
                ByteBuffer::duplicate,
                ByteBuffer::slice,
                buffer -> buffer.slice(8, 8).duplicate(),
                buffer -> buffer.duplicate().slice(),
                ByteBuffer::asReadOnlyBuffer,
                ByteBuffer::asLongBuffer,
                buffer -> buffer.slice(16, 64).asIntBuffer().slice());
    }

    /** What decides when addresses are removed: a buffer counts as long as anything shows it. */
    @ParameterizedTest
    @MethodSource("views")
    void everyViewKeepsTheBufferReachable(Function<ByteBuffer, Buffer> derive) throws Exception {
        ByteBuffer buffer = memory.buffer(address, LENGTH);
        WeakReference<ByteBuffer> reference = new WeakReference<>(buffer);
        Buffer[] view = {derive.apply(buffer)};
        buffer = null;
        for (int i = 0; i < 3; i++) {
            LeakCheck.collectGarbage();
        }
        assertNotEquals(null, reference.get());
        view[0] = null;
        Await.collected("the buffer goes", () -> reference.get() == null);
    }
}

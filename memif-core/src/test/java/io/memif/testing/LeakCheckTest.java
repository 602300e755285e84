package io.memif.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.io.TempDir;

/** A leak of each kind fails the test that made it, and is named. */
@Timeout(60)
class LeakCheckTest {
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private static String failureOf(LeakCheck.Before before) {
        return assertThrows(AssertionError.class, () -> before.expectNothingMore(SHORT_NS))
                .getMessage();
    }

    @Test
    void isRegisteredForEveryTest() {
        assertTrue(
                ServiceLoader.load(Extension.class).stream()
                        .anyMatch(each -> each.type() == LeakCheck.class));
    }

    @Test
    void aDescriptor() throws Exception {
        Posix posix = TestPosix.open();
        LeakCheck.Before before = LeakCheck.Before.now();
        try (OwnedFd fd =
                OwnedFd.adopt(posix, posix.descriptors().eventfd(0, 0), "left for a test")) {
            AssertionError error =
                    assertThrows(AssertionError.class, () -> before.expectNothingMore(SHORT_NS));
            assertTrue(error.getMessage().contains("[eventfd]"), error::getMessage);
            assertEquals(1, error.getSuppressed().length, "where " + fd + " was opened");
        }
        before.expectNothingMore(SHORT_NS);
    }

    @Test
    void aThread() throws Exception {
        LeakCheck.Before before = LeakCheck.Before.now();
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(() -> awaitQuietly(end), "left running");
        thread.start();
        String failure = failureOf(before);
        assertTrue(failure.contains("thread left running"), failure);
        end.countDown();
        before.expectNothingMore(TestPackets.SOON);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aMapping(@TempDir Path directory) throws Exception {
        LeakCheck.Before before = LeakCheck.Before.now();
        MappedByteBuffer mapped;
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("memif region").toFile(), "rw")) {
            mapped = file.getChannel().map(MapMode.READ_WRITE, 0, 4096);
        }
        String failure = failureOf(before);
        assertTrue(failure.contains("1 shared mappings more than before"), failure);
        mapped.put(0, (byte) 1);
        // The collector unmaps it, and has to be able to.
        mapped = null;
        before.expectNothingMore(SHORT_NS);
    }
}

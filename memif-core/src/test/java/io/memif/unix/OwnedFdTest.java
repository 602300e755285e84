package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.ProcessTables;
import io.memif.testing.TestPosix;
import io.memif.unix.UnixException.Kind;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One owner, one close, and no use afterwards. */
@Timeout(60)
class OwnedFdTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
    private volatile int closeAnswer;
    private final Posix posix =
            TestPosix.open(
                    call -> {
                        calls.incrementAndGet();
                        if (call != SystemCall.CLOSE) {
                            return 0;
                        }
                        closes.incrementAndGet();
                        return closeAnswer;
                    });

    private OwnedFd event() {
        return OwnedFd.adopt(posix, posix.descriptors().eventfd(0, 0), "test event");
    }

    private static int numberOf(OwnedFd fd) {
        int number = fd.acquire();
        fd.release();
        return number;
    }

    @Test
    void adoptionOfAFailedCallSaysWhy() {
        UnixException failed =
                assertThrows(
                        UnixException.class,
                        () -> OwnedFd.adopt(posix, -Errno.EMFILE, "test event"));
        assertEquals("open", failed.call());
        assertEquals(Errno.EMFILE, failed.errno());
        long limit = posix.files().descriptorLimit();
        assertTrue(
                failed.getMessage().startsWith("open test event: Too many open files (EMFILE); "));
        assertTrue(failed.getMessage().contains(" " + limit + " "), failed.getMessage());
    }

    @Test
    void everyUseAfterCloseFailsBeforeASystemCall() {
        OwnedFd fd = event();
        int number = numberOf(fd);
        fd.close();
        assertNull(ProcessTables.target(number));
        int before = calls.get();
        fd.close();
        assertEquals(-1, fd.tryAcquire());
        for (Runnable use :
                List.<Runnable>of(fd::acquire, fd::detach, fd::duplicate, fd::openChannel)) {
            UnixException refused = assertThrows(UnixException.class, use::run);
            assertEquals(Kind.NOT_OWNED, refused.kind());
            assertTrue(refused.getMessage().contains("test event (fd " + number + ", closed)"));
        }
        assertEquals(before, calls.get());
        assertFalse(fd.isOwned());
    }

    @Test
    void closeWaitsForTheLastUser() {
        OwnedFd fd = event();
        int number = fd.acquire();
        fd.acquire();
        fd.close();
        assertEquals(-1, fd.tryAcquire());
        fd.release();
        assertNotNull(ProcessTables.target(number));
        fd.release();
        assertNull(ProcessTables.target(number));
        assertThrows(IllegalStateException.class, fd::release);
        assertEquals(1, closes.get());
    }

    @Test
    void releaseWithoutAcquireIsRefused() {
        try (OwnedFd fd = event()) {
            assertThrows(IllegalStateException.class, fd::release);
            assertTrue(fd.isOwned());
        }
    }

    @Test
    void detachLeavesTheDescriptorOpen() {
        OwnedFd fd = event();
        int leased = fd.acquire();
        assertThrows(IllegalStateException.class, fd::detach);
        fd.release();
        int number = fd.detach();
        assertEquals(leased, number);
        fd.close();
        assertNotNull(ProcessTables.target(number));
        assertTrue(fd.toString().endsWith("released)"));
        assertThrows(UnixException.class, fd::acquire);
        OwnedFd.adopt(posix, number, "again").close();
        assertNull(ProcessTables.target(number));
    }

    @Test
    void duplicateLivesOnItsOwn() {
        OwnedFd fd = event();
        OwnedFd copy = fd.duplicate();
        assertNotEquals(numberOf(fd), numberOf(copy));
        fd.close();
        assertTrue(copy.isOwned());
        assertEquals(fd.what(), copy.what());
        copy.close();
    }

    @Test
    void failedCloseIsReportedOnceAndNotRepeated() {
        OwnedFd fd = event();
        int number = numberOf(fd);
        closeAnswer = -Errno.EIO;
        UnixException failed = assertThrows(UnixException.class, fd::close);
        assertEquals(Kind.CLOSE_FAILED, failed.kind());
        assertEquals(Errno.EIO, failed.errno());
        fd.close();
        assertEquals(1, closes.get());
        assertNull(ProcessTables.target(number));
    }

    @Test
    void memoryFileOpensAsChannel() throws Exception {
        int made = posix.files().memfdCreate("test", FileCalls.MFD_CLOEXEC);
        OwnedFd fd = OwnedFd.adopt(posix, made, "test file");
        try (FileChannel channel =
                fd.openChannel(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertEquals(3, channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
            fd.close();
            assertEquals(3, channel.size());
        } finally {
            fd.close();
        }
    }

    @Test
    void eventfdDoesNotOpenAsChannel() {
        try (OwnedFd fd = event()) {
            UnixException failed = assertThrows(UnixException.class, () -> fd.openChannel());
            assertEquals(Kind.UNUSABLE, failed.kind());
            assertTrue(failed.getMessage().contains(fd.toString()));
        }
        // Others than root are refused before it matters whether the table is full.
        int probes = System.getProperty("user.name").equals("root") ? 1 : 0;
        assertEquals(1 + probes, closes.get(), "the probe whether the table is full, and ours");
    }

    /**
     * The kernel hands out the lowest free number at once, so a second close would hit the victim
     * that a third thread opens in between.
     */
    @Test
    void twoThreadsCloseOnceAndNeverAnotherFile() throws Exception {
        int rounds = 3_000;
        CyclicBarrier barrier = new CyclicBarrier(3);
        OwnedFd[] target = new OwnedFd[1];
        List<String> wrong = new ArrayList<>();
        Runnable closer =
                () -> {
                    for (int i = 0; i < rounds; i++) {
                        await(barrier);
                        target[0].close();
                        await(barrier);
                    }
                };
        Thread a = new Thread(closer, "closer a");
        Thread b = new Thread(closer, "closer b");
        a.start();
        b.start();
        for (int i = 0; i < rounds; i++) {
            target[0] = event();
            int before = closes.get();
            await(barrier);
            int victim = posix.descriptors().eventfd(0, 0);
            await(barrier);
            if (closes.get() != before + 1 || ProcessTables.target(victim) == null) {
                wrong.add("round " + i + ": " + (closes.get() - before) + " closes");
            }
            posix.descriptors().close(victim);
        }
        a.join();
        b.join();
        assertEquals(List.of(), wrong);
    }

    /**
     * Both threads leave the same spin at once, which a barrier that puts them to sleep would not
     * do.
     */
    @Test
    void twoThreadsCloseOnceHoweverCloseTheyAre() throws Exception {
        int rounds = 5_000;
        AtomicReference<OwnedFd> target = new AtomicReference<>();
        AtomicInteger closed = new AtomicInteger();
        Thread other =
                new Thread(
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                spinWhile(() -> target.get() == null);
                                OwnedFd mine = target.get();
                                mine.close();
                                closed.incrementAndGet();
                                spinWhile(() -> target.get() == mine);
                            }
                        },
                        "other closer");
        other.start();
        int wrong = 0;
        for (int i = 0; i < rounds; i++) {
            OwnedFd mine = event();
            int before = closes.get();
            target.set(mine);
            mine.close();
            int done = i + 1;
            spinWhile(() -> closed.get() < done);
            wrong += closes.get() == before + 1 ? 0 : 1;
            target.set(null);
        }
        other.join();
        assertEquals(0, wrong, "rounds with two closes");
    }

    private static void spinWhile(BooleanSupplier condition) {
        for (int spins = 0; condition.getAsBoolean(); spins++) {
            if (spins % 200 == 199) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void useAndCloseRaceWithoutHittingAReusedNumber() throws Exception {
        int rounds = 3_000;
        CyclicBarrier barrier = new CyclicBarrier(2);
        OwnedFd[] target = new OwnedFd[1];
        List<String> wrong = new ArrayList<>();
        Thread user =
                new Thread(
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                await(barrier);
                                OwnedFd mine = target[0];
                                for (int n = mine.tryAcquire(); n >= 0; n = mine.tryAcquire()) {
                                    if (posix.descriptors().descriptorFlags(n) != 0) {
                                        wrong.add("round " + i + " used fd " + n);
                                    }
                                    mine.release();
                                }
                                await(barrier);
                            }
                        },
                        "user");
        user.start();
        for (int i = 0; i < rounds; i++) {
            target[0] = event();
            await(barrier);
            target[0].close();
            // The other descriptor is close-on-exec, which is how the user would notice it.
            int other = posix.descriptors().eventfd(0, 0x80000);
            await(barrier);
            posix.descriptors().close(other);
        }
        user.join();
        assertEquals(List.of(), wrong);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

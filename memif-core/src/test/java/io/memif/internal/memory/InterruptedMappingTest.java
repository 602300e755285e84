package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Posix;
import io.memif.testing.ProcessTables;
import io.memif.unix.OwnedFd;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Interrupts in the middle of mapping, each of which closes the channel in the middle.
 *
 * <p>No check for mappings left behind: the JDK forgets the one whose call was interrupted after
 * the system call.
 */
@Timeout(60)
class InterruptedMappingTest {
    private final Posix posix = Posix.open();
    private final RegionMapper mapper = new RegionMapper(BufferTable.WINDOW_STRIDE);

    @Test
    void threadInterruptedAgainAndAgainMaps() {
        Thread mapping = Thread.currentThread();
        AtomicBoolean done = new AtomicBoolean();
        Thread other =
                new Thread(
                        () -> {
                            while (!done.get()) {
                                mapping.interrupt();
                                Thread.onSpinWait();
                            }
                        });
        try (OwnedFd file = new RegionFile(posix).create("interrupted", 4_096)) {
            int before = ProcessTables.descriptors().size();
            other.start();
            for (int i = 0; i < 1_000; i++) {
                mapper.map(file, 4_096).close();
            }
            done.set(true);
            while (other.isAlive()) {
                Thread.interrupted();
                Thread.onSpinWait();
            }
            Thread.interrupted();
            assertEquals(before, ProcessTables.descriptors().size());
        } finally {
            done.set(true);
        }
    }
}

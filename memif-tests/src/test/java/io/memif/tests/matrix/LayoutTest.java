package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.InterfaceDetails;
import io.memif.QueueCounters;
import io.memif.QueueCounters.Counter;
import io.memif.QueueDetails;
import io.memif.QueueHandles;
import io.memif.RingDetails;
import io.memif.Role;
import io.memif.internal.memory.Padded;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that the threads of two queues write while packets pass lies on one cache line. */
@Timeout(60)
class LayoutTest {
    /** Two lines of 64 bytes, which some processors fetch together. */
    private static final int APART = 128;

    private static final int QUEUES = 8;

    @TempDir Path directory;

    /** What stands before an object's fields is enough: its neighbour has the same before its. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.memif.MasterRx",
                "io.memif.SlaveRx",
                "io.memif.MasterTx",
                "io.memif.SlaveTx",
                "io.memif.RxWait",
                "io.memif.internal.memory.SendSpace",
                "io.memif.internal.memory.StagedDescriptors"
            })
    void fieldsAreKeptApart(String name) throws ReflectiveOperationException {
        int fields = 0;
        for (Class<?> type = Class.forName(name);
                type != Padded.class;
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    assertTrue(offset(field) >= APART, field + " at " + offset(field));
                    fields++;
                }
            }
        }
        assertTrue(fields > 0);
    }

    /** Where the JVM puts a field; there is no supported way to ask. */
    private static long offset(Field field) throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field instance = type.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        return (long)
                type.getMethod("objectFieldOffset", Field.class).invoke(instance.get(null), field);
    }

    /** The counted cells of two queues, wherever their arrays are. */
    @Test
    void countersAreKeptApart() throws ReflectiveOperationException {
        QueueCounters counters = new QueueCounters();
        var cells = QueueCounters.class.getDeclaredField("cells");
        cells.setAccessible(true);
        long[] all = (long[]) cells.get(counters);
        for (Counter counter : Counter.values()) {
            QueueHandles.count(counters, counter, 1);
        }
        for (int i = 0; i < all.length; i++) {
            if (all[i] != 0) {
                assertTrue(8 * i >= APART, "cell " + i + " after the neighbour before");
                assertTrue(8 * (all.length - i - 1) >= APART, "cell " + i + " before the next");
            }
        }
    }

    /** Peers lay rings out without gaps, so that those of 2 slots share lines, as do ours. */
    @ParameterizedTest
    @CsvSource({"4, 64", "8, 128", "1024, 64", "1024, 128"})
    void ringsHaveTheirOwnLines(int ringSize, int cacheLine) throws InterruptedException {
        String address = directory.resolve("s").toString();
        try (LinkPair ends =
                new LinkPair(
                        address,
                        config(Role.MASTER, ringSize, cacheLine),
                        config(Role.SLAVE, ringSize, cacheLine))) {
            InterfaceDetails details = ends.master.details();
            List<QueueDetails> queues = new ArrayList<>(details.rxQueues());
            queues.addAll(details.txQueues());
            assertEquals(2 * QUEUES, queues.size());
            for (QueueDetails queue : queues) {
                RingDetails ring = queue.rings().get(0);
                assertEquals(0, ring.offset() % cacheLine, ring.toString());
            }
        }
    }

    private static InterfaceConfig.Builder config(Role role, int ringSize, int cacheLine) {
        return InterfaceConfig.builder()
                .role(role)
                .queues(QUEUES)
                .ringSize(ringSize)
                .cacheLine(cacheLine);
    }
}

package io.memif.tests.life;

import io.memif.testing.Await;
import io.memif.testing.ProcessTables;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What this process holds of the things that links are made of. Pipes to children are not counted.
 *
 * @param descriptors open ones
 * @param mappings of memory files
 */
public record HeldResources(int descriptors, int mappings) {
    /** From 22 on mappings go when they are closed, before with a collection. */
    static final boolean UNMAPS_AT_ONCE = Runtime.version().feature() >= 22;

    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int LOOKS_A_COLLECTION = 16;

    /** What is held now. */
    public static HeldResources now() {
        return new HeldResources(targets().size(), ProcessTables.sharedMappings().size());
    }

    private static List<String> targets() {
        return ProcessTables.descriptors().values().stream()
                .filter(target -> !target.startsWith("pipe:"))
                .toList();
    }

    /** Waits until no more is held than this; before JDK 22 helps with collections. */
    public void awaitBack(String when) throws InterruptedException {
        int[] looks = {0};
        boolean back =
                Await.until(
                        SOON_NS,
                        () -> {
                            if (!UNMAPS_AT_ONCE && looks[0]++ % LOOKS_A_COLLECTION == 0) {
                                System.gc();
                            }
                            HeldResources now = now();
                            return now.descriptors <= descriptors && now.mappings <= mappings;
                        });
        if (!back) {
            throw new AssertionError(
                    when
                            + ": "
                            + now()
                            + " instead of "
                            + this
                            + ": "
                            + targets()
                            + ProcessTables.sharedMappings());
        }
    }
}

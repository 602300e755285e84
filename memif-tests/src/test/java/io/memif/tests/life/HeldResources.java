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
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(20);

    /** What is held now. */
    public static HeldResources now() {
        return new HeldResources(targets().size(), ProcessTables.sharedMappings().size());
    }

    private static List<String> targets() {
        return ProcessTables.descriptors().values().stream()
                .filter(target -> !target.startsWith("pipe:"))
                .toList();
    }

    /** Waits until no more is held than this; no collection is needed for it. */
    public void awaitBack(String when) throws InterruptedException {
        boolean back =
                Await.until(
                        SOON_NS,
                        () -> {
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

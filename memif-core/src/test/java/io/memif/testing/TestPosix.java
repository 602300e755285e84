package io.memif.testing;

import io.memif.internal.posix.Interposer;
import io.memif.internal.posix.Posix;
import io.memif.unix.PollGroup;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** System calls for tests, with the leak detector on; {@link LeakCheck} reads what it finds. */
public final class TestPosix {
    private static final List<LeakDetector.Leak> LOST = new CopyOnWriteArrayList<>();
    private static final LeakDetector DETECTOR = new LeakDetector(LOST::add);

    private TestPosix() {}

    /** System calls without fault injection. */
    public static Posix open() {
        return open(Interposer.NONE);
    }

    /** System calls with fault injection. */
    public static Posix open(Interposer interposer) {
        return Posix.open(interposer, DETECTOR);
    }

    /** A poll group in which nothing may fail. */
    public static PollGroup pollGroup(Posix posix) {
        return new PollGroup(
                posix,
                System::nanoTime,
                e -> {
                    throw new AssertionError(e);
                });
    }

    /** Descriptors owned now, or whose owner was lost and reported. */
    static List<LeakDetector.Leak> notGivenUp() {
        DETECTOR.check();
        List<LeakDetector.Leak> all = new CopyOnWriteArrayList<>(LOST);
        all.addAll(DETECTOR.stillOpen());
        return all;
    }
}

package io.memif.tests.hostile;

import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that has no free descriptor, or only a few. What runs meanwhile has to have run before:
 * loading a class needs a descriptor, too.
 */
final class DescriptorShortage {
    private static final long LIMIT = 1024;

    private final Posix posix;
    private final long before;
    private final List<OwnedFd> fillers = new ArrayList<>();

    /** What is to be tried. */
    interface Task {
        void run() throws Exception;
    }

    /** Does something while only so many descriptors are free. */
    static void during(Posix posix, int free, Task task) throws Exception {
        DescriptorShortage shortage = new DescriptorShortage(posix, free);
        try {
            task.run();
        } finally {
            shortage.close();
        }
    }

    private DescriptorShortage(Posix posix, int free) {
        this.posix = posix;
        before = posix.files().descriptorLimit();
        posix.files().setDescriptorLimit(LIMIT);
        int raw = posix.descriptors().eventfd(0, 0);
        while (raw >= 0) {
            fillers.add(OwnedFd.adopt(posix, raw, "filler"));
            raw = posix.descriptors().eventfd(0, 0);
        }
        for (int i = 0; i < free; i++) {
            fillers.remove(0).close();
        }
    }

    private void close() {
        fillers.forEach(OwnedFd::close);
        posix.files().setDescriptorLimit(before);
    }
}

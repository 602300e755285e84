package io.memif.tests.hostile;

import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that has no descriptor left, but for a few. What runs meanwhile has to have run before:
 * loading a class needs a descriptor, too.
 */
final class FullTable {
    private static final long LIMIT = 1024;

    private final Posix posix;
    private final long before;
    private final List<OwnedFd> fillers = new ArrayList<>();

    /** What is to be tried. */
    interface Task {
        void run() throws Exception;
    }

    /** Does something while there is room for so many descriptors only. */
    static void during(Posix posix, int room, Task task) throws Exception {
        FullTable table = new FullTable(posix, room);
        try {
            task.run();
        } finally {
            table.close();
        }
    }

    private FullTable(Posix posix, int room) {
        this.posix = posix;
        before = posix.files().descriptorLimit();
        posix.files().setDescriptorLimit(LIMIT);
        int raw = posix.descriptors().eventfd(0, 0);
        while (raw >= 0) {
            fillers.add(OwnedFd.adopt(posix, raw, "filler"));
            raw = posix.descriptors().eventfd(0, 0);
        }
        for (int i = 0; i < room; i++) {
            fillers.remove(0).close();
        }
    }

    private void close() {
        fillers.forEach(OwnedFd::close);
        posix.files().setDescriptorLimit(before);
    }
}

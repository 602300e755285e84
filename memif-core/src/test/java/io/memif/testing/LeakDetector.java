package io.memif.testing;

import io.memif.internal.posix.DescriptorWatch;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Finds descriptors whose owner was lost without closing them, and says where they were opened.
 *
 * <p>For tests and for the hunt after a leak: it takes a stack trace for each descriptor. Give it
 * to {@link io.memif.internal.posix.Posix#open(io.memif.internal.posix.Interposer,
 * DescriptorWatch)}. Thread-safe, and without a thread of its own: lost owners are reported when
 * the next descriptor is opened, or by {@link #check()}, once the garbage collector has noticed
 * them. A lost descriptor stays open.
 */
public final class LeakDetector implements DescriptorWatch {
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Object> lost = new ReferenceQueue<>();
    private final Consumer<Leak> reports;

    /**
     * A descriptor that somebody opened.
     *
     * @param fd its number
     * @param what what it is
     * @param opened the stack trace of its opening; its message says the same as a text
     */
    public record Leak(int fd, String what, Throwable opened) {}

    /**
     * Makes a detector.
     *
     * @param reports gets each leak once, on the thread that opened the next descriptor or checked
     */
    public LeakDetector(Consumer<Leak> reports) {
        this.reports = reports;
    }

    @Override
    public Ticket opened(Object owner, int fd, String what) {
        check();
        Entry entry =
                new Entry(owner, new Leak(fd, what, new Throwable(what + " (fd " + fd + ")")));
        entries.add(entry);
        return entry;
    }

    /**
     * Reports descriptors whose owners the garbage collector has found unreachable since.
     *
     * @return how many there were
     */
    public int check() {
        int found = 0;
        for (Reference<?> each = lost.poll(); each != null; each = lost.poll()) {
            Entry entry = (Entry) each;
            if (entries.remove(entry)) {
                found++;
                reports.accept(entry.leak);
            }
        }
        return found;
    }

    /**
     * Descriptors opened and neither closed nor given away nor reported until now.
     *
     * @return a snapshot, in no order
     */
    public List<Leak> stillOpen() {
        return entries.stream().map(entry -> entry.leak).toList();
    }

    /**
     * One watched descriptor; the owner holds it as its ticket, the detector until it is given up.
     */
    private final class Entry extends PhantomReference<Object> implements Ticket {
        private final Leak leak;

        Entry(Object owner, Leak leak) {
            super(owner, lost);
            this.leak = leak;
        }

        @Override
        public void givenUp() {
            entries.remove(this);
            clear();
        }
    }
}

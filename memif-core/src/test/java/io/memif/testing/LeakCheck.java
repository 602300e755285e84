package io.memif.testing;

import io.memif.internal.memory.Mappings;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves descriptors, shared mappings or threads behind, and names them. It is
 * registered for every test of every module, see {@code META-INF/services} and {@code
 * junit-platform.properties} beside it.
 *
 * <p>What the garbage collector has to release gets a bounded number of collections, threads that
 * are about to end get a bounded time. Tests that use this must not run in parallel.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final int COLLECTIONS = 10;
    private static final long THREAD_WAIT_NS = TimeUnit.SECONDS.toNanos(5);

    /** Threads that the JDK and JUnit start when first needed, and keep. */
    private static final Pattern OF_THE_JVM =
            Pattern.compile(
                    "process reaper.*|Common-Cleaner|Cleaner-\\d+|ForkJoinPool.*|junit-.*|surefire-.*"
                            + "|Attach Listener|Finalizer|Reference Handler|Signal Dispatcher"
                            + "|NIO.*|.*timeout.*|C[12] CompilerThread.*|Sweeper thread|Notification Thread");

    /** State of the process before a test. */
    record Before(
            Map<Integer, String> descriptors,
            int mappings,
            Set<Thread> threads,
            List<LeakDetector.Leak> owned) {
        static Before now() {
            return new Before(
                    ProcessTables.descriptors(),
                    ProcessTables.sharedMappings().size(),
                    liveThreads(),
                    TestPosix.notGivenUp());
        }

        /** Fails if there is more now, once what is about to end has had time to end. */
        void expectNothingMore(long threadWaitNs) throws InterruptedException {
            List<String> left = leftThreads(this, threadWaitNs);
            List<String> files = leftFiles(this);
            for (int i = 0; i < COLLECTIONS && !files.isEmpty(); i++) {
                collectGarbage();
                files = leftFiles(this);
            }
            left.addAll(files);
            if (!left.isEmpty()) {
                AssertionError error =
                        new AssertionError("the test left behind: " + String.join("; ", left));
                List<LeakDetector.Leak> lost = TestPosix.notGivenUp();
                lost.removeAll(owned);
                lost.forEach(leak -> error.addSuppressed(leak.opened()));
                throw error;
            }
        }
    }

    static {
        // The JDK opens a socket pair for itself when the first channel is closed, and keeps it.
        try {
            FileChannel.open(Path.of("/dev/zero")).close();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        store(context).put(LeakCheck.class, Before.now());
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        store(context).remove(LeakCheck.class, Before.class).expectNothingMore(THREAD_WAIT_NS);
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(
                ExtensionContext.Namespace.create(LeakCheck.class, context.getUniqueId()));
    }

    private static List<String> leftFiles(Before before) {
        List<String> left = new ArrayList<>();
        Map<Integer, String> now = ProcessTables.descriptors();
        now.forEach(
                (fd, target) -> {
                    if (!target.equals(before.descriptors.get(fd))) {
                        left.add("fd " + fd + " -> " + target);
                    }
                });
        if (now.size() <= before.descriptors.size()) {
            left.clear();
        }
        List<String> mappings = ProcessTables.sharedMappings();
        if (mappings.size() > before.mappings) {
            left.add(
                    (mappings.size() - before.mappings)
                            + " shared mappings more than before, among "
                            + mappings);
        }
        return left;
    }

    private static List<String> leftThreads(Before before, long limitNs)
            throws InterruptedException {
        List<String> left = new ArrayList<>();
        long end = System.nanoTime() + limitNs;
        for (Thread thread : liveThreads()) {
            if (!before.threads.contains(thread)) {
                long waitNs = Math.max(1_000_000, end - System.nanoTime());
                TimeUnit.NANOSECONDS.timedJoin(thread, waitNs);
                if (thread.isAlive()) {
                    left.add("thread " + thread.getName());
                }
            }
        }
        return left;
    }

    private static Set<Thread> liveThreads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(
                thread ->
                        thread == Thread.currentThread()
                                || OF_THE_JVM.matcher(thread.getName()).matches());
        return threads;
    }

    /** Collects until the collector has reported an object that died, or gives up after a while. */
    public static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> canary = new PhantomReference<>(new Object(), queue);
        System.gc();
        if (queue.remove(500) == canary) {
            // Cleaners run on their own thread after the same report; give the next round to them.
            System.gc();
        }
        // Mappings whose replacement was refused go when somebody asks for what waits.
        Mappings.OF_PROCESS.waitingCount();
    }
}

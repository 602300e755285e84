package io.memif.tests.hostile;

import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.SocketConfig;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A control thread that nobody attacks, and how late it is: what any control thread of this JVM
 * suffers from the machine, its collector and its compiler at the same time.
 */
final class IdleThread {
    static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int CONNECTS = 5;

    private final MemifSocket socket =
            MemifSocket.open(
                    SocketConfig.builder()
                            .address("@memif-idle-" + ProcessHandle.current().pid())
                            .build());
    private final Thread prober = new Thread(this::probe, "idle prober");
    private final long connectNs;
    private final Set<ControlThreadWatch> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;
    private volatile long startNs = System.nanoTime();
    private volatile long lateNs;
    private volatile long longestNs;

    /** Answers from now on; an honest pair has connected a few times. */
    IdleThread() throws InterruptedException {
        long[] all = new long[CONNECTS];
        for (int i = 0; i < CONNECTS; i++) {
            try (MemifReactor reactor = MemifReactor.start("idle", error -> {})) {
                all[i] = HonestPair.connectNs(reactor);
            }
        }
        Arrays.sort(all);
        connectNs = all[CONNECTS / 2];
        prober.start();
    }

    /** How long an honest pair usually takes to connect with nobody else there. */
    long connectNs() {
        return connectNs;
    }

    private void probe() {
        while (!stopped) {
            startNs = System.nanoTime();
            socket.interfaces();
            longestNs = Math.max(longestNs, System.nanoTime() - startNs);
            watches.forEach(ControlThreadWatch::look);
            LockSupport.parkNanos(PAUSE_NS);
            lateNs += lateSince(startNs);
        }
    }

    private static long lateSince(long start) {
        return Math.max(0, System.nanoTime() - start - 2 * PAUSE_NS);
    }

    /** Has another control thread looked at every now and then, for as long as it is measured. */
    void look(ControlThreadWatch watch, boolean isMeasured) {
        if (isMeasured) {
            watches.add(watch);
        } else {
            watches.remove(watch);
        }
    }

    /** How late it has been, all together, up to now. */
    long lateNs() {
        long before = lateNs;
        return before + lateSince(startNs);
    }

    /** The longest answer since the last call. */
    long takeLongestNs() {
        long longest = longestNs;
        longestNs = 0;
        return longest;
    }

    void stop() throws InterruptedException {
        stopped = true;
        prober.join();
        socket.close();
    }
}

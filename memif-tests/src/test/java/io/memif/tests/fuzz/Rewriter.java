package io.memif.tests.fuzz;

import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/** A thread that writes into a ring in a tight loop, except while somebody else has its lock. */
final class Rewriter implements AutoCloseable {
    private static final int BURST = 256;
    private static final int[] REGIONS = {0, 0, 0, 2, 1, 65535};
    private static final long[] OFFSETS = {
        RingArena.BUFFERS_AT, RingArena.REGION_0 - 1, 0xffff_ffffL, 0
    };

    private final RingArena arena;
    private final SplittableRandom random;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Thread thread = new Thread(this::rewrite, "rewriter");
    private volatile boolean closed;
    private volatile long writes;

    Rewriter(RingArena arena, long seed) {
        this.arena = arena;
        this.random = new SplittableRandom(seed);
        thread.start();
    }

    ReentrantLock lock() {
        return lock;
    }

    long writes() {
        return writes;
    }

    private void rewrite() {
        while (!closed) {
            lock.lock();
            try {
                for (int i = 0; i < BURST; i++) {
                    write();
                }
                writes += BURST;
            } finally {
                lock.unlock();
            }
        }
    }

    private void write() {
        int index = random.nextInt(arena.slots());
        switch (random.nextInt(8)) {
            case 0 -> arena.index(random.nextBoolean(), random.nextInt(1 << 16));
            case 1 -> {
                boolean which = random.nextBoolean();
                arena.index(which, arena.index(which) + 1);
            }
            case 2 -> arena.flags(random.nextInt(1 << 16));
            case 3 -> arena.descriptorFlags(index, random.nextInt(2));
            case 4 -> arena.descriptorLength(index, random.nextInt());
            case 5 -> arena.descriptorLength(index, 1 + random.nextInt(RingArena.CAPACITY));
            default ->
                    arena.descriptor(
                            index,
                            random.nextInt(4) / 3,
                            REGIONS[random.nextInt(REGIONS.length)],
                            1 + random.nextInt(200),
                            OFFSETS[random.nextInt(OFFSETS.length)]);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.memif.tests.life;

/** Waits for threads to end, for a {@code close} that must not throw. */
final class Joining {
    private Joining() {}

    /** An interrupt meanwhile is kept for later. */
    static void uninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

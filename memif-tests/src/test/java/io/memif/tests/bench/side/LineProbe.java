package io.memif.tests.bench.side;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Measures the round trip of a cache line between two processors: a thread on one stores a number
 * with release, a thread on the other waits for it with acquire and stores it into a line of its
 * own, for which the first one waits.
 *
 * <p>A thread that looks at a line all the time slows down the store it waits for: on some
 * processors the round trip takes half as long with a pause between two looks, on others the pause
 * makes it longer. Both ways are measured, and the shorter one is the floor.
 */
final class LineProbe {
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The median of many short batches counts: others may take a processor away for a while. */
    private static final int BATCHES = 600;

    private static final int FEWEST_BATCHES = 100;
    private static final int ROUND_TRIPS = 200;

    /** Measurements until the compiler has done its work. */
    private static final int WARM_UPS = 5;

    private static final long LONG_NS = 1_000_000_000L;
    private static final long NO_ANSWER_NS = 5_000_000_000L;

    /** Round trips differ a little with the address: batches take turns with these. */
    private static final int LINES = 64;

    private static final int LINE = 64;

    /** Neither neighbours nor at the same offset of a page. */
    private static final int BACK = 4096 + LINE;

    private static final int STRIDE = 2 * BACK;
    private static final long STOP = -1;

    private final Cpus cpus;
    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(LINES * STRIDE + LINE).alignedSlice(LINE);

    /**
     * A probe that is ready to measure.
     *
     * @param cpus between which the line goes
     * @throws IOException if the threads cannot be pinned to them
     */
    LineProbe(Cpus cpus) throws IOException, InterruptedException {
        this.cpus = cpus;
        for (int i = 0; i < WARM_UPS; i++) {
            measureNs();
        }
    }

    /**
     * Measures for some tenths of a second.
     *
     * @return nanoseconds
     */
    double measureNs() throws IOException, InterruptedException {
        return Math.min(measureNs(false), measureNs(true));
    }

    private double measureNs(boolean pauses) throws IOException, InterruptedException {
        for (int line = 0; line < LINES; line++) {
            LONG.setVolatile(memory, line * STRIDE, 0L);
            LONG.setVolatile(memory, line * STRIDE + BACK, 0L);
        }
        FutureTask<Void> answers =
                new FutureTask<>(
                        () -> {
                            pin(cpus.opposite());
                            answer(pauses);
                            return null;
                        });
        FutureTask<Double> asks =
                new FutureTask<>(
                        () -> {
                            pin(cpus.tested());
                            return Statistics.median(ask(pauses));
                        });
        start(answers, "line-answers");
        start(asks, "line-asks");
        try {
            double median = asks.get();
            stop(answers);
            return median;
        } catch (ExecutionException e) {
            throw new IOException("cannot measure the line round trip: " + cause(e, answers), e);
        }
    }

    /** What went wrong first: without an answering thread nobody answers. */
    private String cause(ExecutionException asking, FutureTask<Void> answers)
            throws InterruptedException {
        try {
            stop(answers);
            return asking.getCause().getMessage();
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        }
    }

    private void stop(FutureTask<Void> answers) throws InterruptedException, ExecutionException {
        for (int line = 0; line < LINES; line++) {
            LONG.setRelease(memory, line * STRIDE, STOP);
        }
        answers.get();
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private List<Double> ask(boolean pauses) throws IOException {
        List<Double> batches = new ArrayList<>();
        long begin = System.nanoTime();
        long number = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            int at = at(batch);
            long start = System.nanoTime();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                number++;
                LONG.setRelease(memory, at, number);
                if (await(at + BACK, number, pauses, NO_ANSWER_NS) != number) {
                    throw new IOException("processor " + cpus.opposite() + " does not answer");
                }
            }
            long now = System.nanoTime();
            batches.add((double) (now - start) / ROUND_TRIPS);
            if (now - begin > LONG_NS && batches.size() >= FEWEST_BATCHES) {
                break;
            }
        }
        return batches;
    }

    private void answer(boolean pauses) {
        long number = 0;
        for (int batch = 0; batch <= BATCHES; batch++) {
            int at = at(batch);
            for (int i = 0; i < ROUND_TRIPS; i++) {
                number++;
                if (await(at, number, pauses, Long.MAX_VALUE) != number) {
                    return;
                }
                LONG.setRelease(memory, at + BACK, number);
            }
        }
    }

    private static int at(int batch) {
        return batch % LINES * STRIDE;
    }

    /** Waits for a number, or for the end; looks at the clock only when that takes long. */
    private long await(int at, long number, boolean pauses, long longestNs) {
        long since = 0;
        int looks = 0;
        long seen = (long) LONG.getAcquire(memory, at);
        while (seen != number && seen != STOP) {
            if (pauses) {
                Thread.onSpinWait();
            }
            if ((++looks & 0xfffff) == 0) {
                since = since == 0 ? System.nanoTime() : since;
                if (System.nanoTime() - since > longestNs) {
                    return seen;
                }
            }
            seen = (long) LONG.getAcquire(memory, at);
        }
        return seen;
    }

    /** Pins the calling thread. */
    private static void pin(int cpu) throws IOException, InterruptedException {
        String thread =
                Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
        Process taskset =
                new ProcessBuilder("taskset", "-p", "-c", Integer.toString(cpu), thread)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (taskset.waitFor() != 0) {
            throw new IOException("taskset: " + said.trim());
        }
    }

    /**
     * Measures it a few times, to see what this machine does.
     *
     * @param args the processors as in 0,1, and how often
     * @throws IOException if the threads cannot be pinned
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        LineProbe probe = new LineProbe(Cpus.parse(args[0]));
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            System.out.printf(
                    "%.0f ns without pauses, %.0f ns with%n",
                    probe.measureNs(false), probe.measureNs(true));
        }
    }
}

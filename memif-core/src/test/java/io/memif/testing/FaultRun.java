package io.memif.testing;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One run of a use case in which one system call, chosen by its position in the order of calls,
 * fails once. Not thread-safe: only calls on the thread that made it are counted.
 */
public final class FaultRun {
    /** What is to be done; it uses {@link #posix()} and gives what it opens to {@link #keep}. */
    @FunctionalInterface
    public interface UseCase {
        /** Does it, throwing typed exceptions when calls fail. */
        void run(FaultRun run) throws Exception;
    }

    private final List<SystemCall> calls = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Thread thread = Thread.currentThread();
    private final int failingCall;
    private final int errno;
    private final Posix posix = TestPosix.open(this::intercept);

    /**
     * Prepares a run.
     *
     * @param failingCall which call fails, from 0; -1 for none
     * @param errno how it fails, positive
     */
    public FaultRun(int failingCall, int errno) {
        this.failingCall = failingCall;
        this.errno = errno;
    }

    private int intercept(SystemCall call) {
        if (Thread.currentThread() != thread) {
            return 0;
        }
        calls.add(call);
        return calls.size() - 1 == failingCall ? -errno : 0;
    }

    /** Does the use case and closes what it opened, last first; collects what is thrown. */
    public void execute(UseCase useCase) {
        try {
            useCase.run(this);
        } catch (Throwable e) {
            errors.add(e);
        }
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Throwable e) {
                errors.add(e);
            }
        }
    }

    /** System calls of this run. */
    public Posix posix() {
        return posix;
    }

    /** Has something closed at the end. */
    public <T extends AutoCloseable> T keep(T closeable) {
        opened.push(closeable);
        return closeable;
    }

    /** To be given what callbacks throw. */
    public void report(Throwable error) {
        errors.add(error);
    }

    /** What was thrown or reported. */
    public List<Throwable> errors() {
        return errors;
    }

    /** The calls made until now, in order. */
    public List<SystemCall> calls() {
        return calls;
    }
}

package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.internal.observe.FlightRecording;
import io.memif.internal.posix.Posix;
import io.memif.internal.protocol.MessageCodec;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The single thread of the control path: commands from other threads, then timers, then ready
 * descriptors, a bounded amount of each a turn.
 *
 * <p>Runs on a daemon thread of its own ({@link #start}), or wherever the caller calls {@link
 * #doWork}; in that case everything else has to be called there too.
 */
public final class Reactor implements AutoCloseable {
    private static final int EVENTS_A_TURN = 64;
    private static final int COMMANDS_A_TURN = 64;
    private static final long FAILED_TURN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Posix posix;
    private final PollGroup group;
    private final LongSupplier nanoClock;
    private final RandomGenerator jitter;
    private final CallbackThreads callbackThreads = new CallbackThreads(this);
    private final ErrorReports errors;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final DescriptorChannel.Memory messages =
            new DescriptorChannel.Memory(MessageCodec.MESSAGE_SIZE);
    private final StallWatch stallWatch = new StallWatch(this);
    private final PeerWatch peerWatch = new PeerWatch(this);
    private final Helpers helpers = new Helpers(this);
    private final Releases releases = new Releases(this);

    /** The turn under way; null while nobody records turns. */
    private Object turn;

    /** Whether the turn has done something before its wait. */
    private boolean turnBusy;

    /** On the reactor's thread: whether a turn is under way. */
    private boolean inTurn;

    private volatile Thread thread;
    private volatile boolean stopping;

    /**
     * A reactor that does not run yet.
     *
     * @param nanoClock time in nanoseconds
     * @param jitter spreads reconnects
     * @param errorHandler gets what goes wrong where no caller waits, in a callback
     */
    public Reactor(
            Posix posix,
            LongSupplier nanoClock,
            RandomGenerator jitter,
            Consumer<Throwable> errorHandler) {
        this.posix = posix;
        this.nanoClock = nanoClock;
        this.jitter = jitter;
        this.errors = new ErrorReports(this, "a reactor", errorHandler);
        this.group = new PollGroup(posix, nanoClock, errors::report);
        this.group.onAwake(this::awake);
    }

    /**
     * Runs it on a daemon thread until {@link #close}.
     *
     * @param name of the thread
     * @throws MemifException if the system has no thread for it; the reactor is closed then
     */
    public void start(String name) {
        Thread own = new Thread(this::run, name);
        own.setDaemon(true);
        callbackThreads.start(name + " callbacks");
        thread = own;
        try {
            own.start();
        } catch (OutOfMemoryError e) {
            thread = null;
            close();
            throw ThreadLimits.failure(name, e);
        }
    }

    private void run() {
        while (!stopping) {
            try {
                doWork(Long.MAX_VALUE);
            } catch (Throwable e) {
                // For want of memory, say. The turns go on, but they do not spin.
                errors.report(e);
                LockSupport.parkNanos(FAILED_TURN_PAUSE_NS);
            }
        }
        runCommands(Integer.MAX_VALUE);
        guard(group::close);
        helpers.stop();
    }

    /**
     * One turn.
     *
     * @param maxWaitNs longest wait for something to do, in nanoseconds; 0 to only look
     * @return how much was done, 0 if nothing
     */
    public int doWork(long maxWaitNs) {
        inTurn = true;
        try {
            return turn(maxWaitNs);
        } finally {
            inTurn = false;
            callbackThreads.turnEnds();
            helpers.turnEnds();
        }
    }

    /**
     * Whether the calling thread is the reactor's own, inside a turn. Whoever gives a helper or a
     * callback thread something to do need not wake it then: the end of the turn does, once for
     * all. A wake-up takes about as long as an event of a turn.
     */
    boolean isInTurn() {
        return Thread.currentThread() == thread && inTurn;
    }

    private int turn(long maxWaitNs) {
        turn = FlightRecording.turnBegins();
        int done = runCommands(COMMANDS_A_TURN);
        turnBusy = done > 0;
        long wait = done > 0 || !commands.isEmpty() ? 0 : maxWaitNs;
        done += group.poll(wait, EVENTS_A_TURN);
        // A callback of a caller-driven reactor may take turns itself.
        Object whole = turn;
        done += callbackThreads.runDue();
        FlightRecording.turnEnds(whole, done);
        return done;
    }

    /** The wait of a turn is over; one that has done nothing yet begins here. */
    private void awake() {
        if (!turnBusy) {
            turn = FlightRecording.turnBegins();
        }
        stallWatch.awake();
    }

    private int runCommands(int limit) {
        int done = 0;
        while (done < limit) {
            Runnable command = commands.poll();
            if (command == null) {
                break;
            }
            done++;
            guard(command);
        }
        return done;
    }

    /**
     * Runs a task, handing what it throws to the error handler.
     *
     * @param task on this thread
     */
    public void guard(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            errors.report(e);
        }
    }

    CallbackThreads callbackThreads() {
        return callbackThreads;
    }

    /**
     * Says in the log of the JVM what is of interest only when something is looked for. From any
     * thread.
     *
     * @param text what happened to what; asked for later on another thread, or never
     */
    public void logDebug(Supplier<String> text) {
        callbackThreads.log(log -> log.debug(text));
    }

    /**
     * Warns in the log of the JVM, once of what happens again and again. From any thread.
     *
     * @param text what happened to what, and what to do
     */
    public void logWarning(String text) {
        callbackThreads.log(log -> log.warnOnce(text));
    }

    /**
     * For what an owner has to tell the application.
     *
     * @param what in messages, such as "the listener of ..."
     * @param reports get what the calls throw
     */
    public Callbacks callbacks(String what, ErrorReports reports) {
        return new Callbacks(callbackThreads, what, reports);
    }

    /** Whether timers can no longer be set. */
    boolean isStopping() {
        return stopping;
    }

    /**
     * Runs a task in the next turn. From any thread.
     *
     * @param task what it throws goes to the error handler
     */
    public void execute(Runnable task) {
        commands.add(task);
        group.wakeUp();
    }

    /**
     * Runs a task once what this thread is doing is done; at once if the reactor has no thread of
     * its own, or none any more.
     *
     * @param task what it throws goes to the error handler
     */
    void afterwards(Runnable task) {
        Thread own = thread;
        if (own == null || !own.isAlive()) {
            guard(task);
        } else {
            execute(task);
        }
    }

    /**
     * Runs a task on the reactor's thread and waits for it; at once if there is no such thread, or
     * this is it. What the task throws is thrown here.
     *
     * @param task what to run
     * @param <T> of the result
     * @return what the task returned
     */
    public <T> T call(Supplier<T> task) {
        Thread own = thread;
        if (own == null || own == Thread.currentThread() || !own.isAlive()) {
            return task.get();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(
                () -> {
                    try {
                        result.complete(task.get());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                });
        if (stopping) {
            // The thread may have looked at its commands for the last time already.
            joinUninterruptibly(own);
            runLeftovers();
        }
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof MemifException cause) {
                // With the caller's stack, and the reactor's as its cause.
                throw new MemifException(
                        cause.code(), cause.getMessage(), cause.peerReason(), cause);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Nobody else runs them any more; several callers may have come too late. */
    private synchronized void runLeftovers() {
        runCommands(Integer.MAX_VALUE);
    }

    /**
     * Whether a thread of its own drives it.
     *
     * @return false if the caller does
     */
    public boolean hasThread() {
        return thread != null;
    }

    /**
     * Readable when {@link #doWork} has something to do other than timers.
     *
     * @return the poll group's descriptor
     */
    public OwnedFd fd() {
        return group.fd();
    }

    /**
     * When the next timer is due.
     *
     * @return nanoseconds from now, {@link Long#MAX_VALUE} if there is none
     */
    public long nextTimerDelayNs() {
        return group.nextTimerDelayNs();
    }

    /** Ends a wait in {@link #doWork}, or the next one, at once. From any thread. */
    public void wakeUp() {
        group.wakeUp();
    }

    /** Whether helpers map, release or close something, or did so just now. From any thread. */
    public boolean isHelped() {
        return helpers.isWatched();
    }

    /** How many looks there have been at rings that peers may have left packets on. */
    public long ringLooks() {
        return stallWatch.looks();
    }

    Posix posix() {
        return posix;
    }

    PollGroup group() {
        return group;
    }

    Helpers helpers() {
        return helpers;
    }

    Releases releases() {
        return releases;
    }

    /** Hands what went wrong to the error handler. From any thread. */
    void report(Throwable e) {
        errors.report(e);
    }

    /**
     * Where all sessions send from and receive into, so that a connection costs no direct memory.
     */
    DescriptorChannel.Memory messages() {
        return messages;
    }

    StallWatch stallWatch() {
        return stallWatch;
    }

    PeerWatch peerWatch() {
        return peerWatch;
    }

    /** {@return what spreads reconnects; for this thread} */
    public RandomGenerator jitter() {
        return jitter;
    }

    /** {@return the time of its timers, in nanoseconds} */
    public long nanoTime() {
        return nanoClock.getAsLong();
    }

    /**
     * Stops the thread, releases the poll group, and waits a second at most for callbacks and for
     * helpers to close what there is to close, inside a callback not at all. Idempotent.
     */
    @Override
    public void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        Thread own = thread;
        if (own == null) {
            runCommands(Integer.MAX_VALUE);
            guard(group::close);
            helpers.stop();
        } else {
            group.wakeUp();
            if (own == Thread.currentThread()) {
                return;
            }
            joinUninterruptibly(own);
        }
        if (!callbackThreads.isCallback()) {
            helpers.await();
            runLeftovers();
        }
        errors.flush();
        callbackThreads.close(Callbacks.deadlineNs());
    }

    private static void joinUninterruptibly(Thread own) {
        boolean interrupted = false;
        while (own.isAlive()) {
            try {
                own.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.memif.tests.fault;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Interposer;
import io.memif.internal.posix.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes one call of a helper fail once, chosen by its number among all calls of one kind of helper:
 * with the error that the kernel is most likely to return.
 */
final class HelperFault implements Interposer {
    /** Which helper counts. */
    enum Crew {
        MEMORY,
        CLOSING;

        boolean isCalling() {
            String name = Thread.currentThread().getName();
            return name.equals("memif " + (this == MEMORY ? "memory" : "closing") + " helper");
        }
    }

    private static final Map<SystemCall, Integer> ERRORS =
            Map.of(
                    SystemCall.MEMFD_CREATE, Errno.EMFILE,
                    SystemCall.EVENTFD, Errno.EMFILE,
                    SystemCall.FTRUNCATE, Errno.ENOMEM,
                    SystemCall.FALLOCATE, Errno.ENOSPC,
                    SystemCall.ADD_SEALS, Errno.EPERM,
                    SystemCall.GET_SEALS, Errno.EINVAL,
                    SystemCall.CLOSE, Errno.EIO);

    private final Crew crew;
    private final int number;
    private final List<SystemCall> calls = new ArrayList<>();
    private SystemCall failed;

    private HelperFault(Crew crew, int number) {
        this.crew = crew;
        this.number = number;
    }

    /** Counts, and lets all through. */
    static HelperFault none(Crew crew) {
        return new HelperFault(crew, -1);
    }

    static HelperFault of(Crew crew, int number) {
        return new HelperFault(crew, number);
    }

    @Override
    public synchronized int intercept(SystemCall call) {
        if (!crew.isCalling()) {
            return 0;
        }
        calls.add(call);
        if (calls.size() - 1 != number) {
            return 0;
        }
        failed = call;
        return -errno(call);
    }

    private static int errno(SystemCall call) {
        return ERRORS.getOrDefault(call, Errno.ENOMEM);
    }

    synchronized List<SystemCall> calls() {
        return List.copyOf(calls);
    }

    /** The call that failed; null if there were fewer. */
    synchronized SystemCall failed() {
        return failed;
    }

    String errnoName() {
        return Errno.name(errno(failed()));
    }

    @Override
    public String toString() {
        return "call " + number + " of the " + crew + " helper, " + failed() + ", fails";
    }
}

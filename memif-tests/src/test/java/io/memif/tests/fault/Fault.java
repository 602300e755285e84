package io.memif.tests.fault;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Interposer;
import io.memif.internal.posix.SystemCall;
import java.util.EnumMap;
import java.util.Map;

/**
 * Makes one call fail once, chosen by its kind and its number among those of its kind, whichever
 * thread makes it.
 */
final class Fault implements Interposer {
    private final SystemCall kind;
    private final int number;
    private final int errno;
    private final Map<SystemCall, Integer> counts = new EnumMap<>(SystemCall.class);
    private int total;
    private boolean fired;

    private Fault(SystemCall kind, int number, int errno) {
        this.kind = kind;
        this.number = number;
        this.errno = errno;
    }

    static Fault none() {
        return new Fault(null, 0, 0);
    }

    static Fault of(SystemCall kind, int number, int errno) {
        return new Fault(kind, number, errno);
    }

    @Override
    public synchronized int intercept(SystemCall call) {
        int seen = counts.merge(call, 1, Integer::sum);
        total++;
        if (call == kind && seen - 1 == number) {
            fired = true;
            return -errno;
        }
        return 0;
    }

    /** How many of each kind were made. */
    Map<SystemCall, Integer> counts() {
        return counts;
    }

    int total() {
        return total;
    }

    int errno() {
        return errno;
    }

    boolean hasFired() {
        return fired;
    }

    /** The error's name as every message has it, without its meaning. */
    String errnoName() {
        return Errno.name(errno);
    }

    @Override
    public String toString() {
        return kind == null
                ? "no fault"
                : kind + " number " + number + " fails with " + errnoName();
    }
}

package io.memif.tests.life;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What something costs a link beyond the processor time that it takes: the link's rate meanwhile,
 * compared with its rate while as much time is spent elsewhere in this process, in the same round.
 *
 * @param meanwhile the rate during it
 * @param loaded the rate under equal load
 * @param processors that were used, without those of the traffic
 */
public record EqualLoad(LoopTraffic.Rate meanwhile, LoopTraffic.Rate loaded, double processors) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /**
     * One round.
     *
     * @param windowNs how long to measure under equal load
     * @param something measures the rate during it
     */
    public static EqualLoad compare(
            LoopTraffic traffic, long windowNs, Callable<LoopTraffic.Rate> something)
            throws Exception {
        long cpu = PROCESS.getProcessCpuTime();
        long own = trafficCpuNs();
        long start = System.nanoTime();
        LoopTraffic.Rate meanwhile = something.call();
        double busy = PROCESS.getProcessCpuTime() - cpu - (trafficCpuNs() - own);
        double load = busy / (System.nanoTime() - start);
        return new EqualLoad(meanwhile, underLoad(load, traffic, windowNs), load);
    }

    /** The part of the rate that is kept, waiting for a processor set aside. */
    public double kept() {
        return meanwhile.undisturbed() / loaded.undisturbed();
    }

    private static LoopTraffic.Rate underLoad(double load, LoopTraffic traffic, long windowNs)
            throws Exception {
        int count = Math.max(1, (int) Math.ceil(load));
        List<Worker> all = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                all.add(new Worker("load", self -> burn(self, load / count)));
            }
            return traffic.rateDuring(() -> TimeUnit.NANOSECONDS.sleep(windowNs));
        } finally {
            all.forEach(Worker::close);
        }
    }

    private static void burn(Worker self, double part) {
        long slice = TimeUnit.MILLISECONDS.toNanos(1);
        while (self.isRunning()) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < slice * part) {
                Thread.onSpinWait();
            }
            LockSupport.parkNanos((long) (slice * (1 - part)));
        }
    }

    private static long trafficCpuNs() {
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.getName().equals("loop traffic")) {
                return ManagementFactory.getThreadMXBean().getThreadCpuTime(each.getId());
            }
        }
        throw new AssertionError("no traffic");
    }
}

package io.memif;

import io.memif.testing.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Virtual threads that wait on queues, in a JVM that has one carrier for all of them. */
final class VirtualThreadMain {
    private static final long LONG_NS = Duration.ofSeconds(60).toNanos();

    private VirtualThreadMain() {}

    public static void main(String[] args) throws Exception {
        RxMode mode = RxMode.valueOf(args[0]);
        try (MemifPair pair = MemifPair.open(config(Role.MASTER, mode), config(Role.SLAVE, mode))) {
            AtomicInteger received = new AtomicInteger();
            CountDownLatch waiting = new CountDownLatch(2);
            CountDownLatch others = new CountDownLatch(1);
            Thread first = start(() -> receive(pair.master().rxQueue(0), waiting, received));
            Thread second = start(() -> receive(pair.slave().rxQueue(0), waiting, received));
            waiting.await();
            start(others::countDown);
            others.await();
            System.out.println("others run");
            for (MemifInterface end : new MemifInterface[] {pair.slave(), pair.master()}) {
                end.txQueue(0).offer(new byte[60], 0, 60);
                end.txQueue(0).flush();
            }
            first.join();
            second.join();
            System.out.println("received " + received);
            interrupted(pair.master().rxQueue(0));
            grouped(pair);
            closed(pair);
        }
    }

    /** Several threads use a queue, one after the other. */
    private static InterfaceConfig config(Role role, RxMode mode) {
        return InterfaceConfig.builder().role(role).rxMode(mode).checkThreads(false).build();
    }

    private static void receive(RxQueue queue, CountDownLatch waiting, AtomicInteger received) {
        try {
            waiting.countDown();
            if (queue.await(LONG_NS)) {
                received.addAndGet(queue.poll((buffer, offset, length, flags) -> {}, 64));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void interrupted(RxQueue queue) throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Thread waits =
                start(
                        () -> {
                            waiting.countDown();
                            try {
                                System.out.println("not interrupted: " + queue.await(LONG_NS));
                            } catch (InterruptedException e) {
                                System.out.println("interrupted");
                            }
                        });
        waiting.await();
        waits.interrupt();
        waits.join();
    }

    /** A group waits without a carrier, and is woken by a packet and by a wake-up. */
    private static void grouped(MemifPair pair) throws Exception {
        RxQueue queue = pair.master().rxQueue(0);
        queue.rxMode(RxMode.INTERRUPT);
        AtomicInteger received = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        QueueGroup group = QueueGroup.open();
        group.add(queue);
        Thread serves =
                start(
                        () -> {
                            while (!stop.get()) {
                                received.addAndGet(
                                        group.serve(
                                                each -> each.poll((buffer, o, l, f) -> {}, 64),
                                                LONG_NS));
                            }
                            group.close();
                        });
        // In the kernel it would be runnable all the time.
        Await.soon("parks", () -> serves.getState() == Thread.State.TIMED_WAITING);
        System.out.println("parked");
        pair.slave().txQueue(0).offer(new byte[60], 0, 60);
        pair.slave().txQueue(0).flush();
        Await.soon("a packet", () -> received.get() > 0);
        stop.set(true);
        group.wakeUp();
        serves.join();
        System.out.println("group received " + received);
    }

    private static void closed(MemifPair pair) throws Exception {
        RxQueue queue = pair.slave().rxQueue(0);
        CountDownLatch waiting = new CountDownLatch(1);
        Thread waits =
                start(
                        () -> {
                            waiting.countDown();
                            try {
                                boolean found = queue.await(LONG_NS);
                                System.out.println("closed " + found + " " + queue.isClosed());
                            } catch (InterruptedException e) {
                                System.out.println("interrupted by closing");
                            }
                        });
        waiting.await();
        pair.close();
        waits.join();
    }

    /** Thread.startVirtualThread, which Java 17 does not have. */
    private static Thread start(Runnable task) throws ReflectiveOperationException {
        return (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }
}

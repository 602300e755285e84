package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.Opened;
import io.memif.testing.TestPosix;
import io.memif.testing.TestSockets;
import io.memif.unix.pass.GatheredWriter;
import io.memif.unix.pass.WriteRequest;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The steady state allocates nothing, by the JVM's own count of the thread's allocated bytes. */
@Timeout(60)
class AllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int TURNS = 30_000;

    @RegisterExtension final Opened opened = new Opened();

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Posix posix = TestPosix.open();
    private final PollGroup group = opened.keep(TestPosix.pollGroup(posix));

    private void assertAllocatesNothing(Runnable turn) {
        for (int i = 0; i < WARM_UP; i++) {
            turn.run();
        }
        long least = Long.MAX_VALUE;
        // The compiler may still replace code in the first rounds, which costs a few bytes once.
        for (int round = 0; round < 3; round++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < TURNS; i++) {
                turn.run();
            }
            long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            least = Math.min(least, after - before);
        }
        assertTrue(least < TURNS / 100, least + " bytes in " + TURNS + " turns");
    }

    @Test
    void turnWithEventsTimersAndWakeUps() {
        EventFd[] events = new EventFd[4];
        long[] drained = new long[1];
        for (int i = 0; i < events.length; i++) {
            EventFd event = opened.keep(EventFd.create(posix, "event"));
            events[i] = event;
            group.add(event.fd(), PollKey.READ, (key, ready) -> drained[0] += event.drain());
        }
        TurnCounter counter = new TurnCounter(group);
        assertAllocatesNothing(
                () -> {
                    for (EventFd event : events) {
                        event.signal();
                    }
                    group.wakeUp();
                    group.poll(Long.MAX_VALUE, 8);
                });
        int turns = WARM_UP + 3 * TURNS;
        assertEquals(4L * turns, drained[0]);
        assertEquals(turns, counter.turns());
    }

    @Test
    void turnWithAChangeOfInterest() {
        EventFd event = opened.keep(EventFd.create(posix, "event"));
        PollKey key = group.add(event.fd(), PollKey.READ, (k, ready) -> {});
        assertAllocatesNothing(
                () -> {
                    key.interest(key.interest() ^ PollKey.WRITE);
                    group.poll(0, 8);
                });
    }

    @Test
    void messagesAndGatheredWrites() {
        OwnedFd[] two = opened.keep(TestSockets.pair(posix, SocketCalls.SOCK_SEQPACKET));
        DescriptorChannel receiver = new DescriptorChannel(two[1], 256);
        DescriptorChannel sender = new DescriptorChannel(two[0], 256);
        PollKey key = group.add(two[0], 0, (k, ready) -> {});
        GatheredWriter writer = new GatheredWriter(key);
        long[] bytes = new long[2];
        WriteRequest request =
                new WriteRequest(
                        (r, result) -> bytes[0] += result,
                        ByteBuffer.allocateDirect(64),
                        ByteBuffer.allocateDirect(64));
        group.add(
                two[1],
                PollKey.READ,
                (k, ready) -> {
                    for (int n = receiver.receive(); n >= 0; n = receiver.receive()) {
                        bytes[1] += n;
                    }
                });
        assertAllocatesNothing(
                () -> {
                    writer.queue(request);
                    writer.flush();
                    sender.payload().clear().limit(100);
                    sender.send(two[0]);
                    group.poll(Long.MAX_VALUE, 8);
                });
        int turns = WARM_UP + 3 * TURNS;
        assertEquals(128L * turns, bytes[0]);
        assertEquals(228L * turns, bytes[1]);
    }
}

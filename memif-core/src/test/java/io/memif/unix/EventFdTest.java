package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Event counters never block, whoever made them. */
@Timeout(60)
class EventFdTest {
    private final Posix posix = TestPosix.open();

    @Test
    void countsSignals() {
        try (EventFd event = EventFd.create(posix, "test event")) {
            assertEquals(0, event.drain());
            assertEquals(0, event.signal());
            assertEquals(0, event.signal());
            assertEquals(2, event.drain());
            assertEquals(0, event.drain());
        }
    }

    /** Enough of them to share more than one buffer for their requests. */
    @Test
    void countersDoNotDisturbEachOther() {
        List<EventFd> events = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            events.add(EventFd.create(posix, "event " + i));
        }
        for (int i = 0; i < events.size(); i += 2) {
            assertEquals(0, events.get(i).signal());
        }
        for (int i = 0; i < events.size(); i++) {
            assertEquals(1 - i % 2, events.get(i).drain(), "event " + i);
        }
        events.forEach(EventFd::close);
    }

    @Test
    void fullCounterIsAsGoodAsASignal() {
        try (EventFd event = EventFd.create(posix, "test event")) {
            fill(posix, event);
            assertEquals(0, event.signal());
            assertFull(event);
        }
    }

    /** Asynchronous signals go one further than writes can. */
    private static void assertFull(EventFd event) {
        long counter = event.drain();
        assertTrue(counter == -1L || counter == -2L, "counter " + counter);
    }

    @Test
    void blockingCounterOfAPeerIsMadeNonBlocking() {
        OwnedFd theirs = OwnedFd.adopt(posix, posix.descriptors().eventfd(0, 0), "peer's event");
        try (EventFd event = EventFd.adopt(theirs)) {
            assertEquals(0, event.drain());
            assertEquals(0, event.signal());
            assertEquals(1, event.drain());
        }
    }

    @Test
    void closedCounterAnswersAnErrorAndAdoptionOfItIsRefused() {
        EventFd event = EventFd.create(posix, "test event");
        event.close();
        event.close();
        assertEquals(-Errno.EBADF, event.signal());
        assertEquals(0, event.drain());
        assertThrows(UnixException.class, () -> EventFd.adopt(event.fd()));
    }

    private void makeBlocking(EventFd event) {
        int number = event.fd().acquire();
        int flags = posix.descriptors().statusFlags(number);
        posix.descriptors().setStatusFlags(number, flags & ~DescriptorCalls.O_NONBLOCK);
        event.fd().release();
    }

    private void fill(Posix with, EventFd event) {
        ByteBuffer most = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        int number = event.fd().acquire();
        assertEquals(8, with.descriptors().write(number, most.putLong(0, -2L)));
        event.fd().release();
    }

    @Test
    void peerThatMakesTheCounterBlockingDoesNotBlockUs() {
        try (EventFd event = EventFd.create(posix, "shared event")) {
            makeBlocking(event);
            assertEquals(0, event.drain());
            fill(posix, event);
            makeBlocking(event);
            assertEquals(0, event.signal());
            assertFull(event);
        }
    }

    /** No look at the flags helps against this peer, so none is made, nor any plain call. */
    @Test
    void peerThatMakesAFullCounterBlockingAllTheTimeHoldsNobody() throws Exception {
        Set<SystemCall> made = EnumSet.noneOf(SystemCall.class);
        Posix watched =
                TestPosix.open(
                        call -> {
                            made.add(call);
                            return 0;
                        });
        try (EventFd event = EventFd.create(watched, "shared event")) {
            fill(posix, event);
            AtomicBoolean running = new AtomicBoolean(true);
            Thread peer =
                    new Thread(
                            () -> {
                                while (running.get()) {
                                    makeBlocking(event);
                                }
                            });
            peer.start();
            try {
                made.clear();
                for (int i = 0; i < 20_000; i++) {
                    assertEquals(0, event.signal());
                }
                assertFull(event);
                for (int i = 0; i < 20_000; i++) {
                    assertEquals(0, event.drain());
                }
            } finally {
                running.set(false);
                peer.join();
            }
            made.remove(SystemCall.IO_SETUP);
            assertEquals(
                    EnumSet.of(SystemCall.IO_SUBMIT, SystemCall.IO_GETEVENTS, SystemCall.READ_NOW),
                    made);
        }
    }

    @Test
    void semaphoreOfAPeerIsReadOnceAndDoesNotSpin() {
        int flags = DescriptorCalls.EFD_SEMAPHORE | DescriptorCalls.EFD_NONBLOCK;
        OwnedFd theirs = OwnedFd.adopt(posix, posix.descriptors().eventfd(0, flags), "peer's");
        try (EventFd event = EventFd.adopt(theirs)) {
            fill(posix, event);
            assertEquals(1, event.drain());
            assertEquals(1, event.drain());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOSYS, Errno.EPERM, Errno.EINVAL, Errno.EAGAIN})
    void signalsByWriteWhereTheKernelDoesNotOfferMore(int errno) {
        Posix old =
                TestPosix.open(
                        call ->
                                switch (call) {
                                    case IO_SUBMIT -> -errno;
                                    case READ_NOW -> -Errno.EOPNOTSUPP;
                                    default -> 0;
                                });
        try (EventFd event = EventFd.create(old, "shared event")) {
            makeBlocking(event);
            assertEquals(0, event.signal());
            assertEquals(0, event.signal());
            assertEquals(2, event.drain());
            assertEquals(0, event.drain());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOSYS, Errno.EPERM, Errno.EINVAL, Errno.EAGAIN})
    void whatMustNotWaitMakesNoPlainCallAndSaysSo(int errno) {
        Set<SystemCall> made = EnumSet.noneOf(SystemCall.class);
        Posix old =
                TestPosix.open(
                        call -> {
                            made.add(call);
                            return switch (call) {
                                case IO_SUBMIT -> -errno;
                                case READ_NOW -> -Errno.EOPNOTSUPP;
                                default -> 0;
                            };
                        });
        try (EventFd event = EventFd.create(old, "shared event")) {
            assertEquals(0, event.signal());
            made.clear();
            assertEquals(-errno, event.trySignal());
            made.removeAll(EnumSet.of(SystemCall.IO_SETUP, SystemCall.IO_GETEVENTS));
            assertEquals(EnumSet.of(SystemCall.IO_SUBMIT), made);
            assertEquals(1, event.drain(), "as it was");
        }
        EventFd closed = EventFd.create(posix, "test event");
        closed.close();
        assertEquals(-Errno.EBADF, closed.trySignal());
    }

    @Test
    void whatMustNotWaitDoesTheSameWhereItCan() {
        try (EventFd shared = EventFd.create(posix, "shared event");
                EventFd own = EventFd.createPrivate(posix, "private event")) {
            for (EventFd event : new EventFd[] {shared, own}) {
                assertEquals(0, event.trySignal());
                assertEquals(0, event.trySignal());
                assertEquals(2, event.drain());
                assertEquals(0, event.drain());
            }
        }
    }

    /** Again and again, the thread that sets the other one free included; then it goes. */
    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE"})
    void closeEndsWhenAPeerThatCatchesEverybodyIsGone(SystemCall caught) throws Exception {
        AtomicBoolean hostile = new AtomicBoolean(true);
        CountDownLatch strikes = new CountDownLatch(20);
        AtomicReference<Thread> victim = new AtomicReference<>();
        AtomicReference<Thread> closer = new AtomicReference<>();
        EventFd[] event = new EventFd[1];
        OwnedFd[] theirs = new OwnedFd[1];
        Posix watched =
                TestPosix.open(
                        call -> {
                            Thread thread = Thread.currentThread();
                            boolean plain = call == SystemCall.READ || call == SystemCall.WRITE;
                            boolean ours = thread == victim.get() || thread == closer.get();
                            if (plain && ours && hostile.get()) {
                                strike(theirs[0], call);
                                strikes.countDown();
                            }
                            return withoutCallsThatNeverWait(call);
                        });
        event[0] = EventFd.create(watched, "shared event");
        theirs[0] = event[0].fd().duplicate();
        Thread thread = user(event[0], caught);
        victim.set(thread);
        thread.start();
        Thread closing = new Thread(event[0]::close);
        closer.set(closing);
        while (strikes.getCount() == 20) {
            Thread.onSpinWait();
        }
        closing.start();
        // Each change frees the other of the two, so this goes on as long as the peer likes.
        strikes.await(500, TimeUnit.MILLISECONDS);
        hostile.set(false);
        closing.join(10_000);
        thread.join(10_000);
        assertFalse(thread.isAlive(), "still blocked");
        assertFalse(closing.isAlive(), "still closing");
        theirs[0].close();
    }

    /** The peer changes the counter between our look at it and our use of it. */
    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE"})
    void closeSetsFreeAThreadThatWasCaughtInBetween(SystemCall caught) throws Exception {
        CountDownLatch struck = new CountDownLatch(1);
        EventFd[] event = new EventFd[1];
        AtomicReference<Thread> victim = new AtomicReference<>();
        Posix watched =
                TestPosix.open(
                        call -> {
                            if (call == caught && Thread.currentThread() == victim.get()) {
                                strike(event[0], caught);
                                struck.countDown();
                            }
                            return withoutCallsThatNeverWait(call);
                        });
        event[0] = EventFd.create(watched, "shared event");
        event[0].signal();
        makeBlocking(event[0]);
        Thread thread = user(event[0], caught);
        victim.set(thread);
        thread.start();
        assertTrue(struck.await(10, TimeUnit.SECONDS));
        event[0].close();
        thread.join(10_000);
        assertFalse(thread.isAlive(), "still blocked");
    }

    private static int withoutCallsThatNeverWait(SystemCall call) {
        return switch (call) {
            case IO_SUBMIT -> -Errno.ENOSYS;
            case READ_NOW -> -Errno.EOPNOTSUPP;
            default -> 0;
        };
    }

    /** Makes a plain call, which may wait. */
    private static Thread user(EventFd event, SystemCall call) {
        return new Thread(call == SystemCall.WRITE ? event::signal : event::drain);
    }

    private void strike(EventFd event, SystemCall caught) {
        strike(event.fd(), caught);
    }

    /** One at a time, or the peer itself would find the counter blocking. */
    private synchronized void strike(OwnedFd fd, SystemCall caught) {
        int number = fd.tryAcquire();
        if (number < 0) {
            return;
        }
        DescriptorCalls calls = posix.descriptors();
        calls.setStatusFlags(number, DescriptorCalls.O_NONBLOCK);
        ByteBuffer counter = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        calls.read(number, counter);
        if (caught == SystemCall.WRITE) {
            calls.write(number, counter.putLong(0, -2L));
        }
        calls.setStatusFlags(number, 0);
        fd.release();
    }

    @Test
    void privateCounterCountsToo() {
        try (EventFd event = EventFd.createPrivate(posix, "private event")) {
            assertEquals(0, event.signal());
            assertEquals(1, event.drain());
            assertEquals(0, event.drain());
        }
    }

    @Test
    void otherKindsOfFilesAnswerErrors() {
        int epoll = posix.polling().epollCreate();
        try (EventFd wrong = EventFd.adopt(OwnedFd.adopt(posix, epoll, "no event"))) {
            assertTrue(wrong.signal() < 0);
            assertEquals(0, wrong.drain());
        }
    }
}

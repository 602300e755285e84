package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.testing.TestPosix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members of a poll group: adding, changing, removing, also from inside callbacks. */
@Timeout(20)
class PollGroupTest {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private final Posix posix = TestPosix.open();
    private final List<Throwable> errors = new ArrayList<>();
    private final List<EventFd> opened = new ArrayList<>();
    private PollGroup group;

    @BeforeEach
    void open() {
        group = new PollGroup(posix, System::nanoTime, errors::add);
    }

    @AfterEach
    void close() {
        group.close();
        opened.forEach(EventFd::close);
        assertEquals(List.of(), errors);
    }

    private EventFd event() {
        EventFd made = EventFd.create(posix, "test event");
        opened.add(made);
        return made;
    }

    @Test
    void callsTheHandlerOfTheReadyMemberOnly() {
        EventFd ready = event();
        EventFd idle = event();
        List<PollKey> called = new ArrayList<>();
        PollKey key = group.add(ready.fd(), PollKey.READ, (k, found) -> called.add(k));
        group.add(idle.fd(), PollKey.READ, (k, found) -> called.add(k));
        ready.signal();

        assertEquals(1, group.poll(FOR_EVER, 8));

        assertEquals(List.of(key), called);
        assertSame(ready.fd(), key.fd());
    }

    @Test
    void reportsAgainWhatIsNotDealtWith() {
        EventFd ready = event();
        int[] calls = new int[1];
        group.add(
                ready.fd(),
                PollKey.READ,
                (k, found) -> calls[0] += found == PollKey.READ ? 1 : 100);
        ready.signal();
        group.poll(FOR_EVER, 8);
        group.poll(FOR_EVER, 8);
        assertEquals(2, calls[0]);
        ready.drain();
        assertEquals(0, group.poll(0, 8));
        assertEquals(2, calls[0]);
    }

    @Test
    void changesInterest() {
        EventFd writable = event();
        int[] found = new int[1];
        PollKey key = group.add(writable.fd(), PollKey.READ, (k, ready) -> found[0] = ready);
        assertEquals(0, group.poll(0, 8));
        key.interest(PollKey.READ | PollKey.WRITE);
        assertEquals(1, group.poll(0, 8));
        assertEquals(PollKey.WRITE, found[0]);
        key.interest(0);
        assertEquals(0, group.poll(0, 8));
        assertEquals(0, key.interest());
    }

    @Test
    void memberRemovedByAnotherInTheSameTurnIsNotCalled() {
        EventFd a = event();
        EventFd b = event();
        PollKey[] keys = new PollKey[2];
        int[] calls = new int[1];
        keys[0] =
                group.add(
                        a.fd(),
                        PollKey.READ,
                        (k, r) -> {
                            calls[0]++;
                            keys[1].remove();
                        });
        keys[1] =
                group.add(
                        b.fd(),
                        PollKey.READ,
                        (k, r) -> {
                            calls[0]++;
                            keys[0].remove();
                        });
        a.signal();
        b.signal();

        assertEquals(1, group.poll(FOR_EVER, 8));

        assertEquals(1, calls[0]);
        assertEquals(1, group.size());
    }

    @Test
    void readinessOfARemovedMemberIsNotGivenToItsSuccessorInTheSameSlot() {
        EventFd a = event();
        EventFd b = event();
        EventFd successor = event();
        int[] wrong = new int[1];
        PollKey[] keys = new PollKey[2];
        PollHandler replaceOther =
                (k, r) -> {
                    PollKey other = k == keys[0] ? keys[1] : keys[0];
                    other.remove();
                    group.add(successor.fd(), PollKey.READ, (k2, r2) -> wrong[0]++);
                };
        keys[0] = group.add(a.fd(), PollKey.READ, replaceOther);
        keys[1] = group.add(b.fd(), PollKey.READ, replaceOther);
        a.signal();
        b.signal();

        assertEquals(1, group.poll(FOR_EVER, 8));

        assertEquals(0, wrong[0]);
        assertEquals(2, group.size());
    }

    @Test
    void closingTheDescriptorOfAMemberFirstIsHarmless() {
        EventFd ready = event();
        PollKey key = group.add(ready.fd(), PollKey.READ, (k, r) -> {});
        ready.close();
        assertFalse(ready.fd().isOwned());
        key.remove();
        assertEquals(0, group.poll(0, 8));
        assertFalse(key.isMember());
    }

    @Test
    void handlerThatThrowsIsReportedAndStays() {
        EventFd ready = event();
        RuntimeException failure = new RuntimeException("from the handler");
        group.add(
                ready.fd(),
                PollKey.READ,
                (k, r) -> {
                    ready.drain();
                    throw failure;
                });
        ready.signal();
        assertEquals(1, group.poll(FOR_EVER, 8));
        assertEquals(List.of(failure), errors);
        errors.clear();
        ready.signal();
        assertEquals(1, group.poll(FOR_EVER, 8));
        assertEquals(List.of(failure), errors);
        errors.clear();
    }

    @Test
    void addFailsWithTheErrno() {
        EventFd member = event();
        group.add(member.fd(), PollKey.READ, (k, r) -> {});
        UnixException twice =
                assertThrows(
                        UnixException.class,
                        () -> group.add(member.fd(), PollKey.READ, (k, r) -> {}));
        assertEquals(Errno.EEXIST, twice.errno());
        assertTrue(twice.getMessage().contains("EEXIST"), twice.getMessage());
        EventFd closed = event();
        closed.close();
        assertThrows(UnixException.class, () -> group.add(closed.fd(), PollKey.READ, (k, r) -> {}));
        assertEquals(1, group.size());
    }

    @Test
    void manyMembersComeAndGo() {
        List<PollKey> keys = new ArrayList<>();
        int[] calls = new int[1];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                EventFd ready = event();
                ready.signal();
                keys.add(
                        group.add(
                                ready.fd(),
                                PollKey.READ,
                                (k, r) -> {
                                    calls[0]++;
                                    k.remove();
                                }));
            }
            for (int i = 0; i < 100; i += 3) {
                keys.get(keys.size() - 1 - i).remove();
            }
        }
        while (group.size() > 0) {
            group.poll(FOR_EVER, 7);
        }
        assertEquals(3 * 66, calls[0]);
    }

    @Test
    void callbackMayCloseTheGroup() {
        EventFd ready = event();
        EventFd other = event();
        int[] calls = new int[1];
        PollHandler closing =
                (k, r) -> {
                    calls[0]++;
                    group.close();
                };
        group.add(ready.fd(), PollKey.READ, closing);
        group.add(other.fd(), PollKey.READ, closing);
        ready.signal();
        other.signal();
        assertEquals(1, group.poll(FOR_EVER, 8));
        assertEquals(1, calls[0]);
        assertThrows(IllegalStateException.class, () -> group.poll(0, 8));
        assertThrows(
                IllegalStateException.class, () -> group.add(ready.fd(), PollKey.READ, closing));
        group.wakeUp();
    }

    @Test
    void pollInsideACallbackIsRefused() {
        EventFd ready = event();
        group.add(
                ready.fd(),
                PollKey.READ,
                (k, r) -> {
                    ready.drain();
                    group.poll(0, 1);
                });
        ready.signal();
        group.poll(FOR_EVER, 8);
        assertEquals(1, errors.size());
        assertTrue(errors.get(0) instanceof IllegalStateException);
        errors.clear();
        assertEquals(0, group.poll(0, 8));
    }

    @Test
    void groupsNest() {
        try (PollGroup outer = new PollGroup(posix, System::nanoTime, errors::add)) {
            EventFd ready = event();
            int[] calls = new int[1];
            group.add(
                    ready.fd(),
                    PollKey.READ,
                    (k, r) -> {
                        calls[0]++;
                        ready.drain();
                    });
            outer.add(group.fd(), PollKey.READ, (k, r) -> group.poll(0, 8));
            assertEquals(0, outer.poll(0, 8));
            ready.signal();
            assertEquals(1, outer.poll(FOR_EVER, 8));
            assertEquals(1, calls[0]);
            group.wakeUp();
            assertEquals(1, outer.poll(FOR_EVER, 8));
            assertEquals(0, outer.poll(0, 8));
        }
    }

    @Test
    void waitsNoLongerThanAsked() {
        long start = System.nanoTime();
        assertEquals(0, group.poll(TimeUnit.MILLISECONDS.toNanos(20), 8));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(19));
    }
}

package io.memif.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Interposer;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lost descriptors are named, with the stack trace of their opening. */
@Timeout(60)
class LeakDetectorTest {
    private final List<LeakDetector.Leak> leaks = new ArrayList<>();
    private final LeakDetector detector = new LeakDetector(leaks::add);
    private final Posix posix = Posix.open(Interposer.NONE, detector);

    private OwnedFd event(String what) {
        return OwnedFd.adopt(posix, posix.descriptors().eventfd(0, 0), what);
    }

    private int loseOneHere() {
        OwnedFd lost = event("lost event");
        int number = lost.acquire();
        lost.release();
        return number;
    }

    private void collectUntilReported() throws InterruptedException {
        for (int i = 0; i < 50 && leaks.isEmpty(); i++) {
            ReferenceQueue<Object> queue = new ReferenceQueue<>();
            PhantomReference<Object> canary = new PhantomReference<>(new Object(), queue);
            System.gc();
            queue.remove(200);
            canary.clear();
            detector.check();
        }
    }

    @Test
    void namesWhatWasLostAndWhereItWasOpened() throws InterruptedException {
        int number = loseOneHere();
        collectUntilReported();
        assertEquals(1, leaks.size());
        LeakDetector.Leak leak = leaks.get(0);
        assertEquals("lost event", leak.what());
        assertEquals(number, leak.fd());
        assertEquals("lost event (fd " + number + ")", leak.opened().getMessage());
        boolean named = false;
        for (StackTraceElement frame : leak.opened().getStackTrace()) {
            named |= frame.getMethodName().equals("loseOneHere");
        }
        assertTrue(named, "the stack trace names the method that opened it");
        assertEquals(0, detector.check());
        assertEquals(List.of(), detector.stillOpen());
        assertEquals(0, posix.descriptors().close(number));
    }

    @Test
    void closedAndReleasedDescriptorsAreNoLeaks() throws InterruptedException {
        OwnedFd held = event("held event");
        event("closed event").close();
        int released = event("released event").detach();
        assertEquals(
                List.of("held event"), detector.stillOpen().stream().map(l -> l.what()).toList());
        loseOneHere();
        collectUntilReported();
        assertEquals(List.of("lost event"), leaks.stream().map(l -> l.what()).toList());
        posix.descriptors().close(leaks.get(0).fd());
        posix.descriptors().close(released);
        held.close();
        assertEquals(List.of(), detector.stillOpen());
    }

    @Test
    void nextOpeningReportsToo() throws InterruptedException {
        loseOneHere();
        for (int i = 0; i < 50 && leaks.isEmpty(); i++) {
            System.gc();
            event("another").close();
            Thread.onSpinWait();
        }
        collectUntilReported();
        assertEquals(1, leaks.size());
        posix.descriptors().close(leaks.get(0).fd());
    }
}

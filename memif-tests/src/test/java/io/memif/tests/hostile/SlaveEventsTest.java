package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.RxMode;
import io.memif.internal.posix.DescriptorCalls;
import io.memif.tests.hostile.FakeMaster.Step;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A master that fills our eventfds and makes them block: they are one open file with ours. */
class SlaveEventsTest extends SlaveCase {
    private static final int ROUNDS = 20;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendingDoesNotBlock(boolean blocking) throws Exception {
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept().through(Step.CONNECTED)) {
            ours.expectEvent("up raw master raw0");
            spoil(link.control.received().get(0), blocking);
            for (int i = 0; i < ROUNDS; i++) {
                link.s2m.flags(0);
                expectTraffic(ours, link);
            }
            ours.expectQuiet();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void receivingDoesNotHang(boolean blocking) throws Exception {
        try (TestedInterface ours = slave(config -> config.rxMode(RxMode.INTERRUPT));
                FakeMaster.Link link = master.accept().through(Step.CONNECTED)) {
            ours.expectEvent("up raw master raw0");
            spoil(link.control.received().get(1), blocking);
            long start = System.nanoTime();
            assertFalse(ours.itf.rxQueue(0).await(TimeUnit.MILLISECONDS.toNanos(50)));
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
            expectTraffic(ours, link);
        }
    }

    /** Fills the counter, which an addition that does not fit leaves as it is. */
    private void spoil(OwnedFd event, boolean blocking) {
        DescriptorCalls calls = posix.descriptors();
        int number = event.acquire();
        try {
            ByteBuffer most = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
            calls.read(number, most);
            assertEquals(8, calls.write(number, most.clear().putLong(0, -2)));
            if (blocking) {
                calls.setStatusFlags(number, 0);
            }
        } finally {
            event.release();
        }
    }
}

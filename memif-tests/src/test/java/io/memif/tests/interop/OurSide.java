package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.SocketConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One socket of ours with one interface; fails on close if anything was reported as an error. */
final class OurSide implements AutoCloseable {
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    private final MemifSocket socket;
    private final MemifInterface itf;

    OurSide(String address, InterfaceConfig.Builder config) {
        socket =
                MemifSocket.open(
                        SocketConfig.builder().address(address).errorHandler(errors::add).build());
        config.reconnectInterval(Duration.ofMillis(20), Duration.ofMillis(100));
        MemifInterface added = null;
        try {
            added = socket.addInterface(config.build());
        } finally {
            if (added == null) {
                socket.close();
            }
        }
        itf = added;
    }

    MemifInterface itf() {
        return itf;
    }

    MemifInterface awaitUp() throws InterruptedException {
        assertTrue(
                itf.awaitConnected(Duration.ofNanos(Testpmd.SOON_NS)),
                () -> "no link; errors: " + errors);
        return itf;
    }

    /** Waits until both ends are up. */
    MemifInterface awaitUp(Testpmd other) throws InterruptedException {
        awaitUp();
        other.awaitLinkUp(0);
        return itf;
    }

    /** Waits for an error to be reported, and takes it. */
    Throwable awaitError() throws InterruptedException {
        Throwable error = errors.poll(Testpmd.SOON_NS, TimeUnit.NANOSECONDS);
        assertNotNull(error, "an error");
        return error;
    }

    @Override
    public void close() {
        socket.close();
        assertEquals(List.of(), List.copyOf(errors));
    }
}

package io.memif.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Records what an interface's listener hears, in order. */
public final class LinkEvents implements InterfaceListener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void onLinkUp(MemifInterface itf, LinkInfo link) {
        events.add("up");
    }

    @Override
    public void onLinkDown(MemifInterface itf, String reason) {
        events.add("down: " + reason);
    }

    @Override
    public void onConnectFailed(MemifInterface itf, MemifException cause) {
        events.add("failed: " + cause.code() + " " + cause.getMessage());
    }

    /** The next event; fails if none comes. */
    public String next() throws InterruptedException {
        String event = events.poll(TestPackets.SOON, TimeUnit.NANOSECONDS);
        assertNotNull(event, "an event comes");
        return event;
    }

    /** Fails if there is an event that nobody has asked for. */
    public void assertNoMore() {
        assertNull(events.peek());
    }
}

package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.testing.DescriptorShortage;
import io.memif.testing.LinkEvents;
import io.memif.tests.hostile.FakeMaster.Step;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No descriptor left, or too few, when a slave makes its memory: the existing link keeps on, the
 * new one comes up as soon as there are free ones.
 */
class SlaveExhaustionTest extends SlaveCase {
    private static final long LOW_LIMIT = 1024;

    /** Free descriptors for nothing; for the file but not its mapping; for all but an eventfd. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void memoryAndEvents(int free) throws Exception {
        Preload.library();
        scenario(-1);
        scenario(free);
    }

    private void scenario(int free) throws Exception {
        String second = directory.resolve("second").toString();
        LinkEvents events = new LinkEvents();
        try (TestedInterface ours = slave();
                FakeMaster.Link link = master.accept().through(Step.CONNECTED);
                FakeMaster other = new FakeMaster(posix, second, 16)) {
            ours.expectEvent("up raw master raw0");
            try (MemifSocket socket =
                    MemifSocket.open(
                            SocketConfig.builder()
                                    .address(second)
                                    .reactor(ours.socket.reactor())
                                    .build())) {
                socket.addInterface(
                        InterfaceConfig.builder()
                                .role(Role.SLAVE)
                                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20))
                                .listener(events)
                                .build());
                try (FakeMaster.Link first = other.accept()) {
                    if (free < 0) {
                        first.control.send(RawMessage.disconnect(0, "not yet"));
                        events.next();
                    } else {
                        ours.watch().noHonestPairs();
                        DescriptorShortage.during(
                                posix,
                                free,
                                LOW_LIMIT,
                                () -> withoutDescriptors(ours, link, first, events));
                    }
                }
                try (FakeMaster.Link again = other.accept().through(Step.CONNECTED)) {
                    expectTraffic(ours, link);
                    String event = events.next();
                    while (!event.equals("up")) {
                        event = events.next();
                    }
                    again.control.send(RawMessage.disconnect(0, "enough"));
                }
            }
            // It would connect once more, and be taken for the next one.
            ours.socket.interfaces().forEach(itf -> itf.setAdminUp(false));
        }
    }

    private static void withoutDescriptors(
            TestedInterface ours, FakeMaster.Link link, FakeMaster.Link first, LinkEvents events)
            throws Exception {
        expectTraffic(ours, link);
        first.control.send(RawMessage.hello());
        first.control.send(RawMessage.ack());
        String reason = first.control.drain();
        assertTrue(
                reason != null && (reason.startsWith("cannot ") || reason.contains("open files")),
                reason);
        String event = events.next();
        assertTrue(event.startsWith("failed: ") && event.contains("open files"), event);
        expectTraffic(ours, link);
    }
}

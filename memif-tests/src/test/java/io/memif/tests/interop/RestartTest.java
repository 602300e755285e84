package io.memif.tests.interop;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Testpmd is killed and started again: one down, one up, and the same queues work. */
@Needs(Need.TESTPMD)
@Timeout(120)
@Tag("once")
class RestartTest {
    @TempDir Path directory;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource(Role.class)
    void queuesWorkAfterTestpmdWasKilled(Role role) throws InterruptedException, IOException {
        Path address = directory.resolve("s");
        String theirRole = role == Role.SLAVE ? "role=server" : "role=client";
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onLinkUp(MemifInterface itf, LinkInfo link) {
                        events.add("up");
                    }

                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        events.add("down");
                    }
                };
        InterfaceConfig.Builder config = InterfaceConfig.builder().role(role).listener(listener);
        try (OurSide us = new OurSide(address.toString(), config)) {
            for (int round = 0; round < 2; round++) {
                Testpmd.Builder peer = Testpmd.memif(address.toString(), theirRole);
                try (Testpmd testpmd = peer.options("--forward-mode=io").start()) {
                    expect("up");
                    testpmd.command("start");
                    new Echo(us.itf(), 0, 1024, 2048, 9000).run(1000);
                    testpmd.kill();
                }
                expect("down");
                if (role == Role.SLAVE) {
                    // The killed server left it, and the next one would not start.
                    Files.delete(address);
                }
            }
            if (!events.isEmpty()) {
                throw new AssertionError(events);
            }
        }
    }

    private void expect(String wanted) throws InterruptedException {
        String event = events.poll(Testpmd.SOON_NS, TimeUnit.NANOSECONDS);
        if (!wanted.equals(event)) {
            throw new AssertionError(event + " instead of " + wanted);
        }
    }
}

package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Role;
import io.memif.internal.posix.Posix;
import io.memif.tests.hostile.FakeMaster;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any messages with any descriptors over a real control channel, and then anything in the rings:
 * the reactor lives, its other link keeps passing packets, and nothing is left behind.
 */
@Tag("once")
class LiveFuzzTest {
    @TempDir Path directory;

    private String address(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void master() throws Exception {
        String address = address("s");
        try (LiveSide ours = new LiveSide(Role.MASTER, address, address);
                HostileSlave slave = new HostileSlave(ours, address)) {
            long messages = Campaign.run("live-master", 2, slave);
            System.out.println(messages + " messages, " + slave.links() + " links came up");
            ours.check();
            assertTrue(messages > 0);
        }
    }

    @Test
    void slave() throws Exception {
        String address = address("s");
        try (FakeMaster listener = new FakeMaster(Posix.open(), address, 16);
                LiveSide ours = new LiveSide(Role.SLAVE, address, address("honest"));
                HostileMaster master = new HostileMaster(ours, listener)) {
            long messages = Campaign.run("live-slave", 2, master);
            System.out.println(messages + " messages, " + master.links() + " links came up");
            ours.check();
            assertTrue(messages > 0);
        }
    }
}

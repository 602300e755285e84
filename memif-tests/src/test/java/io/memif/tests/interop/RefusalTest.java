package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifException;
import io.memif.Mode;
import io.memif.Role;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A refusal by testpmd is reported in its words; what we refuse leaves its link down. */
@Needs(Need.TESTPMD)
@Timeout(120)
class RefusalTest {
    @TempDir Path directory;

    private String address() {
        return directory.resolve("s").toString();
    }

    @Test
    void testpmdsReasonsReachTheCaller() throws InterruptedException {
        Testpmd.Builder server = Testpmd.memif(address(), "role=server", "secret=one", "id=3");
        try (Testpmd testpmd = server.start()) {
            InterfaceConfig.Builder right = InterfaceConfig.builder().id(3).secret("one");
            refused("Incorrect secret", InterfaceConfig.builder().id(3).secret("two"));
            refused("Secret required", InterfaceConfig.builder().id(3));
            refused("ID not found", InterfaceConfig.builder().id(4).secret("one"));
            refused("Only ethernet mode supported", right.mode(Mode.IP));
            try (OurSide us = new OurSide(address(), right.mode(Mode.ETHERNET))) {
                us.awaitUp();
                refused("Already connected", right);
                assertTrue(us.itf().isConnected());
                assertTrue(testpmd.isLinkUp());
            }
        }
    }

    private void refused(String reason, InterfaceConfig.Builder config) {
        try (OurSide us = new OurSide(address(), config.reconnect(false))) {
            MemifException e =
                    assertThrows(
                            MemifException.class,
                            () -> us.itf().awaitConnected(Duration.ofNanos(Testpmd.SOON_NS)));
            assertEquals(MemifException.Code.REFUSED_BY_PEER, e.code());
            assertEquals(reason, e.peerReason());
        }
    }

    @Test
    void aClientWithTheWrongSecretStaysDown() throws InterruptedException {
        InterfaceConfig.Builder config = InterfaceConfig.builder().role(Role.MASTER).secret("one");
        Testpmd.Builder client = Testpmd.memif(address(), "role=client", "secret=two");
        try (OurSide us = new OurSide(address(), config);
                Testpmd testpmd = client.start()) {
            String error = us.awaitError().getMessage();
            assertTrue(error.contains("incorrect secret"), error);
            assertFalse(testpmd.isLinkUp());
            assertFalse(us.itf().isConnected());
        }
    }

    @Test
    void aSecretThatWeDoNotAskForIsIgnored() throws InterruptedException {
        InterfaceConfig.Builder config = InterfaceConfig.builder().role(Role.MASTER);
        Testpmd.Builder client = Testpmd.memif(address(), "role=client", "secret=two");
        try (OurSide us = new OurSide(address(), config);
                Testpmd testpmd = client.start()) {
            us.awaitUp(testpmd);
        }
    }
}

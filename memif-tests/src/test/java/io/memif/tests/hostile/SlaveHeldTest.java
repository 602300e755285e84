package io.memif.tests.hostile;

import io.memif.tests.hostile.FakeMaster.Step;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A master that passes a descriptor whose close takes as long as it likes, where none belongs: our
 * slave's control thread does not wait for it.
 */
class SlaveHeldTest extends SlaveCase {
    @BeforeAll
    static void loadChannels() throws IOException {
        LingeringSocket.loadChannels();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"ACCEPT", "HELLO", "ACK_INIT", "CONNECTED"})
    void closingMayTakeForEver(Step state) throws Exception {
        try (LingeringSocket held = new LingeringSocket(posix);
                TestedInterface ours = slave()) {
            boolean isHeld = false;
            while (!isHeld) {
                try (FakeMaster.Link link = master.accept().through(state)) {
                    isHeld =
                            held.handOver(
                                    fd -> link.control.trySend(RawMessage.ack(), List.of(fd)) > 0);
                    link.control.drain();
                }
            }
            ours.watch().expectUnhindered();
            held.letGo();
        }
    }
}

package io.memif.tests.hostile;

import io.memif.tests.hostile.FakeMaster.Step;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our slave and masters that fall silent. */
class SlaveSilenceTest extends SlaveCase {
    @ParameterizedTest
    @EnumSource(value = Step.class, names = "CONNECTED", mode = EnumSource.Mode.EXCLUDE)
    void silentMasterIsToldAndLeft(Step state) throws Exception {
        try (TestedInterface ours =
                        slave(config -> config.handshakeTimeout(Duration.ofMillis(100)));
                FakeMaster.Link link = master.accept().through(state)) {
            takeOutstanding(link, state);
            String reason = "handshake timed out: " + phase(state);
            link.control.expectDisconnect(reason);
            link.control.close();
            ours.expectFailure("TIMED_OUT", reason);
            expectHealthy(ours);
        }
    }
}

package io.memif.unix.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import io.memif.testing.TestSockets;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A writer that cannot wait for space must not leave its requests waiting for ever. */
@Timeout(20)
class GatheredWriterFaultTest {
    private final Map<SystemCall, Integer> failures = new EnumMap<>(SystemCall.class);
    private final Posix posix = TestPosix.open(call -> failures.getOrDefault(call, 0));

    @Test
    void refusedWaitForSpaceFailsWhatIsQueued() {
        OwnedFd[] two = TestSockets.pair(posix, SocketCalls.SOCK_SEQPACKET);
        List<Throwable> errors = new ArrayList<>();
        List<Integer> results = new ArrayList<>();
        try (PollGroup group = new PollGroup(posix, System::nanoTime, errors::add)) {
            PollKey key = group.add(two[0], 0, (k, ready) -> {});
            GatheredWriter writer = new GatheredWriter(key);
            WriteRequest request =
                    new WriteRequest(
                            (r, result) -> results.add(result), ByteBuffer.allocateDirect(8));
            failures.put(SystemCall.SENDMSG, -Errno.EAGAIN);
            failures.put(SystemCall.EPOLL_CTL, -Errno.ENOMEM);
            writer.queue(request);
            assertEquals(1, writer.flush());
            assertEquals(List.of(-Errno.ENOMEM), results);
            assertEquals(0, writer.queued());
            failures.clear();
            assertEquals(0, writer.queue(request));
            assertEquals(1, writer.flush());
            assertEquals(List.of(-Errno.ENOMEM, 8), results);
            assertEquals(List.of(), errors);
        } finally {
            two[0].close();
            two[1].close();
        }
    }
}

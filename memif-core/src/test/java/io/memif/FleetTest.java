package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many slaves that connect together: the limit of pending connections refuses none of them. {@code
 * -Dfleet.size=1000} runs it with more.
 */
@Timeout(60)
class FleetTest {
    private static final int SIZE = Integer.getInteger("fleet.size", 300);

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(directory.resolve("s").toString())
                        .errorHandler(errors::add)
                        .build());
    }

    private InterfaceConfig config(Role role, int id) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(8)
                .bufferSize(64)
                .adminUp(role == Role.MASTER)
                .listener(
                        new InterfaceListener() {
                            @Override
                            public void onConnectFailed(MemifInterface itf, MemifException cause) {
                                errors.add(cause);
                            }
                        })
                .build();
    }

    @Test
    void aFleetThatComesTogetherIsNotRefused() throws Exception {
        List<MemifInterface> all = new ArrayList<>();
        try (MemifSocket masters = socket();
                MemifSocket slaves = socket()) {
            for (int id = 0; id < SIZE; id++) {
                all.add(masters.addInterface(config(Role.MASTER, id)));
                all.add(slaves.addInterface(config(Role.SLAVE, id)));
            }
            long start = System.nanoTime();
            for (int i = 1; i < all.size(); i += 2) {
                all.get(i).setAdminUp(true);
            }
            for (MemifInterface itf : all) {
                assertTrue(itf.awaitConnected(Duration.ofNanos(SOON)), itf + " comes up");
            }
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            System.out.println("FleetTest: " + SIZE + " slaves up in " + ms + " ms");
            assertEquals(List.of(), errors);
            assertEquals(SIZE, masters.details().accepted());
            assertEquals(0, masters.details().refused());
        }
    }
}

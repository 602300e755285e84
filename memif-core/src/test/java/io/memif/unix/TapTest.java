package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.internal.posix.TapCalls;
import io.memif.testing.FaultRun;
import io.memif.testing.TestPosix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Taps in the network namespace of the tests; none is ever given an address. 1 s. */
@Timeout(60)
class TapTest {
    private static final String NAME = "memif-tap%d";

    private final Posix posix = TestPosix.open();

    private Tap open(String name) {
        try {
            return Tap.open(posix, name);
        } catch (UnixException e) {
            boolean here = e.errno() != Errno.EPERM && e.errno() != Errno.ENOENT;
            assumeTrue(here || Boolean.parseBoolean(System.getenv("CI")), e.getMessage());
            throw e;
        }
    }

    @Test
    void makesAnInterfaceThatGoesWithIt() throws Exception {
        String name;
        try (Tap tap = open(NAME)) {
            name = tap.name();
            assertTrue(name.matches("memif-tap[0-9]+"), name);
            assertTrue(tap.toString().contains(name), tap.toString());
            assertEquals(0, flags(name) & TapCalls.IFF_UP);
            assertEquals(1500, tap.mtu());
            tap.mtu(Tap.MAX_MTU);
            assertEquals("9000", Files.readString(directory(name).resolve("mtu")).trim());
            tap.bringUp();
            assertEquals(TapCalls.IFF_UP, flags(name) & TapCalls.IFF_UP);
        }
        assertFalse(Files.exists(directory(name)), name);
    }

    private static Path directory(String name) {
        return Path.of("/sys/class/net", name);
    }

    private static int flags(String name) throws IOException {
        return Integer.decode(Files.readString(directory(name).resolve("flags")).trim());
    }

    @Test
    void framesPassBothWays() throws Exception {
        try (Tap tap = open(NAME);
                PollGroup group = TestPosix.pollGroup(posix)) {
            ByteBuffer frame = ByteBuffer.allocateDirect(Tap.MAX_MTU + Tap.HEADER_BYTES + 1);
            assertTrue(DescriptorChannel.isAgain(tap.read(frame)), "nothing before it is up");
            assertEquals(-Errno.EIO, tap.write(frame.duplicate().limit(60)));
            tap.bringUp();
            assertEquals(60, tap.write(frame.duplicate().limit(60)));
            // Nothing stands before a frame, so a bare header is the shortest.
            assertEquals(14, tap.write(frame.duplicate().limit(14)));
            assertEquals(-Errno.EINVAL, tap.write(frame.duplicate().limit(13)));
            if (speaksIpv6(tap)) {
                // The host announces itself to routers and neighbours.
                group.add(tap.fd(), PollKey.READ, (key, ready) -> {});
                assertEquals(1, group.poll(Long.MAX_VALUE, 8));
                int length = tap.read(frame);
                assertTrue(length >= 14, "length " + length);
            }
        }
    }

    private static boolean speaksIpv6(Tap tap) throws IOException {
        Path off = Path.of("/proc/sys/net/ipv6/conf", tap.name(), "disable_ipv6");
        return Files.exists(off) && Files.readString(off).trim().equals("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "a:b", "sixteen-long-xxx", "tab\t"})
    void namesThatTheKernelDoesNotTake(String name) {
        String said =
                assertThrows(IllegalArgumentException.class, () -> Tap.open(posix, name))
                        .getMessage();
        assertTrue(said.contains("'" + name + "'"), said);
    }

    @ParameterizedTest
    @ValueSource(ints = {67, 9001, -1, 0})
    void mtusThatAreNotSet(int mtu) {
        try (Tap tap = open(NAME)) {
            assertThrows(IllegalArgumentException.class, () -> tap.mtu(mtu));
            assertEquals(1500, tap.mtu());
        }
    }

    @Test
    void theSecondUserIsRefused() {
        try (Tap first = open(NAME)) {
            UnixException busy =
                    assertThrows(UnixException.class, () -> Tap.open(posix, first.name()));
            assertEquals(Errno.EBUSY, busy.errno());
            assertTrue(busy.getMessage().contains("another process uses"), busy.getMessage());
        }
    }

    @Test
    void anotherKindOfInterfaceIsRefused() {
        open(NAME).close();
        UnixException other = assertThrows(UnixException.class, () -> Tap.open(posix, "lo"));
        assertEquals(Errno.EINVAL, other.errno());
        assertTrue(other.getMessage().contains("not a tap"), other.getMessage());
    }

    @Test
    void afterCloseNothingIsTouched() {
        Tap tap = open(NAME);
        tap.close();
        tap.close();
        ByteBuffer some = ByteBuffer.allocateDirect(100);
        List<Runnable> uses =
                List.of(
                        () -> tap.read(some),
                        () -> tap.write(some),
                        tap::mtu,
                        () -> tap.mtu(1500),
                        tap::bringUp);
        for (Runnable use : uses) {
            UnixException gone = assertThrows(UnixException.class, use::run);
            assertEquals(UnixException.Kind.NOT_OWNED, gone.kind());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN_DEVICE,2,modprobe tun",
        "OPEN_DEVICE,19,modprobe tun",
        "OPEN_DEVICE,13,--device /dev/net/tun",
        "OPEN_DEVICE,1,--device /dev/net/tun",
        "TUN_SET_INTERFACE,1,CAP_NET_ADMIN",
        "TUN_SET_INTERFACE,16,another process",
        "TUN_SET_OFFLOAD,22,TUNSETOFFLOAD"
    })
    void refusalsSayWhatToDo(SystemCall failing, int errno, String advice) {
        open(NAME).close();
        Posix faulty = TestPosix.open(call -> call == failing ? -errno : 0);
        UnixException e = assertThrows(UnixException.class, () -> Tap.open(faulty, NAME));
        assertEquals(errno, e.errno());
        assertTrue(e.getMessage().contains(advice), e.getMessage());
    }

    @Test
    void whicheverCallFailsNothingIsLeft() {
        open(NAME).close();
        FaultRun whole = new FaultRun(-1, 0);
        whole.execute(TapTest::use);
        assertEquals(List.of(), whole.errors());
        for (int i = 0; i < whole.calls().size(); i++) {
            FaultRun run = new FaultRun(i, Errno.ENOMEM);
            run.execute(TapTest::use);
            String what = "failing call " + i + " of " + whole.calls();
            assertEquals(1, run.errors().size(), what);
            assertTrue(run.errors().get(0) instanceof UnixException, what);
        }
    }

    private static void use(FaultRun run) {
        Tap tap = run.keep(Tap.open(run.posix(), NAME));
        tap.mtu(2000);
        tap.bringUp();
        assertEquals(2000, tap.mtu());
    }
}

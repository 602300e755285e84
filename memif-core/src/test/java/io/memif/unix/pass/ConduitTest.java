package io.memif.unix.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.Opened;
import io.memif.testing.TestPosix;
import io.memif.testing.TestSockets;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import io.memif.unix.UnixSocket;
import io.memif.unix.UnixSocket.Type;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passing descriptors: sharing, transferring, partial results, time-outs, typed errors. */
@Timeout(30)
class ConduitTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @RegisterExtension final Opened opened = new Opened();

    private volatile SystemCall failing;
    private volatile int failure;
    private volatile CountDownLatch polled = new CountDownLatch(1);
    private final Posix posix =
            TestPosix.open(
                    call -> {
                        if (call == SystemCall.POLL) {
                            polled.countDown();
                        }
                        return call == failing ? failure : 0;
                    });
    private Conduit left;
    private Conduit right;

    private void connect(Type type) {
        Conduit[] two = opened.keep(Conduit.pair(posix, type));
        left = two[0];
        right = two[1];
    }

    @AfterEach
    void stopFailing() {
        failing = null;
    }

    private EventFd event() {
        return opened.keep(EventFd.create(posix, "test event"));
    }

    private void fail(SystemCall call, int errno) {
        failure = -errno;
        failing = call;
    }

    private static Kind codeOf(Runnable action) {
        return assertThrows(UnixException.class, action::run).kind();
    }

    private static String callOf(Runnable action) {
        return assertThrows(UnixException.class, action::run).call();
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void sharesAndTransfers(Type type) {
        connect(type);
        EventFd shared = event();
        assertTrue(left.share(shared.fd(), 0));
        assertTrue(shared.fd().isOwned());
        EventFd transferred = event();
        shared.signal();
        transferred.signal();
        transferred.signal();
        assertTrue(left.transfer(transferred.fd(), 0));
        assertFalse(transferred.fd().isOwned());
        assertTrue(transferred.fd().toString().endsWith("transferred)"));
        assertEquals(Kind.NOT_OWNED, codeOf(() -> left.share(transferred.fd(), 0)));

        EventFd first = opened.keep(EventFd.adopt(right.receive("first", Conduit.FOR_EVER)));
        EventFd second = opened.keep(EventFd.adopt(right.receive("second", Conduit.FOR_EVER)));
        assertEquals("first", first.fd().what());
        assertEquals(1, first.drain());
        assertEquals(2, second.drain());
        int number = second.fd().acquire();
        assertEquals(DescriptorCalls.FD_CLOEXEC, posix.descriptors().descriptorFlags(number));
        second.fd().release();
        assertNull(right.receive("nothing", 0));
    }

    @Test
    void failedTransferLeavesTheDescriptorWithItsOwner() {
        connect(Type.STREAM);
        EventFd event = event();
        fail(SystemCall.SENDMSG, Errno.ENOMEM);
        UnixException failed =
                assertThrows(UnixException.class, () -> left.transfer(event.fd(), 0));
        assertEquals("sendmsg", failed.call());
        assertEquals(Errno.ENOMEM, failed.errno());
        assertTrue(event.fd().isOwned());
        failing = null;
        right.close();
        assertEquals(
                Errno.EPIPE,
                assertThrows(UnixException.class, () -> left.transfer(event.fd(), 0)).errno());
        assertTrue(event.fd().isOwned());
    }

    @Test
    void transferWhoseCloseFailsSaysSo() {
        connect(Type.SEQPACKET);
        EventFd one = event();
        EventFd two = event();
        fail(SystemCall.CLOSE, Errno.EIO);
        List<OwnedFd> both = List.of(one.fd(), two.fd());
        assertEquals(Kind.CLOSE_FAILED, codeOf(() -> left.transfer(both, NOTHING, 0)));
        failing = null;
        assertFalse(one.fd().isOwned());
        assertFalse(two.fd().isOwned());
        try (Parcel parcel = right.receive(2, List.of(), 0)) {
            assertEquals(2, parcel.descriptors().size());
        }
    }

    @Test
    void carriesManyWithBytesAndNames() {
        connect(Type.SEQPACKET);
        EventFd event = event();
        ByteBuffer bytes = ByteBuffer.wrap("xxhello".getBytes()).position(2);
        List<OwnedFd> many = Collections.nCopies(253, event.fd());
        assertTrue(left.share(many, bytes, 0));
        assertEquals(2, bytes.position());
        try (Parcel parcel = right.receive(253, List.of("a", "b"), 0)) {
            assertNull(parcel.error());
            assertEquals(253, parcel.descriptors().size());
            assertEquals(List.of(), parcel.surplus());
            assertEquals("b", parcel.descriptors().get(1).what());
            assertEquals("received descriptor 2", parcel.descriptors().get(2).what());
            byte[] got = new byte[parcel.payload().remaining()];
            parcel.payload().get(got);
            assertArrayEquals("hello".getBytes(), got);
        }
        List<OwnedFd> tooMany = Collections.nCopies(254, event.fd());
        assertThrows(IllegalArgumentException.class, () -> left.share(tooMany, NOTHING, 0));
        ByteBuffer tooLong = ByteBuffer.allocate(4097);
        assertThrows(IllegalArgumentException.class, () -> left.share(List.of(), tooLong, 0));
    }

    @Test
    void surplusIsStillTheCallersToClose() {
        connect(Type.STREAM);
        EventFd event = event();
        left.share(List.of(event.fd(), event.fd(), event.fd()), NOTHING, 0);
        Parcel parcel = right.receive(2, List.of("a", "b", "c"), 0);
        assertEquals(2, parcel.descriptors().size());
        assertEquals(1, parcel.surplus().size());
        assertEquals("c", parcel.surplus().get(0).what());
        assertTrue(parcel.surplus().get(0).isOwned());
        assertEquals(Kind.UNEXPECTED_DESCRIPTORS, parcel.error().kind());
        assertTrue(parcel.error().getMessage().contains("at most 2"));
        parcel.close();
        assertFalse(parcel.surplus().get(0).isOwned());
    }

    @Test
    void fewerThanAskedForAreNoError() {
        connect(Type.SEQPACKET);
        assertTrue(left.share(List.of(), ByteBuffer.wrap(new byte[3]), 0));
        try (Parcel parcel = right.receive(5, List.of(), 0)) {
            assertNull(parcel.error());
            assertEquals(List.of(), parcel.descriptors());
            assertEquals(3, parcel.payload().remaining());
        }
    }

    @Test
    void exactlyOneMeansExactlyOne() {
        connect(Type.SEQPACKET);
        EventFd event = event();
        left.share(List.of(), NOTHING, 0);
        assertEquals(Kind.UNEXPECTED_DESCRIPTORS, codeOf(() -> right.receive("none", 0)));
        left.share(List.of(event.fd(), event.fd()), NOTHING, 0);
        assertEquals(Kind.UNEXPECTED_DESCRIPTORS, codeOf(() -> right.receive("two", 0)));
    }

    @Test
    void longerMessageIsReportedAsTruncated() {
        connect(Type.SEQPACKET);
        OwnedFd[] two = opened.keep(TestSockets.blockingPair(posix, SocketCalls.SOCK_SEQPACKET));
        OwnedFd near = two[0];
        OwnedFd far = two[1];
        Conduit big = opened.keep(Conduit.over(near, 100));
        Conduit small = opened.keep(Conduit.over(far, 10));
        big.share(List.of(near), ByteBuffer.allocate(11), 0);
        try (Parcel parcel = small.receive(1, List.of(), 0)) {
            assertEquals(Kind.TRUNCATED, parcel.error().kind());
            assertTrue(parcel.error().getMessage().contains("10 bytes"));
            assertEquals(1, parcel.descriptors().size());
        }
    }

    @Test
    void closedOtherSideIsTheEnd() {
        connect(Type.STREAM);
        left.close();
        assertEquals(Kind.END_OF_STREAM, codeOf(() -> right.receive("x", 0)));
        assertEquals(Kind.END_OF_STREAM, codeOf(() -> right.receive(1, List.of(), 0)));
        assertEquals(Kind.NOT_OWNED, codeOf(() -> left.receive("x", 0)));
    }

    @Test
    void failuresAreTyped() {
        connect(Type.STREAM);
        fail(SystemCall.RECVMSG, Errno.ENOMEM);
        assertEquals("recvmsg", callOf(() -> right.receive("x", 0)));
        fail(SystemCall.POLL, Errno.ENOMEM);
        assertEquals("poll", callOf(() -> right.receive("x", 1_000_000)));
        fail(SystemCall.SOCKETPAIR, Errno.EMFILE);
        UnixException none =
                assertThrows(UnixException.class, () -> Conduit.pair(posix, Type.STREAM));
        assertEquals("socketpair", none.call());
        assertTrue(none.getMessage().contains("ulimit -n"), none.getMessage());
        EventFd event = event();
        assertEquals(Kind.UNUSABLE, codeOf(() -> Conduit.over(event.fd())));
        fail(SystemCall.DUPLICATE, Errno.EMFILE);
        int made = posix.sockets().socket(SocketCalls.SOCK_STREAM);
        OwnedFd socket = opened.keep(OwnedFd.adopt(posix, made, "socket"));
        assertEquals("fcntl(F_DUPFD_CLOEXEC)", callOf(() -> Conduit.over(socket)));
    }

    @Test
    void fullSocketTimesOutAndNothingIsLost() {
        connect(Type.SEQPACKET);
        EventFd event = event();
        int sent = 0;
        while (left.share(event.fd(), 0)) {
            sent++;
        }
        long start = System.nanoTime();
        assertFalse(left.transfer(event.fd(), TimeUnit.MILLISECONDS.toNanos(20)));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
        assertTrue(event.fd().isOwned());
        for (int i = 0; i < sent; i++) {
            right.receive("x", 0).close();
        }
        assertNull(right.receive("x", 0));
        assertThrows(IllegalArgumentException.class, () -> left.share(event.fd(), -1));
    }

    @Test
    void waitsForAMessageAndForSpace() throws InterruptedException {
        connect(Type.SEQPACKET);
        EventFd event = event();
        int messages = 2_000;
        Thread sender =
                new Thread(
                        () -> {
                            for (int i = 0; i < messages; i++) {
                                left.share(event.fd(), Conduit.FOR_EVER);
                            }
                        });
        sender.start();
        for (int i = 0; i < messages; i++) {
            right.receive("x", Conduit.FOR_EVER).close();
        }
        sender.join();
        assertNull(right.receive("x", 0));
    }

    @Test
    void streamRestOfAMessageGoesFirst() {
        connect(Type.STREAM);
        OwnedFd[] two = opened.keep(TestSockets.blockingPair(posix, SocketCalls.SOCK_STREAM));
        OwnedFd near = two[0];
        OwnedFd far = two[1];
        new UnixSocket(near).sendBufferBytes(4_000);
        Conduit sender = opened.keep(Conduit.over(near, 100_000));
        Conduit receiver = opened.keep(Conduit.over(far, 100_000));
        ByteBuffer big = ByteBuffer.allocate(100_000);
        for (int i = 0; i < 25_000; i++) {
            big.putInt(i);
        }
        assertTrue(sender.share(List.of(near), big.flip(), 0));
        assertFalse(sender.flush(0));
        assertFalse(sender.share(near, 0), "nothing may overtake the rest");
        ByteBuffer got = ByteBuffer.allocate(200_000);
        int descriptors = 0;
        while (got.position() < 100_000) {
            try (Parcel parcel = receiver.receive(1, List.of(), 0)) {
                descriptors += parcel.descriptors().size();
                got.put(parcel.payload());
            }
            sender.flush(0);
        }
        assertTrue(sender.flush(0));
        assertEquals(1, descriptors);
        assertEquals(big.rewind(), got.flip());
    }

    @Test
    void conduitOverASocketLeavesItOpen() {
        int made = posix.sockets().socket(SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC);
        OwnedFd socket = opened.keep(OwnedFd.adopt(posix, made, "socket"));
        Conduit conduit = Conduit.over(socket);
        conduit.close();
        conduit.close();
        assertTrue(socket.isOwned());
        assertEquals(Kind.NOT_OWNED, codeOf(() -> conduit.receive("x", 0)));
    }

    @Test
    void closeEndsTheWaitOfAnotherThread() throws InterruptedException {
        connect(Type.SEQPACKET);
        AtomicReference<Kind> ended = new AtomicReference<>();
        Thread waiter =
                new Thread(() -> ended.set(codeOf(() -> right.receive("x", Conduit.FOR_EVER))));
        waiter.start();
        assertTrue(polled.await(10, TimeUnit.SECONDS));
        right.close();
        waiter.join();
        assertEquals(Kind.NOT_OWNED, ended.get());
    }
}

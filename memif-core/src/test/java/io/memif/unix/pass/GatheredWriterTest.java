package io.memif.unix.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.MessageArena;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import io.memif.testing.TestSockets;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.UnixSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queued, gathered writes: order, resumption, completion. */
@Timeout(30)
class GatheredWriterTest {
    private int sends;
    private int failure;
    private final Posix posix =
            TestPosix.open(
                    call -> {
                        if (call == SystemCall.SENDMSG) {
                            sends++;
                            return failure;
                        }
                        return 0;
                    });
    private final List<Throwable> errors = new ArrayList<>();
    private final List<Integer> results = new ArrayList<>();
    private PollGroup group;
    private PollKey key;
    private GatheredWriter writer;
    private OwnedFd near;
    private OwnedFd far;

    private void open(int type) {
        OwnedFd[] two = TestSockets.pair(posix, type);
        near = two[0];
        far = two[1];
        group = new PollGroup(posix, System::nanoTime, errors::add);
        key = group.add(near, 0, (k, ready) -> writer.onReady(ready));
        writer = new GatheredWriter(key);
    }

    @AfterEach
    void close() {
        group.close();
        near.close();
        far.close();
        assertEquals(List.of(), errors);
    }

    /** Consecutive numbers from a start, so that a byte lost, doubled or swapped shows. */
    private static ByteBuffer numbers(int from, int count) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(count * Integer.BYTES);
        for (int i = 0; i < count; i++) {
            buffer.putInt(from + i);
        }
        return buffer.flip();
    }

    private WriteRequest request(ByteBuffer... parts) {
        return new WriteRequest((r, result) -> results.add(result), parts);
    }

    /** Receives what is there, once; the bytes received. */
    private ByteBuffer receive(int most) {
        MessageArena arena = new MessageArena(most);
        int number = far.acquire();
        int length = posix.sockets().receiveMessage(number, arena, SocketCalls.MSG_DONTWAIT);
        far.release();
        return arena.payload().limit(Math.max(0, length));
    }

    @Test
    void sendsManyRequestsWithOneCallInOrder() {
        open(SocketCalls.SOCK_STREAM);
        for (int i = 0; i < 32; i++) {
            assertEquals(0, writer.queue(request(numbers(2 * i, 1), numbers(2 * i + 1, 1))));
        }
        assertEquals(0, sends);
        assertEquals(32, writer.flush());
        assertEquals(1, sends);
        assertEquals(0, writer.queued());
        ByteBuffer got = receive(1000);
        assertEquals(64 * 4, got.remaining());
        for (int i = 0; i < 64; i++) {
            assertEquals(i, got.getInt());
        }
        assertEquals(Collections.nCopies(32, 8), results);
        assertEquals(0, key.interest());
    }

    @Test
    void neverSendsMoreThanItsMaximumOfParts() {
        open(SocketCalls.SOCK_STREAM);
        for (int i = 0; i < 13; i++) {
            ByteBuffer[] parts = new ByteBuffer[10];
            for (int p = 0; p < parts.length; p++) {
                parts[p] = numbers(10 * i + p, 1);
            }
            writer.queue(request(parts));
        }
        writer.flush();
        assertEquals(3, sends, "64 + 64 + 2 parts");
        assertEquals(13, results.size());
        ByteBuffer got = receive(1000);
        for (int i = 0; i < 130; i++) {
            assertEquals(i, got.getInt());
        }
    }

    @Test
    void resumesAStreamExactlyWhereItStopped() {
        open(SocketCalls.SOCK_STREAM);
        new UnixSocket(near).sendBufferBytes(8_000);
        int total = 0;
        for (int i = 0; i < 40; i++) {
            // Odd sizes, so that the socket's buffer fills up inside a part.
            int count = 300 + 7 * i;
            writer.queue(request(numbers(total, count), numbers(total + count, 1)));
            total += count + 1;
        }
        writer.flush();
        assertTrue(writer.queued() > 0);
        assertEquals(PollKey.WRITE, key.interest());
        int next = 0;
        ByteBuffer carry = ByteBuffer.allocate(1 << 20);
        while (next < total) {
            carry.put(receive(1237)).flip();
            while (carry.remaining() >= Integer.BYTES) {
                assertEquals(next++, carry.getInt());
            }
            carry.compact();
            group.poll(0, 8);
        }
        assertEquals(40, results.size());
        assertEquals(0, writer.queued());
        assertEquals(0, key.interest());
    }

    @Test
    void packetSocketKeepsRequestsApart() {
        open(SocketCalls.SOCK_SEQPACKET);
        writer.queue(request(numbers(1, 2), numbers(3, 1)));
        writer.queue(request(numbers(4, 1)));
        writer.queue(request(numbers(0, 0)));
        assertEquals(3, writer.flush());
        assertEquals(12, receive(100).remaining());
        assertEquals(4, receive(100).remaining());
        assertEquals(List.of(12, 4, 0), results);
        assertEquals(3, sends, "an empty message is a message too");
    }

    @Test
    void fullPacketSocketLeavesTheRestQueued() {
        open(SocketCalls.SOCK_SEQPACKET);
        for (int i = 0; i < 1000; i++) {
            writer.queue(request(numbers(i, 1)));
        }
        writer.flush();
        assertTrue(writer.queued() > 0 && writer.queued() < 1000, "queued " + writer.queued());
        for (int i = 0; i < 1000; i++) {
            ByteBuffer got = receive(100);
            if (!got.hasRemaining()) {
                group.poll(0, 8);
                got = receive(100);
            }
            assertEquals(i, got.getInt());
        }
        assertEquals(0, writer.queued());
    }

    @Test
    void emptyRequestsOnAStreamAreCompletedWithoutACall() {
        open(SocketCalls.SOCK_STREAM);
        writer.queue(request(numbers(0, 0)));
        writer.queue(request(numbers(0, 1)));
        writer.queue(request(numbers(0, 0), numbers(1, 1)));
        writer.queue(request(numbers(0, 0)));
        assertEquals(4, writer.flush());
        assertEquals(List.of(0, 4, 4, 0), results);
        assertEquals(8, receive(100).remaining());
    }

    @Test
    void flushInsideACompletionDoesNotRecurse() {
        open(SocketCalls.SOCK_STREAM);
        int[] depth = new int[2];
        WriteRequest[] again = new WriteRequest[1];
        WriteCompletion completion =
                (r, result) -> {
                    depth[0]++;
                    depth[1] = Math.max(depth[1], depth[0]);
                    if (results.size() < 100) {
                        results.add(result);
                        writer.queue(again[0]);
                        assertEquals(0, writer.flush());
                    }
                    depth[0]--;
                };
        again[0] = new WriteRequest(completion, numbers(7, 1));
        writer.queue(again[0]);
        assertEquals(1, writer.flush());
        assertEquals(1, writer.queued());
        for (int turn = 0; turn < 100; turn++) {
            receive(100);
            group.poll(0, 8);
        }
        assertEquals(1, depth[1]);
        assertEquals(100, results.size());
        assertEquals(0, writer.queued());
    }

    @Test
    void closeCompletesEveryRequestWithAnError() {
        open(SocketCalls.SOCK_STREAM);
        failure = -Errno.EAGAIN;
        WriteRequest one = request(numbers(0, 1));
        writer.queue(one);
        writer.queue(request(numbers(1, 1)));
        assertThrows(IllegalStateException.class, () -> writer.queue(one));
        assertEquals(0, writer.flush());
        assertEquals(PollKey.WRITE, key.interest());
        assertTrue(one.isQueued());
        writer.close();
        writer.close();
        assertEquals(List.of(-Errno.ECANCELED, -Errno.ECANCELED), results);
        assertFalse(one.isQueued());
        assertEquals(0, key.interest());
        assertEquals(-Errno.ECANCELED, writer.queue(one));
        assertEquals(2, results.size());
        assertTrue(near.isOwned());
    }

    @Test
    void closeInsideACompletionCompletesTheOthersToo() {
        open(SocketCalls.SOCK_STREAM);
        WriteRequest closing =
                new WriteRequest(
                        (r, result) -> {
                            results.add(result);
                            writer.close();
                        },
                        numbers(0, 1));
        writer.queue(closing);
        failure = -Errno.EAGAIN;
        writer.queue(request(numbers(0, 1)));
        writer.flush();
        failure = -Errno.ENOMEM;
        writer.flush();
        assertEquals(List.of(-Errno.ENOMEM, -Errno.ECANCELED), results);
        assertEquals(0, writer.queued());
    }

    @Test
    void failedSendFailsAllAndAPassingErrorPasses() {
        open(SocketCalls.SOCK_STREAM);
        failure = -Errno.ENOMEM;
        writer.queue(request(numbers(0, 1)));
        writer.queue(request(numbers(0, 1)));
        assertEquals(2, writer.flush());
        assertEquals(List.of(-Errno.ENOMEM, -Errno.ENOMEM), results);
        failure = 0;
        writer.queue(request(numbers(0, 1)));
        assertEquals(1, writer.flush());
        assertEquals(4, results.get(2));
    }

    @Test
    void streamBrokenInsideARequestRefusesMore() {
        open(SocketCalls.SOCK_STREAM);
        new UnixSocket(near).sendBufferBytes(4_000);
        writer.queue(request(numbers(0, 50_000)));
        writer.flush();
        assertEquals(1, writer.queued());
        far.close();
        assertEquals(1, group.poll(Long.MAX_VALUE, 8));
        assertEquals(1, results.size());
        int error = results.get(0);
        assertTrue(error == -Errno.EPIPE || error == -Errno.ECONNRESET, "result " + error);
        assertEquals(error, writer.queue(request(numbers(0, 1))));
    }

    @Test
    void removedMemberFailsWhatIsQueued() {
        open(SocketCalls.SOCK_STREAM);
        writer.queue(request(numbers(0, 1)));
        key.remove();
        assertEquals(1, writer.flush());
        assertEquals(List.of(-Errno.EBADF), results);
    }

    @Test
    void completionThatThrowsIsReported() {
        open(SocketCalls.SOCK_STREAM);
        RuntimeException thrown = new RuntimeException("from a completion");
        writer.queue(
                new WriteRequest(
                        (r, result) -> {
                            throw thrown;
                        },
                        numbers(0, 1)));
        writer.queue(request(numbers(0, 1)));
        assertEquals(2, writer.flush());
        assertEquals(List.of(thrown), errors);
        assertEquals(List.of(4), results);
        errors.clear();
    }

    @Test
    void wrongPartsAreRefused() {
        open(SocketCalls.SOCK_STREAM);
        assertThrows(IllegalArgumentException.class, () -> request());
        assertThrows(IllegalArgumentException.class, () -> request(ByteBuffer.allocate(1)));
        ByteBuffer[] tooMany = new ByteBuffer[65];
        Arrays.fill(tooMany, numbers(0, 1));
        assertThrows(IllegalArgumentException.class, () -> request(tooMany));
    }
}

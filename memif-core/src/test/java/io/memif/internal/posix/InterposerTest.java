package io.memif.internal.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ProcessTables;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every call asks the interposer, retries EINTR, and hands on what it says. */
@Timeout(20)
class InterposerTest {
    private static final Set<SystemCall> WAITS = EnumSet.of(SystemCall.EPOLL_WAIT, SystemCall.POLL);

    private final List<SystemCall> asked = new ArrayList<>();
    private int[] answers = {};
    private final Posix posix = Posix.open(this::answer);

    private int answer(SystemCall call) {
        asked.add(call);
        return asked.size() <= answers.length ? answers[asked.size() - 1] : 0;
    }

    /**
     * Each call with a descriptor or name that does not exist, so that the real call does nothing.
     */
    private Map<SystemCall, IntSupplier> calls() {
        Map<SystemCall, IntSupplier> calls = new EnumMap<>(SystemCall.class);
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        DescriptorCalls d = posix.descriptors();
        calls.put(SystemCall.CLOSE, () -> d.close(-1));
        calls.put(SystemCall.DUPLICATE, () -> d.duplicate(-1));
        calls.put(SystemCall.GET_STATUS_FLAGS, () -> d.statusFlags(-1));
        calls.put(SystemCall.SET_STATUS_FLAGS, () -> d.setStatusFlags(-1, 0));
        calls.put(SystemCall.GET_DESCRIPTOR_FLAGS, () -> d.descriptorFlags(-1));
        calls.put(SystemCall.SET_DESCRIPTOR_FLAGS, () -> d.setDescriptorFlags(-1, 0));
        calls.put(SystemCall.READ, () -> d.read(-1, buffer));
        calls.put(SystemCall.WRITE, () -> d.write(-1, buffer));
        EventRequests requests = new EventRequests(-1);
        calls.put(SystemCall.READ_NOW, () -> d.readNow(-1, requests));
        calls.put(SystemCall.IO_SUBMIT, () -> d.signal(requests));
        // A process makes its context for signals once, so these two have one of their own.
        NativeLibrary library = NativeLibrary.get();
        Gate gate = new Gate(library.calls, this::answer);
        EventSignals signals = new EventSignals(library.abi);
        calls.put(SystemCall.IO_SETUP, () -> signals.submit(gate, requests));
        calls.put(SystemCall.IO_GETEVENTS, () -> signals.fetchCompletions(gate, 0));
        calls.put(SystemCall.EVENTFD, () -> d.eventfd(0, -1));
        addSocketCalls(calls, posix.sockets());
        PollCalls p = posix.polling();
        calls.put(SystemCall.EPOLL_CREATE, () -> closed(p.epollCreate()));
        calls.put(SystemCall.EPOLL_CTL, () -> p.epollControl(-1, 1, -1, 0, 0));
        calls.put(SystemCall.EPOLL_WAIT, () -> p.epollWait(-1, p.newEvents(1), 1, 0));
        calls.put(SystemCall.POLL, () -> p.poll(buffer, 0, 0));
        FileCalls f = posix.files();
        FileStatus status = new FileStatus();
        calls.put(SystemCall.MEMFD_CREATE, () -> f.memfdCreate("x", -1));
        calls.put(SystemCall.FTRUNCATE, () -> f.ftruncate(-1, 0));
        calls.put(SystemCall.FALLOCATE, () -> f.fallocate(-1, 0, 0, 1));
        calls.put(SystemCall.ADD_SEALS, () -> f.addSeals(-1, 0));
        calls.put(SystemCall.GET_SEALS, () -> f.getSeals(-1));
        calls.put(SystemCall.FSTAT, () -> f.fileStatus(-1, status));
        calls.put(SystemCall.LSTAT, () -> f.fileStatus("", status));
        calls.put(SystemCall.STAT, () -> f.targetStatus("", status));
        calls.put(SystemCall.FSTATFS, () -> f.isOnHugetlbfs(-1));
        calls.put(SystemCall.READLINK, () -> f.isEventFd(-1));
        calls.put(SystemCall.OPEN_DEVICE, () -> f.openDevice(""));
        putTaps(calls);
        calls.put(SystemCall.CHMOD, () -> f.chmod(-1, 0));
        calls.put(SystemCall.CHOWN, () -> f.chown(-1, 0, 0));
        calls.put(SystemCall.OPEN, () -> f.openName(""));
        calls.put(SystemCall.FLOCK, () -> f.tryLock(-1));
        calls.put(SystemCall.UNLINK, () -> f.unlink(""));
        MemoryCalls m = posix.memory();
        calls.put(SystemCall.MMAP, () -> (int) m.map(-1, 0, 0));
        calls.put(SystemCall.REPLACE_PAGES, () -> m.replace(0, 0));
        calls.put(SystemCall.MUNMAP, () -> m.unmap(0, 0));
        calls.put(SystemCall.LET_PAGES_GO, () -> m.letPagesGo(0, 0));
        calls.put(SystemCall.MEMBARRIER, m::registerBarrier);
        calls.put(SystemCall.GETRLIMIT, () -> (int) Math.min(0, f.descriptorLimit()));
        calls.put(SystemCall.SETRLIMIT, () -> f.setDescriptorLimit(Long.MAX_VALUE));
        return calls;
    }

    private void addSocketCalls(Map<SystemCall, IntSupplier> calls, SocketCalls s) {
        byte[] address = new byte[SocketCalls.ADDRESS_BYTES];
        MessageArena arena = new MessageArena(1);
        calls.put(SystemCall.SOCKET, () -> s.socket(-1));
        calls.put(SystemCall.SOCKETPAIR, () -> s.socketPair(-1, new int[2]));
        calls.put(SystemCall.BIND, () -> s.bind(-1, address));
        calls.put(SystemCall.LISTEN, () -> s.listen(-1, 1));
        calls.put(SystemCall.ACCEPT, () -> s.accept(-1));
        calls.put(SystemCall.CONNECT, () -> s.connect(-1, address));
        calls.put(SystemCall.SHUTDOWN, () -> s.shutdown(-1, 0));
        calls.put(SystemCall.GETSOCKNAME, () -> s.socketName(-1, address));
        calls.put(SystemCall.GETPEERNAME, () -> s.peerName(-1, address));
        calls.put(SystemCall.GETSOCKOPT, () -> s.getSocketOption(-1, 0));
        calls.put(SystemCall.SETSOCKOPT, () -> s.setSocketOption(-1, 0, 0));
        calls.put(SystemCall.SENDMSG, () -> s.sendMessage(-1, arena, 0));
        calls.put(SystemCall.RECVMSG, () -> s.receiveMessage(-1, arena, 0));
    }

    private int closed(int fd) {
        return fd < 0 ? fd : posix.descriptors().close(fd);
    }

    /** So that no test is asked about the context of the process. */
    private void putTaps(Map<SystemCall, IntSupplier> calls) {
        TapCalls t = posix.taps();
        calls.put(SystemCall.TUN_SET_INTERFACE, () -> t.setInterface(-1, "", 0, new byte[16]));
        calls.put(SystemCall.TUN_SET_OFFLOAD, () -> t.refuseOffloads(-1));
        calls.put(SystemCall.INTERFACE_GET_MTU, () -> t.mtu(-1, ""));
        calls.put(SystemCall.INTERFACE_SET_MTU, () -> t.setMtu(-1, "", 68));
        calls.put(SystemCall.INTERFACE_GET_FLAGS, () -> t.bringUp(-1, ""));
        calls.put(SystemCall.INTERFACE_SET_FLAGS, () -> bringUp(t, "lo"));
    }

    /** The second call of two that only a real interface gets to; this one is up already. */
    private static int bringUp(TapCalls taps, String name) {
        Posix real = Posix.open();
        int socket = real.sockets().socket(SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC);
        try {
            return taps.bringUp(socket, name);
        } finally {
            real.descriptors().close(socket);
        }
    }

    @BeforeAll
    static void openSignals() {
        DescriptorCalls d = Posix.open().descriptors();
        d.signal(new EventRequests(-1));
    }

    @ParameterizedTest
    @EnumSource
    void failsAsTold(SystemCall call) {
        answers = new int[] {-Errno.ENOMEM, -Errno.ENOMEM};
        if (call == SystemCall.SETRLIMIT || call == SystemCall.INTERFACE_SET_FLAGS) {
            answers[0] = 0;
        }
        assertEquals(-Errno.ENOMEM, calls().get(call).getAsInt());
        assertTrue(asked.contains(call), () -> asked + " lacks " + call);
    }

    @ParameterizedTest
    @EnumSource
    void interruptionIsInvisible(SystemCall call) {
        int without = calls().get(call).getAsInt();
        asked.clear();
        answers = new int[] {-Errno.EINTR, -Errno.EINTR};
        int with = calls().get(call).getAsInt();
        if (WAITS.contains(call)) {
            assertEquals(0, with);
            assertEquals(List.of(call), asked);
        } else if (call == SystemCall.CLOSE) {
            assertEquals(0, with);
            assertEquals(List.of(call), asked);
        } else {
            assertEquals(without, with);
            assertEquals(asked.get(0), asked.get(2));
        }
    }

    @Test
    void failedCloseHasClosedAllTheSame() {
        int fd = posix.descriptors().eventfd(0, 0);
        asked.clear();
        answers = new int[] {-Errno.EIO};
        assertEquals(-Errno.EIO, posix.descriptors().close(fd));
        assertNull(ProcessTables.target(fd));
    }
}

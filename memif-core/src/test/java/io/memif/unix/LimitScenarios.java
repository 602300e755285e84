package io.memif.unix;

import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.MessageArena;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.TestSockets;
import io.memif.unix.UnixException.Kind;
import io.memif.unix.pass.Conduit;
import io.memif.unix.pass.FileChannels;
import io.memif.unix.pass.Parcel;
import io.memif.unix.pass.UnixSocketChannels;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.function.IntSupplier;
import jnr.unixsocket.UnixSocketChannel;

/** Every entry point of posix, fd and poll that needs a descriptor. */
final class LimitScenarios {
    private final Posix posix;

    LimitScenarios(Posix posix) {
        this.posix = posix;
    }

    /** Tries something that throws by itself. */
    @FunctionalInterface
    private interface Opening {
        AutoCloseable open() throws Exception;
    }

    private LimitScenario opens(String name, int needed, Opening opening) {
        return new LimitScenario(posix, name, needed) {
            @Override
            RuntimeException attempt() throws Exception {
                keep(opening.open());
                return null;
            }
        };
    }

    private LimitScenario calls(String name, IntSupplier call) {
        return opens(name, 1, () -> OwnedFd.adopt(posix, call.getAsInt(), name));
    }

    List<LimitScenario> all() {
        SocketCalls sockets = posix.sockets();
        return List.of(
                calls("eventfd", () -> posix.descriptors().eventfd(0, 0)),
                calls("socket", () -> sockets.socket(SocketCalls.SOCK_SEQPACKET)),
                calls("memfd", () -> posix.files().memfdCreate("x", FileCalls.MFD_CLOEXEC)),
                calls("epoll", () -> posix.polling().epollCreate()),
                opens("EventFd.create", 1, () -> EventFd.create(posix, "event")),
                opens("poll group", 2, () -> new PollGroup(posix, System::nanoTime, e -> {})),
                conduitPair(),
                accept(),
                duplicate(),
                conduitOverASocket(),
                openChannel(),
                receiveOne(),
                receivePart(),
                fileChannel(),
                socketChannel());
    }

    private LimitScenario conduitPair() {
        return new LimitScenario(posix, "Conduit.pair", 2) {
            @Override
            RuntimeException attempt() {
                for (Conduit each : Conduit.pair(posix, UnixSocket.Type.STREAM)) {
                    keep(each);
                }
                return null;
            }
        };
    }

    /** The connection that could not be accepted must still be there afterwards. */
    private LimitScenario accept() {
        return new LimitScenario(posix, "accept", 1) {
            private OwnedFd listener;
            private OwnedFd client;

            @Override
            void setUp() {
                UnixAddress address = UnixAddress.ofAbstract("limit-" + System.nanoTime());
                int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_NONBLOCK;
                listener = keep(OwnedFd.adopt(posix, posix.sockets().socket(type), "listener"));
                client = keep(OwnedFd.adopt(posix, posix.sockets().socket(type), "client"));
                int listening = listener.acquire();
                posix.sockets().bind(listening, address.toBytes());
                posix.sockets().listen(listening, 1);
                listener.release();
                int connecting = client.acquire();
                posix.sockets().connect(connecting, address.toBytes());
                client.release();
            }

            @Override
            RuntimeException attempt() {
                int listening = listener.acquire();
                try {
                    int made = posix.sockets().accept(listening);
                    OwnedFd accepted = keep(OwnedFd.adopt(posix, made, "accepted connection"));
                    if (!new UnixSocket(accepted).isConnected()) {
                        throw new AssertionError("the waiting connection was lost");
                    }
                    return null;
                } finally {
                    listener.release();
                }
            }
        };
    }

    private LimitScenario duplicate() {
        return new LimitScenario(posix, "duplicate", 1) {
            private EventFd event;

            @Override
            void setUp() {
                event = keep(EventFd.create(posix, "original"));
            }

            @Override
            RuntimeException attempt() {
                keep(event.fd().duplicate());
                return null;
            }
        };
    }

    private LimitScenario conduitOverASocket() {
        return new LimitScenario(posix, "Conduit.over", 1) {
            private OwnedFd[] two;

            @Override
            void setUp() {
                two = TestSockets.pair(posix, SocketCalls.SOCK_STREAM);
                keep(two[0]);
                keep(two[1]);
            }

            @Override
            RuntimeException attempt() {
                keep(Conduit.over(two[0]));
                return null;
            }
        };
    }

    private LimitScenario openChannel() {
        return new LimitScenario(posix, "openChannel", 1) {
            private OwnedFd file;

            @Override
            void setUp() {
                int made = posix.files().memfdCreate("x", FileCalls.MFD_CLOEXEC);
                file = keep(OwnedFd.adopt(posix, made, "memory file"));
            }

            @Override
            RuntimeException attempt() {
                keep(file.openChannel(StandardOpenOption.READ));
                return null;
            }
        };
    }

    private abstract class Receiving extends LimitScenario {
        final Conduit[] two = new Conduit[2];
        private EventFd event;

        Receiving(String name, int needed) {
            super(LimitScenarios.this.posix, name, needed);
        }

        @Override
        void setUp() {
            Conduit[] made = Conduit.pair(posix, UnixSocket.Type.SEQPACKET);
            two[0] = keep(made[0]);
            two[1] = keep(made[1]);
            event = keep(EventFd.create(posix, "sent event"));
        }

        /** The error if it is the one to be expected. */
        final UnixException truncated(UnixException error) {
            if (error.kind() != Kind.TRUNCATED) {
                throw new AssertionError(this + ": " + error.kind(), error);
            }
            return error;
        }

        /** Sent anew each time, since the kernel drops what it cannot deliver. */
        final void send(int count) {
            two[0].share(Collections.nCopies(count, event.fd()), ByteBuffer.allocate(3), 0);
        }
    }

    private LimitScenario receiveOne() {
        return new Receiving("Conduit.receive", 1) {
            @Override
            RuntimeException attempt() {
                send(1);
                try {
                    keep(two[1].receive("received event", 0));
                    return null;
                } catch (UnixException e) {
                    return truncated(e);
                }
            }
        };
    }

    private LimitScenario receivePart() {
        return new Receiving("Conduit.receive of several", 5) {
            @Override
            RuntimeException attempt() {
                send(5);
                Parcel parcel = keep(two[1].receive(MessageArena.MAX_DESCRIPTORS, List.of(), 0));
                if (parcel.payload().remaining() != 3) {
                    throw new AssertionError("bytes lost: " + parcel.payload());
                }
                return parcel.error() == null ? null : truncated(parcel.error());
            }
        };
    }

    private LimitScenario fileChannel() {
        return new LimitScenario(posix, "FileChannels.duplicate", 1) {
            private FileChannel channel;

            @Override
            void setUp() throws Exception {
                Path path = Files.createTempFile("limit", "");
                channel =
                        keep(
                                FileChannel.open(
                                        path,
                                        StandardOpenOption.DELETE_ON_CLOSE,
                                        StandardOpenOption.WRITE));
            }

            @Override
            RuntimeException attempt() {
                keep(FileChannels.duplicate(channel, "channel"));
                return null;
            }
        };
    }

    private LimitScenario socketChannel() {
        return new LimitScenario(posix, "UnixSocketChannels.duplicate", 1) {
            private UnixSocketChannel channel;

            @Override
            void setUp() throws Exception {
                UnixSocketChannel[] two = UnixSocketChannel.pair();
                channel = keep(two[0]);
                keep(two[1]);
            }

            @Override
            RuntimeException attempt() {
                keep(UnixSocketChannels.duplicate(channel, "channel"));
                return null;
            }
        };
    }
}

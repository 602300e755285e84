package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueHandles;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.MessageCodec;
import io.memif.internal.protocol.Protocol;
import io.memif.internal.protocol.RingPlacement;
import io.memif.internal.protocol.Secret;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.nio.ByteBuffer;

/**
 * A slave that keeps the protocol but owns files it may cut: region 0 holds the rings, region 1 the
 * buffers. One ring each way.
 */
final class TruncatingSlave implements AutoCloseable {
    static final int LOG2 = 12;
    static final int SLOTS = 1 << LOG2;
    static final int BUFFER = 2048;
    private static final int THERE = (int) MemoryPlan.sendLength(SLOTS, BUFFER);
    private static final int RING = Protocol.ringLength(LOG2, RingLayout.DEFAULT_CACHE_LINE);
    private static final int WAIT_MS = 20_000;

    /** A memory file and its mapping. */
    static final class SharedFile implements AutoCloseable {
        final OwnedFd file;
        final long size;
        private final Posix posix;
        private final Region region;

        SharedFile(Posix posix, String name, long size, boolean sealed) {
            this.posix = posix;
            this.size = size;
            int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING;
            int raw = posix.files().memfdCreate(name, flags);
            file = OwnedFd.adopt(posix, raw, name);
            assertEquals(0, posix.files().ftruncate(raw, size));
            assertEquals(0, posix.files().addSeals(raw, sealed ? FileCalls.F_SEAL_SHRINK : 0));
            region = Region.adopt(name, file, size, false);
        }

        ByteBuffer memory() {
            return region.windows().get(0);
        }

        /** Cuts the file; returns what the kernel says. Our own mapping must rest. */
        int cut(long newSize) {
            int number = file.acquire();
            try {
                return posix.files().ftruncate(number, newSize);
            } finally {
                file.release();
            }
        }

        @Override
        public void close() {
            region.close();
        }
    }

    final SharedFile rings;
    final SharedFile buffers;
    private final RegionTable table;
    final TxQueue tx;
    final RxQueue rx;
    private final Posix posix;
    private final OwnedFd socket;
    private final DescriptorChannel channel;
    private final EventFd s2mEvent;
    private final EventFd m2sEvent;

    private TruncatingSlave(
            Posix posix, String address, boolean sealedRings, boolean sealedBuffers) {
        this.posix = posix;
        this.rings = new SharedFile(posix, "memif owned rings", 2L * RING, sealedRings);
        this.buffers =
                new SharedFile(posix, "memif owned buffers", THERE + SLOTS * BUFFER, sealedBuffers);
        int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
        this.socket = OwnedFd.adopt(posix, posix.sockets().socket(type), "owning slave");
        this.channel = new DescriptorChannel(socket, MessageCodec.MESSAGE_SIZE);
        this.s2mEvent = EventFd.create(posix, "S2M");
        this.m2sEvent = EventFd.create(posix, "M2S");
        Ring s2m = new Ring(rings.memory(), 0, LOG2, RingLayout.DEFAULT_CACHE_LINE);
        Ring m2s = new Ring(rings.memory(), RING, LOG2, RingLayout.DEFAULT_CACHE_LINE);
        s2m.initialise(0);
        m2s.initialise(RingLayout.MASK_INT);
        this.table = RegionTable.of(rings.region, buffers.region);
        OwnBuffers there = new OwnBuffers(1, 0, BUFFER);
        OwnBuffers back = new OwnBuffers(1, THERE, BUFFER, BUFFER);
        this.tx =
                QueueHandles.slaveTx(
                        QueueHandles.tx(),
                        s2m,
                        table,
                        there,
                        s2mEvent::signal,
                        TruncatingSlave::fail);
        this.rx = QueueHandles.slaveRx(QueueHandles.rx(), m2s, table, back, TruncatingSlave::fail);
        connect(UnixAddress.of(address));
    }

    private static void fail(String reason) {
        throw new AssertionError("the feeder met its own cut: " + reason);
    }

    /** Connects to a master and brings the link up. */
    static TruncatingSlave connect(
            Posix posix, String address, boolean sealedRings, boolean sealedBuffers) {
        TruncatingSlave slave = new TruncatingSlave(posix, address, sealedRings, sealedBuffers);
        slave.handshake();
        return slave;
    }

    /** As {@link #connect}, up to the message before CONNECT. */
    static TruncatingSlave announced(Posix posix, String address) {
        TruncatingSlave slave = new TruncatingSlave(posix, address, false, false);
        slave.announce();
        return slave;
    }

    private void connect(UnixAddress address) {
        int number = socket.acquire();
        try {
            assertEquals(0, posix.sockets().connect(number, address.toBytes()));
        } finally {
            socket.release();
        }
    }

    private void handshake() {
        announce();
        send(new Message.Connect("owner"), null);
        assertInstanceOf(Message.Connected.class, receive());
        QueueHandles.post(rx);
    }

    private void announce() {
        assertInstanceOf(Message.Hello.class, receive());
        send(new Message.Init(Protocol.VERSION, 0, 0, Secret.NONE, "owner"), null);
        assertInstanceOf(Message.Ack.class, receive());
        acknowledged(new Message.AddRegion(0, rings.size), rings.file);
        acknowledged(new Message.AddRegion(1, buffers.size), buffers.file);
        RingPlacement s2m = new RingPlacement(Direction.S2M, 0, 0, 0, LOG2);
        acknowledged(new Message.AddRing(s2m, 0), s2mEvent.fd());
        RingPlacement m2s = new RingPlacement(Direction.M2S, 0, 0, RING, LOG2);
        acknowledged(new Message.AddRing(m2s, 0), m2sEvent.fd());
    }

    private void acknowledged(Message message, OwnedFd descriptor) {
        send(message, descriptor);
        assertInstanceOf(Message.Ack.class, receive());
    }

    void send(Message message, OwnedFd descriptor) {
        channel.payload().clear();
        MessageCodec.encode(message, channel.payload());
        int sent = descriptor == null ? channel.send() : channel.send(descriptor);
        assertEquals(MessageCodec.MESSAGE_SIZE, sent);
    }

    /** The next message, or null at the end of the connection. */
    Message receive() {
        int number = socket.acquire();
        try {
            int ready = posix.polling().pollOne(number, PollCalls.READABLE, WAIT_MS);
            assertTrue(ready > 0, "a message comes");
        } finally {
            socket.release();
        }
        int length = channel.receive();
        if (length < 0) {
            return null;
        }
        return assertInstanceOf(Message.class, MessageCodec.decode(channel.payload(), length));
    }

    /** The master ends the link and says why. */
    String disconnectReason() {
        return assertInstanceOf(Message.Disconnect.class, receive()).reason();
    }

    @Override
    public void close() {
        channel.close();
        socket.close();
        s2mEvent.close();
        m2sEvent.close();
        rings.close();
        buffers.close();
        table.close();
    }
}

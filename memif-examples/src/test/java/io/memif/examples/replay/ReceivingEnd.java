package io.memif.examples.replay;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Mode;
import io.memif.PacketAssembler;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import java.util.ArrayList;
import java.util.List;

/** A master that keeps the packets it is sent, on a thread of its own, until it is closed. */
public final class ReceivingEnd implements AutoCloseable {
    private static final int LONGEST = 1 << 18;

    private final MemifSocket socket;
    private final MemifInterface itf;
    private final Thread thread = new Thread(this::receive, "receiving end");
    private final List<byte[]> packets = new ArrayList<>();

    /** Listens at once. */
    public ReceivingEnd(String address, Mode mode) {
        this(address, InterfaceConfig.builder().mode(mode));
    }

    /** Listens at once. */
    public ReceivingEnd(String address, InterfaceConfig.Builder config) {
        socket = MemifSocket.open(SocketConfig.builder().address(address).build());
        itf = socket.addInterface(config.role(Role.MASTER).build());
        thread.start();
    }

    private void receive() {
        PacketAssembler whole =
                new PacketAssembler(
                        (buffer, offset, length, flags) -> {
                            byte[] packet = new byte[length];
                            buffer.get(offset, packet);
                            keep(packet);
                        },
                        LONGEST);
        RxQueue rx = itf.rxQueue(0);
        try {
            while (!rx.isClosed()) {
                if (rx.poll(whole, 64) == 0) {
                    rx.await(100_000_000);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void keep(byte[] packet) {
        packets.add(packet);
    }

    /** What has come so far. */
    public synchronized List<byte[]> packets() {
        return List.copyOf(packets);
    }

    /** Whoever sends finds the link down. */
    public MemifInterface itf() {
        return itf;
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while the receiver ends", e);
        }
    }
}

package io.memif;

import java.util.ArrayList;
import java.util.List;

/** Packets that can be told apart: a sequence number and bytes that follow from it. */
final class PacketPattern {
    private PacketPattern() {}

    static byte[] packet(int sequence, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (sequence * 31 + i * 7 + (sequence >>> 8));
        }
        return bytes;
    }

    /** Polls until nothing comes and joins chains by hand, checking the flags of every buffer. */
    static List<byte[]> drain(RxEngine rx, int limit) {
        List<byte[]> packets = new ArrayList<>();
        List<byte[]> open = new ArrayList<>();
        PacketHandler handler =
                (buffer, offset, length, flags) -> {
                    boolean continues = (flags & PacketHandler.CONTINUATION) != 0;
                    if (continues == open.isEmpty()) {
                        throw new AssertionError("flags=" + flags + " parts=" + open.size());
                    }
                    byte[] part = new byte[length];
                    buffer.get(offset, part);
                    open.add(part);
                    if ((flags & PacketHandler.NEXT) == 0) {
                        packets.add(join(open));
                        open.clear();
                    }
                };
        while (rx.poll(handler, limit) > 0) {
            continue;
        }
        return packets;
    }

    private static byte[] join(List<byte[]> parts) {
        int length = parts.stream().mapToInt(part -> part.length).sum();
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}

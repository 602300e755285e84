package io.memif.tests.bench.side;

import io.memif.examples.perf.RingPause;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One side of a bare ring: what the same bytes at the same offsets cost without a library. The ring
 * has the layout of a memif S2M ring, and packets lie side by side, as a slave of ours lays them.
 * There is no check of what the other side wrote, no counter, no callback that could be replaced,
 * no socket and no signal. The loop visits the ring as {@code memif perf} does: 64 packets a turn,
 * and it keeps off after a visit.
 *
 * <p>Ends when its standard input does, with one line of JSON.
 */
public final class BareRingProcess {
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int BURST = 64;
    private static final int SLOTS = 1024;
    private static final int BUFFER = 2048;
    private static final int LINE = 64;
    private static final int LONGEST = 2048;

    /** Where the slave says that it is there; no memif ring has it. */
    private static final int PRESENT = 16;

    private static final int HEAD = 6;
    private static final int TAIL = LINE;
    private static final int DESCRIPTORS = 2 * LINE;
    private static final int BUFFERS = 32 << 10;
    private static final int END = BUFFERS + (SLOTS + 1) * BUFFER;

    private final WindowedRate rate;
    private final ByteBuffer memory;
    private final int length;

    private BareRingProcess(ByteBuffer memory, int length, WindowedRate rate) {
        this.memory = memory;
        this.length = length;
        this.rate = rate;
    }

    /**
     * Runs until standard input ends.
     *
     * @param args sink or source; file; none, read or copy; length; warm-up and window in ns
     * @throws IOException if the file cannot be made or mapped
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[1]);
        boolean isSink = args[0].equals("sink");
        WindowedRate rate = new WindowedRate(Long.parseLong(args[4]), Long.parseLong(args[5]));
        BareRingProcess process =
                new BareRingProcess(map(file, isSink), Integer.parseInt(args[3]), rate);
        System.out.println("ready");
        rate.run(isSink ? process.sink(args[2]) : process::send);
    }

    private static ByteBuffer map(Path file, boolean create) throws IOException {
        if (!create) {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, END);
            }
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            ByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, END);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return memory;
        }
    }

    private Runnable sink(String touch) {
        Reader reader =
                switch (touch) {
                    case "none" -> new LengthReader();
                    case "read" -> new PayloadReader();
                    case "copy" -> new PayloadCopier();
                    default -> throw new IllegalArgumentException("touch=" + touch);
                };
        return () -> receive(reader);
    }

    private void receive(Reader reader) {
        while ((short) SHORT.getAcquire(memory, PRESENT) == 0) {
            Thread.yield();
        }
        rate.linkUp();
        RingPause pause = new RingPause(SLOTS, System.nanoTime());
        int tail = 0;
        int visit = 0;
        long count = 0;
        while (!rate.isStopped()) {
            int head = (short) SHORT.getAcquire(memory, HEAD);
            int ready = Math.min(head - tail & 0xffff, BURST);
            for (int i = 0; i < ready; i++) {
                int at = descriptor(tail + i);
                long low = (long) LONG.get(memory, at);
                long high = (long) LONG.get(memory, at + Long.BYTES);
                reader.read(memory, (int) high, (int) (low >>> Integer.SIZE));
            }
            if (ready > 0) {
                tail += ready;
                SHORT.setRelease(memory, TAIL, (short) tail);
                visit += ready;
                count += ready;
                rate.count(count);
            } else if (visit > 0) {
                pause.pause(visit);
                visit = 0;
            }
        }
    }

    private void send() {
        SHORT.setRelease(memory, PRESENT, (short) 1);
        rate.linkUp();
        byte[] template = new byte[length];
        ThreadLocalRandom.current().nextBytes(template);
        int step = length + LINE - 1 & -LINE;
        RingPause pause = new RingPause(SLOTS, System.nanoTime());
        int head = 0;
        int free = 0;
        int position = BUFFERS;
        int visit = 0;
        long count = 0;
        while (!rate.isStopped()) {
            if (free < BURST) {
                int tail = (short) SHORT.getAcquire(memory, TAIL);
                free = SLOTS - (head - tail & 0xffff);
            }
            int now = Math.min(free, BURST);
            for (int i = 0; i < now; i++) {
                position = length <= END - position ? position : BUFFERS;
                memory.put(position, template, 0, length);
                int at = descriptor(head + i);
                LONG.set(memory, at, (long) length << Integer.SIZE);
                LONG.set(memory, at + Long.BYTES, (long) position);
                position += step;
            }
            if (now > 0) {
                head += now;
                free -= now;
                SHORT.setRelease(memory, HEAD, (short) head);
                visit += now;
                count += now;
                rate.count(count);
            } else if (visit > 0) {
                pause.pause(visit);
                visit = 0;
            }
        }
    }

    private static int descriptor(int index) {
        return DESCRIPTORS + ((index & SLOTS - 1) << 4);
    }

    /** What is done with a packet. Only one class is ever loaded, so that it is inlined. */
    private abstract static class Reader {
        abstract void read(ByteBuffer memory, int offset, int size);
    }

    private static final class LengthReader extends Reader {
        private long bytes;

        @Override
        void read(ByteBuffer memory, int offset, int size) {
            bytes += size;
        }
    }

    /** Loads every byte. The sum is kept, or the compiler would leave the loads out. */
    private static final class PayloadReader extends Reader {
        private long sum;

        @Override
        void read(ByteBuffer memory, int offset, int size) {
            long here = 0;
            int at = offset;
            for (; at <= offset + size - Long.BYTES; at += Long.BYTES) {
                here += (long) LONG.get(memory, at);
            }
            for (; at < offset + size; at++) {
                here += memory.get(at);
            }
            sum += here;
        }
    }

    private static final class PayloadCopier extends Reader {
        private final byte[] copy = new byte[LONGEST];

        @Override
        void read(ByteBuffer memory, int offset, int size) {
            memory.get(offset, copy, 0, size);
        }
    }
}

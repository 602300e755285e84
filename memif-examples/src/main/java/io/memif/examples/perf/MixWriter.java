package io.memif.examples.perf;

import io.memif.Mode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes packets of a {@link Mix} and of many flows in turn, each with a {@link TimedStamp}. The
 * headers of every length and flow lie ready, and what comes behind the stamp is the same for all.
 */
final class MixWriter extends PacketWriter {
    private final int[] lengths;

    /** By place in the mix, then by flow. */
    private final byte[][][] headers;

    private final byte[] body;
    private final int header;
    private final int queue;
    private final ByteBuffer whole;
    private int place;
    private int flow;
    private int run;
    private long sequence;
    private long timeNs;
    private int wholeLength;
    private boolean ready;

    /**
     * A writer of a mix, in run 0.
     *
     * @param mode whether packets start with an Ethernet header
     * @param mix none shorter than {@link #leastLength}
     * @param flows how many, 1 to {@link Template#MOST_FLOWS}
     * @param queue 0 to 255
     */
    MixWriter(Mode mode, Mix mix, int flows, int queue) {
        this(
                Template.packet(mode, mix.longest()),
                Template.header(mode),
                queue,
                mix.lengths(),
                headers(mode, mix, flows));
    }

    /**
     * A writer of one packet that differs in its stamp alone, in run 0.
     *
     * @param template of {@link #leastLength} or more
     * @param header bytes at its start that belong to its protocols
     * @param queue 0 to 255
     */
    MixWriter(byte[] template, int header, int queue) {
        this(
                template,
                header,
                queue,
                new int[] {template.length},
                new byte[][][] {{Arrays.copyOf(template, header)}});
    }

    private MixWriter(byte[] body, int header, int queue, int[] lengths, byte[][][] headers) {
        super(body.length);
        this.body = body;
        this.header = header;
        this.queue = queue;
        this.lengths = lengths;
        this.headers = headers;
        this.whole = ByteBuffer.allocateDirect(body.length);
    }

    private static byte[][][] headers(Mode mode, Mix mix, int flows) {
        Map<Integer, byte[][]> byLength = new HashMap<>();
        for (int length : mix.lengths()) {
            byLength.computeIfAbsent(length, any -> headers(mode, length, flows));
        }
        return Arrays.stream(mix.lengths()).mapToObj(byLength::get).toArray(byte[][][]::new);
    }

    private static byte[][] headers(Mode mode, int length, int flows) {
        return IntStream.range(0, flows)
                .mapToObj(flow -> Template.packet(mode, length, flow))
                .map(packet -> Arrays.copyOf(packet, Template.header(mode)))
                .toArray(byte[][]::new);
    }

    /** Bytes of the shortest packet that it can write. */
    static int leastLength(Mode mode) {
        return Template.header(mode) + TimedStamp.LENGTH;
    }

    @Override
    void begin(int newRun) {
        run = newRun;
        sequence = 0;
        place = 0;
        flow = 0;
        ready = false;
    }

    @Override
    void time(long ns) {
        timeNs = ns;
        ready = false;
    }

    @Override
    public int fill(ByteBuffer buffer, int offset, int capacity) {
        int length = write(buffer, offset);
        next();
        return length;
    }

    private int write(ByteBuffer buffer, int offset) {
        int length = lengths[place];
        buffer.put(offset, headers[place][flow], 0, header);
        TimedStamp.write(buffer, offset + header, queue, sequence, run, timeNs);
        int rest = header + TimedStamp.LENGTH;
        buffer.put(offset + rest, body, rest, length - rest);
        return length;
    }

    private void next() {
        sequence++;
        place = place + 1 == lengths.length ? 0 : place + 1;
        flow = flow + 1 == headers[0].length ? 0 : flow + 1;
    }

    @Override
    ByteBuffer whole() {
        if (!ready) {
            wholeLength = write(whole, 0);
            ready = true;
        }
        return whole;
    }

    @Override
    int wholeLength() {
        return wholeLength;
    }

    @Override
    void sent() {
        next();
        ready = false;
    }
}

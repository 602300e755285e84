package io.memif.examples.perf;

import io.memif.Mode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes packets of a {@link Mix} and of many flows in turn, each with a {@link TimedStamp}. What
 * comes behind the stamp is the same for all.
 */
final class MixWriter extends PacketWriter {
    private final int[] lengths;
    private final int flows;

    /** By place in the mix; packets of the same length share one. */
    private final PacketStart[] starts;

    private final byte[] longest;
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
     * @param flows addresses and ports
     * @param queue 0 to 255
     */
    MixWriter(Mode mode, Mix mix, Flows flows, int queue) {
        super(mix.longest());
        this.lengths = mix.lengths();
        this.flows = flows.count();
        this.queue = queue;
        this.longest = Template.packet(mode, mix.longest(), flows, 0);
        this.whole = ByteBuffer.allocateDirect(mix.longest());
        Map<Integer, PacketStart> byLength = new HashMap<>();
        for (int length : mix.distinct()) {
            byLength.put(length, new PacketStart(mode, length, flows));
        }
        this.starts = Arrays.stream(lengths).mapToObj(byLength::get).toArray(PacketStart[]::new);
    }

    /** Bytes of the shortest packet that it can write. */
    static int leastLength(Mode mode, boolean isV6) {
        return Template.header(mode, isV6) + TimedStamp.LENGTH;
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
        long first = TimedStamp.firstWord(queue, sequence);
        byte[] start = starts[place].of(flow, first, TimedStamp.secondWord(run, timeNs));
        int length = lengths[place];
        buffer.put(offset, start);
        buffer.put(offset + start.length, longest, start.length, length - start.length);
        return length;
    }

    private void next() {
        sequence++;
        place = place + 1 == lengths.length ? 0 : place + 1;
        flow = flow + 1 == flows ? 0 : flow + 1;
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

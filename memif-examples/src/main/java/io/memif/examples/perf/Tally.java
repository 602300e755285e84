package io.memif.examples.perf;

import java.nio.ByteBuffer;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What a receiving lane has seen of one run: which packets with a {@link TimedStamp}, and how long
 * they were under way. Written by one thread; read by others once that has ended or gone on to
 * another tally, times at any moment. It allocates nothing but a little for each sender's first
 * packet.
 */
final class Tally {
    /** Longest time under way that is told apart, in nanoseconds. */
    static final long LONGEST_NS = PingLane.LONGEST_NS;

    private static final int QUEUES = 256;

    private final int run;
    private final int header;
    private final long timeMask;
    private final SequenceTracker[] senders = new SequenceTracker[QUEUES];
    private final SingleWriterRecorder times =
            new SingleWriterRecorder(LONGEST_NS, PingLane.DIGITS);

    private long received;
    private long others;
    private long damaged;
    private boolean isOurs;
    private long first;
    private long second;
    private long whole;
    private long length;

    /**
     * A tally of nothing yet.
     *
     * @param run whose packets count, 0 to 65535
     * @param header bytes at a packet's start that belong to its protocols
     * @param oneIn of so many packets one is timed, a power of two
     */
    Tally(int run, int header, int oneIn) {
        this.run = run;
        this.header = header;
        this.timeMask = oneIn - 1L;
    }

    /** A packet begins with this buffer, and has come by now. */
    void begin(ByteBuffer buffer, int offset, int bytes) {
        isOurs = bytes >= header + TimedStamp.LENGTH;
        if (isOurs) {
            first = TimedStamp.first(buffer, offset + header);
            second = TimedStamp.second(buffer, offset + header);
            isOurs = TimedStamp.isMarked(first) && TimedStamp.run(second) == run;
            whole = Template.length(buffer, offset, header);
        }
        length = bytes;
    }

    /** It goes on with so many bytes in another buffer. */
    void goOn(int bytes) {
        length += bytes;
    }

    /** It is whole. */
    void end(long now) {
        if (!isOurs) {
            others++;
            return;
        }
        if (length != whole) {
            damaged++;
            return;
        }
        received++;
        long sequence = TimedStamp.sequence(first);
        sender(TimedStamp.queue(first)).note(sequence);
        if ((sequence & timeMask) == 0) {
            times.recordValue(Math.min(TimedStamp.ageNs(second, now), LONGEST_NS));
        }
    }

    private SequenceTracker sender(int queue) {
        SequenceTracker known = senders[queue];
        if (known == null) {
            known = new SequenceTracker();
            senders[queue] = known;
        }
        return known;
    }

    /** Gives out the times that were noted since it was asked last. */
    SingleWriterRecorder times() {
        return times;
    }

    /** Packets of the run, those that came again included. */
    long received() {
        return received;
    }

    /** Packets of the run that came shorter or longer than they were sent. */
    long damaged() {
        return damaged;
    }

    /** Packets of other runs, or of other senders. */
    long others() {
        return others;
    }

    /** What sequence numbers and lengths tell. */
    Verifier.Findings findings() {
        return SequenceTracker.findings(senders).plus(new Verifier.Findings(0, 0, 0, damaged));
    }
}

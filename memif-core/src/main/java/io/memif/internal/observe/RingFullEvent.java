package io.memif.internal.observe;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

/** Attempts to send found the ring full since the queue's counters were last read. */
@Name("io.memif.RingFull")
@Label("Ring Full")
@Description("Attempts to send that found the ring full; counted once a second")
public final class RingFullEvent extends InterfaceEvent {
    @Label("Queue")
    public int queue;

    @Label("Attempts")
    @Description("Within the period")
    public long attempts;

    @Label("Period")
    @Description("Time since the last count, or since the interface was added")
    @Timespan(Timespan.NANOSECONDS)
    public long period;

    @Label("Total")
    @Description("Attempts since the interface was added")
    public long total;
}

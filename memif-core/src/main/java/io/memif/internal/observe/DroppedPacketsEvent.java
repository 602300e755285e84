package io.memif.internal.observe;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

/** Packets of a queue were dropped since its counters were last read. */
@Name("io.memif.DroppedPackets")
@Label("Dropped Packets")
@Description("Packets of a queue that were dropped; counted once a second while the link is up")
public final class DroppedPacketsEvent extends InterfaceEvent {
    @Label("Direction")
    @Description("rx or tx")
    public String direction;

    @Label("Queue")
    public int queue;

    @Label("Cause")
    @Description("The counter: bad-descriptors, endless-chains or too-long")
    public String cause;

    @Label("Packets")
    @Description("Within the period")
    public long packets;

    @Label("Period")
    @Description("Time since the last count, or since the interface was added")
    @Timespan(Timespan.NANOSECONDS)
    public long period;

    @Label("Total")
    @Description("Packets since the interface was added")
    public long total;
}

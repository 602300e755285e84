package io.memif.internal.observe;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A link came up. */
@Name("io.memif.LinkUp")
@Label("Link Up")
@Description("The link of an interface came up")
public final class LinkUpEvent extends InterfaceEvent {
    @Label("Peer Application")
    public String peerApplication;

    @Label("Peer Interface")
    public String peerInterface;

    @Label("Peer Process")
    @Description("0 if it is in a namespace that cannot be seen")
    public int peerPid;

    @Label("Peer User")
    public long peerUid;

    @Label("Receive Rings")
    public int rxRings;

    @Label("Transmit Rings")
    public int txRings;

    @Label("Ring Size")
    @Description("Slots of the largest ring")
    public int ringSize;

    @Label("Regions")
    public int regions;

    @Label("Region Size")
    @Description("Of all regions together")
    @DataAmount
    public long regionBytes;
}

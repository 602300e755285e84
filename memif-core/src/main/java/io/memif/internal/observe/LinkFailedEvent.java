package io.memif.internal.observe;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** An attempt to connect failed before the link was up. */
@Name("io.memif.LinkFailed")
@Label("Link Failed")
@Description(
        "An attempt to connect failed, or a peer's attempt was refused; a failure that repeats"
                + " is recorded once")
public final class LinkFailedEvent extends InterfaceEvent {
    @Label("Code")
    public String code;

    @Label("Reason")
    public String reason;

    @Label("Peer's Reason")
    @Description("What the peer said; empty if nothing")
    public String peerReason;

    @Label("Last Attempt")
    @Description("No further attempt will be made")
    public boolean last;
}

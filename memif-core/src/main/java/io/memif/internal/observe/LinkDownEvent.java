package io.memif.internal.observe;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A link went down. */
@Name("io.memif.LinkDown")
@Label("Link Down")
@Description("The link of an interface went down")
public final class LinkDownEvent extends InterfaceEvent {
    @Label("Ended By")
    @Description(
            "local: our side asked for it; refused: we ended it because of the peer;"
                    + " peer-disconnected: the peer said so; peer-closed: the peer closed without a"
                    + " reason")
    public String endedBy;

    @Label("Reason")
    public String reason;
}

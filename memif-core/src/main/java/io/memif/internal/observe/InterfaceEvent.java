package io.memif.internal.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;

/** Something that happened to an interface. To be filled, and then committed. */
@Category("memif")
@StackTrace(false)
public abstract class InterfaceEvent extends Event {
    @Label("Socket")
    @Description("Path, or @ and the abstract name")
    public String socket;

    @Label("Role")
    @Description("Our role: master or slave")
    public String role;

    @Label("Interface Id")
    @Description("Unique for each socket and role")
    public long id;

    @Label("Interface Name")
    @Description("Name sent to the peer")
    public String name;

    InterfaceEvent() {}
}

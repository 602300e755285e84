package io.memif.internal.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** A turn of a control thread that took long; handshakes waited meanwhile. */
@Name("io.memif.ControlTurn")
@Label("Control Turn")
@Description("A turn of a control thread, without its wait, that took longer than the threshold")
@Category("memif")
@StackTrace(false)
@Threshold("20 ms")
final class ControlTurnEvent extends Event {
    @Label("Work")
    @Description("Commands, timers, ready descriptors and callbacks that the turn took care of")
    int work;

    static ControlTurnEvent begun() {
        ControlTurnEvent event = new ControlTurnEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    void ended(int done) {
        end();
        if (shouldCommit()) {
            work = done;
            commit();
        }
    }
}

package io.memif.internal.observe;

import jdk.jfr.FlightRecorder;

/**
 * Whether the Flight Recorder of this JVM is in use. Until it is, no class of an event is loaded,
 * and whoever asks reads one field. From any thread.
 */
public final class FlightRecording {
    private static final boolean AVAILABLE = isAvailable();

    private FlightRecording() {}

    /** Images of the JDK may lack the module, and so may a graph of modules. */
    private static boolean isAvailable() {
        try {
            Class.forName("jdk.jfr.FlightRecorder", false, FlightRecording.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /**
     * Whether events may be recorded: from the first recording of the JVM on. An event that no
     * recording wants costs little then.
     */
    public static boolean isOn() {
        return AVAILABLE && FlightRecorder.isInitialized();
    }

    /**
     * A turn of a control thread begins.
     *
     * @return for {@link #turnEnds}; null if nobody records it
     */
    public static Object turnBegins() {
        return isOn() ? ControlTurnEvent.begun() : null;
    }

    /**
     * A turn is over; it is recorded if it took longer than the recording's threshold.
     *
     * @param turn from {@link #turnBegins}
     * @param work commands, timers, descriptors and callbacks that it took care of
     */
    public static void turnEnds(Object turn, int work) {
        if (turn != null) {
            ((ControlTurnEvent) turn).ended(work);
        }
    }
}

package io.memif;

import java.util.concurrent.TimeUnit;

/**
 * JMX beans of the sockets and interfaces of this process, for JConsole, exporters and {@code memif
 * show}. There are none until somebody asks for them, so until then they cost nothing.
 *
 * <p>An application asks with {@link #register}. A management tool asks by creating a bean of this
 * class in the running JVM ({@code createMBean("io.memif.MemifJmx", name)}), which works where the
 * library is on the application's class path or module path.
 *
 * <p>The beans are in the platform's management server: {@code
 * io.memif:type=Socket,socket="/run/vpp/memif.sock"} has an attribute for each component of {@link
 * SocketDetails}, {@code io.memif:type=Interface,socket="/run/vpp/memif.sock",role=slave,id=0} for
 * each of {@link InterfaceDetails}. Both also have {@code Text}, which is what {@code toText} says,
 * and an interface has {@code Connected} and the sums over its queues: {@code RxPackets}, {@code
 * RxBytes}, {@code RxDropped}, {@code TxPackets}, {@code TxBytes}, {@code TxDropped}, {@code
 * TxRingFull}. All types are open types; durations are seconds. A bean goes with its socket or
 * interface. If two have the same name, the second gets the key {@code copy=2}.
 */
public final class MemifJmx implements MemifJmxMBean {
    /** A caller-driven socket is read by the thread that drives it, within this time. */
    static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    /** Does what {@link #register} does: for tools that create a bean of this class. */
    public MemifJmx() {
        register();
    }

    /**
     * Registers beans for all sockets of this process that are open, and from now on for each that
     * is opened. Idempotent.
     *
     * @throws MemifException with code CONFIGURATION if this JVM has no management server, because
     *     it lacks the module {@code java.management}
     */
    public static void register() {
        try {
            Class.forName("java.lang.management.ManagementFactory");
        } catch (ClassNotFoundException | LinkageError e) {
            throw new MemifException(
                    MemifException.Code.CONFIGURATION,
                    "no JMX beans: this JVM runs without the module java.management; add it to the"
                            + " image, or pass --add-modules java.management",
                    e);
        }
        MemifSocket.wantBeans();
    }

    @Override
    public int getSockets() {
        return MemifSocket.openSockets().size();
    }

    /** How many sockets are open. */
    @Override
    public String toString() {
        return "JMX beans of " + getSockets() + " sockets";
    }
}

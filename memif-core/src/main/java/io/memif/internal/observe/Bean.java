package io.memif.internal.observe;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * A bean that shows records in the management server of the JVM, from {@link #register} to {@link
 * #unregister}, which may come in any order and from any threads. Both call listeners of the
 * management server, which are the application's.
 */
public final class Bean {
    private final String name;
    private final RecordBean shown;

    /** While it is registered. */
    private volatile ObjectName registered;

    private volatile boolean ended;

    /**
     * A bean that is not registered yet.
     *
     * @param name domain and keys; a further key is added if somebody else has this name
     * @param types of the records
     * @param description for tools
     * @param source a record of each type; read for each request, by a thread of the management
     *     server
     */
    public Bean(
            String name,
            List<Class<? extends Record>> types,
            String description,
            Supplier<List<Record>> source) {
        this.name = name;
        this.shown = new RecordBean(types, description, source);
    }

    /** As a value in the name of a bean. */
    public static String quote(String value) {
        return ObjectName.quote(value);
    }

    /**
     * Shows it, unless it has been unregistered.
     *
     * @throws IllegalStateException if the management server refuses it
     */
    public void register() {
        try {
            registered = registerFree(ManagementFactory.getPlatformMBeanServer());
        } catch (JMException e) {
            throw new IllegalStateException(
                    "cannot register the bean " + name + ": " + e.getMessage(), e);
        }
        if (ended) {
            unregister();
        }
    }

    /** Two sockets may have one address, and two copies of the library one process. */
    private ObjectName registerFree(MBeanServer server) throws JMException {
        String free = name;
        for (int copy = 2; ; copy++) {
            try {
                return server.registerMBean(shown, new ObjectName(free)).getObjectName();
            } catch (InstanceAlreadyExistsException e) {
                free = name + ",copy=" + copy;
            }
        }
    }

    /** Takes it away. Idempotent. */
    public void unregister() {
        ended = true;
        ObjectName known = registered;
        if (known == null) {
            return;
        }
        registered = null;
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(known);
        } catch (InstanceNotFoundException e) {
            // Somebody else has taken it away.
            return;
        } catch (MBeanRegistrationException e) {
            throw new IllegalStateException("cannot unregister the bean " + known, e);
        }
    }
}

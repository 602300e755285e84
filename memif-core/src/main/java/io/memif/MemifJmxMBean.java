package io.memif;

/** What {@link MemifJmx} shows as a bean. */
public interface MemifJmxMBean {
    /**
     * How many sockets are open in this process, each with a bean of its own.
     *
     * @return 0 or more
     */
    int getSockets();
}

package io.memif;

/** Role of an interface. A link joins one master and one slave. */
public enum Role {
    /** Listens, and maps the memory that the slave created. DPDK calls it server. */
    MASTER,
    /** Connects, and creates all memory of the link. DPDK calls it client. */
    SLAVE
}

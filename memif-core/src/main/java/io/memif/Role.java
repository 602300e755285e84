package io.memif;

/** Role of an interface. Each link joins one of each. */
public enum Role {
    /** Listens, and maps the memory that the slave brings. DPDK calls it server. */
    MASTER,
    /** Connects, and creates all memory of the link. DPDK calls it client. */
    SLAVE
}

package io.memif.internal.memory;

/**
 * The memory in which a slave's packets for one ring lie until the master has taken them.
 *
 * @param region index of the region, as the peer knows it
 * @param base where it begins in the region, bytes
 * @param capacity most bytes of one descriptor, 1 to 65535
 */
public record SendMemory(int region, int base, int capacity) {}

package io.memif.internal.memory;

/**
 * Which file is behind a region: two regions with the same id show the same memory, whoever
 * announced them.
 *
 * @param device the file is on
 * @param inode its number there
 */
public record MemoryId(long device, long inode) {}

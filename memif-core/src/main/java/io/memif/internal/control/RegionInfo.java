package io.memif.internal.control;

import io.memif.internal.memory.MemoryId;

/**
 * A region of a link.
 *
 * @param index as announced, 0 to 255
 * @param size in bytes
 * @param sealed whether its file cannot be shortened any more
 * @param pageSize of its file, bytes; more than 4096 for hugepages
 * @param id of its file
 */
public record RegionInfo(int index, long size, boolean sealed, long pageSize, MemoryId id) {}

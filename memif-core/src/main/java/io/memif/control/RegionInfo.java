package io.memif.control;

/**
 * A region of a link.
 *
 * @param index as announced, 0 to 255
 * @param size in bytes
 * @param sealed whether its file cannot be shortened any more
 * @param pageSize of its file, bytes; more than 4096 for hugepages
 */
public record RegionInfo(int index, long size, boolean sealed, long pageSize) {}

package io.memif;

/**
 * A region of the current link.
 *
 * @param index as announced, 0 to 255
 * @param size in bytes
 * @param sealed whether its file is sealed against shrinking
 * @param pageSize of its file in bytes: ordinary pages or hugepages; 0 if unknown
 */
public record RegionDetails(int index, long size, boolean sealed, long pageSize) {}

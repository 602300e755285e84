package io.memif.internal.protocol;

/**
 * An announced region.
 *
 * @param index 0 to 255
 * @param size bytes to map from the start of the file, at least 1
 */
public record RegionSize(int index, long size) {}

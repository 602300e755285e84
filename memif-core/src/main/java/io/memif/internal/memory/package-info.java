/**
 * Regions: shared memory files that are created, sealed and checked here, and mapped into bounded
 * windows.
 */
package io.memif.internal.memory;

/**
 * Shared memory: regions, rings, and what may go wrong with them.
 *
 * <ul>
 *   <li>{@link io.memif.internal.memory.Region} is a file with its windows. It is created, sealed
 *       and checked here.
 *   <li>{@link io.memif.internal.memory.RegionTable} holds the regions of one link, checks every
 *       descriptor, and ends the link's memory.
 *   <li>{@link io.memif.internal.memory.Ring} is the only class that reads and writes the shared
 *       words of a ring. The names of its methods say the memory order.
 *   <li>{@link io.memif.internal.memory.Mappings} maps, counts and limits all mappings of the
 *       process.
 *   <li>{@link io.memif.internal.memory.Faults} knows whether an access to shared memory can fail,
 *       and makes the failure show itself in time.
 * </ul>
 */
package io.memif.internal.memory;

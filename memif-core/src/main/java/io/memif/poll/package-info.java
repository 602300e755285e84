/**
 * The reactor's core: one thread that waits on many descriptors and timers; useful without memif.
 *
 * <p>{@link io.memif.poll.PollGroup} is the entry.
 */
package io.memif.poll;

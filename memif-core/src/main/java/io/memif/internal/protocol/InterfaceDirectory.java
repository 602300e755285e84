package io.memif.internal.protocol;

import io.memif.Role;
import java.util.Optional;

/**
 * The interfaces of one socket. An id is unique per role: the same one may exist as master and as
 * slave, which may even connect to each other.
 */
@FunctionalInterface
public interface InterfaceDirectory {
    /**
     * Looks an interface up. Called while a message is handled, by its thread.
     *
     * @param id all 32 bits, unsigned
     * @param role which of the two that may have this id
     * @return as it is now; empty if there is none
     */
    Optional<Entry> find(int id, Role role);

    /**
     * An interface as it is when a slave asks for it.
     *
     * @param parameters as configured
     * @param busy why another slave cannot have it while a connection has it; empty if none has, or
     *     if that one has to go for a slave with the right secret
     * @param adminUp whether it may be connected at all
     */
    record Entry(InterfaceParameters parameters, Optional<Refusal> busy, boolean adminUp) {}
}

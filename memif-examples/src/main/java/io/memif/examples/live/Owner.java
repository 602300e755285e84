package io.memif.examples.live;

/**
 * A process that has a link's memory mapped.
 *
 * @param pid its number
 * @param name of its program
 * @param uid its user
 */
public record Owner(int pid, String name, int uid) {
    /** Its program and its number. */
    @Override
    public String toString() {
        return name + " " + pid;
    }
}

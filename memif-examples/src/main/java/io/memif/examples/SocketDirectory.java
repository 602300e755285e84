package io.memif.examples;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Tells a slave whose socket will hardly ever appear from one that only has to wait for its master.
 * Stateless.
 */
public final class SocketDirectory {
    private SocketDirectory() {}

    /**
     * Checks that the directory of a socket exists.
     *
     * @param address path, or {@code @} and an abstract name, which needs no directory
     * @throws CommandFailure if it does not exist
     */
    public static void check(String address) {
        if (address.isEmpty() || address.startsWith("@")) {
            return;
        }
        Path directory;
        try {
            directory = Path.of(address).toAbsolutePath().getParent();
        } catch (InvalidPathException e) {
            throw new CommandFailure("cannot connect to " + e.getMessage(), e);
        }
        if (directory != null && Files.notExists(directory)) {
            throw new CommandFailure(
                    "cannot connect to "
                            + address
                            + ": there is no directory "
                            + directory
                            + "; start the master first, or check the path");
        }
    }
}

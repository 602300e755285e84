package io.memif.internal.control;

import io.memif.unix.OwnedFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a descriptor that a peer sent for a ring is an eventfd. */
final class EventFdCheck {
    private static final String TARGET = "anon_inode:[eventfd]";

    private EventFdCheck() {}

    /** What speaks against the descriptor, or null. */
    static String refusal(OwnedFd fd) {
        int number = fd.acquire();
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
            return TARGET.equals(target) ? null : "its descriptor is no eventfd";
        } catch (IOException e) {
            return "cannot look at its descriptor: " + e.getMessage();
        } finally {
            fd.release();
        }
    }
}

package io.memif.unix;

import java.util.List;
import java.util.function.Consumer;

/** Closes several descriptors even if closing one of them fails. */
final class CloseAll {
    private CloseAll() {}

    /** Closes each and then throws the first failure, if there was one. */
    static void of(List<OwnedFd> descriptors, Consumer<OwnedFd> close) {
        UnixException failure = null;
        for (OwnedFd descriptor : descriptors) {
            try {
                close.accept(descriptor);
            } catch (UnixException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

package io.memif.internal.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * How mappings are given back: by an arena where the JDK has them (22 and later), else by the GC.
 */
interface UnmapStrategy {
    /**
     * A group of mappings that end together.
     *
     * @return an empty group
     */
    Scope newScope();

    /** Mappings that end together. */
    interface Scope {
        /**
         * Maps a part of a file, readable and writable.
         *
         * @param channel of the file
         * @param start offset in the file, bytes
         * @param length bytes, less than 2 GiB
         * @return the mapped part
         * @throws IOException if the kernel refuses
         */
        ByteBuffer map(FileChannel channel, long start, long length) throws IOException;

        /** Ends the mappings, now or when nobody can reach them any more. */
        void close();
    }

    /**
     * The best this JDK offers.
     *
     * @return a strategy for one thread
     */
    static UnmapStrategy forThisJdk() {
        UnmapStrategy arena = ArenaUnmap.orNull();
        return arena != null ? arena : new CollectorUnmap();
    }
}

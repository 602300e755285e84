package io.memif.internal.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Address of an AF_UNIX socket: a path, an abstract name, or nothing. Immutable. */
public final class UnixAddress {
    /** Longest path or abstract name in bytes. */
    public static final int MAX_BYTES = 107;

    /** The address of a socket that was never bound. */
    public static final UnixAddress UNNAMED = new UnixAddress(false, new byte[0]);

    static final int CAPACITY = 112;

    private static final short AF_UNIX = 1;
    private static final int FAMILY_BYTES = 2;

    private final boolean isAbstract;
    private final byte[] name;

    private UnixAddress(boolean isAbstract, byte[] name) {
        this.isAbstract = isAbstract;
        this.name = name;
    }

    /**
     * Reads an address as users write it.
     *
     * @param text a path, or {@code @} and an abstract name
     * @return the address
     * @throws IllegalArgumentException if it is empty, holds a NUL or is longer than {@value
     *     #MAX_BYTES} bytes
     */
    public static UnixAddress of(String text) {
        return text.startsWith("@") ? ofAbstract(text.substring(1)) : ofPath(text);
    }

    /**
     * An address in the file system.
     *
     * @param path the path
     * @return the address
     * @throws IllegalArgumentException if it is empty, holds a NUL or is longer than {@value
     *     #MAX_BYTES} bytes
     */
    public static UnixAddress ofPath(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("socket path holds a NUL character");
        }
        return checked(false, path.getBytes(StandardCharsets.UTF_8), path);
    }

    /**
     * An address in the abstract namespace.
     *
     * @param name the name, without the leading {@code @} or NUL
     * @return the address
     * @throws IllegalArgumentException if it is empty or longer than {@value #MAX_BYTES} bytes
     */
    public static UnixAddress ofAbstract(String name) {
        return checked(true, name.getBytes(StandardCharsets.UTF_8), "@" + name);
    }

    private static UnixAddress checked(boolean isAbstract, byte[] name, String text) {
        if (name.length == 0) {
            throw new IllegalArgumentException("socket address is empty: \"" + text + "\"");
        }
        if (name.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "socket address is "
                            + name.length
                            + " bytes long, at most "
                            + MAX_BYTES
                            + " are possible: "
                            + text);
        }
        return new UnixAddress(isAbstract, name);
    }

    /**
     * Whether the address is in the abstract namespace, without a file.
     *
     * @return true if so
     */
    public boolean isAbstract() {
        return isAbstract;
    }

    /**
     * Whether the socket has no address at all.
     *
     * @return true if so
     */
    public boolean isUnnamed() {
        return name.length == 0 && !isAbstract;
    }

    /**
     * The path.
     *
     * @return the path in the file system
     * @throws IllegalStateException if this is not a path
     */
    public String path() {
        if (isAbstract || isUnnamed()) {
            throw new IllegalStateException("not a path: " + this);
        }
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Writes a sockaddr_un at index 0 and returns its length. */
    int encode(ByteBuffer to) {
        to.clear();
        to.order(ByteOrder.nativeOrder()).putShort(AF_UNIX);
        if (isAbstract) {
            to.put((byte) 0).put(name);
        } else if (!isUnnamed()) {
            to.put(name).put((byte) 0);
        }
        int length = to.position();
        to.clear();
        return length;
    }

    /** Reads a sockaddr_un at index 0 that the kernel wrote. */
    static UnixAddress decode(ByteBuffer from, int length) {
        int end = Math.min(length, from.capacity());
        if (end <= FAMILY_BYTES) {
            return UNNAMED;
        }
        boolean isAbstract = from.get(FAMILY_BYTES) == 0;
        int start = isAbstract ? FAMILY_BYTES + 1 : FAMILY_BYTES;
        if (!isAbstract) {
            int nul = start;
            while (nul < end && from.get(nul) != 0) {
                nul++;
            }
            end = nul;
        }
        byte[] name = new byte[end - start];
        from.get(start, name);
        return new UnixAddress(isAbstract, name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnixAddress that
                && isAbstract == that.isAbstract
                && Arrays.equals(name, that.name);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name) * 31 + Boolean.hashCode(isAbstract);
    }

    /** The address as {@link #of} reads it, with control characters replaced. */
    @Override
    public String toString() {
        if (isUnnamed()) {
            return "(unnamed)";
        }
        StringBuilder text = new StringBuilder(isAbstract ? "@" : "");
        String decoded = new String(name, StandardCharsets.UTF_8);
        decoded.codePoints()
                .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return text.toString();
    }

    /** Where a call puts an address it found. Not thread-safe; may be filled again. */
    public static final class Holder {
        private UnixAddress address = UNNAMED;

        /** Makes a holder of {@link UnixAddress#UNNAMED}. */
        public Holder() {}

        /**
         * The address found by the last successful call.
         *
         * @return the address
         */
        public UnixAddress get() {
            return address;
        }

        void set(UnixAddress found) {
            this.address = found;
        }
    }
}

package io.memif.unix;

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

    private static final short AF_UNIX = 1;
    private static final int FAMILY_BYTES = 2;

    private final boolean isAbstract;
    private final byte[] name;

    /** Every link's messages name it. */
    private final String text;

    private UnixAddress(boolean isAbstract, byte[] name) {
        this.isAbstract = isAbstract;
        this.name = name;
        text = text();
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

    /**
     * The address as bind(2) and connect(2) take it.
     *
     * @return a sockaddr_un; the path is UTF-8 whatever the locale, with its final NUL
     */
    public byte[] toBytes() {
        int length = FAMILY_BYTES + (isUnnamed() ? 0 : 1 + name.length);
        ByteBuffer to =
                ByteBuffer.allocate(length).order(ByteOrder.nativeOrder()).putShort(AF_UNIX);
        to.put(isAbstract ? FAMILY_BYTES + 1 : FAMILY_BYTES, name);
        return to.array();
    }

    /**
     * An address as the kernel writes it.
     *
     * @param from a sockaddr_un
     * @param length how many bytes of it there are, as the kernel says; it may be more than fitted
     * @return the address, {@link #UNNAMED} if there is no name
     */
    public static UnixAddress ofBytes(byte[] from, int length) {
        int end = Math.min(length, from.length);
        if (end <= FAMILY_BYTES) {
            return UNNAMED;
        }
        boolean isAbstract = from[FAMILY_BYTES] == 0;
        int start = isAbstract ? FAMILY_BYTES + 1 : FAMILY_BYTES;
        int stop = start;
        while (stop < end && (isAbstract || from[stop] != 0)) {
            stop++;
        }
        return new UnixAddress(isAbstract, Arrays.copyOfRange(from, start, stop));
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
        return text;
    }

    private String text() {
        if (isUnnamed()) {
            return "(unnamed)";
        }
        StringBuilder text = new StringBuilder(isAbstract ? "@" : "");
        String decoded = new String(name, StandardCharsets.UTF_8);
        decoded.codePoints()
                .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return text.toString();
    }
}

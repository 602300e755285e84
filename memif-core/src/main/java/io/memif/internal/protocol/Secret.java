package io.memif.internal.protocol;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A shared secret, sent in clear text in INIT. Immutable; compared in constant time and never
 * shown.
 *
 * <p>It ends at the first NUL of its 24-byte field or fills it; what follows the NUL is ignored, as
 * VPP, DPDK and libmemif do. Only 23 bytes are portable: DPDK and libmemif, and VPP as slave, cut
 * longer ones.
 */
public final class Secret {
    /** Longest secret, in bytes. */
    public static final int MAX_LENGTH = 24;

    /** No secret: as slave nothing to show, as master nothing asked for. */
    public static final Secret NONE = new Secret(new byte[MAX_LENGTH]);

    private final byte[] padded;

    private Secret(byte[] padded) {
        this.padded = padded;
    }

    /**
     * A secret of these bytes.
     *
     * @param bytes 0 to 24, none of them 0; copied
     * @return {@link #NONE} if there are no bytes
     * @throws IllegalArgumentException if it is too long or has a 0 in it
     */
    public static Secret of(byte[] bytes) {
        if (bytes.length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "secret of " + bytes.length + " bytes, at most " + MAX_LENGTH);
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("secret has a 0 byte in it, which would end it");
            }
        }
        return bytes.length == 0 ? NONE : new Secret(Arrays.copyOf(bytes, MAX_LENGTH));
    }

    static Secret ofField(byte[] field) {
        byte[] padded = new byte[MAX_LENGTH];
        for (int i = 0; i < MAX_LENGTH && field[i] != 0; i++) {
            padded[i] = field[i];
        }
        return new Secret(padded);
    }

    byte[] toField() {
        return padded.clone();
    }

    /**
     * Whether there is none.
     *
     * @return true if the field is empty
     */
    public boolean isNone() {
        return padded[0] == 0;
    }

    /** Takes the same time for every secret, equal or not. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret && MessageDigest.isEqual(padded, ((Secret) other).padded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(padded);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return isNone() ? "none" : "set";
    }
}

package io.memif.internal.protocol;

/**
 * Why we end a connection.
 *
 * @param reason which kind
 * @param text the reason for the DISCONNECT, with the numbers; at most 95 characters when the
 *     machines make it, so that all of it fits; else cut on the wire
 * @param ours the reason for our side, with what to do about it
 * @param cause what failed on our side, or null
 */
public record Refusal(Reason reason, String text, String ours, Throwable cause)
        implements MessageCodec.Decoded {

    /** A refusal that says the same to both sides. */
    public Refusal(Reason reason, String text) {
        this(reason, text, text, null);
    }

    /** Memory, a file or an eventfd that will not do. */
    public static Refusal memory(String text) {
        return new Refusal(Reason.MEMORY, text);
    }

    /** A failure with memory, a file or an eventfd; our side gets its whole message. */
    public static Refusal memory(String text, Throwable cause) {
        return new Refusal(Reason.MEMORY, text, cause.getMessage(), cause);
    }

    /**
     * What a counter counts, and how the text of the DISCONNECT begins. The constants are stable
     * over releases.
     */
    public enum Reason {
        /** A control message was shorter or longer than 128 bytes. */
        MESSAGE_SIZE("wrong message size"),
        /** The kernel dropped descriptors: the peer sent too many, or our table is full. */
        CONTROL_TRUNCATED("descriptors lost"),
        /** The peer's user may not connect to this socket. */
        PEER_NOT_ALLOWED("user not allowed"),
        /** Too many connections have not finished their handshake. */
        TOO_MANY_CONNECTIONS("too many connections"),
        /** No message type has this number. */
        UNKNOWN_TYPE("unknown message type"),
        /** A message that does not belong to this phase, or is not ours to receive. */
        UNEXPECTED_MESSAGE("unexpected message"),
        /** Too few or too many descriptors for the type. */
        FD_COUNT("wrong number of descriptors"),
        /** The peer does not speak version 2.0. */
        VERSION("incompatible version"),
        /** The master has no interface with this id. */
        UNKNOWN_ID("unknown interface id"),
        /** Both ends are slaves. */
        ROLE_MISMATCH("wrong role"),
        /** The interface has another connection. */
        ALREADY_CONNECTED("already connected"),
        /** The link was idle, and another slave came with the secret. */
        REPLACED("link replaced"),
        /** The peer has left packets lying for too long. */
        STALLED("peer stalled"),
        /** The interface is administratively down. */
        ADMIN_DOWN("administratively down"),
        /** Nobody can connect in this mode. */
        UNSUPPORTED_MODE("unsupported mode"),
        /** The modes of the two ends differ. */
        MODE_MISMATCH("mode mismatch"),
        /** The master asks for a secret and the slave showed none. */
        SECRET_REQUIRED("secret required"),
        /** The slave showed another secret. */
        SECRET_WRONG("incorrect secret"),
        /** A region index above 255. */
        REGION_INDEX("region index out of range"),
        /** A region index for the second time. */
        REGION_TWICE("region announced twice"),
        /** A region of size 0. */
        REGION_EMPTY("empty region"),
        /** A region of 2^63 bytes or more. */
        REGION_TOO_LARGE("region too large"),
        /** A ring index above what the master accepts. */
        RING_INDEX("ring index out of range"),
        /** A ring for the second time. */
        RING_TWICE("ring announced twice"),
        /** A ring larger or smaller than the master accepts. */
        RING_SIZE("unsupported ring size"),
        /** A ring with private headers. */
        PRIVATE_HEADER("private headers not supported"),
        /** A ring header at an offset that is not a multiple of 4. */
        RING_MISALIGNED("ring misaligned"),
        /** CONNECT without any region. */
        NO_REGIONS("no regions announced"),
        /** CONNECT without any ring. */
        NO_RINGS("no rings announced"),
        /** Fewer rings than demanded. */
        TOO_FEW_RINGS("too few rings"),
        /** A gap in the ring indexes. */
        RING_MISSING("ring missing"),
        /** A ring in a region that was not announced. */
        RING_REGION("ring in unknown region"),
        /** A ring that does not end within its region. */
        RING_OUTSIDE("ring outside its region"),
        /** Two rings share memory. */
        RING_OVERLAP("rings overlap"),
        /** The master offers smaller or fewer rings than the slave demands. */
        OFFER_TOO_SMALL("offer below demand"),
        /** The slave needs more regions than the master offers. */
        TOO_MANY_REGIONS("too many regions"),
        /** The handshake took too long. */
        TIMEOUT("handshake timed out"),
        /** Memory, a file or an eventfd could not be made, or that of the peer was refused. */
        MEMORY("memory refused");

        private final String summary;

        Reason(String summary) {
            this.summary = summary;
        }

        /** How the texts of this reason begin, those of {@link #MEMORY} excepted. */
        public String summary() {
            return summary;
        }

        /** A refusal whose text is the summary and this detail. */
        public Refusal because(String detail) {
            return new Refusal(this, summary + ": " + detail);
        }
    }
}

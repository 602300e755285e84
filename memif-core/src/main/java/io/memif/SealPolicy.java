package io.memif;

/**
 * Which of a slave's regions must be sealed against shrinking (F_SEAL_SHRINK) before a master maps
 * them.
 *
 * <p>A peer that shrinks its file makes our next access fail. The seal prevents that. Every known
 * slave seals the region with its rings. The zero-copy buffer regions of VPP and DPDK are hugepage
 * files, which are not sealed.
 *
 * <p>If the peer shrinks an unsealed region, the call that meets the missing memory returns as if
 * the link were down, and the link ends with the reason "shared memory was truncated by the peer".
 * The copying {@code receive} never hands out garbage. Code of the application that touches shared
 * memory itself (handlers, fillers, claims, held buffers) has no such guarantee: it may see garbage
 * or an InternalError, and two kinds of access can end the whole JVM. One is a 32-bit load that is
 * widened to a long with its sign ({@code long x = buffer.getInt(i)}), the other any native call on
 * that memory. On such a link every call costs some 20 to 60 ns more, however large its batch is.
 */
public enum SealPolicy {
    /** Every region must be sealed. Refuses the zero-copy slaves of VPP and DPDK on hugepages. */
    STRICT,

    /**
     * Regions that hold rings must be sealed; others need not be. With an unsealed buffer region
     * only the copying receive is safe against a peer that shrinks the file. This is the default.
     */
    SEALED_RINGS,

    /** Accepts every region. For peers that are trusted not to shrink their files. */
    TRUST_PEER
}

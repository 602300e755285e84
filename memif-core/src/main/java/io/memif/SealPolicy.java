package io.memif;

/**
 * Which of a slave's regions must be sealed against shrinking (F_SEAL_SHRINK) before a master maps
 * them.
 *
 * <p>A peer that cuts its file short under us makes the next access fail. The seal makes that
 * impossible. Every known slave seals the region with its rings; the zero-copy buffer regions of
 * VPP and DPDK are hugepage files, which are not sealed.
 *
 * <p>What happens on a link with an unsealed region when the peer cuts it: the call that met the
 * hole answers like one on a link that is down, and the link ends with the reason "shared memory
 * was truncated by the peer". No garbage is handed out by the copying {@code receive}, which is why
 * only it can be guaranteed. Code of the application that touches shared memory itself (handlers,
 * fillers, claims, held buffers) may see garbage or an InternalError, and can take the whole JVM
 * along: on HotSpot a 32-bit load that is widened to a long with its sign ({@code long x =
 * buffer.getInt(i)}) does, and so does any native call on that memory. On such a link every call
 * costs some 20 to 60 ns more; calls that take a batch pay it once.
 */
public enum SealPolicy {
    /** Every region must be sealed. Refuses the zero-copy slaves of VPP and DPDK on hugepages. */
    STRICT,

    /**
     * Regions that hold rings must be sealed; others need not. With an unsealed buffer region only
     * the copying receive is safe against a peer that cuts the file. The default.
     */
    SEALED_RINGS,

    /** Takes everything. For peers that are trusted not to shrink their files. */
    TRUST_PEER
}

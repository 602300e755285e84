package io.memif.examples.doctor;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What can be wrong between two ends of a link: how it is recognised by what an end says when it
 * disconnects, and what is to be changed on the other side. Where a text names VPP or DPDK, it is
 * their own words for it.
 */
enum Problem {
    /** No answer. */
    SILENT(
            "timed out",
            "the other side did not answer in time",
            "check whether it is stopped (kill -CONT continues it), busy, or not memif at all"),
    /** What came is not memif, or not what the protocol allows. */
    PROTOCOL(
            "unexpected message|message size|unknown message|malformed|number of descriptors",
            "one side sent what the protocol does not allow at that point",
            "report it to the authors of that side, with the messages above"),
    /** The other side is administratively down. */
    ADMIN_DOWN(
            "administratively down",
            "the interface of the other side is administratively down",
            "bring it up (VPP: set interface state NAME up)"),
    /** Both are slaves, or both masters. */
    ROLE(
            "cannot connect to slave|wrong role",
            "both sides have the same role",
            "make one side master and the other slave (VPP: create interface memif ... master;"
                    + " DPDK: role=server), or give --role to match"),
    /** The master has no interface of this id. */
    ID(
            "interface id|id not found|unmatched",
            "the master has no interface with the id %s",
            "give both sides the same id (VPP: create interface memif id %1$s ...; DPDK: id=%1$s,"
                    + " and a started port), or give the other side's as --id"),
    /** The secrets differ. */
    SECRET(
            "secret",
            "the secrets of the two sides differ",
            "give both sides the same secret of at most 23 bytes (VPP and DPDK: secret; here:"
                    + " --secret-file); a master without a secret accepts any, except gomemif's, which"
                    + " then accepts none"),
    /** One carries Ethernet and the other IP. */
    MODE(
            "mode",
            "the modes of the two sides differ; the slave asked for %s",
            "use the --mode of the other side (VPP: ethernet, unless it was created with mode ip;"
                    + " DPDK: ethernet only)"),
    /** The interface has a peer. */
    BUSY(
            "already connected|link replaced",
            "the interface already has another peer, which is left alone",
            "end the other link first, or use another id"),
    /** The socket lets this user in but the owner does not. */
    NOT_ALLOWED(
            "user not allowed",
            "the master does not accept slaves of this user",
            "run as another user, or make the master allow this one (allowPeerUids)"),
    /** Too many slaves have not said what they want. */
    CROWDED(
            "too many connections",
            "the master has too many unfinished connections",
            "find out what connects to it and stays silent (ss -xp)"),
    /** Another version of memif. */
    VERSION(
            "version",
            "the other side does not speak memif 2.0",
            "check that the program that listens there speaks memif 2.0"),
    /** Files that can be cut. */
    SEALS(
            "not sealed",
            "the slave's file of rings could be shrunk, so it is refused",
            "have the slave seal it against shrinking (F_SEAL_SHRINK), as VPP, DPDK, libmemif and"
                    + " gomemif do, or trust it (SealPolicy.TRUST_PEER)"),
    /** 64 or 128 bytes. */
    CACHE_LINE(
            "rings overlap|outside its region|cookie|cache line",
            "the two sides are built for different cache lines, one for 64 bytes and the other for"
                    + " 128, so they look for the words of a ring in different places",
            "give the other size as --cache-line (InterfaceConfig.cacheLine), or build the other"
                    + " side for this one (-DVPP_CACHE_LINE_SIZE, -DLIBMEMIF_CACHELINE_SIZE);"
                    + " aarch64 builds often have 128"),
    /** Number or size of rings. */
    RINGS(
            "ring|queue",
            "the master does not accept this many rings, or rings of this size",
            "give both sides equal numbers of queues (VPP: rx-queues and tx-queues of the slave;"
                    + " DPDK: --rxq and --txq, and never more on the slave) and a ring size up to"
                    + " 16384"),
    /** Memory that cannot be mapped. */
    MEMORY(
            "region|map|memory|descriptor",
            "the slave's memory could not be created, passed on or mapped",
            "check the limits of descriptors, memory and control group on both sides; sizes on"
                    + " hugepages are whole pages"),
    /** Closed without a word. */
    CLOSED("", "the other side ended the connection", "its log may say why"),
    /** Nobody came. */
    NOBODY_CAME(
            null,
            "no slave connected",
            "start it; a VPP interface has to be administratively up, and a DPDK client connects"
                    + " only once, when its port is started (port stop all, port start all)"),
    /** The link is up and nothing is taken. */
    NOT_TAKEN(
            null,
            "the link is up, but the other side takes no packets",
            "bring its interface up (VPP: set interface state NAME up), start its forwarding"
                    + " (testpmd: start), or find out what its thread does"),
    /** The slave gives no buffers. */
    NOTHING_POSTED(
            null,
            "the link is up, but the slave has posted no buffers, so nothing can be sent to it",
            "start its forwarding (testpmd: start); a libmemif application has to call"
                    + " memif_refill_queue when it is connected; a zero-copy slave needs rings of"
                    + " 32 slots or more");

    private final Pattern words;
    private final String sentence;
    private final String remedy;

    Problem(String words, String sentence, String remedy) {
        this.words = words == null ? null : Pattern.compile(words);
        this.sentence = sentence;
        this.remedy = remedy;
    }

    /** Which problem a text of either side speaks of; {@link #CLOSED} if of none. */
    static Problem of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (Problem problem : values()) {
            if (problem.words != null && problem.words.matcher(lower).find()) {
                return problem;
            }
        }
        return CLOSED;
    }

    /**
     * The problem in words.
     *
     * @param value what it is about, where the texts name something
     */
    Finding finding(String where, String value) {
        return Finding.problem(where + sentence.formatted(value), remedy.formatted(value));
    }
}

package io.memif.examples.doctor;

import io.memif.MemifInterface;
import io.memif.Mode;
import io.memif.RingDetails;
import io.memif.Role;
import io.memif.TxQueue;
import io.memif.examples.LinkOptions;
import io.memif.examples.StopSignal;
import io.memif.examples.doctor.ControlMessage.Type;
import io.memif.unix.OwnedFd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at a link that has come up: whether the other side takes packets, whether it gives buffers,
 * and whether both think the words of a ring lie in the same places.
 */
final class RingProbe {
    private static final long LONGEST_NS = 1_000_000_000;
    private static final long STEP_NS = 20_000_000;
    private static final int[] CACHE_LINES = {64, 128};
    private static final int DESCRIPTOR_BYTES = 16;

    /** VPP and DPDK count the slots of all rings in 16 bits. */
    private static final int MOST_SLOTS = 1 << 16;

    private final Handshake handshake;
    private final LinkOptions options;
    private final StopSignal stop;
    private final List<Finding> findings = new ArrayList<>();

    RingProbe(Handshake handshake, LinkOptions options, StopSignal stop) {
        this.handshake = handshake;
        this.options = options;
        this.stop = stop;
    }

    /** The rings of a link that is up. */
    List<Finding> look(boolean send) {
        spacing();
        if (options.role() == Role.MASTER) {
            buffersPosted();
        } else if (send) {
            packetTaken();
        }
        return findings;
    }

    /** A slave lays out ring after ring, so the distance shows how long its ring headers are. */
    private void spacing() {
        List<ControlMessage> rings =
                handshake.messages().stream()
                        .filter(message -> message.type() == Type.ADD_RING)
                        .toList();
        long slots = rings.stream().mapToLong(ControlMessage::ringSize).sum();
        if (slots > MOST_SLOTS) {
            findings.add(
                    Finding.note(
                            "all rings together have "
                                    + slots
                                    + " slots: buffers of VPP and DPDK as slaves overlap above "
                                    + MOST_SLOTS));
        }
        if (rings.size() < 2 || rings.get(0).ringRegion() != rings.get(1).ringRegion()) {
            return;
        }
        long between = rings.get(1).ringOffset() - rings.get(0).ringOffset();
        long header = between - DESCRIPTOR_BYTES * rings.get(0).ringSize();
        boolean ours = header == 2L * options.cacheLine();
        boolean other = !ours && (header == 2L * 64 || header == 2L * 128);
        if (other) {
            String where =
                    "the slave's rings are laid out for cache lines of " + header / 2 + " bytes, ";
            findings.add(
                    Problem.CACHE_LINE.finding(
                            where + "ours for " + options.cacheLine() + ": ", ""));
        }
    }

    private void buffersPosted() {
        MemifInterface itf = handshake.itf();
        for (long waited = 0; waited < LONGEST_NS && !stop.isRequested(); waited += STEP_NS) {
            handshake.dwell(STEP_NS, stop);
            if (posted(itf) > 0) {
                break;
            }
        }
        findings.add(
                posted(itf) > 0
                        ? Finding.ok("the slave has posted " + posted(itf) + " buffers")
                        : Problem.NOTHING_POSTED.finding("", ""));
    }

    private static int posted(MemifInterface itf) {
        return itf.details().txQueues().stream()
                .flatMap(queue -> queue.rings().stream())
                .mapToInt(RingDetails::distance)
                .sum();
    }

    /** One packet that no switch passes on and nobody answers. */
    private void packetTaken() {
        TxQueue tx = handshake.itf().txQueue(0);
        ByteBuffer packet = options.mode() == Mode.ETHERNET ? frame() : datagram();
        if (tx.offer(packet, 0, packet.limit()) < 0) {
            return;
        }
        tx.flush();
        for (long waited = 0; waited < LONGEST_NS && !stop.isRequested(); waited += STEP_NS) {
            if (!handshake.itf().isConnected()) {
                findings.add(Problem.CLOSED.finding("when it got a packet, ", ""));
                return;
            }
            if (tx.isDrained()) {
                findings.add(Finding.ok("the other side takes packets"));
                return;
            }
            handshake.dwell(STEP_NS, stop);
        }
        findings.add(
                takenElsewhere()
                        ? Problem.CACHE_LINE.finding(
                                "the other side stores its index in another place: ", "")
                        : Problem.NOT_TAKEN.finding("", ""));
    }

    /** Whether the master's index of the first ring is where the other layout has it. */
    private boolean takenElsewhere() {
        OwnedFd file = handshake.firstRegion();
        if (file == null) {
            return false;
        }
        ByteBuffer word = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel region = file.openChannel(StandardOpenOption.READ)) {
            for (int line : CACHE_LINES) {
                if (line != options.cacheLine()
                        && region.read(word.clear(), line) == Short.BYTES
                        && word.getShort(0) == 1) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Asks by ARP, which every peer knows, who has an address that is for documentation, in the
     * name of nobody; to the group that bridges keep to themselves.
     */
    private static ByteBuffer frame() {
        return ByteBuffer.allocateDirect(42)
                .putLong(0, 0x0180_c200_000e_0200L)
                .putLong(8, 0x0000_0001_0806_0001L)
                .putLong(16, 0x0800_0604_0001_0200L)
                .putInt(24, 0x0000_0001)
                .putInt(38, 0xc000_0201);
    }

    /** IPv4 between addresses for documentation, of a protocol for experiments, for one hop. */
    private static ByteBuffer datagram() {
        return ByteBuffer.allocateDirect(20)
                .putInt(0, 0x4500_0014)
                .putInt(4, 0)
                .putInt(8, 0x01fd_0000 | 0xffff & ~checksum())
                .putInt(12, 0xc000_0201)
                .putInt(16, 0xc000_0202);
    }

    private static int checksum() {
        int sum = 0x4500 + 0x0014 + 0x01fd + 0xc000 + 0x0201 + 0xc000 + 0x0202;
        return (sum & 0xffff) + (sum >>> 16);
    }
}

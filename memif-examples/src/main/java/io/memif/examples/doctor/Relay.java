package io.memif.examples.doctor;

import io.memif.examples.doctor.ControlMessage.Type;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.UnixException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Stands between a peer and the library's own end of a link: passes every control message on, with
 * its descriptors, and shows it. One thread.
 *
 * <p>A peer is never left without a word: a VPP master expects to hear from a slave before its
 * connection goes away.
 */
final class Relay implements AutoCloseable {
    private static final long STEP_NS = 10_000_000;

    /** One byte more than a message has would do; this shows how long a longer one is. */
    private static final int CAPACITY = 1024;

    private final OwnedFd peer;
    private final OwnedFd ours;
    private final DescriptorChannel peerChannel;
    private final DescriptorChannel oursChannel;
    private final Consumer<ControlMessage> trace;
    private final PollGroup group;
    private final PollKey peerKey;
    private final PollKey oursKey;
    private Throwable failure;
    private OwnedFd firstRegion;
    private boolean spoken;
    private boolean closedByPeer;
    private boolean over;

    /**
     * A relay that owns both ends.
     *
     * @param peer connected to the peer
     * @param ours connected to the library
     * @param trace shown every message
     */
    Relay(OwnedFd peer, OwnedFd ours, Consumer<ControlMessage> trace) {
        this.peer = peer;
        this.ours = ours;
        this.trace = trace;
        peerChannel = new DescriptorChannel(peer, CAPACITY);
        oursChannel = new DescriptorChannel(ours, CAPACITY);
        group = PollGroup.open(e -> failure = e);
        peerKey = group.add(peer, PollKey.READ, (key, ready) -> pass(peerChannel, oursChannel));
        oursKey = group.add(ours, PollKey.READ, (key, ready) -> pass(oursChannel, peerChannel));
    }

    /** Passes messages on until something is the case or the time is up. */
    void runUntil(BooleanSupplier done, long limitNs) {
        long start = System.nanoTime();
        while (!over && !done.getAsBoolean() && System.nanoTime() - start < limitNs) {
            group.poll(STEP_NS, 2);
            if (failure instanceof UnixException e) {
                throw e;
            }
        }
    }

    /** Whether one of the ends has closed. */
    boolean isOver() {
        return over;
    }

    /** Whether it was the peer. */
    boolean wasClosedByPeer() {
        return closedByPeer;
    }

    /** The file of region 0, which stays the relay's; null before ADD_REGION. */
    OwnedFd firstRegion() {
        return firstRegion;
    }

    private void pass(DescriptorChannel from, DescriptorChannel to) {
        boolean fromPeer = from == peerChannel;
        int length = from.receive();
        if (DescriptorChannel.isAgain(length)) {
            return;
        }
        if (length < 0) {
            closedByPeer = fromPeer;
            end();
            return;
        }
        ByteBuffer bytes = from.payload();
        ControlMessage message = new ControlMessage(fromPeer, bytes);
        trace.accept(message);
        List<OwnedFd> files = from.takeDescriptors();
        to.payload().clear().put(bytes.duplicate()).flip();
        // What cannot be sent shows as the end of that side, which is read next.
        if (files.isEmpty()) {
            to.send();
        } else {
            to.send(files);
        }
        spoken |= !fromPeer;
        keepFirstRegion(message, files);
    }

    private void keepFirstRegion(ControlMessage message, List<OwnedFd> files) {
        for (OwnedFd file : files) {
            boolean wanted =
                    message.type() == Type.ADD_REGION
                            && message.regionIndex() == 0
                            && firstRegion == null;
            if (wanted) {
                firstRegion = file;
            } else {
                file.discard();
            }
        }
    }

    private void end() {
        over = true;
        peerKey.remove();
        oursKey.remove();
        if (!spoken && !closedByPeer) {
            peerChannel.payload().clear().put(ControlMessage.disconnect("memif doctor stopped"));
            peerChannel.payload().flip();
            peerChannel.send();
        }
        peer.discard();
        ours.discard();
    }

    /** Ends the connection, with a word to the peer if it has not heard one. Idempotent. */
    @Override
    public void close() {
        if (!over) {
            end();
        }
        peerChannel.close();
        oursChannel.close();
        group.close();
        if (firstRegion != null) {
            firstRegion.discard();
        }
    }
}

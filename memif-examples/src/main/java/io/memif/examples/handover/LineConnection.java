package io.memif.examples.handover;

import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.pass.GatheredWriter;
import io.memif.unix.pass.WriteRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One client: answers each line with the line and the server's name. On the server's thread. What
 * it has read of an unfinished line travels with the connection when it is handed over.
 */
final class LineConnection {
    private static final int LONGEST_LINE = 256;

    private final OwnedFd fd;
    private final String server;
    private final PollKey key;
    private final GatheredWriter writer;
    private final Runnable onChange;
    private final ByteBuffer input = ByteBuffer.allocateDirect(LONGEST_LINE);
    private boolean stopped;
    private boolean ended;

    LineConnection(
            PollGroup group, OwnedFd fd, ByteBuffer readAhead, String server, Runnable onChange) {
        this.fd = fd;
        this.server = server;
        this.onChange = onChange;
        this.key = group.add(fd, PollKey.READ, this::onReady);
        this.writer = new GatheredWriter(key);
        input.put(readAhead);
        answerLines();
    }

    private void onReady(PollKey ignored, int ready) {
        writer.onReady(ready);
        if (!stopped && (ready & (PollKey.READ | PollKey.HANGUP | PollKey.ERROR)) != 0) {
            read();
        }
    }

    private void read() {
        int got = fd.read(input);
        if (got > 0) {
            input.position(input.position() + got);
            answerLines();
        } else if (!DescriptorChannel.isAgain(got)) {
            end();
        }
    }

    private void answerLines() {
        input.flip();
        int start = 0;
        for (int i = 0; i < input.limit(); i++) {
            if (input.get(i) == '\n') {
                answer(start, i - start);
                start = i + 1;
            }
        }
        input.position(start);
        input.compact();
        if (!input.hasRemaining()) {
            end();
            return;
        }
        writer.flush();
    }

    private void answer(int start, int length) {
        byte[] line = new byte[length];
        input.get(start, line);
        byte[] text =
                (new String(line, StandardCharsets.US_ASCII) + " " + server + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocateDirect(text.length).put(text).flip();
        writer.queue(new WriteRequest((request, result) -> onChange.run(), out));
    }

    /** Reads no more, so that what the client sends from now on is read by the next server. */
    void stop() {
        stopped = true;
        key.interest(writer.queued() > 0 ? PollKey.WRITE : 0);
    }

    /** Whether every answer has been sent. */
    boolean idle() {
        return writer.queued() == 0;
    }

    boolean ended() {
        return ended;
    }

    /** Leaves the poll group; the descriptor is the caller's from now on. */
    OwnedFd leave() {
        writer.close();
        key.remove();
        return fd;
    }

    /** The part of a line that was read and not answered. */
    ByteBuffer readAhead() {
        return input.duplicate().flip();
    }

    void end() {
        if (!ended) {
            ended = true;
            leave().close();
            onChange.run();
        }
    }
}

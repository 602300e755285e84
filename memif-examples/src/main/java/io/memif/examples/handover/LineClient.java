package io.memif.examples.handover;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** One connection that sends numbered lines and checks that each is answered, once and in order. */
final class LineClient implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader in;
    private final Writer out;
    private final Map<String, Long> answeredBy = new HashMap<>();
    private long sent;
    private long answered;

    LineClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        in =
                new BufferedReader(
                        new InputStreamReader(
                                Channels.newInputStream(channel), StandardCharsets.US_ASCII));
        out = Channels.newWriter(channel, StandardCharsets.US_ASCII);
    }

    /** Sends the next line in two pieces, so that a change can fall into the middle of one. */
    void send() throws IOException {
        String line = "line " + sent++;
        out.write(line.substring(0, 3));
        out.flush();
        out.write(line.substring(3) + "\n");
        out.flush();
    }

    /** Reads the next answer. */
    void receive() throws IOException {
        String answer = in.readLine();
        if (answer == null) {
            throw new IOException("the connection ended after " + answered + " answers");
        }
        String expected = "line " + answered + " ";
        if (!answer.startsWith(expected)) {
            throw new IOException("expected \"" + expected + "...\", got \"" + answer + "\"");
        }
        answered++;
        answeredBy.merge(answer.substring(expected.length()), 1L, Long::sum);
    }

    long waiting() {
        return sent - answered;
    }

    long answered() {
        return answered;
    }

    long sent() {
        return sent;
    }

    long answeredBy(String server) {
        return answeredBy.getOrDefault(server, 0L);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

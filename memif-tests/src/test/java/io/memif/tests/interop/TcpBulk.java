package io.memif.tests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** A program that sends bytes over TCP, or takes them, and prints how many and their SHA-256. */
final class TcpBulk {
    private static final int PIECE = 1 << 16;
    private static final int TIMEOUT_MS = 60_000;

    private TcpBulk() {}

    /** {@code receive ADDRESS}, which prints its port first, or {@code send ADDRESS PORT BYTES}. */
    public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        InetAddress address = InetAddress.getByName(args[1]);
        long bytes =
                args[0].equals("receive")
                        ? receive(address, digest)
                        : send(
                                new InetSocketAddress(address, Integer.parseInt(args[2])),
                                Long.parseLong(args[3]),
                                digest);
        System.out.println("sum " + bytes + " " + HexFormat.of().formatHex(digest.digest()));
    }

    private static long receive(InetAddress address, MessageDigest digest) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, address)) {
            server.setSoTimeout(TIMEOUT_MS);
            System.out.println("port " + server.getLocalPort());
            try (Socket connection = server.accept();
                    InputStream in = connection.getInputStream()) {
                connection.setSoTimeout(TIMEOUT_MS);
                byte[] piece = new byte[PIECE];
                long total = 0;
                for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                    digest.update(piece, 0, length);
                    total += length;
                }
                return total;
            }
        }
    }

    private static long send(InetSocketAddress to, long bytes, MessageDigest digest)
            throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        byte[] piece = new byte[PIECE];
        try (Socket connection = new Socket()) {
            connection.connect(to, TIMEOUT_MS);
            OutputStream out = connection.getOutputStream();
            for (long left = bytes; left > 0; left -= PIECE) {
                random.nextBytes(piece);
                int length = (int) Math.min(left, PIECE);
                digest.update(piece, 0, length);
                out.write(piece, 0, length);
            }
        }
        return bytes;
    }
}

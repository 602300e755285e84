package io.memif.tests.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's list of TCP sockets. */
final class TcpTable {
    private static final int LOCAL = 1;
    private static final int INODE = 9;

    private TcpTable() {}

    /** Inode of the connected socket with this local port, in hexadecimal digits. */
    static String inodeOfLocalPort(String port) throws IOException {
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] words = line.strip().split("\\s+");
                boolean wanted =
                        words.length > INODE
                                && words[LOCAL].toLowerCase().endsWith(":" + padded(port));
                if (wanted && !words[INODE].equals("0")) {
                    return words[INODE];
                }
            }
        }
        throw new AssertionError("no socket with port " + port);
    }

    private static String padded(String port) {
        return "0".repeat(4 - port.length()) + port;
    }
}

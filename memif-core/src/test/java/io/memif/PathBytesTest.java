package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.testing.ChildProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A socket's path is the same bytes whatever the locale of the JVM, in every call. */
@Timeout(90)
class PathBytesTest {
    private static final String NAME = "/s\u00f6cket-\u20ac-\ud83d\udd0c";

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "C, -Dx=y",
        "C.UTF-8, -Dx=y",
        "C, -Dfile.encoding=ISO-8859-1",
        "C.UTF-8, -Dsun.jnu.encoding=ANSI_X3.4-1968",
        "C, -Duser.language=ar"
    })
    void worksInEveryLocale(String locale, String flag) throws Exception {
        try (ChildProcess child =
                ChildProcess.java(List.of(flag), PathBytesTest.class, directory.toString())
                        .configure(builder -> builder.environment().put("LC_ALL", locale))
                        .start()) {
            assertEquals(0, child.exitCode(), child::err);
        }
    }

    public static void main(String[] args) throws Exception {
        String path = args[0] + NAME;
        SocketConfig config = SocketConfig.builder().address(path).socketMode(0640).build();
        InterfaceConfig slave =
                InterfaceConfig.builder().role(Role.SLAVE).secret("\u00e4\u00f6").build();
        InterfaceConfig master =
                InterfaceConfig.builder().role(Role.MASTER).secret("\u00e4\u00f6").build();
        // Twice: the second finds what the first left, if it left anything.
        for (int i = 0; i < 2; i++) {
            try (MemifSocket listening = MemifSocket.open(config);
                    MemifInterface one = listening.addInterface(master);
                    MemifSocket connecting = MemifSocket.open(config);
                    MemifInterface other = connecting.addInterface(slave)) {
                require(other.awaitConnected(Duration.ofSeconds(20)), "no link");
                require(one.awaitConnected(Duration.ofSeconds(20)), "no link here");
                FileStatus file = new FileStatus();
                require(status(path, file) == 0, "no file");
                require((file.mode() & 0777) == 0640, "mode " + file.mode());
                require(kernelKnows(path), "other bytes");
            }
            require(status(path, new FileStatus()) < 0, "the file is left behind");
        }
        System.exit(0);
    }

    private static int status(String path, FileStatus out) {
        return Posix.shared().files().fileStatus(path, out);
    }

    /** The kernel's own list of sockets, byte for byte. */
    private static boolean kernelKnows(String path) throws Exception {
        String bytes =
                new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String list =
                new String(
                        Files.readAllBytes(Path.of("/proc/net/unix")), StandardCharsets.ISO_8859_1);
        return list.contains(bytes + "\n");
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}

package io.memif.tests.life;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SealPolicy;
import io.memif.SocketConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The child of {@link TruncationTest}: a master whose application has no exception handling.
 *
 * <p>Arguments: address and seal policy. Commands: {@code run PATTERN}, {@code stop}, {@code quit}.
 */
final class TruncationTarget {
    private final MemifInterface itf;
    private Thread application;
    private TruncationLoop loop;

    private TruncationTarget(MemifSocket socket, SealPolicy policy) {
        this.itf =
                socket.addInterface(
                        InterfaceConfig.builder()
                                .role(Role.MASTER)
                                .ringSize(TruncatingSlave.SLOTS)
                                .sealPolicy(policy)
                                .listener(new Reporter())
                                .build());
    }

    /** Says what happens to the link. */
    private static final class Reporter implements InterfaceListener {
        @Override
        public void onLinkUp(MemifInterface itf, LinkInfo link) {
            say("up");
        }

        @Override
        public void onLinkDown(MemifInterface itf, String reason) {
            say("down " + reason);
        }

        @Override
        public void onConnectFailed(MemifInterface itf, MemifException cause) {
            say("failed " + cause.getMessage());
        }
    }

    static synchronized void say(String line) {
        System.out.println(line);
    }

    public static void main(String[] args) throws Exception {
        SocketConfig config =
                SocketConfig.builder()
                        .address(args[0])
                        .errorHandler(e -> say("error " + e))
                        .build();
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (MemifSocket socket = MemifSocket.open(config)) {
            TruncationTarget target = new TruncationTarget(socket, SealPolicy.valueOf(args[1]));
            say("ready");
            target.execute(commands);
        }
        say("bye");
    }

    private void execute(BufferedReader commands) throws IOException, InterruptedException {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "run" -> run(words[1]);
                case "stop" -> stop();
                default -> {
                    return;
                }
            }
        }
    }

    private void run(String pattern) {
        loop = TruncationLoop.of(pattern.toUpperCase(Locale.ROOT), itf);
        TruncationLoop mine = loop;
        application =
                new Thread(
                        () -> {
                            try {
                                mine.run();
                            } catch (Throwable e) {
                                StackTraceElement[] trace = e.getStackTrace();
                                say("escaped " + e + " at " + (trace.length > 0 ? trace[0] : "?"));
                            }
                        },
                        "application");
        application.start();
    }

    private void stop() throws InterruptedException {
        loop.stop();
        application.join();
        // The next loop runs on a thread of its own.
        itf.rxQueue(0).handOver();
        itf.txQueue(0).handOver();
        say("stopped operations=" + loop.operations() + " garbage=" + loop.garbage());
    }
}

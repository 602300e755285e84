package io.memif.tests.life;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.testing.ChildProcess;
import io.memif.testing.ExitWithInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A process of ours to be killed or stopped: arguments are address, role, and what it does until
 * its standard input ends. Says "open" once, and "linked" each time that it is.
 */
public final class KillablePeer {
    /** What a death interrupts. */
    public enum Activity {
        /** Full traffic on a link that stays. */
        TRAFFIC,
        /** One handshake after the other. */
        HANDSHAKES
    }

    private static final long SOON_NS = 60_000_000_000L;

    private KillablePeer() {}

    /** Starts one, and returns when it is open. */
    public static ChildProcess start(Path address, Role role, Activity activity)
            throws InterruptedException {
        ChildProcess child =
                ChildProcess.java(
                                ChildProcess.SMALL_JVM,
                                ExitWithInput.class,
                                KillablePeer.class.getName(),
                                address.toString(),
                                role.name(),
                                activity.name())
                        .start();
        try {
            child.awaitLine("open");
        } catch (AssertionError e) {
            child.kill();
            throw e;
        }
        return child;
    }

    private static final class Reporter implements InterfaceListener {
        @Override
        public void onLinkUp(MemifInterface itf, LinkInfo link) {
            System.out.println("linked");
        }
    }

    /**
     * Entry.
     *
     * @param args address, role, what to do
     */
    public static void main(String[] args) throws InterruptedException {
        warmUp();
        MemifSocket socket = MemifSocket.open(SocketConfig.builder().address(args[0]).build());
        MemifInterface itf =
                socket.addInterface(
                        InterfaceConfig.builder()
                                .role(Role.valueOf(args[1]))
                                .ringSize(256)
                                .listener(new Reporter())
                                .build());
        System.out.println("open");
        if (Activity.valueOf(args[2]) == Activity.TRAFFIC) {
            TrafficGenerator pump = new TrafficGenerator("traffic");
            pump.use(itf);
            new CountDownLatch(1).await();
        } else {
            while (itf.awaitConnected(Duration.ofNanos(SOON_NS))) {
                itf.setAdminUp(false);
                itf.setAdminUp(true);
            }
        }
    }

    /** A link with itself: loading the classes for the first is no part of anybody's return. */
    private static void warmUp() throws InterruptedException {
        String address = "@memif-death-" + ProcessHandle.current().pid();
        try (MemifSocket own = MemifSocket.open(SocketConfig.builder().address(address).build())) {
            own.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            own.addInterface(InterfaceConfig.builder().build())
                    .awaitConnected(Duration.ofNanos(SOON_NS));
        }
    }
}

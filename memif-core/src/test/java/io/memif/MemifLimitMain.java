package io.memif;

import io.memif.MemifException.Code;
import io.memif.internal.posix.Posix;
import io.memif.testing.DescriptorShortage;
import io.memif.testing.ProcessTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A link whose both ends find fewer and fewer free descriptors, in a process of its own under a low
 * limit. Exit code 0 if each shortage was reported in words that name the limit, nothing was left
 * open, nobody was busy meanwhile, and the link came up once there were descriptors again.
 */
final class MemifLimitMain {
    private static final long SOON = TimeUnit.SECONDS.toNanos(20);
    private static final long WATCHED = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int ENOUGH = 40;

    /**
     * The listener, both ends' connections, and both rings' interrupts at both ends. How many more
     * coming up takes depends on whose thread is faster: a region's file is closed once it is
     * mapped or sent.
     */
    private static final int HELD_BY_A_LINK = 7;

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int MOST_TURNS_A_PAUSE = 40;

    private final Posix posix = Posix.open();
    private final List<String> reports = new ArrayList<>();
    private final SocketConfig socketConfig;
    private int wrong;

    private MemifLimitMain(String address) {
        socketConfig =
                SocketConfig.builder()
                        .address(address)
                        .ownThread(false)
                        .errorHandler(e -> reports.add(e.getMessage()))
                        .build();
    }

    public static void main(String[] args) throws Exception {
        MemifLimitMain main = new MemifLimitMain(args[0]);
        // Classes that lie in directories cannot be loaded any more when no file can be opened.
        loadClassesOf(MemifSocket.class);
        loadClassesOf(MemifLimitMain.class);
        main.connectWith(ENOUGH);
        var before = ProcessTables.descriptors().keySet();
        main.openWith(0);
        main.openWith(1);
        int free = 0;
        while (!main.connectsEachTimeWith(free)) {
            free++;
        }
        var after = ProcessTables.descriptors().keySet();
        if (!before.equals(after)) {
            main.complain("before " + before + " after " + after);
        }
        if (free < HELD_BY_A_LINK) {
            main.complain("a link that needs only " + free + " descriptors");
        }
        System.out.println("descriptors needed: " + free + ", wrong: " + main.wrong);
        System.exit(main.wrong == 0 ? 0 : 1);
    }

    private static void loadClassesOf(Class<?> one) throws Exception {
        Path root = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> files;
        try (Stream<Path> all = Files.walk(root.resolve("io/memif"))) {
            files = all.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (Path file : files) {
            String name = root.relativize(file).toString().replace('/', '.');
            if (one != MemifLimitMain.class || name.startsWith(one.getName())) {
                Class.forName(name.substring(0, name.length() - ".class".length()));
            }
        }
    }

    private void openWith(int free) {
        // The JVM has a file open now and then. When it closes it, a try says nothing.
        int tries = 10;
        while (!hasTried(free) && --tries > 0) {
            continue;
        }
        if (tries == 0) {
            complain("never exactly " + free + " free");
        }
        MemifSocket.open(socketConfig).close();
    }

    /** Returns false if a socket was opened, but with more free descriptors than these. */
    private boolean hasTried(int free) {
        DescriptorShortage shortage = new DescriptorShortage(posix, free);
        try {
            MemifSocket.open(socketConfig).close();
            boolean exact = shortage.free() == free;
            if (exact) {
                complain("a socket opens with " + free + " free");
            }
            return exact;
        } catch (MemifException e) {
            check(e, "open with " + free + " free");
            return true;
        } finally {
            shortage.close();
        }
    }

    /**
     * Whether these descriptors are enough. The JVM has a file open now and then; when it closes
     * it, the link finds one descriptor more and comes up, but not again and again.
     */
    private boolean connectsEachTimeWith(int free) throws Exception {
        int tries = 3;
        while (tries > 0 && connectWith(free)) {
            tries--;
        }
        return tries == 0;
    }

    /** Returns whether the link came up without more descriptors. */
    private boolean connectWith(int free) throws Exception {
        reports.clear();
        try (MemifSocket left = MemifSocket.open(socketConfig);
                MemifSocket right = MemifSocket.open(socketConfig)) {
            MemifInterface slave;
            MemifInterface master = null;
            boolean up;
            DescriptorShortage shortage = new DescriptorShortage(posix, free);
            try {
                slave = right.addInterface(config(Role.SLAVE));
                try {
                    master = left.addInterface(config(Role.MASTER));
                } catch (MemifException e) {
                    check(e, "listen with " + free + " free");
                }
                up = watch(left, right, free, master, slave);
                if (up) {
                    sleepWithoutDescriptors(slave);
                }
            } finally {
                shortage.close();
            }
            if (up && slave.rxQueue(0).await(1_000_000)) {
                complain("woke without a packet");
            }
            if (master == null) {
                master = left.addInterface(config(Role.MASTER));
            }
            recover(left, right, master, slave, free);
            return up;
        }
    }

    private InterfaceConfig config(Role role) {
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onConnectFailed(MemifInterface itf, MemifException cause) {
                        reports.add(cause.getMessage());
                    }
                };
        return InterfaceConfig.builder()
                .role(role)
                .rxMode(RxMode.INTERRUPT)
                .listener(listener)
                .ringSize(64)
                .reconnectInterval(PAUSE, PAUSE)
                .build();
    }

    private boolean watch(
            MemifSocket left,
            MemifSocket right,
            int free,
            MemifInterface master,
            MemifInterface slave)
            throws Exception {
        int turns = 0;
        long start = System.nanoTime();
        long passed = 0;
        while (passed < WATCHED || reports.isEmpty() && master != null && passed < SOON) {
            turns += left.doWork() > 0 ? 1 : 0;
            turns += right.doWork() > 0 ? 1 : 0;
            if (master != null && master.isConnected() && slave.isConnected()) {
                return true;
            }
            passed = System.nanoTime() - start;
        }
        if (turns > MOST_TURNS_A_PAUSE * (passed / PAUSE.toNanos() + 1)) {
            complain("busy with " + free + " free: " + turns + " turns");
        }
        if (master != null && reports.stream().noneMatch(text -> text.contains("ulimit -n"))) {
            complain("limit not named with " + free + " free: " + reports);
        }
        System.out.println(free + " free, " + turns + " turns: " + reports);
        return false;
    }

    /** The first sleep of a queue makes its descriptors. */
    private void sleepWithoutDescriptors(MemifInterface slave) throws Exception {
        DescriptorShortage shortage = new DescriptorShortage(posix, 0);
        try {
            slave.rxQueue(0).await(1_000_000);
            complain("slept without a descriptor");
        } catch (MemifException e) {
            check(e, "await");
        } finally {
            shortage.close();
        }
    }

    private void recover(
            MemifSocket left,
            MemifSocket right,
            MemifInterface master,
            MemifInterface slave,
            int free) {
        long deadline = System.nanoTime() + SOON;
        while (!(master.isConnected() && slave.isConnected())) {
            left.doWork();
            right.doWork();
            if (System.nanoTime() > deadline) {
                complain("no recovery with " + free + " free: " + reports);
                return;
            }
        }
    }

    private void check(MemifException e, String what) {
        System.out.println(what + ": " + e.code() + " " + e.getMessage());
        if (e.code() != Code.LIMIT || !e.getMessage().contains("ulimit -n")) {
            complain(what + " does not name the limit: " + e.code() + " " + e.getMessage());
        }
    }

    private void complain(String what) {
        wrong++;
        System.out.println("WRONG " + what);
    }
}

package io.memif.internal.posix;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Runtime;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** Loads libc once in a JVM and finds out at once whether every function needed is there. */
final class NativeLibrary {
    final LibC.Calls calls;
    final POSIX posix;
    final Runtime runtime;

    private NativeLibrary(LibC.Calls calls, POSIX posix) {
        this.calls = calls;
        this.posix = posix;
        this.runtime = Runtime.getRuntime(calls);
    }

    /** Lazy holder: the outcome of the one attempt to load, success or failure. */
    private static final class Attempt {
        static final Object OUTCOME = load();
    }

    /**
     * The loaded library.
     *
     * @throws UnsupportedOperationException if this platform or JVM cannot, and why
     */
    static NativeLibrary get() {
        if (Attempt.OUTCOME instanceof Throwable failure) {
            throw new UnsupportedOperationException(explain(failure), failure);
        }
        return (NativeLibrary) Attempt.OUTCOME;
    }

    private static Object load() {
        try {
            Platform platform = Platform.getNativePlatform();
            if (platform.getOS() != Platform.OS.LINUX || platform.is32Bit()) {
                throw new IllegalStateException("this is " + platform.getName());
            }
            LibC.Calls calls = LibraryLoader.create(LibC.Calls.class).failImmediately().load("c");
            NativeLibrary library = new NativeLibrary(calls, POSIXFactory.getPOSIX());
            library.probe();
            return library;
        } catch (RuntimeException | LinkageError e) {
            return e;
        }
    }

    private static String explain(Throwable failure) {
        return "native calls are not available: 64-bit Linux with glibc is needed, a java.io.tmpdir"
                + " that is not mounted noexec (else set -Djffi.extract.dir), and from JDK 24 on"
                + " --enable-native-access=ALL-UNNAMED; the cause was: "
                + failure;
    }

    /** A missing function is noticed at its first call only, so call each one with a bad fd. */
    private void probe() {
        ByteBuffer scratch = ByteBuffer.allocateDirect(256);
        if (!posix.isNative()) {
            throw new IllegalStateException("jnr-posix fell back to its Java implementation");
        }
        calls.fcntl(-1, 1);
        calls.fcntl(-1, 1, 0L);
        calls.read(-1, scratch, 0);
        calls.write(-1, scratch, 0);
        calls.eventfd(0, -1);
        calls.socket(-1, 0, 0);
        calls.bind(-1, scratch, 0);
        calls.listen(-1, 0);
        calls.accept4(-1, scratch, scratch, 0);
        calls.connect(-1, scratch, 0);
        calls.shutdown(-1, 0);
        calls.getsockname(-1, scratch, scratch);
        calls.getpeername(-1, scratch, scratch);
        calls.getsockopt(-1, 0, 0, scratch, scratch);
        calls.setsockopt(-1, 0, 0, scratch, 0);
        calls.sendmsg(-1, scratch, 0);
        calls.recvmsg(-1, scratch, 0);
        calls.epoll_create1(-1);
        calls.epoll_ctl(-1, 0, -1, scratch);
        calls.epoll_wait(-1, scratch, 1, 0);
        calls.poll(scratch, 0, 0);
        calls.memfd_create("", -1);
        calls.fallocate(-1, 0, 0, 1);
        calls.mmap(null, 0, 0, 0, -1, 0);
        calls.munmap(null, 0);
        calls.syscall(-1, 0, 0, 0);
        probeJnrPosix();
        loadErrorNames();
    }

    /** The names of errors are needed just when no jar can be opened any more: get them now. */
    private static void loadErrorNames() {
        Errno.text(Errno.EMFILE);
    }

    private void probeJnrPosix() {
        posix.close(-1);
        posix.ftruncate(-1, 0);
        posix.socketpair(-1, 0, 0, new int[2]);
        posix.fstat(-1, posix.allocateStat());
        posix.lstat("", posix.allocateStat());
        posix.chmod("", 0);
        posix.lchown("", 0, 0);
        posix.unlink("");
        posix.getrlimit(-1, posix.getrlimit(FileCalls.RLIMIT_NOFILE));
        posix.setrlimit(-1, 0L, 0L);
    }
}

package io.memif.internal.posix;

import com.kenai.jffi.Library;
import com.kenai.jffi.PageManager;
import java.nio.ByteOrder;

/** Loads libc once in a JVM and finds out at once whether every function needed is there. */
final class NativeLibrary {
    private static final String NAME = "libc.so.6";

    private static final String OTHER_LIBC =
            " with a C library other than glibc, such as Alpine's musl: use a system or image with glibc";

    final LibC calls;
    final KernelAbi abi;
    final EventSignals signals;

    /** The size of an ordinary page of this kernel, bytes. */
    final long pageSize;

    private NativeLibrary(LibC calls, KernelAbi abi) {
        this.calls = calls;
        this.abi = abi;
        this.signals = new EventSignals(abi);
        this.pageSize = PageManager.getInstance().pageSize();
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
        if (Attempt.OUTCOME instanceof NativeLibrary library) {
            return library;
        }
        Throwable failure = (Throwable) Attempt.OUTCOME;
        throw new UnsupportedOperationException(failure.getMessage(), failure.getCause());
    }

    private static Object load() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        try {
            KernelAbi abi = KernelAbi.of(os, arch, ByteOrder.nativeOrder());
            Library libc = Library.openLibrary(NAME, Library.LAZY | Library.GLOBAL);
            if (libc == null) {
                throw new UnsatisfiedLinkError(Library.getLastError());
            }
            // musl answers to the name of glibc's file, and can lack nothing else that is looked
            // for.
            if (libc.getSymbolAddress("gnu_get_libc_version") == 0) {
                throw new UnsupportedOperationException(
                        KernelAbi.NEEDED + os + " on " + arch + OTHER_LIBC);
            }
            NativeLibrary library = new NativeLibrary(new LibC(libc), abi);
            library.warmUp();
            return library;
        } catch (UnsupportedOperationException e) {
            return e;
        } catch (RuntimeException | LinkageError e) {
            return new UnsupportedOperationException(explain(e), e);
        }
    }

    /** What is needed just when no class can be loaded any more: get it now. */
    private void warmUp() {
        calls.invoke(SystemCall.CLOSE, -1, 0, 0, 0, 0, 0);
        Errno.text(Errno.EMFILE);
    }

    /** One sentence for a failure whose chain of causes the caller keeps. */
    static String explain(Throwable failure) {
        StringBuilder chain = new StringBuilder();
        for (Throwable t = failure; t != null; t = t.getCause()) {
            chain.append(chain.length() == 0 ? "" : "; caused by ").append(t);
        }
        return "cannot load the native library: " + remedy(chain.toString()) + ": " + chain;
    }

    private static String remedy(String chain) {
        // The words of musl's own loader, which cannot load what was built for glibc.
        if (chain.contains("Error relocating") || chain.contains("Error loading shared library")) {
            return "this system has a C library other than glibc, such as Alpine's musl: use a system"
                    + " or image with glibc";
        }
        if (chain.contains("already loaded in another classloader")) {
            return "another class loader of this JVM has loaded jffi's: keep the jnr jars in one class"
                    + " loader that both share";
        }
        if (chain.contains("IllegalCallerException") || chain.contains("native access")) {
            boolean isModule = NativeLibrary.class.getModule().isNamed();
            return "this JVM forbids native access: pass --enable-native-access="
                    + (isModule ? "org.jnrproject.jffi" : "ALL-UNNAMED");
        }
        if (chain.contains("NoSuchMethod")
                || chain.contains("NoSuchField")
                || chain.contains("IncompatibleClassChange")
                || chain.contains("AbstractMethodError")
                || chain.contains("ClassNotFound")
                || chain.contains("NoClassDefFound")) {
            return "the jnr jars on the class path do not belong together or are too old: jnr-ffi 2.3,"
                    + " jffi 1.4 with its native jar, and asm 9 are needed";
        }
        if (chain.contains("Too many open files")) {
            return "this process has no descriptor left: raise the limit (ulimit -n, LimitNOFILE=)";
        }
        if (chain.contains("No space left")) {
            return "java.io.tmpdir is full: free some space or set -Djffi.extract.dir to another directory";
        }
        if (chain.contains("failed to map segment") || chain.contains("Operation not permitted")) {
            return "java.io.tmpdir is mounted noexec: set -Djffi.extract.dir to a directory that is"
                    + " not";
        }
        if (chain.contains("Permission denied") || chain.contains("Read-only file system")) {
            return "java.io.tmpdir cannot be written: set -Djffi.extract.dir to a directory that can";
        }
        if (chain.contains("libc.so.6") || chain.contains("libc has no function")) {
            return "glibc 2.27 or newer is needed";
        }
        return "jffi did not load; -Djffi.boot.library.path or -Djffi.extract.dir may help";
    }
}

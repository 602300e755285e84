package io.memif.internal.posix;

import com.kenai.jffi.Library;
import java.nio.ByteOrder;

/** Loads libc once in a JVM and finds out at once whether every function needed is there. */
final class NativeLibrary {
    private static final String NAME = "libc.so.6";

    final LibC calls;
    final KernelAbi abi;
    final EventSignals signals;

    private NativeLibrary(LibC calls, KernelAbi abi) {
        this.calls = calls;
        this.abi = abi;
        this.signals = new EventSignals(calls, abi);
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
        KernelAbi abi = KernelAbi.of(System.getProperty("os.name"), System.getProperty("os.arch"));
        if (abi == null || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return new UnsupportedOperationException(
                    "memif works on 64-bit little-endian Linux with glibc, on x86-64 and aarch64;"
                            + " this is "
                            + System.getProperty("os.name")
                            + " on "
                            + System.getProperty("os.arch"));
        }
        try {
            Library libc = Library.openLibrary(NAME, Library.LAZY | Library.GLOBAL);
            if (libc == null) {
                throw new UnsatisfiedLinkError(Library.getLastError());
            }
            NativeLibrary library = new NativeLibrary(new LibC(libc), abi);
            library.warmUp();
            return library;
        } catch (RuntimeException | LinkageError e) {
            return new UnsupportedOperationException(NativeAdvice.explain(e), e);
        }
    }

    /** What is needed just when no class can be loaded any more: get it now. */
    private void warmUp() {
        calls.close(-1);
        Errno.text(Errno.EMFILE);
    }
}

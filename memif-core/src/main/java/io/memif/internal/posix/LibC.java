package io.memif.internal.posix;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The functions of libc, called through jffi itself: jnr-ffi and jnr-posix above it take longer to
 * wake up than all else together, and jnr-posix encodes paths as the locale says.
 *
 * <p>Every function is called with six 64-bit words, all of which travel in registers on the
 * processors of {@link KernelAbi}: the callee looks at those that it declares. A result that libc
 * declares as int is to be cast.
 */
final class LibC {
    private static final int WORDS = 6;
    private static final CallContext CONTEXT;

    static {
        Type[] words = new Type[WORDS];
        Arrays.fill(words, Type.SLONG_LONG);
        CONTEXT =
                CallContext.getCallContext(Type.SLONG_LONG, words, CallingConvention.DEFAULT, true);
    }

    private final Invoker invoker = Invoker.getInstance();
    private final long[] functions;

    LibC(Library library) {
        functions =
                Arrays.stream(SystemCall.values())
                        .mapToLong(call -> function(library, call.function))
                        .toArray();
    }

    private static long function(Library library, String name) {
        long address = library.getSymbolAddress(name);
        if (address == 0) {
            throw new UnsatisfiedLinkError("libc has no function " + name);
        }
        return address;
    }

    long invoke(SystemCall call, long a, long b, long c, long d, long e, long f) {
        return invoker.invokeN6(CONTEXT, functions[call.ordinal()], a, b, c, d, e, f);
    }

    static void requireDirect(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException(
                    "a direct buffer is needed: the kernel uses its address");
        }
    }

    /** Address of index 0 of a direct buffer; stays right as long as the buffer is reachable. */
    static long baseAddress(ByteBuffer buffer) {
        requireDirect(buffer);
        return MemoryIO.getInstance().getDirectBufferAddress(buffer);
    }

    /** As {@link #baseAddress}, of the buffer's position. */
    static long address(ByteBuffer buffer) {
        return baseAddress(buffer) + buffer.position();
    }
}

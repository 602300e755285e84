package io.memif;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Calls a method so that HotSpot does not inline it into its callers.
 *
 * <p>For loops whose stores count. What lives through a loop is stored and loaded again around each
 * call in it, and an inlined loop has all that its callers keep on top of its own.
 */
final class OutOfLineCall {
    // Not final: HotSpot inlines what a constant handle calls.
    private MethodHandle method;

    /**
     * A call of a method without arguments that returns nothing.
     *
     * @param lookup finds the method
     * @param name of a method of the class that looks it up
     */
    OutOfLineCall(MethodHandles.Lookup lookup, String name) {
        try {
            this.method =
                    lookup.findVirtual(
                                    lookup.lookupClass(), name, MethodType.methodType(void.class))
                            .asType(MethodType.methodType(void.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no method " + name, e);
        }
    }

    /** Calls the method of {@code target}; what it throws leaves as it is. */
    void of(Object target) {
        try {
            method.invokeExact(target);
        } catch (Throwable e) {
            OutOfLineCall.<RuntimeException>rethrow(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void rethrow(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

package io.memif.internal.memory;

/**
 * Keeps the fields of two objects, which different threads write, on different cache lines: fields
 * of a superclass come first in every object.
 */
@SuppressWarnings("unused")
public abstract class Padded {
    // Fills the gap after the object's header, where the JVM would put a subclass's field.
    private int gap;
    private long p00, p01, p02, p03, p04, p05, p06, p07;
    private long p08, p09, p10, p11, p12, p13, p14, p15;

    /** For subclasses. */
    protected Padded() {}
}

package io.memif.internal.protocol;

/** What the bytes of a frame turned out to be: a message, or the reason why they are none. */
public sealed interface Decoded permits Message, Rejection {}

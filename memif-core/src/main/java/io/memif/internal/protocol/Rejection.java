package io.memif.internal.protocol;

/**
 * A refusal.
 *
 * @param reason which kind
 * @param text the whole reason, with the numbers; at most 95 characters when the machines make it,
 *     so that all of it fits a DISCONNECT
 */
public record Rejection(RejectReason reason, String text) implements Decoded {}

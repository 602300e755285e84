package io.memif.examples.doctor;

/**
 * Something that was looked at.
 *
 * @param level how bad it is
 * @param text what was found, one sentence without a full stop
 * @param remedy what to do about it; empty if there is nothing to do
 */
record Finding(Level level, String text, String remedy) {
    /** How bad something is. */
    enum Level {
        OK,
        /** Worth knowing; a link can work all the same. */
        NOTE,
        /** A link cannot work, or not as asked for. */
        PROBLEM
    }

    static Finding ok(String text) {
        return new Finding(Level.OK, text, "");
    }

    static Finding note(String text) {
        return new Finding(Level.NOTE, text, "");
    }

    static Finding problem(String text, String remedy) {
        return new Finding(Level.PROBLEM, text, remedy);
    }
}

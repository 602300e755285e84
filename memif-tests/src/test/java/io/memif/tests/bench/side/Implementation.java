package io.memif.tests.bench.side;

/** An implementation of memif that can take either end of a link. */
interface Implementation {
    /** Receives packets and reads or copies them as it usually does. */
    End sink(boolean master);

    /** Sends packets of a length in bytes as fast as they are taken. */
    End source(boolean master, int length);

    /** Sends back what it receives. */
    End echo(boolean master);
}

package io.memif.tests.bench;

/** Sends back what arrives on stream sockets, on a thread of its own. */
interface EchoServer {
    /** Serves until {@link #stop()}. */
    void serve() throws Exception;

    /** Ends serving, from any thread. */
    void stop();

    /** Releases what it holds, once it serves no more. */
    void end() throws Exception;
}

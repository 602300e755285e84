package io.memif.tests.interop;

import java.util.stream.IntStream;

/** A kernel tap; the responder connects to a testpmd that listens. */
class PingSlaveTest extends PingCases {
    @Override
    String role() {
        return "slave";
    }

    @Override
    KernelNetwork makeNetwork() throws InterruptedException {
        return KernelNetwork.tap();
    }

    @Override
    IntStream packetLengths() {
        return IntStream.of(84, 1500);
    }
}

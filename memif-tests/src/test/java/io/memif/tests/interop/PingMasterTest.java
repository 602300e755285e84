package io.memif.tests.interop;

import java.util.stream.IntStream;

/** A kernel tap; the responder listens, and testpmd connects. */
class PingMasterTest extends PingCases {
    @Override
    String role() {
        return "master";
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

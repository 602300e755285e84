package io.memif.tests.interop;

import java.util.stream.IntStream;

/** Packets of up to five chained buffers; testpmd connects. */
class JumboPingMasterTest extends PingCases {
    @Override
    String role() {
        return "master";
    }

    @Override
    KernelNetwork makeNetwork() throws InterruptedException {
        return KernelNetwork.cable(9000);
    }

    @Override
    IntStream packetLengths() {
        return IntStream.of(2048, 2049, 9000);
    }
}

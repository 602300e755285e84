package io.memif.tests.interop;

import org.junit.jupiter.api.Nested;

/** In both roles, and with packets of one buffer and of up to five. */
class PingTest {
    /** A kernel tap; the responder connects to a testpmd that listens. */
    @Nested
    class Slave extends PingCases {
        Slave() {
            super("slave", KernelNetwork::tap, 84, 1500);
        }
    }

    /** A kernel tap; the responder listens, and testpmd connects. */
    @Nested
    class Master extends PingCases {
        Master() {
            super("master", KernelNetwork::tap, 84, 1500);
        }
    }

    /** Chained buffers; the responder connects. */
    @Nested
    class JumboSlave extends PingCases {
        JumboSlave() {
            super("slave", () -> KernelNetwork.cable(9000), 2048, 2049, 9000);
        }
    }

    /** Chained buffers; testpmd connects. */
    @Nested
    class JumboMaster extends PingCases {
        JumboMaster() {
            super("master", () -> KernelNetwork.cable(9000), 2048, 2049, 9000);
        }
    }
}

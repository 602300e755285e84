package io.memif.internal.protocol;

/**
 * Something that a machine wants done. Immutable; carried out by the owner of the connection.
 *
 * <p>The type says who can carry it out: {@code Effect<Handler>} comes from machines of both roles,
 * the others from those of one role only.
 *
 * @param <H> has a method for it
 */
public sealed interface Effect<H extends Effect.Handler> {
    /** Calls the handler's method for this effect. */
    void apply(H handler);

    /** Carries out what both roles want. */
    interface Handler {
        /** See {@link Send}. */
        void send(Send effect);

        /** See {@link LinkUp}. */
        void linkUp(LinkUp effect);

        /** See {@link LinkDown}. */
        void linkDown(LinkDown effect);

        /** See {@link Close}. */
        void close(Close effect);
    }

    /** Carries out what a slave wants. */
    interface SlaveHandler extends Handler {
        /** See {@link CreateMemory}. */
        void createMemory(CreateMemory effect);
    }

    /** Carries out what a master wants. */
    interface MasterHandler extends Handler {
        /** See {@link Bind}. */
        void bind(Bind effect);

        /** See {@link KeepRegion}. */
        void keepRegion(KeepRegion effect);

        /** See {@link KeepRing}. */
        void keepRing(KeepRing effect);

        /** See {@link AttachMemory}. */
        void attachMemory(AttachMemory effect);
    }

    /**
     * Send a message; with an ADD_REGION goes the region's file, with an ADD_RING the ring's
     * eventfd. A failing send is told to the machine by {@link Machine#peerClosed}; that of a
     * DISCONNECT may be ignored, a Close follows anyway.
     */
    record Send(Message message) implements Effect<Handler> {
        @Override
        public void apply(Handler handler) {
            handler.send(this);
        }
    }

    /**
     * Slave: create these regions, rings and an eventfd for each ring, then call {@link
     * SlaveMachine#memoryReady} or {@link Machine#refuse}; at once or later.
     */
    record CreateMemory(MemoryPlan plan) implements Effect<SlaveHandler> {
        @Override
        public void apply(SlaveHandler handler) {
            handler.createMemory(this);
        }
    }

    /**
     * Master: the connection belongs to this interface from now on, which is therefore busy until
     * the {@link Close}.
     *
     * @param id of an interface with role master
     * @param peerApplication name of the slave's application, printable
     */
    record Bind(int id, String peerApplication) implements Effect<MasterHandler> {
        @Override
        public void apply(MasterHandler handler) {
            handler.bind(this);
        }
    }

    /**
     * Master: take over the descriptor of the message just received as the file of a region, and
     * check its kind, size and seals. If it will not do, call {@link Machine#refuse}.
     */
    record KeepRegion(MemoryPlan.Region region) implements Effect<MasterHandler> {
        @Override
        public void apply(MasterHandler handler) {
            handler.keepRegion(this);
        }
    }

    /**
     * Master: take over the descriptor of the message just received as the eventfd of a ring, which
     * is not yet checked against the regions. If it will not do, call {@link Machine#refuse}.
     */
    record KeepRing(RingPlacement ring) implements Effect<MasterHandler> {
        @Override
        public void apply(MasterHandler handler) {
            handler.keepRing(this);
        }
    }

    /**
     * Master: map the regions, check the cookie of each ring, then call {@link
     * MasterMachine#attached} or {@link Machine#refuse}; at once or later.
     *
     * @param plan regions by index, which may have gaps, and rings without gaps; each ring is known
     *     to lie within its region, aligned and apart from the others, if the region is as long as
     *     announced; a slave does not say where its buffers lie
     * @param peerInterface name of the slave's interface, printable
     */
    record AttachMemory(MemoryPlan plan, String peerInterface) implements Effect<MasterHandler> {
        @Override
        public void apply(MasterHandler handler) {
            handler.attachMemory(this);
        }
    }

    /**
     * The link is up. Only now may anybody touch head or tail of a ring: libmemif and DPDK store 0
     * to both while they connect.
     *
     * @param application of the peer, from HELLO or INIT, e.g. "DPDK 22.11.11"; printable, empty if
     *     it gave no name
     * @param interfaceName of the peer, from CONNECT or CONNECTED, e.g. "memif0/0"; as above
     */
    record LinkUp(String application, String interfaceName) implements Effect<Handler> {
        @Override
        public void apply(Handler handler) {
            handler.linkUp(this);
        }
    }

    /** The link is down. Comes once for each {@link LinkUp}, just before {@link Close}. */
    record LinkDown(Ending ending) implements Effect<Handler> {
        @Override
        public void apply(Handler handler) {
            handler.linkDown(this);
        }
    }

    /**
     * Close the socket and release every descriptor and all memory of the connection. Always the
     * last effect of a machine.
     */
    record Close(Ending ending) implements Effect<Handler> {
        @Override
        public void apply(Handler handler) {
            handler.close(this);
        }
    }
}

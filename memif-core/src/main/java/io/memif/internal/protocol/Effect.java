package io.memif.internal.protocol;

import java.util.List;

/** Something that a machine wants done. Immutable; carried out by the owner of the connection. */
public sealed interface Effect {
    /**
     * Calls the handler's method for this effect.
     *
     * @param handler carries it out
     */
    void apply(Handler handler);

    /** One method for each effect. */
    interface Handler {
        /**
         * See {@link Send}.
         *
         * @param effect what to send
         */
        void send(Send effect);

        /**
         * See {@link CreateMemory}.
         *
         * @param effect what to create
         */
        void createMemory(CreateMemory effect);

        /**
         * See {@link Bind}.
         *
         * @param effect which interface
         */
        void bind(Bind effect);

        /**
         * See {@link KeepRegion}.
         *
         * @param effect which region
         */
        void keepRegion(KeepRegion effect);

        /**
         * See {@link KeepRing}.
         *
         * @param effect which ring
         */
        void keepRing(KeepRing effect);

        /**
         * See {@link AttachMemory}.
         *
         * @param effect what to map
         */
        void attachMemory(AttachMemory effect);

        /**
         * See {@link LinkUp}.
         *
         * @param effect names of the peer
         */
        void linkUp(LinkUp effect);

        /**
         * See {@link LinkDown}.
         *
         * @param effect why
         */
        void linkDown(LinkDown effect);

        /**
         * See {@link Close}.
         *
         * @param effect why
         */
        void close(Close effect);
    }

    /**
     * Send a message, with its descriptor attached. A failing send is told to the machine by {@link
     * Machine#peerClosed}; that of a DISCONNECT may be ignored, a Close follows anyway.
     *
     * @param message what to send
     * @param fd what to attach
     */
    record Send(Message message, FdRef fd) implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.send(this);
        }
    }

    /**
     * Slave: create regions, rings and eventfds, then call {@link SlaveMachine#memoryReady} or
     * {@link Machine#refuse}; at once or later.
     *
     * @param negotiated what the master allows
     */
    record CreateMemory(Negotiated negotiated) implements Effect {
        @Override
        public void apply(Handler handler) {
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
    record Bind(int id, String peerApplication) implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.bind(this);
        }
    }

    /**
     * Master: take over the descriptor of the message just received as the file of a region, and
     * check its kind, size and seals. If it will not do, call {@link Machine#refuse}.
     *
     * @param region index and announced size
     */
    record KeepRegion(RegionSize region) implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.keepRegion(this);
        }
    }

    /**
     * Master: take over the descriptor of the message just received as the eventfd of a ring. If it
     * will not do, call {@link Machine#refuse}.
     *
     * @param ring not yet checked against the regions
     */
    record KeepRing(RingPlacement ring) implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.keepRing(this);
        }
    }

    /**
     * Master: map the regions, check the cookie of each ring, then call {@link
     * MasterMachine#attached} or {@link Machine#refuse}; at once or later. Each ring is known to
     * lie within its region, aligned and apart from the others, if the region is as long as
     * announced.
     *
     * @param regions by index, which may have gaps
     * @param rings those from slave to master by index, then those from master to slave, no gaps
     * @param peerInterface name of the slave's interface, printable
     */
    record AttachMemory(List<RegionSize> regions, List<RingPlacement> rings, String peerInterface)
            implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.attachMemory(this);
        }
    }

    /**
     * The link is up. Only now may anybody touch head or tail of a ring: libmemif and DPDK store 0
     * to both while they connect.
     *
     * @param peer its names
     */
    record LinkUp(PeerNames peer) implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.linkUp(this);
        }
    }

    /**
     * The link is down. Comes once for each {@link LinkUp}, just before {@link Close}.
     *
     * @param ending why
     */
    record LinkDown(Ending ending) implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.linkDown(this);
        }
    }

    /**
     * Close the socket and release every descriptor and all memory of the connection. Always the
     * last effect of a machine.
     *
     * @param ending why
     */
    record Close(Ending ending) implements Effect {
        @Override
        public void apply(Handler handler) {
            handler.close(this);
        }
    }
}

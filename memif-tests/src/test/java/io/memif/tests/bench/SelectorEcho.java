package io.memif.tests.bench;

import io.memif.unix.OwnedFd;
import io.memif.unix.pass.UnixSocketChannels;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.UnixSocketChannel;

/** The echo over the selector that comes with jnr-unixsocket, which is built on poll(2). */
final class SelectorEcho implements EchoServer {
    private final Selector selector = NativeSelectorProvider.getInstance().openSelector();
    private final List<UnixSocketChannel> channels = new ArrayList<>();
    private volatile boolean running = true;

    SelectorEcho(List<OwnedFd> sockets) throws Exception {
        for (OwnedFd socket : sockets) {
            UnixSocketChannel channel = UnixSocketChannels.toChannel(socket);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(4096));
            channels.add(channel);
        }
    }

    @Override
    public void serve() throws Exception {
        while (running) {
            selector.select();
            Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
            while (ready.hasNext()) {
                SelectionKey key = ready.next();
                ready.remove();
                UnixSocketChannel channel = (UnixSocketChannel) key.channel();
                ByteBuffer buffer = (ByteBuffer) key.attachment();
                buffer.clear();
                if (channel.read(buffer) > 0) {
                    channel.write(buffer.flip());
                }
            }
        }
    }

    @Override
    public void stop() {
        running = false;
        selector.wakeup();
    }

    @Override
    public void end() throws Exception {
        for (UnixSocketChannel channel : channels) {
            channel.close();
        }
        selector.close();
    }
}

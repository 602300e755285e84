package io.memif.tests.bench;

import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import java.util.List;

/** The echo over this library's poll group. */
final class PollGroupEcho implements EchoServer {
    private final List<OwnedFd> sockets;
    private final PollGroup group;
    private volatile boolean running = true;

    PollGroupEcho(List<OwnedFd> sockets) {
        this.sockets = sockets;
        this.group = PollGroup.open(Throwable::printStackTrace);
        for (OwnedFd socket : sockets) {
            DescriptorChannel channel = new DescriptorChannel(socket, 4096);
            group.add(
                    socket,
                    PollKey.READ,
                    (key, ready) -> {
                        if (channel.receive() > 0) {
                            channel.send();
                        }
                    });
        }
    }

    @Override
    public void serve() {
        while (running) {
            group.poll(Long.MAX_VALUE, 64);
        }
    }

    @Override
    public void stop() {
        running = false;
        group.wakeUp();
    }

    @Override
    public void end() {
        group.close();
        sockets.forEach(OwnedFd::close);
    }
}

"""Loops that DescriptorBench measures Java against; prints how often one ran in a second of CPU."""
import os
import select
import socket
import sys
import time


def transfers():
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    event = os.eventfd(0)

    def once():
        socket.send_fds(left, [b"x"], [event])
        _, received, _, _ = socket.recv_fds(right, 16, 1)
        os.close(received[0])

    return once


def turns():
    event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
    epoll = select.epoll()
    epoll.register(event, select.EPOLLIN)

    def once():
        os.eventfd_write(event, 1)
        for fd, _ in epoll.poll(-1, 32):
            os.eventfd_read(fd)

    return once


def main():
    once = {"transfers": transfers, "turns": turns}[sys.argv[1]]()
    seconds = float(sys.argv[2])
    done = 0
    start = time.process_time()
    while time.process_time() - start < seconds:
        for _ in range(100):
            once()
        done += 100
    print(done / (time.process_time() - start))


main()

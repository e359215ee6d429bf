"""A bad radio link between two network namespaces, in user space: the kernel's real TCP on both
sides, packets that come late, slowly, or not at all.

    link = BadLink(delay_ms=290, rate_bps=20000, loss=0.10)
    link.near, link.far              # what to put in front of a command, to run it on that side
    link.near_ip, link.far_ip
    link.lost, link.carried          # packets so far
    link.bytes                       # both ways, IP headers included
    link.loss = 0.0                  # may change at any time, as may delay_ms, rate_bps and down

Each direction has a queue of QUEUE packets before the slow part, as a modem has: what finds it full
is lost. Needs root and /dev/net/tun.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time

from tap import at_end

QUEUE = 20
MTU = 576
CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
BITS = 8

_libc = ctypes.CDLL(None, use_errno=True)


def _ip(*words):
    subprocess.run(["ip", *words], check=True)


def _enter(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        if _libc.setns(fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(fd)


def _tun(namespace, own, peer):
    """The device belongs to the namespace in which it is made; only this thread goes there."""
    home = f"/proc/self/task/{threading.get_native_id()}/ns/net"
    keep = os.open(home, os.O_RDONLY)
    try:
        _enter(f"/var/run/netns/{namespace}")
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"link0", IFF_TUN | IFF_NO_PI))
    finally:
        _libc.setns(keep, CLONE_NEWNET)
        os.close(keep)
    _ip("-n", namespace, "addr", "add", own, "peer", peer, "dev", "link0")
    _ip("-n", namespace, "link", "set", "link0", "up", "mtu", str(MTU))
    _ip("-n", namespace, "link", "set", "lo", "up")
    return fd


class BadLink:
    near_ip, far_ip = "10.77.0.1", "10.77.0.2"

    def __init__(self, delay_ms, rate_bps, loss, seed=1):
        self.delay_ms, self.rate_bps, self.loss = delay_ms, rate_bps, loss
        self.down = False  # an outage: nothing passes
        self.lost = self.carried = self.bytes = 0
        self.names = [f"ft{os.getpid()}{side}" for side in "nf"]
        self.running = True
        self.chance = random.Random(seed)
        at_end(self.close)
        for name in self.names:
            _ip("netns", "add", name)
        self.ends = [_tun(self.names[0], self.near_ip, self.far_ip),
                     _tun(self.names[1], self.far_ip, self.near_ip)]
        threading.Thread(target=self._carry, daemon=True).start()

    @property
    def near(self):
        return ["ip", "netns", "exec", self.names[0]]

    @property
    def far(self):
        return ["ip", "netns", "exec", self.names[1]]

    def close(self):
        self.running = False
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], check=False,
                           stderr=subprocess.DEVNULL)

    def _lose(self, waiting):
        return self.down or waiting >= QUEUE or self.chance.random() < self.loss

    def _carry(self):
        free_at = [0.0, 0.0]  # when each direction has sent what it was given
        waiting = [0, 0]
        queue, number = [], 0
        while self.running:
            pause = max(0.0, min(1.0, queue[0][0] - time.monotonic())) if queue else 1.0
            ready, _, _ = select.select(self.ends, [], [], pause)
            now = time.monotonic()
            for end in ready:
                side = self.ends.index(end)
                packet = os.read(end, 2048)
                if self._lose(waiting[side]):
                    self.lost += 1
                    continue
                free_at[side] = max(now, free_at[side]) + len(packet) * BITS / self.rate_bps
                number += 1
                waiting[side] += 1
                heapq.heappush(queue, (free_at[side] + self.delay_ms / 1000, number, side, packet))
            while queue and queue[0][0] <= time.monotonic():
                _, _, side, packet = heapq.heappop(queue)
                waiting[side] -= 1
                self.carried += 1
                self.bytes += len(packet)
                try:
                    os.write(self.ends[1 - side], packet)
                except OSError:
                    self.lost += 1  # the namespace is going down

#!/usr/bin/env python3
"""Bytes on the wire: every IP byte between a handheld and its host, TCP/IP and TLS included.

    line.py --build BUILD --work FOLDER         (run by tests/bench/run; needs root)

The real programs in two network namespaces that one cable joins, MTU 1,500: fieldtill and
fieldtill-sync on one side, fieldtill-host on the other. A packet socket at the handheld's end sees
what passes; offloads are off, so that it sees the very packets that a radio would carry. No address
is looked up meanwhile, and nothing but the line speaks there.

    wire_day    200 receipts and the records of their prints, sent in one sync, from the first SYN
                to the last ACK; its TLS session was made before sync was restarted
    wire_idle   a sync with nothing to send on the connection that was kept: what is new?

Prints name, value, unit, baseline, ratio, parted by tabs. Baseline of wire_day: the batch alone, as
the host received it; of wire_idle: the headers of IP, TCP and TLS of its three packets.
"""

import argparse
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECEIPTS = 200
QUIET_S = 1.0  # no packet for so long: the sync has ended
MOST_S = 60.0
IDLE_BARE = 3 * 52 + 2 * 22
TILL, HOST = f"ft-till-{os.getpid()}", f"ft-host-{os.getpid()}"
TILL_ADDRESS, HOST_ADDRESS = "10.77.0.2", "10.77.0.1"
PORT = 443  # as an office would choose: carriers let it through
SIOCETHTOOL = 0x8946
OFFLOADS = [0x15, 0x17, 0x19, 0x1F, 0x24, 0x2C]  # ETHTOOL_S… of sums, scatter, TSO, GSO, GRO
ETH_P_ALL, ETH_P_IP = 0x0003, 0x0800  # who asks for IP alone does not see what goes out
CLONE_NEWNET = 0x40000000


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def inside(name):
    return ["ip", "netns", "exec", name]


def within(name, work):
    """work() by a thread in that namespace; its value."""
    found = []

    def enter():
        with open(f"/run/netns/{name}", "rb") as place:
            if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        found.append(work())

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if not found:
        raise RuntimeError(f"nothing came of it in {name}")
    return found[0]


def plain_packets():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        for number in OFFLOADS:
            value = ctypes.create_string_buffer(struct.pack("II", number, 0))
            try:
                request = struct.pack("16sP", b"cable", ctypes.addressof(value))
                fcntl.ioctl(one, SIOCETHTOOL, request)
            except OSError:
                pass  # it has none such
    return True


def listener():
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    packets.bind(("cable", ETH_P_ALL))
    return packets


def lay_cable():
    ip("link", "add", TILL, "type", "veth", "peer", "name", HOST)
    for name, address in ((TILL, TILL_ADDRESS), (HOST, HOST_ADDRESS)):
        ip("netns", "add", name)
        ip("link", "set", name, "netns", name)
        ip("-n", name, "link", "set", name, "name", "cable")
        ip("-n", name, "addr", "add", f"{address}/24", "dev", "cable")
        ip("-n", name, "link", "set", "cable", "mtu", "1500")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "link", "set", "cable", "up")
        within(name, plain_packets)
    for name, address in ((TILL, HOST_ADDRESS), (HOST, TILL_ADDRESS)):
        other = HOST if name == TILL else TILL
        text = subprocess.run(["ip", "-n", other, "-o", "link", "show", "cable"],
                              capture_output=True, check=True).stdout.decode()
        mac = text.split("link/ether ")[1].split()[0]
        ip("-n", name, "neigh", "replace", address, "lladdr", mac, "dev", "cable", "nud",
           "permanent")


def take_up():
    for name in (TILL, HOST):
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


class Wire:
    """What passes at the handheld's end, from the call on."""

    def __init__(self):
        self.packets = within(TILL, listener)
        self.packets.settimeout(QUIET_S)

    def forget(self):
        self.packets.settimeout(QUIET_S)
        while self._next():
            pass

    def _next(self):
        where = (None, None)
        while where[1] != ETH_P_IP:
            try:
                data, where = self.packets.recvfrom(65536)
            except TimeoutError:
                return None
        size = struct.unpack_from("!H", data, 2)[0]
        head = 4 * (data[0] & 15)
        flags = data[head + 13] if data[9] == socket.IPPROTO_TCP else 0
        return where[2] == socket.PACKET_OUTGOING, size, flags, data[head:]

    def until_quiet(self):
        """Bytes up, bytes down, packets, once something has passed and then nothing more."""
        up = down = count = 0
        end = time.monotonic() + MOST_S
        while time.monotonic() < end:
            one = self._next()
            if one is None and count:
                return up, down, count
            if one is None:
                continue
            mine, size, flags, _ = one
            count += 1
            up, down = (up + size, down) if mine else (up, down + size)
            if os.environ.get("VERBOSE"):
                print("->" if mine else "<-", size, hex(flags), file=sys.stderr)
        raise RuntimeError("the line does not come to rest" if count else "nothing passed")


def row(name, value, unit, baseline):
    print(f"{name}\t{value}\t{unit}\t{baseline}\t{value / baseline:.4f}", flush=True)


def edit(path, change):
    """The rows of a table, changed; the fields are known to hold no commas."""
    head, *lines = [line.split(",") for line in path.read_text().splitlines()]
    rows = change([dict(zip(head, line)) for line in lines])
    text = "".join(",".join(row[column] for column in head) + "\n" for row in rows)
    path.write_text(",".join(head) + "\n" + text)


def one_long_route(host):
    """All who owe in one meter book, and a bag without a limit: a long day of one collector."""
    owing = set()
    edit(host.township / "bills.csv", lambda rows: owing.update(r["account"] for r in rows) or rows)
    edit(host.township / "customers.csv", lambda rows: [
        {**r, "meter_book": "QX01", "order": str(n + 1)}
        for n, r in enumerate(sorted(rows, key=lambda r: r["account"] not in owing))])
    edit(host.township / "users.csv", lambda rows: [{**r, "cash_limit": ""} for r in rows])
    host.command("import", host.township / "users.csv", host.township / "customers.csv")


def measure(loop):
    place = loop.Place()
    loop.Host.address, loop.Host.inside = HOST_ADDRESS, inside(HOST)
    loop.Device.inside = inside(TILL)
    host = loop.Host(place, customers=3 * RECEIPTS, serving=False)
    host.port = PORT
    host.options = ["--book-minutes", "1000"]
    host.serve()
    one_long_route(host)
    device = loop.Device(place, host, language="en")
    device.begin()
    device.all_sent()
    device.do("net none")
    device.go_to_route()
    for _ in range(RECEIPTS):
        device.do("expect route", "tap ok", "expect customer", "tap ok", "expect tender", "key ok",
                  "expect 20000 paper", "expect 20000 The paper is printed", "tap ok")
    device.do("expect route")
    sync = device.programs("fieldtill-sync")[0]
    os.kill(sync, 9)  # the panel starts it again
    loop.until(lambda: device.programs("fieldtill-sync") not in ([], [sync]), "sync is back")
    waiting = device.head() - device.acknowledged()
    time.sleep(1.5)  # the terminal finds its socket within a second
    wire = Wire()
    device.do("net 4g")
    up, down, count = wire.until_quiet()
    if device.acknowledged() != device.head():
        raise RuntimeError(f"not all was sent: {device.acknowledged()} of {device.head()}")
    print(f"{waiting} entries: {up} B up, {down} B down, {count} packets", file=sys.stderr)
    row("wire_day", up + down, "B", 1750)
    device.do("key cancel", "key cancel", "expect home", "key 4", "expect sync")
    wire.forget()
    device.do("tap ok")
    up, down, count = wire.until_quiet()
    print(f"idle: {up} B up, {down} B down, {count} packets", file=sys.stderr)
    row("wire_idle", up + down, "B", IDLE_BARE)
    device.close()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", required=True)
    options.add_argument("--work", required=True)
    chosen = options.parse_args()
    os.environ["FIELDTILL_BUILD"] = chosen.build
    os.environ["TMPDIR"] = chosen.work
    sys.path.insert(0, str(ROOT / "tests/loop/lib"))
    import loop  # noqa: E402: it looks at the environment when it is read
    import tap

    try:
        lay_cable()
        measure(loop)
    finally:
        tap.tidy()
        take_up()


if __name__ == "__main__":
    main()

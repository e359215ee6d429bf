"""A line that misbehaves: between a terminal and its host, in bytes.

    line = Line(host.port)                # line.url is what the ticket names
    line.rule = Rule(cut_up=300)          # each connection: cut after 300 bytes towards the host
    line.rule = Rule(cut_down=1700)       # … or towards the terminal
    line.rule = Rule(swallow_if=function)  # answers are lost while the function says so
    line.rule = Rule(delay_s=0.1)         # each piece comes later
    line.rule = None                      # a good line

A rule is taken by connections that begin after it was set: `times` many after `skip` good ones,
then the line is good again.
"""

import select
import socket
import threading
import time

from tap import at_end

PIECE = 4096


class Rule:
    def __init__(self, cut_up=None, cut_down=None, swallow_if=None, delay_s=0.0, times=None,
                 skip=0, piece=PIECE, reset=False, settle_s=0.05):
        self.cut_up, self.cut_down = cut_up, cut_down
        self.swallow_if = swallow_if
        self.delay_s, self.piece, self.reset = delay_s, piece, reset
        self.skip, self.times = skip, times
        self.settle_s = settle_s  # what was sent arrives before the end does


class Line:
    def __init__(self, port):
        self.target = port
        self.rule = None
        self.connections = 0
        self.cuts = 0        # connections that a rule ended
        self.swallowed = 0   # answers that a rule kept back
        self.up = self.down = 0  # bytes of the latest connection
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = set()
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()
        at_end(self.close)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def close(self):
        self.listener.close()
        self.hang_up()

    def hang_up(self):
        """End every connection that stands."""
        with self.lock:
            for one in list(self.open):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            rule = self.rule
            if isinstance(rule, EachByte):
                rule = rule.take()
            elif rule and rule.skip:
                rule.skip -= 1
                rule = None
            elif rule and rule.times is not None:
                rule.times -= 1
                rule = rule if rule.times >= 0 else None
            threading.Thread(target=self._carry, args=(near, rule or Rule()), daemon=True).start()

    def _carry(self, near, rule):
        try:
            far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            near.close()
            return
        with self.lock:
            self.open |= {near, far}
        try:
            self._pass(near, far, rule)
        except OSError:
            pass
        with self.lock:
            self.open -= {near, far}
        if rule.reset:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        near.close()
        far.close()

    def _pass(self, near, far, rule):
        passed = {near: 0, far: 0}
        limit = {near: rule.cut_up, far: rule.cut_down}
        while True:
            ready, _, _ = select.select([near, far], [], [], 60)
            if not ready:
                return
            for one in ready:
                data = one.recv(rule.piece)
                if not data:
                    return
                other = far if one is near else near
                time.sleep(rule.delay_s)
                most = limit[one]
                if most is not None and passed[one] + len(data) > most:
                    other.sendall(data[:most - passed[one]])
                    if one is near:
                        time.sleep(rule.settle_s)
                    self.cuts += 1
                    return
                if one is far and rule.swallow_if and rule.swallow_if():
                    self.swallowed += 1
                    continue
                other.sendall(data)
                passed[one] += len(data)
                self.up, self.down = passed[near], passed[far]


class EachByte:
    """A rule a connection: the first is cut before its first byte, the next after one, and so on
    every `step` bytes, until what is sent passes whole."""

    def __init__(self, up=False, down=False, step=1, start=0):
        self.up, self.down, self.step, self.next = up, down, step, start
        self.lock = threading.Lock()

    def take(self):
        with self.lock:
            at = self.next
            self.next += self.step
        return Rule(cut_up=at if self.up else None, cut_down=at if self.down else None,
                    settle_s=0.001)

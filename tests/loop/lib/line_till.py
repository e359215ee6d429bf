"""A bare terminal that plays the other end of fieldtill-sync's local socket (src/wire/local.h): it
enrols, has nothing to send, and listens to what the line says. The fieldtill-sync is the real one.

    till = LineTill(place, host, "0032")     # a ticket, a running fieldtill-sync, enrolled
    till.now()                               # "send now": a head is asked for
    till.until_link(lambda link: link["status"] == 0)
"""

import json
import select
import socket
import struct
import time

from loop import BIN, start, until
from stranger import openssl

HEADER = ">IHI"
HELLO, NETWORK, PENDING, ENROL, NOW = 1, 2, 3, 5, 6
LINK, HEAD, ENROLLED, REFUSED = 32, 34, 36, 37
LTE = 2


class LineTill:
    def __init__(self, place, host, terminal, enrol=True):
        self.host, self.terminal = host, terminal
        self.folder = place / f"till-{terminal}"
        self.folder.mkdir()
        self.state = self.folder / "state"
        self.socket_path = place / f"t{terminal}"
        self.process = self.link = self.head = self.number = None
        if enrol:
            self.enrol(host.add(terminal)[0])

    def start(self, terminal=None):
        with open(self.folder / "log", "ab") as log:
            self.process = start([BIN / "fieldtill-sync", "--state", self.state, "--socket",
                                  self.socket_path, "--language", "en", "--locale", "/nowhere",
                                  "--verbose"], stderr=log)
        until(self.socket_path.is_socket, "the line listens")
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        until(self._connect, "the line takes us")
        self.say(HELLO, {"version": "0.1.0", "terminal": terminal or self.terminal, "protocol": 1})
        self.say(NETWORK, {"bearer": LTE, "airplane": 0, "signal": 90, "budget": 0})
        if terminal is None:
            self.pending()
        return self

    def _connect(self):
        try:
            self.connection.connect(str(self.socket_path))
            return True
        except OSError:
            return False

    def pending(self):
        self.say(PENDING, {"head": 0, "acknowledged": 0, "book": 1 << 40, "orders": 1 << 40})

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait(timeout=15)

    def say(self, kind, body, number=0):
        data = json.dumps(body, separators=(",", ":")).encode()
        self.connection.send(struct.pack(HEADER, number, kind, 60000) + data)

    def hear(self, most_s=0.2):
        """The messages that wait; the latest of what the line says of itself is kept."""
        heard = []
        while select.select([self.connection], [], [], 0 if heard else most_s)[0]:
            data = self.connection.recv(1 << 20)
            if not data:
                break
            _, kind, _ = struct.unpack(HEADER, data[:10])
            body = data[10:]
            if kind == LINK:
                self.link = json.loads(body)
            elif kind == HEAD:
                self.head = json.loads(body.split(b"\n")[0])
            heard.append((kind, body))
        return heard

    def enrol(self, ticket):
        self.folder.joinpath("journal.key").touch()
        key = self.folder / "journal.key"
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        csr = openssl("req", "-new", "-sha256", "-key", key, "-subj",
                      f"/CN={self.terminal}").decode()
        self.start(terminal="")
        self.say(ENROL, {"ticket": ticket, "journal_csr": csr}, number=7)

        def enrolled():
            for kind, body in self.hear():
                if kind == REFUSED:
                    raise AssertionError(f"not enrolled: {body}")
                if kind == ENROLLED:
                    return json.loads(body)
            return None
        self.answer = until(enrolled, lambda: "enrolled: " + self.log())
        self.stop()

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-2500:]

    def now(self):
        self.say(NOW, {})

    def until(self, holds_now, why, most_s=15.0):
        def look():
            self.hear()
            return holds_now()
        return until(look, lambda: f"{self.terminal}: {why}; {self.link}\n{self.log()}", most_s, 0)

    def until_link(self, holds_now, why, most_s=15.0):
        self.link = None
        self.now()
        return self.until(lambda: self.link and holds_now(self.link), why, most_s)

    # ---- what it holds ----

    def file(self, name):
        return self.state / "line" / name

    def issuer(self):
        return openssl("x509", "-noout", "-issuer", "-in", self.file("line.pem")).decode().strip()

    def authorities(self):
        return self.file("authority.pem").read_text().count("BEGIN CERTIFICATE")

    def serial(self):
        """Of the statement on the authorities; 0: none came."""
        path = self.file("trust")
        return json.loads(path.read_text().splitlines()[0])["serial"] if path.exists() else 0


def days_from_now(days):
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400))

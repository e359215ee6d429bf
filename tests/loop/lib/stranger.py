"""A second terminal, written from docs/protocol.md alone: keys and requests by openssl and ssl.

    till = Stranger(place, host, "0031")     # a ticket, two keys, enrolled
    code, headers, body = till.ask("/v1/head")

It shares nothing with src/: where the page and the program differ, a test fails.
"""

import hashlib
import json
import socket
import ssl
import struct
import subprocess
import time


class Answer(tuple):
    """(code, headers by lower-case name, body)."""


def openssl(*words, input=None):
    done = subprocess.run(["openssl", *[str(w) for w in words]], input=input, capture_output=True,
                          check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {words}: {done.stderr.decode()}")
    return done.stdout


def read_answer(tls):
    """One HTTP answer; None where the other side hung up before it was whole."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = tls.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    size = int(headers.get("content-length", 0))
    while len(body) < size:
        piece = tls.recv(65536)
        if not piece:
            return None
        body += piece
    return Answer((int(lines[0].split()[1]), headers, body))


def request(path, terminal="", body=None, more=()):
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "Host: h"]
    if terminal:
        lines.append(f"Fieldtill-Terminal: {terminal}")
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, *more, "", ""]).encode() + (body or b"")


def zstd_frame(plain):
    """One frame of raw blocks: nothing is packed, every reader can read it (RFC 8878 §3.1.1)."""
    most = 1 << 17
    pieces = [plain[i:i + most] for i in range(0, len(plain), most)] or [b""]
    out = struct.pack("<IBI", 0xFD2FB528, 0xA0, len(plain))
    for number, piece in enumerate(pieces, 1):
        out += struct.pack("<I", len(piece) << 3 | (number == len(pieces)))[:3] + piece
    return out


def der_of(signature):
    def integer(data):
        data = data.lstrip(b"\0") or b"\0"
        data = (b"\0" if data[0] & 0x80 else b"") + data
        return b"\x02" + bytes([len(data)]) + data
    body = integer(signature[:32]) + integer(signature[32:])
    return b"\x30" + bytes([len(body)]) + body


def signature_of(der):
    """r and s of 32 bytes each, out of DER."""
    out, at = b"", 2
    for _ in range(2):
        size = der[at + 1]
        out += der[at + 2:at + 2 + size].lstrip(b"\0").rjust(32, b"\0")
        at += 2 + size
    return out


def canonical(record):
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


class Stranger:
    def __init__(self, place, host, terminal, enrol=True):
        self.host, self.terminal = host, terminal
        self.folder = place / f"stranger-{terminal}"
        self.folder.mkdir()
        self.ticket = host.add(terminal)[0]
        self.session = None
        if enrol:
            self.enrol()

    def file(self, name):
        return self.folder / name

    def enrol(self):
        _, url, terminal, code, fingerprint = self.ticket.split(" ")
        status, _, pem = self.ask("/v1/authority", trust=False)
        if status != 200:
            raise AssertionError(f"/v1/authority: {status}")
        der = openssl("x509", "-outform", "DER", input=pem)
        got = openssl("dgst", "-sha256", "-r", input=der).decode().split()[0]
        if got != fingerprint:
            raise AssertionError(f"the authority's fingerprint is {got}, the ticket says "
                                 f"{fingerprint}")
        self.file("authority.pem").write_bytes(pem)
        requests = {}
        for name in ("journal", "line"):
            key = self.file(f"{name}.key")
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
            requests[name] = openssl("req", "-new", "-sha256", "-key", key, "-subj",
                                     f"/CN={terminal}").decode()
        message = {"terminal": terminal, "code": code, "journal_csr": requests["journal"],
                   "line_csr": requests["line"], "version": "0.1.0"}
        status, _, body = self.ask("/v1/enrol", json.dumps(message).encode(), anonymous=True)
        if status != 200:
            raise AssertionError(f"/v1/enrol: {status} {body}")
        self.answer = json.loads(body)
        self.file("line.pem").write_text(self.answer["line_cert"])

    def context(self, trust=True, anonymous=False, cert="line.pem", key="line.key"):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname = False
        if trust:
            made.load_verify_locations(self.file("authority.pem"))
        else:
            made.verify_mode = ssl.CERT_NONE
        if trust and not anonymous:
            made.load_cert_chain(self.file(cert), self.file(key))
        return made

    def connect(self, timeout=20, session=None, **kind):
        context = session.context if session else self.context(**kind)
        raw = socket.create_connection(("127.0.0.1", self.host.port), timeout=timeout)
        return context.wrap_socket(raw, server_hostname="127.0.0.1",
                                   session=session.session if session else None)

    def ask(self, path, body=None, timeout=20, more=(), terminal=None, **kind):
        """(None, {}, b"") where the connection ended without an answer."""
        try:
            with self.connect(timeout, **kind) as tls:
                tls.sendall(request(path, self.terminal if terminal is None else terminal, body,
                                    more))
                return read_answer(tls) or Answer((None, {}, b""))
        except (ssl.SSLError, ConnectionError):
            return Answer((None, {}, b""))

    def timed(self, path):
        begin = time.monotonic()
        code, _, _ = self.ask(path)
        return code, time.monotonic() - begin

    # ---- the journal ----

    def begin_journal(self):
        """enrolled and opened, as db/JOURNAL.md has them."""
        point = openssl("ec", "-in", self.file("journal.key"), "-pubout", "-outform", "DER")[-65:]
        der = openssl("x509", "-in", self.file("authority.pem"), "-outform", "DER")
        authority = hashlib.sha256(der).digest()
        name = self.terminal.encode()
        self.hash = hashlib.sha256(b"fieldtill/genesis/1" + bytes([len(name)]) + name + point +
                                   authority).digest()
        self.entries = []
        a = self.answer
        self.append(0x0001, {"n": self.terminal, "c": a["currency"], "e": a["exponent"],
                             "z": a["zone"], "h": authority.hex(), "k": point.hex()})
        self.append(0x0002, {"v": "0.1.0", "b": "stranger"})

    def append(self, kind, body, at_s=None):
        body = canonical(body)
        at_s = at_s or self.answer["at_s"]
        name, prev = self.terminal.encode(), self.hash
        preimage = (b"fieldtill/entry/1" + bytes([len(name)]) + name +
                    struct.pack(">QqH", len(self.entries) + 1, at_s, kind) + prev +
                    struct.pack(">H", len(body)) + body)
        self.hash = hashlib.sha256(preimage).digest()
        self.entries.append((at_s, kind, body, prev, self.hash))

    def batch(self, first=1):
        """Format 1, of all entries from number `first` on."""
        chosen = self.entries[first - 1:]
        digest = self.file("digest")
        digest.write_bytes(chosen[-1][4])
        signature = signature_of(openssl("pkeyutl", "-sign", "-inkey", self.file("journal.key"),
                                         "-in", digest))
        lines = [canonical({"v": 1, "terminal": self.terminal, "from": first, "at_s": chosen[0][0],
                            "n": len(chosen), "prev": chosen[0][3].hex(),
                            "hash": chosen[-1][4].hex(), "sig": signature.hex()})]
        before = chosen[0][0]
        for at_s, kind, body, _, _ in chosen:
            lines.append(b"%d,%d,%s" % (kind, at_s - before, body))
            before = at_s
        return b"\x01" + zstd_frame(b"".join(line + b"\n" for line in lines))

    def statement(self, body, tag):
        """The record of a statement, its signature checked."""
        record, signature, rest = body.split(b"\n")
        if rest or len(signature) != 128:
            raise AssertionError(f"no statement: {body}")
        digest = hashlib.sha256(bytes([len(tag)]) + tag.encode() + struct.pack(">I", len(record)) +
                                record).digest()
        self.file("digest").write_bytes(digest)
        self.file("signature").write_bytes(der_of(bytes.fromhex(signature.decode())))
        self.file("statement.pem").write_text(self.answer["statement_cert"])
        openssl("pkeyutl", "-verify", "-certin", "-inkey", self.file("statement.pem"), "-sigfile",
                self.file("signature"), "-in", self.file("digest"))
        return json.loads(record)

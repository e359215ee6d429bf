"""The real programs on loopback: a host, and handhelds that a script panel plays.

    place = Place()                       # a folder of its own, removed at the end
    host = Host(place)                    # keys, a small township, serving on a free port
    device = Device(place, host)          # terminal 0031 and its line; not switched on yet
    device.open()
    device.enrol(); device.login(); device.open_shift()
    taken = device.collect()              # {"seq":…, "amount_minor":…, "account":…}

Nothing depends on the hour or on a network: the township's day is fixed, addresses are 127.0.0.1.
Every wait has an end; whatever was started is killed at the end of the test.
"""

import json
import os
import re
import selectors
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from postgres import Postgres
from tap import at_end, equal, holds, say

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("FIELDTILL_BUILD", ROOT / "build")).resolve()
BIN = BUILD / "bin"
LOCALE = BUILD / "locale"
TODAY = "20261015"  # of the township: bills are issued by then
USER, PIN = "1001", "2468"
COMMAND_S = 30  # how long a finished-at-once command may take on a busy machine
SAID = "(done)"
FACES = (10000, 5000, 2000, 1000, 500, 100, 50, 10)  # of the township, in minor units
# src/core/kind.h
OPENED, ANOMALY, LOGIN, BOOK_APPLIED = 0x0002, 0x0005, 0x0040, 0x0080
SHIFT_OPENED, COLLECTION, ADVANCE = 0x80C0, 0x8100, 0x8101
REVERSAL, CASH_DROP = 0x8102, 0x80C4
PRINT_DONE, PRINT_UNCERTAIN, DUPLICATE = 0x0140, 0x0141, 0x0142

_processes = []


def start(argv, **more):
    """A process that ends with the test."""
    process = subprocess.Popen([str(a) for a in argv], cwd=ROOT, **more)
    _processes.append(process)
    return process


def run(argv, input=None, code=0, timeout=COMMAND_S):
    """Run to the end; returns (output, error) as text. code=None: any exit code."""
    done = subprocess.run([str(a) for a in argv], cwd=ROOT, input=input, capture_output=True,
                          timeout=timeout)
    out, error = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    if code is not None and done.returncode != code:
        raise AssertionError(f"{' '.join(str(a) for a in argv)}: exit {done.returncode}, wanted "
                             f"{code}\n{out}{error}")
    return out, error


def exit_code(argv, input=None, timeout=COMMAND_S):
    return subprocess.run([str(a) for a in argv], cwd=ROOT, input=input, timeout=timeout,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def until(holds_now, why, most_s=15.0, every_s=0.05):
    """Wait for something; its value. why: what did not happen, or a function that says it."""
    end = time.monotonic() + most_s
    while True:
        value = holds_now()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {most_s} s: {why() if callable(why) else why}")
        time.sleep(every_s)


@at_end
def _end_processes():
    for process in reversed(_processes):
        if process.poll() is None:
            process.kill()
            process.wait()


class Place:
    """A folder that goes with the test (kept where KEEP is set)."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="ft-"))
        at_end(self._remove)

    def _remove(self):
        if os.environ.get("KEEP"):
            say(f"kept: {self.path}")
        else:
            subprocess.run(["chmod", "-R", "u+w", self.path], check=False)
            shutil.rmtree(self.path, ignore_errors=True)

    def __truediv__(self, name):
        return self.path / name


class Host:
    address = "127.0.0.1"
    inside = []  # a command in front of its own: a network namespace

    def __init__(self, place, customers=60, name="host", serving=True, postgres=None):
        """postgres: a Postgres() to keep the store in. FIELDTILL_STORE=postgresql in the
        environment gives one to every host: any test of this folder can be run so."""
        if postgres is None and os.environ.get("FIELDTILL_STORE") == "postgresql":
            postgres = Postgres()
        self.postgres = postgres
        self.dir = place / name
        self.township = place / (name + ".township")
        self.log = place / (name + ".log")
        self.port = 0
        self.process = None
        self.options = ["--book-minutes", "0"]
        url = postgres and (postgres.socket_url if self.inside else postgres.url)
        store = ["--db", url] if url else []
        self.command("init", "--hosts", f"localhost,127.0.0.1,{self.address}", *store)
        run([BIN / "fieldtill-demo", self.township, "--today", TODAY, "--customers", customers])
        self.command("import", *[self.township / f"{t}.csv" for t in
                                 ("site", "users", "meter_books", "customers", "bills")])
        lines = (self.township / "meter_books.csv").read_text().splitlines()[1:]
        self.books = ",".join(line.split(",")[0] for line in lines)
        if serving:
            self.serve()

    patience_s = COMMAND_S  # of a command; a bench's imports take longer

    def command(self, *words, code=0):
        argv = [BIN / "fieldtill-host", "--dir", self.dir, "--language", "en", *words]
        return run(argv, code=code, timeout=self.patience_s)[0]

    def json(self, *words):
        return json.loads(self.command(*words, "--json"))

    def serve(self):
        """On the port of the first time: terminals know the address."""
        argv = [*self.inside, BIN / "fieldtill-host", "--dir", self.dir, "--language", "en",
                "serve", "--listen", f"{self.address}:{self.port}", *self.options]
        ready = self.dir / "ready"
        ready.unlink(missing_ok=True)
        with open(ready, "wb") as out, open(self.log, "ab") as log:
            self.process = start(argv, stdout=out, stderr=log)
        line = until(lambda: re.search(r"https://[0-9.]+:(\d+)", ready.read_text()),
                     lambda: "the host listens: " + self.log.read_text(errors="replace")[-2000:])
        self.port = int(line.group(1))

    def kill(self):
        self.process.kill()
        self.process.wait()

    @property
    def url(self):
        return f"https://{self.address}:{self.port}"

    def add(self, terminal="0031", ticket=None, url=None, *more):
        """A new terminal: (the ticket's line, the words of what to type)."""
        words = ["terminals", "add", terminal, "--name", f"terminal {terminal}", "--books",
                 self.books, "--url", url or self.url, *more]
        if ticket:
            Path(ticket).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            words += ["--ticket", ticket]
        lines = self.command(*words).splitlines()
        return lines[0], lines[1]

    def entries(self, terminal="0031"):
        return self.json("entries", terminal)

    def stored(self, terminal="0031"):
        return self.rows("SELECT seq, at_s, kind, body, hash FROM entry WHERE terminal = ? "
                         "ORDER BY seq", terminal)

    def head(self, terminal="0031"):
        for row in self.json("terminals"):
            if row["terminal"] == terminal:
                return row
        raise AssertionError(f"the host knows no terminal {terminal}")

    def rows(self, sql, *values):
        if self.postgres:
            return self.postgres.rows(sql, *values)
        db = sqlite3.connect(f"file:{self.dir}/host.db?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def balance_minor(self, prefix):
        text = self.command("ledger", "balance", prefix).strip().replace(",", "")
        whole, fraction = text.lstrip("-").split(".")
        return (-1 if text.startswith("-") else 1) * (int(whole) * 100 + int(fraction))

    def check_ledger(self):
        return self.command("ledger", "check")

    def alarms(self, kind=None):
        return [a for a in self.json("alarms") if kind in (None, a["kind"])]


class PanelEnded(AssertionError):
    pass


class Device:
    """One handheld: its state folder and, while it is open, the script panel that plays it."""

    inside = []  # as of the host

    def __init__(self, place, host, name="device", terminal="0031", language=None, ticket=True,
                 url=None, speed=0):
        self.state = place / name
        self.terminal = terminal
        self.host = host
        self.url = url or host.url
        self.language = language
        self.speed = speed
        self.sets = []
        self.panel = None
        self.screens = []
        self.ticket = None
        if ticket:
            self.ticket, self.typed = host.add(terminal, self.state / "terminal" / "ticket",
                                               self.url)

    # ---- the panel ----

    def open(self, on=True, net="4g"):
        self.state.mkdir(mode=0o700, exist_ok=True)
        self.error = open(self.state / "panel.error", "w+b")
        argv = [*self.inside, BIN / "fieldtill-panel", "--state", self.state, "--panel", "script",
                "--bin", BIN,
                "--board", "hal/boards/sim-panel.conf", "--locale", LOCALE, "--fonts",
                ROOT / "packaging/fonts.conf", "--host", self.url, "--speed", self.speed]
        for one in self.sets:
            argv += ["--set", one]
        if self.language:
            argv += ["--language", self.language]
        if not on:
            argv += ["--off"]
        self.panel = start(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.error)
        self.output = b""
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.panel.stdout, selectors.EVENT_READ)
        self.do(f"net {net}")
        return self

    def close(self):
        """The handheld is switched off in order; nothing of it runs afterwards."""
        if not self.panel:
            return
        try:
            self.panel.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already, and said why
        try:
            self.panel.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.panel.kill()
            self.panel.wait()
            raise AssertionError("the panel did not end") from None
        finally:
            self.selector.close()
            self.panel = None

    def _read_until(self, mark, most_s):
        end = time.monotonic() + most_s
        while mark not in self.output:
            if not self.selector.select(max(0.0, end - time.monotonic())):
                raise AssertionError(f"the panel says nothing for {most_s} s")
            piece = os.read(self.panel.stdout.fileno(), 65536)
            if not piece:
                self.panel.wait()
                raise PanelEnded(self._why())
            self.output += piece
        text, _, self.output = self.output.partition(mark)
        return text.decode("utf-8", "replace")

    def _why(self):
        self.error.seek(0)
        said = self.error.read().decode("utf-8", "replace")[-4000:]
        return f"the panel ended with {self.panel.returncode}\n{said}\n{self.log()[-1500:]}"

    def log(self):
        path = self.state / "panel" / "device.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def do(self, *lines, most_s=60.0):
        """Commands of the script panel; what they printed. The first that fails ends the panel."""
        text = "".join(line + "\n" for line in lines) + f"say {SAID}\n"
        try:
            self.panel.stdin.write(text.encode())
            self.panel.stdin.flush()
        except BrokenPipeError:
            self.panel.wait()
            raise PanelEnded(self._why()) from None
        return self._read_until(SAID.encode() + b"\n", most_s)

    def programs(self, name):
        """Process numbers of this handheld's fieldtill or fieldtill-sync."""
        children = Path(f"/proc/{self.panel.pid}/task/{self.panel.pid}/children").read_text()
        found = []
        for pid in children.split():
            try:
                if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == name:
                    found.append(int(pid))
            except OSError:
                pass  # it has just ended
        return found

    def screen(self):
        """(name, text) of what stands there now."""
        name, _, text = self.do("screen").partition("\n")
        return name.removeprefix("--- "), text

    def paper(self):
        return self.do("print").partition("\n")[2]

    def key(self, *names):
        self.do("key " + " ".join(names))

    def type(self, digits):
        self.do("type " + digits)

    def signal(self, bearer):
        """A signal from now on, which the terminal has seen: the next key may count on it."""
        self.do(f"net {bearer}", f"expect [{bearer.upper()}")

    def expect(self, text, most_s=10.0):
        self.do(f"expect {int(most_s * 1000)} {text}", most_s=most_s + COMMAND_S)

    def await_screen(self, *names, most_s=20.0):
        """Wait for one of these screens; (name, text)."""
        seen = []

        def there():
            seen[:] = [self.screen()]
            return seen[0] if seen[0][0] in names else None
        return until(there, lambda: f"screen {names}; there is {seen[0][0]}\n{seen[0][1]}\n"
                     + self.log()[-1500:], most_s)

    # ---- what a collector does ----

    def enrol(self, most_s=40.0):
        self.do("expect enrol", "tap ok")
        self.expect("login", most_s)

    def login(self, user=USER, pin=PIN):
        self.expect("login", 20)
        self.do(f"type {user}", "tap ok", f"type {pin}", "tap ok")

    def open_shift(self, opening_minor=10000):
        """With opening cash in as few notes as it takes."""
        self.expect("shift")
        if opening_minor:
            self.do("tap f2")
            for face in FACES:
                notes, opening_minor = divmod(opening_minor, face)
                self.do(f"type {notes}", "tap ok" if opening_minor else "tap f1")
                if not opening_minor:
                    break
            assert not opening_minor, "no coins"
        self.do("tap ok", "expect home")

    def begin(self, net="4g"):
        """From a ticket to the home screen with an open shift."""
        self.open(net=net)
        self.enrol()
        self.login()
        self.open_shift()
        return self

    def resume(self):
        """After a restart: log in again; the shift is still open. The screen's name."""
        self.login()
        return self.await_screen("home", "paper", "shift")[0]

    def go_to_route(self):
        self.do("expect home", "key 1")
        name = self.await_screen("books", "route")[0]
        if name == "books":
            self.do("tap ok", "expect route")

    def collect(self, tail=True):
        """All that the selected customer of the route owes, cash; back on the route."""
        before = self.last_receipt()
        self.do("expect route", "tap ok", "expect customer", "tap ok", "expect tender", "key ok",
                "expect 20000 paper")
        if tail:
            self.printed()
            self.do("tap ok", "expect route")
        taken = self.receipts()[-1]
        holds(taken["seq"] > before, "the journal has a new receipt")
        return taken

    def printed(self, most_s=30.0):
        en = self.language == "en"
        self.expect("The paper is printed" if en else "凭证已打印", most_s)

    # ---- what is on the disk ----

    @property
    def journal(self):
        return self.state / "terminal" / "journal.db"

    def rows(self, sql="SELECT seq, at_s, kind, body, hash FROM entry ORDER BY seq"):
        """Read the journal as it is, running or not, without touching it: a copy is read."""
        with tempfile.TemporaryDirectory(dir=self.state) as folder:
            copy = Path(folder) / "journal.db"
            for _ in range(20):
                for ending in ("", "-wal"):
                    source = Path(str(self.journal) + ending)
                    target = Path(str(copy) + ending)
                    target.unlink(missing_ok=True)
                    if source.exists():
                        shutil.copy(source, target)
                try:
                    db = sqlite3.connect(copy)
                    found = db.execute(sql).fetchall()
                    db.close()
                    return found
                except sqlite3.DatabaseError as error:  # copied in the midst of a checkpoint
                    last = error
                    time.sleep(0.05)
            raise last

    def receipts(self):
        """Collections in the journal, oldest first."""
        found = []
        for seq, at_s, kind, body, _ in self.rows():
            fields = json.loads(body)
            if kind in (COLLECTION, ADVANCE):
                found.append({"seq": seq, "at_s": at_s, "account": fields["a"],
                              "amount_minor": fields["m"], "body": body})
        return found

    def cash_minor(self):
        """What should be in the bag: opening cash, what was taken in cash, less what went out."""
        cash = 0
        for _, _, kind, body, _ in self.rows():
            b = json.loads(body)
            if kind == SHIFT_OPENED:
                cash += b.get("c", 0)
            elif kind in (COLLECTION, ADVANCE):
                cash += b["m"] if b.get("k", 0) == 0 else b["m"] - b.get("x", b["m"])
            elif kind == REVERSAL:
                cash -= b.get("c", b["m"])
            elif kind == CASH_DROP:
                cash -= b["m"]
        return cash

    def last_receipt(self):
        found = self.receipts()
        return found[-1]["seq"] if found else 0

    def acknowledged(self):
        return self.rows("SELECT acked_seq FROM state")[0][0]

    def head(self):
        return self.rows("SELECT max(seq) FROM entry")[0][0]

    def all_sent(self, most_s=30.0):
        """Wait until the host has acknowledged everything, and press 'send now' meanwhile."""
        until(lambda: self.acknowledged() == self.head(),
              lambda: f"acknowledged {self.acknowledged()} of {self.head()}\n"
              + self.log()[-1500:] + self.host.log.read_text(errors="replace")[-1500:], most_s, 0.2)

    def verify(self, *words, code=0):
        return run([BIN / "fieldtill-verify", "--language", "en", "journal", self.journal, *words],
                   code=code)[0]


def nothing_lost_nothing_twice(host, *devices, ledger=True):
    """The promise: every record of a terminal stands at the host once, the same bytes, and the
    money that it took is the money that the ledger has. Without ledger: its replay, which takes
    seconds, is for the end."""
    for device in devices:
        mine, theirs = device.rows(), host.stored(device.terminal)
        for _ in range(50):  # a book that is applied meanwhile is a record more
            if len(mine) == len(theirs) or not device.panel:
                break
            time.sleep(0.2)
            mine, theirs = device.rows(), host.stored(device.terminal)
        mine = [(s, a, k, b if isinstance(b, bytes) else b.encode(), h) for s, a, k, b, h in mine]
        equal(len(theirs), len(mine), f"records of {device.terminal} at the host")
        for ours, hosts in zip(mine, theirs):
            equal(hosts, ours, f"record {ours[0]}")
        equal([row[0] for row in mine], list(range(1, len(mine) + 1)), "numbers")
        equal(host.balance_minor(f"cash/{device.terminal}"), device.cash_minor(),
              "cash in the ledger")
    if ledger:
        host.check_ledger()

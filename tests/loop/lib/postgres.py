"""A PostgreSQL of a test's own, on loopback; gone at the end of the test.

    server = Postgres()                   # initdb and started, a database `till`
    server.url                            # postgresql://postgres@127.0.0.1:PORT/till
    server.kill(); server.start()         # SIGKILL in the middle of anything; again on its port
    server.ask("SELECT count(*) FROM entry")   # first value of the first row, as text
    server.rows("SELECT … WHERE seq = ?", 5)   # all of them, as SQLite's driver gives them
    with server.held("entry"):            # nobody writes into that table meanwhile
        server.blocked()                  # how many statements stand and wait

As root it runs as the user postgres, because the server refuses root.
"""

import contextlib
import csv
import io
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tap import at_end

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
START_S = 30


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _literal(value):
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _value(text):
    if text.startswith("\\x"):
        return bytes.fromhex(text[2:])
    return int(text) if text.lstrip("-").isdigit() and str(int(text)) == text else text


class Postgres:
    def __init__(self, durable=False, database="till"):
        """durable: fsync as in the field; without, as fast as it goes (a kill loses nothing)."""
        self.folder = Path(tempfile.mkdtemp(prefix="ft-pg-"))
        self.process = None
        self.durable = durable
        self.database = database
        at_end(self._remove)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.log = open(self.folder / "log", "ab")
        self._start([PROGRAMS / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A",
                     "trust", "-E", "UTF8", "--locale=C", "--no-sync"]).wait()
        self.port = _free_port()
        self.start()
        self.ask(f"CREATE DATABASE {database}", "postgres")

    def _start(self, argv):
        """Not as root, and not longer than the test lives."""
        front = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:
            front += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        return subprocess.Popen([*front, *[str(a) for a in argv]], stdout=self.log,
                                stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.folder,
                                start_new_session=True)

    @property
    def url(self):
        return self.url_of(self.database)

    @property
    def socket_url(self):
        """By its socket: also from another network namespace."""
        return f"postgresql://postgres@/{self.database}?host={self.folder}&port={self.port}"

    def url_of(self, database):
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self):
        sure = "on" if self.durable else "off"
        self.process = self._start([PROGRAMS / "postgres", "-D", self.folder / "data", "-p",
                                    self.port, "-k", self.folder, "-h", "127.0.0.1",
                                    "-c", f"fsync={sure}", "-c", f"full_page_writes={sure}",
                                    "-c", "shared_buffers=128MB", "-c", "jit=off",
                                    # Killed, it leaves nothing outside its folder.
                                    "-c", "dynamic_shared_memory_type=mmap"])
        end = time.monotonic() + START_S
        while subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", "127.0.0.1", "-p",
                              str(self.port)], check=False).returncode != 0:
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError("postgres did not start: " +
                                     (self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def kill(self):
        """All of its processes at once, as a machine that loses power."""
        self._end(self._kill_all)

    @staticmethod
    def _kill_all(pid):
        """Each backend leads a group of its own: its processes are those whose parent it is."""
        os.kill(pid, signal.SIGSTOP)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)

    def stop(self):
        self._end(lambda pid: os.kill(pid, signal.SIGINT))

    def _end(self, how):
        if self.process is not None and self.process.poll() is None:
            how(self.process.pid)
            self.process.wait()
        self.process = None

    def ask(self, sql, database=None):
        done = subprocess.run([PROGRAMS / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                               self.url_of(database or self.database), "-c", sql],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{sql}: {done.stderr}")
        return done.stdout.split("\n", 1)[0].split("|", 1)[0]

    def rows(self, sql, *values):
        parts = sql.split("?")
        text = "".join(part + _literal(value) for part, value in zip(parts, values)) + parts[-1]
        done = subprocess.run([PROGRAMS / "psql", "-X", "-q", "--csv", "-t", "-v",
                               "ON_ERROR_STOP=1", self.url, "-c", text],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{text}: {done.stderr}")
        return [tuple(_value(one) for one in row)
                for row in csv.reader(io.StringIO(done.stdout))]

    @contextlib.contextmanager
    def held(self, table):
        """What is written into the table waits, what reads it does not."""
        holder = subprocess.Popen([PROGRAMS / "psql", "-X", "-q", self.url], text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=self.log)
        try:
            holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN SHARE MODE;\n\\echo held\n")
            holder.stdin.flush()
            if holder.stdout.readline() != "held\n":
                raise AssertionError(f"{table} can't be locked")
            yield
        finally:
            holder.kill()
            holder.communicate()

    def blocked(self):
        return int(self.ask("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    def _remove(self):
        self._end(lambda pid: os.kill(pid, signal.SIGQUIT))
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

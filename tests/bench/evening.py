#!/usr/bin/env python3
"""An evening: every terminal hands in its day at once, over TLS, into PostgreSQL.

evening   seconds from the first connection to the last ack of MANY terminals with RECEIPTS receipts
          each; baseline: the same of FEW, a fifth of them. Linear is 5.
rss_host  MiB, the host's highest memory while 1,000 connections are open; baseline: with one.

`make bench` takes a slice, 40 and 200 terminals; `make bench-evening` the whole, 2,000 and 10,000
with 200 receipts each: FIELDTILL_EVENING sets MANY, FIELDTILL_RECEIPTS the receipts. Before the
clock starts each terminal has its keys, is enrolled and has handed in a first day of one receipt.
At the end `ledger check` replays all of it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/loop/lib"))

parser = argparse.ArgumentParser()
parser.add_argument("--build", required=True)
parser.add_argument("--work", required=True)
options = parser.parse_args()
os.environ["FIELDTILL_BUILD"] = options.build
os.environ["TMPDIR"] = options.work
os.chmod(options.work, 0o711)

from loop import BIN, Host, Place  # noqa: E402
from postgres import Postgres  # noqa: E402
from tap import at_end, tidy  # noqa: E402

MANY = int(os.environ.get("FIELDTILL_EVENING", "200"))
FEW = MANY // 5
RECEIPTS = int(os.environ.get("FIELDTILL_RECEIPTS", "200"))
AT_ONCE, CONNECTIONS = 100, 1000
CUSTOMERS = 6000
# The terminals' own files: a device syncs its flash, which is not what is measured here.
FLEETS = Path(tempfile.mkdtemp(prefix="ft-fleet-",
                               dir="/dev/shm" if os.path.isdir("/dev/shm") else options.work))


@at_end
def remove_fleets():
    shutil.rmtree(FLEETS, ignore_errors=True)


def note(text):
    print(text, file=sys.stderr, flush=True)


def fleet(place, host, name, tickets, *more):
    done = subprocess.run(
        [str(a) for a in [BIN / "fieldtill-fleet", FLEETS / name, "--tickets", tickets,
                          "--accounts", host.township / "customers.csv", "--json",
                          "--patience", 3600, *more]],
        stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    if result["failed"]:
        raise SystemExit(f"{result['failed']} terminals gave up")
    return result


def enrolled(place, host, name, first, count):
    """The tickets of so many terminals, each with a first day handed in."""
    begun = time.monotonic()
    tickets = place / f"{name}.tickets"
    host.command("terminals", "add", first, "--count", count, "--books", "QX01", "--url", host.url,
                 "--ticket", tickets)
    added = time.monotonic()
    fleet(place, host, name, tickets, "--receipts", 1, "--at-once", AT_ONCE)
    note(f"{count} terminals: tickets in {added - begun:.1f} s, keys, enrolment and a first day in "
         f"{time.monotonic() - added:.1f} s")
    return tickets


def peak_mib(host):
    for line in Path(f"/proc/{host.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no VmHWM")


def evening(place, host, name, tickets, count):
    result = fleet(place, host, name, tickets, "--receipts", RECEIPTS, "--at-once", AT_ONCE)
    note(f"{count} terminals: {result['entries']} records in {result['took_ms'] / 1000:.1f} s, "
         f"{result['entries'] * 1000 // result['took_ms']} a second; a terminal p50 "
         f"{result['p50_ms']} ms, p99 {result['p99_ms']} ms; load {os.getloadavg()[0]:.1f}")
    return result["took_ms"] / 1000


def check(host):
    begun = time.monotonic()
    said = host.command("ledger", "check").strip()
    note(f"{said} In {time.monotonic() - begun:.1f} s; the database has "
         f"{int(host.postgres.ask('SELECT pg_database_size(current_database())')) >> 20} MiB.")


def main():
    place = Place()
    Host.patience_s = 7200
    host = Host(place, customers=CUSTOMERS, postgres=Postgres(durable=True), serving=False)
    host.options = ["--book-minutes", "1440", "--connections", str(2 * CONNECTIONS),
                    "--unproven", "0", "--anonymous-per-minute", "0",
                    "--batches-per-minute", "0", "--requests-per-minute", "0"]
    host.serve()
    one = enrolled(place, host, "one", "100001", 1)
    alone = peak_mib(host)
    crowd = enrolled(place, host, "crowd", "200001", CONNECTIONS)
    fleet(place, host, "one", one, "--receipts", 1)
    fleet(place, host, "crowd", crowd, "--receipts", 2, "--at-once", CONNECTIONS, "--hold", 1)
    peak = peak_mib(host)
    print(f"rss_host\t{peak:.1f}\tMiB\t{alone:.1f}\t{peak / alone:.2f}", flush=True)
    few = enrolled(place, host, "few", "300001", FEW)
    many = enrolled(place, host, "many", "400001", MANY)
    few_s = evening(place, host, "few", few, FEW)
    many_s = evening(place, host, "many", many, MANY)
    print(f"evening\t{many_s:.2f}\ts\t{few_s:.2f}\t{many_s / few_s:.2f}", flush=True)
    check(host)


if __name__ == "__main__":
    try:
        main()
    finally:
        tidy()

#!/usr/bin/env python3
"""An evening: every terminal hands in its day at once, over TLS, into PostgreSQL.

evening   seconds from the first connection to the last ack of MANY terminals with 200 receipts
          each; baseline: the same of FEW, a fifth of them. Linear is 5.
rss_host  MiB, the host's highest memory while 1,000 connections are open; baseline: with one.

FIELDTILL_EVENING=10000 sets MANY (2,000 by default: 800,000 records).
"""

import argparse
import json
import os
import subprocess
import sys
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
from tap import tidy  # noqa: E402

MANY = int(os.environ.get("FIELDTILL_EVENING", "2000"))
FEW = MANY // 5
RECEIPTS, AT_ONCE, CONNECTIONS = 200, 100, 1000
CUSTOMERS = 6000


def note(text):
    print(text, file=sys.stderr, flush=True)


def fleet(place, host, name, tickets, *more):
    done = subprocess.run(
        [str(a) for a in [BIN / "fieldtill-fleet", place / name, "--tickets", tickets,
                          "--accounts", host.township / "customers.csv", "--json",
                          "--patience", 3600, *more]],
        stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    if result["failed"]:
        raise SystemExit(f"{result['failed']} terminals gave up")
    return result


def tickets_of(place, host, name, first, count):
    path = place / name
    host.command("terminals", "add", first, "--count", count, "--books", "QX01", "--url", host.url,
                 "--ticket", path)
    return path


def peak_mib(host):
    for line in Path(f"/proc/{host.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no VmHWM")


def evening(place, host, name, first, count):
    """Enrolled with a day of one receipt; then the evening."""
    tickets = tickets_of(place, host, f"{name}.tickets", first, count)
    fleet(place, host, name, tickets, "--receipts", 1, "--at-once", AT_ONCE)
    result = fleet(place, host, name, tickets, "--receipts", RECEIPTS, "--at-once", AT_ONCE)
    note(f"{count} terminals: {result['entries']} records in {result['took_ms'] / 1000:.1f} s, "
         f"{result['entries'] * 1000 // result['took_ms']} a second; a terminal p50 "
         f"{result['p50_ms']} ms, p99 {result['p99_ms']} ms")
    return result["took_ms"] / 1000


def main():
    place = Place()
    Host.patience_s = 1800
    host = Host(place, customers=CUSTOMERS, postgres=Postgres(durable=True), serving=False)
    host.options = ["--book-minutes", "1440", "--connections", str(2 * CONNECTIONS),
                    "--unproven", "0", "--anonymous-per-minute", "0",
                    "--batches-per-minute", "0", "--requests-per-minute", "0"]
    host.serve()
    one = tickets_of(place, host, "one.tickets", "100001", 1)
    fleet(place, host, "one", one, "--receipts", 1)
    alone = peak_mib(host)
    crowd = tickets_of(place, host, "crowd.tickets", "200001", CONNECTIONS)
    fleet(place, host, "crowd", crowd, "--receipts", 1, "--at-once", AT_ONCE)
    fleet(place, host, "crowd", crowd, "--receipts", 2, "--at-once", CONNECTIONS, "--hold", 1)
    peak = peak_mib(host)
    few = evening(place, host, "few", "300001", FEW)
    many = evening(place, host, "many", "400001", MANY)
    print(f"evening\t{many:.2f}\ts\t{few:.2f}\t{many / few:.2f}")
    print(f"rss_host\t{peak:.1f}\tMiB\t{alone:.1f}\t{peak / alone:.2f}")


try:
    main()
finally:
    tidy()

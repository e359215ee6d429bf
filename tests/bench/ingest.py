#!/usr/bin/env python3
"""What a host takes in: batches of 200 receipts, two connections, over TLS, ledger included.

ingest_pg      entries a second into PostgreSQL; baseline: COPY of the same rows into the same
               tables, two connections, a transaction for what was a batch
ingest_sqlite  entries a second into SQLite; baseline: bare inserts of the same rows, 500 at a
               time

The same rows are all that the batches wrote: entries, postings, lines, payments with their bills,
and each customer, open bill and ledger account that they changed, once. Baselines are given in
entries a second too. Terminals pack and sign, and connect, before the clock runs, and keep their
books behind it: what is measured is the host.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
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
from postgres import PROGRAMS, Postgres  # noqa: E402
from tap import tidy  # noqa: E402

TERMINALS = int(os.environ.get("FIELDTILL_INGEST", "60"))
RECEIPTS, CONNECTIONS, CUSTOMERS, BATCH = 200, 2, 2000, 500
FIRST = 100001
TABLES = ["customer", "bill", "ledger_account", "entry", "posting", "line", "payment",
          "payment_bill"]


def fleet(place, host, tickets, receipts, *more):
    done = subprocess.run(
        [str(a) for a in [BIN / "fieldtill-fleet", place / "fleet", "--tickets", tickets,
                          "--accounts", host.township / "customers.csv", "--json", "--receipts",
                          receipts, "--at-once", CONNECTIONS, *more]],
        stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    if result["failed"]:
        raise SystemExit(f"{result['failed']} terminals gave up")
    return result


def serve(place, server):
    host = Host(place, customers=CUSTOMERS, postgres=server, serving=False)
    host.options = ["--book-minutes", "1440", "--workers", str(CONNECTIONS)]
    host.serve()
    tickets = place / "tickets"
    host.command("terminals", "add", FIRST, "--count", TERMINALS, "--books", "QX01", "--url",
                 host.url, "--ticket", tickets)
    fleet(place, host, tickets, 1)
    return host, tickets


def selections(after, last_posting, of_terminal):
    """Rows that came behind `after` records of each terminal; of_terminal: the condition that
    leaves one batch's. A row that several batches changed goes with one of them."""
    by_account = ("SELECT account, max(terminal) AS terminal FROM payment "
                  f"WHERE seq > {after} GROUP BY account")
    by_ledger = ("SELECT l.account, max(p.source) AS source FROM line AS l JOIN posting AS p "
                 f"ON p.number = l.posting WHERE p.number > {last_posting} GROUP BY l.account")
    entry_source = f"p.number > {last_posting} AND {of_terminal('p.source')}"
    return {
        "customer": f"SELECT c.* FROM customer AS c JOIN ({by_account}) AS b "
                    f"ON b.account = c.account WHERE {of_terminal('b.terminal')}",
        "bill": f"SELECT c.* FROM bill AS c JOIN ({by_account}) AS b "
                f"ON b.account = c.account WHERE {of_terminal('b.terminal')}",
        "ledger_account": f"SELECT c.* FROM ledger_account AS c JOIN ({by_ledger}) AS p "
                          f"ON p.account = c.id WHERE {of_terminal('p.source')}",
        "entry": f"SELECT * FROM entry WHERE seq > {after} AND {of_terminal('terminal')}",
        "posting": f"SELECT p.* FROM posting AS p WHERE {entry_source}",
        "line": "SELECT l.* FROM line AS l JOIN posting AS p ON p.number = l.posting "
                f"WHERE {entry_source}",
        "payment": f"SELECT * FROM payment WHERE seq > {after} AND {of_terminal('terminal')}",
        "payment_bill": f"SELECT * FROM payment_bill WHERE seq > {after} "
                        f"AND {of_terminal('terminal')}",
    }


def copy_again(place, server, after, last_posting):
    """Seconds that COPY takes for the same rows, in a copy of the database without them."""
    folder = place / "rows"
    folder.mkdir(mode=0o777)
    scripts = [[] for _ in range(CONNECTIONS)]
    dump = []
    for i in range(TERMINALS):
        number = str(FIRST + i)
        script = scripts[i % CONNECTIONS]
        script.append("BEGIN;")
        rows = selections(after, last_posting,
                          lambda column, n=number: f"({column} = '{n}' OR "
                                                   f"{column} LIKE 'entry/{n}/%')")
        for table in TABLES:
            path = folder / f"{number}.{table}"
            dump.append(f"\\copy ({rows[table]}) TO '{path}' (FORMAT binary)")
            script.append(f"\\copy {table} FROM '{path}' (FORMAT binary)")
        script.append("COMMIT;")
    psql = [PROGRAMS / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    (folder / "dump").write_text("\n".join(dump) + "\n")
    subprocess.run([*psql, server.url, "-f", folder / "dump"], check=True)
    server.ask("CREATE DATABASE again TEMPLATE till", "postgres")
    server.ask(f"TRUNCATE {', '.join(TABLES)}, quarantine CASCADE", "again")
    server.ask("CHECKPOINT", "again")
    for i, script in enumerate(scripts):
        (folder / f"script{i}").write_text("\n".join(script) + "\n")
    begun = time.monotonic()
    running = [subprocess.Popen([*psql, server.url_of("again"), "-f", folder / f"script{i}"])
               for i in range(CONNECTIONS)]
    for process in running:
        if process.wait() != 0:
            raise SystemExit("COPY failed")
    return time.monotonic() - begun


def insert_again(place, host, after, last_posting):
    """Seconds that bare inserts take, into the same tables of a file of their own."""
    db = sqlite3.connect(place / "again.db", isolation_level=None)
    old = sqlite3.connect(host.dir / "host.db")
    rows = selections(after, last_posting, lambda column: "1")
    work = []
    for table in TABLES:
        db.execute(old.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,))
                   .fetchone()[0])
        for (sql,) in old.execute("SELECT sql FROM sqlite_schema WHERE type = 'index' AND "
                                  "tbl_name = ? AND sql IS NOT NULL", (table,)).fetchall():
            db.execute(sql)
        found = old.execute(rows[table]).fetchall()
        if found:
            marks = ",".join("?" * len(found[0]))
            work.append((f"INSERT INTO {table} VALUES ({marks})", found))
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    begun = time.monotonic()
    for sql, found in work:
        for at in range(0, len(found), BATCH):
            db.execute("BEGIN IMMEDIATE")
            db.executemany(sql, found[at:at + BATCH])
            db.execute("COMMIT")
    return time.monotonic() - begun


def cpu_s(pid):
    """Of a process and its children that live."""
    spent = 0
    for each in [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


def fleet_cpu_s():
    times = os.times()
    return times.children_user + times.children_system


def measure(name, server, again):
    place = Place()
    host, tickets = serve(place, server)
    ask = server.ask if server else (
        lambda sql: sqlite3.connect(host.dir / "host.db").execute(sql).fetchone()[0])
    after = int(ask("SELECT max(head_seq) FROM terminal"))
    if int(ask("SELECT min(head_seq) FROM terminal")) != after:
        raise SystemExit("terminals differ")
    last_posting = int(ask("SELECT max(number) FROM posting"))
    before = int(ask("SELECT count(*) FROM entry"))
    if server:
        server.ask("VACUUM ANALYZE")  # else the server does it by itself, in the middle
        server.ask("CHECKPOINT")
    spent = [-fleet_cpu_s(), -cpu_s(host.process.pid), -cpu_s(server.process.pid) if server else 0]
    result = fleet(place, host, tickets, RECEIPTS, "--prepared")
    spent[0] += fleet_cpu_s()
    spent[1] += cpu_s(host.process.pid)
    spent[2] += cpu_s(server.process.pid) if server else 0
    size = int(server.ask("SELECT pg_database_size('till')")) if server else 0
    entries = int(ask("SELECT count(*) FROM entry")) - before
    aside = int(ask("SELECT count(*) FROM quarantine"))
    host.kill()
    took = again(place, server or host, after, last_posting)
    rate, base = entries * 1000 / result["took_ms"], entries / took
    print(f"{entries} entries, {aside} set aside, in {result['took_ms']} ms; again in "
          f"{took * 1000:.0f} ms; processor seconds: terminals {spent[0]:.2f}, host "
          f"{spent[1]:.2f}, PostgreSQL {spent[2]:.2f}; {size >> 20} MiB", file=sys.stderr)
    print(f"{name}\t{rate:.0f}\t1/s\t{base:.0f}\t{rate / base:.3f}", flush=True)


def main():
    measure("ingest_pg", Postgres(durable=True), copy_again)
    measure("ingest_sqlite", None, insert_again)


try:
    main()
finally:
    tidy()

-- The host's store, version 1. Times are UTC seconds, money is minor units, debit is positive.

-- name: store_tables_1
CREATE TABLE terminal (
    terminal TEXT PRIMARY KEY,
    state INTEGER NOT NULL,
    name TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    code_expires_s INTEGER NOT NULL,
    journal_key BLOB NOT NULL,
    line_cert BLOB NOT NULL,
    line_pem TEXT NOT NULL,
    secret BLOB NOT NULL,
    enrolled_at_s INTEGER NOT NULL,
    seen_at_s INTEGER NOT NULL,
    head_seq INTEGER NOT NULL CHECK (head_seq >= 0),
    head_hash BLOB NOT NULL,
    head_signature BLOB NOT NULL,
    head_serial INTEGER NOT NULL CHECK (head_serial >= 0),
    book_revision INTEGER NOT NULL,
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (
    terminal TEXT NOT NULL REFERENCES terminal (terminal),
    place INTEGER NOT NULL,
    meter_book TEXT NOT NULL,
    PRIMARY KEY (terminal, place),
    UNIQUE (terminal, meter_book)
) STRICT, WITHOUT ROWID;

-- The main branch of each terminal. Single signatures stay on the terminal until they are asked
-- for: an empty blob is one that has not come.
CREATE TABLE entry (
    terminal TEXT NOT NULL REFERENCES terminal (terminal),
    seq INTEGER NOT NULL CHECK (seq > 0),
    at_s INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE fork (
    terminal TEXT NOT NULL REFERENCES terminal (terminal),
    seq INTEGER NOT NULL CHECK (seq > 0),
    hash BLOB NOT NULL,
    prev BLOB NOT NULL,
    at_s INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (terminal, seq, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (terminal, seq),
    FOREIGN KEY (terminal, seq) REFERENCES entry (terminal, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_s INTEGER NOT NULL,
    terminal TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- Double entry. A balance is the sum of its account's lines, kept in the same transaction.
CREATE TABLE ledger_account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    balance_minor INTEGER NOT NULL
) STRICT;

CREATE TABLE posting (
    number INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    value_at_s INTEGER NOT NULL,
    posted_at_s INTEGER NOT NULL
) STRICT;

CREATE TABLE line (
    posting INTEGER NOT NULL REFERENCES posting (number),
    place INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES ledger_account (id),
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (posting, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_account ON line (account);

CREATE TABLE site (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    record TEXT NOT NULL                -- a canonical record, db/book_site.h
) STRICT;

CREATE TABLE user (
    user TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role INTEGER NOT NULL,
    salt BLOB NOT NULL,
    rounds INTEGER NOT NULL,
    pin_check BLOB NOT NULL,
    cash_limit_minor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meter_book (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    account TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    meter TEXT NOT NULL,
    phone TEXT NOT NULL,
    meter_book TEXT NOT NULL REFERENCES meter_book (id),
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 2147483647),
    class INTEGER NOT NULL,
    balance_minor INTEGER NOT NULL CHECK (balance_minor >= 0),
    last_paid_date INTEGER NOT NULL,
    last_paid_minor INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    UNIQUE (meter_book, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE bill (
    account TEXT NOT NULL REFERENCES customer (account),
    month INTEGER NOT NULL,
    type INTEGER NOT NULL,
    due_date INTEGER NOT NULL,
    energy_cwh INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,      -- as issued
    open_minor INTEGER NOT NULL CHECK (open_minor BETWEEN 0 AND amount_minor),
    PRIMARY KEY (account, month, type)
) STRICT, WITHOUT ROWID;

CREATE TABLE value (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

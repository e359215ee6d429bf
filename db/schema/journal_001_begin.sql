-- Version 1 of the journal. What each column means stands in db/JOURNAL.md, "Storage".
--
-- Pages are 512 bytes: a row that fits one is cheap, one that does not costs a page more. There is
-- no index on kind, no outbox, and one row for all projections.

-- name: journal_migration_1
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    at_s INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- The paper's lines, outside the chain: a duplicate is the same paper after the book has changed.
CREATE TABLE receipt_text (
    seq INTEGER PRIMARY KEY,
    lines BLOB NOT NULL
) STRICT;

-- How entries touched customers (src/core/fold.h), for what screens lay over the book. Rebuilt from
-- the entries at any time. detail: db/journal_touch.c.
CREATE TABLE touch (
    account TEXT NOT NULL,
    seq INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    detail INTEGER NOT NULL,
    PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;

-- One row: the packed fold with its check, how many kinds its writer knew, what the host has.
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    fold BLOB NOT NULL,
    fold_check BLOB NOT NULL,
    kind_count INTEGER NOT NULL,
    acked_seq INTEGER NOT NULL,
    acked_hash BLOB NOT NULL,
    acked_at_s INTEGER NOT NULL,
    acked_serial INTEGER NOT NULL
) STRICT;

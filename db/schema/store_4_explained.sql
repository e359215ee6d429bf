-- The host's store, version 4: differences of cash that the office explained (db/store_explained.h
-- says what the columns mean).

-- name: store_tables_4_explained
CREATE TABLE explained (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    "user" TEXT NOT NULL,
    owner TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    slip TEXT NOT NULL,
    text TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at_s INTEGER NOT NULL
) STRICT;
CREATE INDEX explained_of ON explained (terminal, seq);

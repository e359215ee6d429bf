-- The host's store, version 4: reports that terminals sent; db/store_sent.h says what columns mean.

-- name: store_tables_4_sent
CREATE TABLE sent (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    "user" TEXT NOT NULL,
    at_s INTEGER NOT NULL,
    received_at_s INTEGER NOT NULL,
    hash BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;

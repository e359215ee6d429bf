-- The host's store, version 3: what people at the office did, chained like a journal.

-- name: store_tables_3_audit
CREATE TABLE audit (
    n INTEGER PRIMARY KEY,              -- 1, 2, 3 … no gap
    at_s INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    arguments TEXT NOT NULL,
    hash BLOB NOT NULL                  -- over all of it and the hash before
) STRICT;

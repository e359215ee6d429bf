-- The host's store, version 3: accounting periods that were closed.

-- name: store_tables_3_period
CREATE TABLE period (
    month INTEGER PRIMARY KEY,          -- yyyymm
    from_s INTEGER NOT NULL,
    to_s INTEGER NOT NULL,              -- the first second after it
    closed_at_s INTEGER NOT NULL,
    closed_by TEXT NOT NULL,
    last_posting INTEGER NOT NULL,      -- the last one of it, or of those before
    hash BLOB NOT NULL                  -- over its postings and the hash of the period before
) STRICT, WITHOUT ROWID;

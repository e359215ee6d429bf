-- The host's store, version 3: what came by customers' papers, and records released again.

-- name: store_tables_3_recover
ALTER TABLE quarantine ADD COLUMN released_at_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN released_by TEXT NOT NULL DEFAULT '';

-- Whole signed entries out of the QR codes of receipts. Their journal may still come: then they
-- are what it is held against.
CREATE TABLE recovered (
    terminal TEXT NOT NULL REFERENCES terminal (terminal),
    seq INTEGER NOT NULL CHECK (seq > 0),
    hash BLOB NOT NULL,
    prev BLOB NOT NULL,
    at_s INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body BLOB NOT NULL,
    signature BLOB NOT NULL,
    found_at_s INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq, hash)
) STRICT, WITHOUT ROWID;

-- The host's store, version 4: what terminals took, added up by day (db/store_taking.h has the
-- meaning of each column).

-- name: store_tables_4_taking
CREATE TABLE taking (
    terminal TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    date INTEGER NOT NULL,
    key TEXT NOT NULL,
    receipts INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    reversals INTEGER NOT NULL,
    reversed_minor INTEGER NOT NULL,
    PRIMARY KEY (terminal, dimension, date, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE taking_mark (
    terminal TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    "user" TEXT NOT NULL,
    shifts TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE taking_close (
    terminal TEXT NOT NULL,
    z INTEGER NOT NULL,
    date INTEGER NOT NULL,
    "user" TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    absent INTEGER NOT NULL,
    PRIMARY KEY (terminal, z)
) STRICT, WITHOUT ROWID;

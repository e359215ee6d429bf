-- The host's store, version 3: who has the cash (db/store_custody.h says what the columns mean).

-- name: store_tables_3_custody
CREATE TABLE custody (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at_s INTEGER NOT NULL,
    hash BLOB NOT NULL,
    named BLOB NOT NULL,                -- empty: names no other
    "user" TEXT NOT NULL,
    other TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    expected_minor INTEGER NOT NULL,
    other_minor INTEGER NOT NULL,
    z INTEGER NOT NULL,
    closes TEXT NOT NULL,
    bank TEXT NOT NULL,
    slip TEXT NOT NULL,
    reason INTEGER NOT NULL,
    about INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX custody_hash ON custody (hash);
CREATE INDEX custody_named ON custody (named) WHERE named <> x'';

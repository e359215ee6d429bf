-- The host's store, version 3: lines of bank statements (db/store_bank.h says what columns mean).

-- name: store_tables_3_bank
CREATE TABLE bank_line (
    bank TEXT NOT NULL,
    reference TEXT NOT NULL,
    date INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    slip TEXT NOT NULL,
    text TEXT NOT NULL,
    run INTEGER NOT NULL,
    match INTEGER NOT NULL,
    terminal TEXT NOT NULL,             -- '' = open
    seq INTEGER NOT NULL,
    matched_by TEXT NOT NULL,
    matched_at_s INTEGER NOT NULL,
    PRIMARY KEY (bank, reference)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bank_line_deposit ON bank_line (terminal, seq) WHERE terminal <> '';

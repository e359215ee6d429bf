-- The host's store, version 3: which terminal held which meter book, and has it reported since.

-- name: store_tables_3_holding
CREATE TABLE holding (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meter_book TEXT NOT NULL,
    terminal TEXT NOT NULL REFERENCES terminal (terminal),
    from_s INTEGER NOT NULL,
    until_s INTEGER NOT NULL,           -- 0 = it holds it
    after_revision INTEGER NOT NULL,    -- books of the terminal above it know of the end
    report INTEGER NOT NULL,            -- enum holding_report
    reported_s INTEGER NOT NULL,
    reported_seq INTEGER NOT NULL
) STRICT;
-- Counts commits that changed a row of it: what was made from the same count needs no other look.
ALTER TABLE meter_book ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
CREATE INDEX holding_terminal ON holding (terminal, id);
CREATE INDEX holding_meter_book ON holding (meter_book, id);
CREATE INDEX holding_waits ON holding (meter_book, id) WHERE until_s <> 0 AND report = 0;

-- The host's store, version 4: custody by time, and which rows may still wait for somebody.

-- name: store_tables_4_custody_open
CREATE INDEX custody_at ON custody (at_s, terminal, seq);
CREATE INDEX bank_line_open ON bank_line (bank, reference) WHERE match = 0;
-- What may be open: whoever reads it looks again. Of before, all that ever can be.
CREATE TABLE custody_open (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;
-- cash_drop, handover_given, handover_taken, deposit, closed_in_absence
INSERT INTO custody_open SELECT terminal, seq FROM custody
WHERE kind IN (32964, 32966, 32967, 32968, 32969);

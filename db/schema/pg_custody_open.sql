-- The host's store on PostgreSQL, version 2: store_4_custody_open.sql says what it is.

-- name: pg_tables_custody_open
CREATE INDEX custody_at ON custody (at_s, terminal, seq);
CREATE INDEX bank_line_open ON bank_line (bank, reference) WHERE match = 0;
CREATE TABLE custody_open (
    terminal TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (terminal, seq)
) PARTITION BY HASH (terminal);

-- name: pg_custody_open_fill
-- Once its parts are there. cash_drop, handover_given, handover_taken, deposit, closed_in_absence.
INSERT INTO custody_open SELECT terminal, seq FROM custody
WHERE kind IN (32964, 32966, 32967, 32968, 32969);

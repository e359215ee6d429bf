-- The host's store on PostgreSQL, version 3: store_3_bank.sql says what the columns are.

-- name: pg_tables_bank
CREATE TABLE bank_line (
    bank TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    date BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    slip TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    match BIGINT NOT NULL,
    terminal TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    matched_by TEXT COLLATE "C" NOT NULL,
    matched_at_s BIGINT NOT NULL,
    PRIMARY KEY (bank, reference)
);
CREATE UNIQUE INDEX bank_line_deposit ON bank_line (terminal, seq) WHERE terminal <> '';

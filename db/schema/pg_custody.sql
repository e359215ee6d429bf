-- The host's store on PostgreSQL, version 3: store_3_custody.sql says what the columns are.

-- name: pg_tables_custody
CREATE TABLE custody (
    terminal TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    at_s BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    named BYTEA NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    other TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    expected_minor BIGINT NOT NULL,
    other_minor BIGINT NOT NULL,
    z BIGINT NOT NULL,
    closes TEXT COLLATE "C" NOT NULL,
    bank TEXT COLLATE "C" NOT NULL,
    slip TEXT COLLATE "C" NOT NULL,
    reason BIGINT NOT NULL,
    about BIGINT NOT NULL,
    PRIMARY KEY (terminal, seq)
) PARTITION BY HASH (terminal);
CREATE INDEX custody_hash ON custody (hash);
CREATE INDEX custody_named ON custody (named) WHERE named <> ''::bytea;

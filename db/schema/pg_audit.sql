-- The host's store on PostgreSQL, version 3: store_3_audit.sql says what the columns are.

-- name: pg_tables_audit
CREATE TABLE audit (
    n BIGINT PRIMARY KEY,
    at_s BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    act TEXT COLLATE "C" NOT NULL,
    arguments TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL
);

-- The host's store on PostgreSQL, version 3: store_3_period.sql says what the columns are.

-- name: pg_tables_period
CREATE TABLE period (
    month BIGINT PRIMARY KEY,
    from_s BIGINT NOT NULL,
    to_s BIGINT NOT NULL,
    closed_at_s BIGINT NOT NULL,
    closed_by TEXT COLLATE "C" NOT NULL,
    last_posting BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

-- The host's store on PostgreSQL: what came by customers' papers, and records released again.

-- name: pg_tables_recover
ALTER TABLE quarantine ADD COLUMN released_at_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN released_by TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE recovered (
    terminal TEXT COLLATE "C" NOT NULL REFERENCES terminal (terminal),
    seq BIGINT NOT NULL CHECK (seq > 0),
    hash BYTEA NOT NULL,
    prev BYTEA NOT NULL,
    at_s BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    body BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    found_at_s BIGINT NOT NULL,
    PRIMARY KEY (terminal, seq, hash)
);

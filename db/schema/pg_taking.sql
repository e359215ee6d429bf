-- The host's store on PostgreSQL, version 2: store_4_taking.sql says what the columns are.

-- name: pg_tables_taking
CREATE TABLE taking (
    terminal TEXT COLLATE "C" NOT NULL,
    dimension BIGINT NOT NULL,
    date BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    receipts BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    reversals BIGINT NOT NULL,
    reversed_minor BIGINT NOT NULL,
    PRIMARY KEY (terminal, dimension, date, key)
) PARTITION BY HASH (terminal);

CREATE TABLE taking_mark (
    terminal TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    shifts TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (terminal)
) PARTITION BY HASH (terminal);

CREATE TABLE taking_close (
    terminal TEXT COLLATE "C" NOT NULL,
    z BIGINT NOT NULL,
    date BIGINT NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    absent BIGINT NOT NULL,
    PRIMARY KEY (terminal, z)
) PARTITION BY HASH (terminal);

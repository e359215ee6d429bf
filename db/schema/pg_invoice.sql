-- The host's store on PostgreSQL, version 2: store_4_invoice.sql says what the columns are.

-- name: pg_tables_invoice
CREATE TABLE invoice (
    terminal TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    at_s BIGINT NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    receipt BIGINT NOT NULL,
    electronic BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    tax_number TEXT COLLATE "C" NOT NULL,
    send_to TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    by_user TEXT COLLATE "C" NOT NULL,
    done_at_s BIGINT NOT NULL,
    PRIMARY KEY (terminal, seq)
) PARTITION BY HASH (terminal);
CREATE INDEX invoice_receipt ON invoice (terminal, receipt, state);

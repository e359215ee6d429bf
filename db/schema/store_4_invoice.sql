-- The host's store, version 4: invoices that were asked for (db/store_invoice.h says what columns
-- mean).

-- name: store_tables_4_invoice
CREATE TABLE invoice (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_s INTEGER NOT NULL,
    "user" TEXT NOT NULL,
    account TEXT NOT NULL,
    receipt INTEGER NOT NULL,
    electronic INTEGER NOT NULL,
    title TEXT NOT NULL,
    tax_number TEXT NOT NULL,
    send_to TEXT NOT NULL,
    state INTEGER NOT NULL,
    number TEXT NOT NULL,
    by_user TEXT NOT NULL,
    done_at_s INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX invoice_receipt ON invoice (terminal, receipt, state);

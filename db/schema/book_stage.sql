-- What a builder gathers beside the book, in any order, before it is written in the book's order.
-- The file is scratch: never synced, removed at the end.

-- name: book_stage_tables
CREATE TABLE meter_book (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE customer (
    account TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    meter TEXT NOT NULL,
    phone TEXT NOT NULL,
    meter_book TEXT NOT NULL,
    place INTEGER NOT NULL,
    class INTEGER NOT NULL,
    balance_minor INTEGER NOT NULL,
    last_paid_date INTEGER NOT NULL,
    last_paid_minor INTEGER NOT NULL,
    flags INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX customer_place ON customer (meter_book, place);
CREATE TABLE bill (
    account TEXT NOT NULL,
    month INTEGER NOT NULL,
    type INTEGER NOT NULL,
    due_date INTEGER NOT NULL,
    energy_cwh INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (account, month, type)
) STRICT, WITHOUT ROWID;

-- name: book_stage_put_meter_book
INSERT INTO meter_book (id, name) VALUES (?1, ?2);

-- name: book_stage_put_customer
INSERT INTO customer (account, name, address, meter, phone, meter_book, place, class,
                      balance_minor, last_paid_date, last_paid_minor, flags)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: book_stage_put_bill
INSERT INTO bill (account, month, type, due_date, energy_cwh, amount_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: book_stage_meter_books
SELECT id, name FROM meter_book ORDER BY id;

-- name: book_stage_customers
SELECT account, name, address, meter, phone, meter_book, place, class, balance_minor,
       last_paid_date, last_paid_minor, flags
FROM customer WHERE meter_book = ?1 ORDER BY place;

-- name: book_stage_count_in_book
SELECT count(*) FROM customer WHERE meter_book = ?1;

-- name: book_stage_bills
SELECT month, type, due_date, energy_cwh, amount_minor
FROM bill WHERE account = ?1 ORDER BY month, type;

-- name: book_stage_counts
SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM bill);

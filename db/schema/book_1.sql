-- The book on the terminal. Rows of `customer` are numbered without a gap, 1 …, in the order of
-- (meter book, place), so that a window of a list is a range of rows. The file is written once,
-- renamed into place and never changed. Every page bears a checksum (db/vfs.h), so that flash that
-- turns a bit does not turn an amount.

-- name: book_tables
CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    terminal TEXT NOT NULL,
    revision INTEGER NOT NULL,
    as_of_s INTEGER NOT NULL,
    applied_seq INTEGER NOT NULL,
    unapplied BLOB NOT NULL,            -- seqs, eight bytes each, big-endian, ascending
    customers INTEGER NOT NULL,
    longest_account INTEGER NOT NULL,   -- bytes: a query this long can only be a whole number
    hash BLOB NOT NULL,
    site TEXT NOT NULL                  -- a canonical record, db/book_site.h
) STRICT;

CREATE TABLE user (
    user TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role INTEGER NOT NULL,
    salt BLOB NOT NULL,
    rounds INTEGER NOT NULL,
    pin_check BLOB NOT NULL,
    cash_limit_minor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meter_book (
    number INTEGER PRIMARY KEY,         -- 1 …, in the order of id
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    first_row INTEGER NOT NULL,         -- of its customers
    customers INTEGER NOT NULL
) STRICT;

CREATE TABLE customer (
    row INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    meter TEXT NOT NULL,
    phone TEXT NOT NULL,
    book INTEGER NOT NULL,              -- meter_book.number
    place INTEGER NOT NULL,             -- in the meter book
    class INTEGER NOT NULL,
    balance_minor INTEGER NOT NULL,
    last_paid_date INTEGER NOT NULL,
    last_paid_minor INTEGER NOT NULL,
    flags INTEGER NOT NULL
) STRICT;

CREATE TABLE bill (
    customer INTEGER NOT NULL,          -- customer.row
    month INTEGER NOT NULL,
    type INTEGER NOT NULL,
    due_date INTEGER NOT NULL,
    energy_cwh INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (customer, month, type)
) STRICT, WITHOUT ROWID;

-- name: book_indexes
CREATE UNIQUE INDEX customer_account ON customer (account);
CREATE INDEX customer_meter ON customer (meter) WHERE meter <> '';

-- name: book_insert_meta
INSERT INTO meta (one, terminal, revision, as_of_s, applied_seq, unapplied, customers,
                  longest_account, hash, site)
VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: book_insert_user
INSERT INTO user (user, name, role, salt, rounds, pin_check, cash_limit_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: book_insert_meter_book
INSERT INTO meter_book (number, id, name, first_row, customers) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: book_insert_customer
INSERT INTO customer (row, account, name, address, meter, phone, book, place, class,
                      balance_minor, last_paid_date, last_paid_minor, flags)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT number FROM meter_book WHERE id = ?7), ?8, ?9, ?10, ?11,
        ?12, ?13);

-- name: book_insert_bill
INSERT INTO bill (customer, month, type, due_date, energy_cwh, amount_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: book_meta
SELECT terminal, revision, as_of_s, applied_seq, unapplied, customers, longest_account, hash,
       site
FROM meta WHERE one = 1;

-- name: book_user
SELECT user, name, role, salt, rounds, pin_check, cash_limit_minor FROM user WHERE user = ?1;

-- name: book_meter_book_at
SELECT id, name, customers FROM meter_book WHERE number = ?1;

-- name: book_meter_book
SELECT first_row, customers FROM meter_book WHERE id = ?1;

-- name: book_lines
-- Customers by row, from ?1 to ?2, with what they owe and for how many months.
SELECT c.row, c.account, c.name, c.address, c.meter, c.phone, m.id, c.place, c.class,
       c.balance_minor, c.last_paid_date, c.last_paid_minor, c.flags,
       (SELECT coalesce(sum(b.amount_minor), 0) FROM bill AS b WHERE b.customer = c.row),
       (SELECT count(DISTINCT b.month) FROM bill AS b
        WHERE b.customer = c.row AND b.amount_minor > 0)
FROM customer AS c JOIN meter_book AS m ON m.number = c.book
WHERE c.row BETWEEN ?1 AND ?2 ORDER BY c.row;

-- name: book_bills
SELECT month, type, due_date, energy_cwh, amount_minor FROM bill
WHERE customer = ?1 ORDER BY month, type;

-- name: book_row_of_account
SELECT row, balance_minor FROM customer WHERE account = ?1;

-- name: book_rows_of_meter
SELECT row FROM customer WHERE meter = ?1 AND meter <> '' ORDER BY row LIMIT 2;

-- name: book_find
-- As one types; the best first, then in the order of the books. Customers say the last digits of
-- an account, so its end goes before its beginning. Patterns, '!' before what is no wildcard:
-- ?1 the query, ?2 what ends so, ?3 what begins so, ?4 what has it anywhere.
WITH ranked AS (
    SELECT row, CASE
        WHEN account LIKE ?1 ESCAPE '!' THEN 1
        WHEN account LIKE ?2 ESCAPE '!' THEN 2
        WHEN account LIKE ?3 ESCAPE '!' THEN 3
        WHEN meter LIKE ?2 ESCAPE '!' OR meter LIKE ?3 ESCAPE '!' OR phone LIKE ?1 ESCAPE '!' THEN 4
        WHEN name LIKE ?3 ESCAPE '!' THEN 5
        WHEN name LIKE ?4 ESCAPE '!' THEN 6
        WHEN address LIKE ?4 ESCAPE '!' THEN 7
        END AS rank
    FROM customer)
SELECT row FROM ranked WHERE rank IS NOT NULL ORDER BY rank, row LIMIT ?5 OFFSET ?6;

-- Faults that SQLite itself finds; one is enough.
-- name: book_quick_check
SELECT count(*) FROM pragma_quick_check(1) WHERE quick_check <> 'ok';

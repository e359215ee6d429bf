-- The book on the terminal: PATH, a whole book, and PATH.delta, what changed since (db/BOOK.md).
-- A file is written once, renamed into place and never changed. Every page bears a checksum
-- (db/vfs.h), so that flash that turns a bit does not turn an amount.

-- name: book_tables
CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    terminal TEXT NOT NULL,
    revision INTEGER NOT NULL,
    as_of_s INTEGER NOT NULL,
    applied_seq INTEGER NOT NULL,
    unapplied BLOB NOT NULL,            -- seqs, eight bytes each, big-endian, ascending
    customers INTEGER NOT NULL,         -- of the book, in both files
    longest_account INTEGER NOT NULL,   -- bytes: a query this long can only be a whole number
    hash BLOB NOT NULL,
    site TEXT NOT NULL,                 -- a canonical record, db/book_site.h
    rows INTEGER NOT NULL,              -- of customers in this file: 1 … rows, no gap
    over_revision INTEGER NOT NULL,     -- of PATH, in PATH.delta; 0 in PATH
    over_hash BLOB NOT NULL             -- the same; empty in PATH
) STRICT;

CREATE TABLE user (
    user TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role INTEGER NOT NULL,
    salt BLOB NOT NULL,
    rounds INTEGER NOT NULL,
    pin_check BLOB NOT NULL,
    cash_limit_minor INTEGER NOT NULL,
    must_change_pin INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE team (
    terminal TEXT PRIMARY KEY,
    approval_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meter_book (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    first_row INTEGER NOT NULL,         -- of its customers in PATH: they stand together
    rows INTEGER NOT NULL,              -- how many, in the order of their places
    customers INTEGER NOT NULL,         -- in both files, those that are gone not counted
    changed INTEGER NOT NULL,           -- rows of PATH that are gone and rows in PATH.delta
    listed INTEGER NOT NULL             -- 0: the head being read has not named it
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
    flags INTEGER NOT NULL,
    latitude_e7 INTEGER NOT NULL,
    longitude_e7 INTEGER NOT NULL,
    last_reading_cwh INTEGER NOT NULL,
    last_reading_date INTEGER NOT NULL,
    bills BLOB NOT NULL,                -- by month and type, packed (db/book_rows.h): they come and
                                        -- go with their customer
    seal BLOB NOT NULL                  -- over all of the above; empty: not sealed
) STRICT;

CREATE TABLE head_seal (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seal BLOB NOT NULL                  -- over the head's rows (db/BOOK.md); empty: not sealed
) STRICT;

-- name: book_index_tables
-- The search index (db/BOOK.md, Index): entries of ascending terms up to `term`, and the pieces
-- of lists that are too long for their entry.
CREATE TABLE posting (
    term INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
) STRICT;
CREATE TABLE long_list (
    id INTEGER PRIMARY KEY,
    rows BLOB NOT NULL
) STRICT;

-- name: book_delta_tables
-- Rows of PATH that are gone: left the book, or are in PATH.delta anew. And what keeps a delta
-- straight that comes in any order.
CREATE TABLE gone (
    row INTEGER PRIMARY KEY
) STRICT;
CREATE UNIQUE INDEX customer_account ON customer (account);
CREATE UNIQUE INDEX customer_place ON customer (book, place);

-- name: book_insert_meta
INSERT INTO meta (one, terminal, revision, as_of_s, applied_seq, unapplied, customers,
                  longest_account, hash, site, rows, over_revision, over_hash)
VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: book_insert_user
INSERT INTO user (user, name, role, salt, rounds, pin_check, cash_limit_minor, must_change_pin)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: book_insert_team
INSERT INTO team (terminal, approval_key) VALUES (?1, ?2);

-- name: book_insert_meter_book
INSERT INTO meter_book (id, name, first_row, rows, customers, changed, listed)
VALUES (?1, ?2, 0, 0, 0, 0, 1);

-- name: book_place_meter_book
UPDATE meter_book SET first_row = ?2, rows = ?3, customers = ?3 WHERE number = ?1;

-- name: book_number_of
SELECT number, rows FROM meter_book WHERE id = ?1;

-- name: book_insert_customer
INSERT INTO customer (account, name, address, meter, phone, book, place, class,
                      balance_minor, last_paid_date, last_paid_minor, flags, latitude_e7,
                      longitude_e7, last_reading_cwh, last_reading_date, row, bills, seal)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19);

-- name: book_insert_posting
INSERT INTO posting (term, entries) VALUES (?1, ?2);

-- name: book_insert_long
INSERT INTO long_list (id, rows) VALUES (?1, ?2);

-- name: book_meta
SELECT terminal, revision, as_of_s, applied_seq, unapplied, customers, longest_account, hash,
       site, rows, over_revision, over_hash
FROM meta WHERE one = 1;

-- name: book_user
SELECT user, name, role, salt, rounds, pin_check, cash_limit_minor, must_change_pin FROM user
WHERE user = ?1;

-- name: book_team
SELECT terminal, approval_key FROM team WHERE terminal = ?1;

-- name: book_any_team
SELECT 1 FROM team LIMIT 1;

-- name: book_meter_book_at
SELECT id, name, customers FROM meter_book ORDER BY id LIMIT 1 OFFSET ?1;

-- name: book_meter_book_after
SELECT id, name, customers FROM meter_book WHERE id > ?1 ORDER BY id LIMIT 1;

-- name: book_meter_book
SELECT number, first_row, rows, customers, changed FROM meter_book WHERE id = ?1;

-- name: book_line
-- One customer with all that is known.
SELECT account, name, address, meter, phone, book, place, class, balance_minor, last_paid_date,
       last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh, last_reading_date,
       bills, seal
FROM customer WHERE row = ?1;

-- name: book_ids
SELECT number, id FROM meter_book ORDER BY number;

-- name: book_texts
-- What a search looks at.
SELECT account, name, address, meter, phone FROM customer WHERE row = ?1;

-- name: book_position
SELECT latitude_e7, longitude_e7 FROM customer WHERE row = ?1;

-- name: book_places
SELECT row, place FROM customer WHERE row BETWEEN ?1 AND ?2 ORDER BY row;

-- name: book_delta_places
SELECT row, place FROM customer WHERE book = ?1 ORDER BY place;

-- name: book_gone
SELECT row FROM gone WHERE row > ?1 ORDER BY row;

-- name: book_postings
SELECT term, entries FROM posting WHERE term >= ?1 ORDER BY term;

-- name: book_long
SELECT rows FROM long_list WHERE id = ?1;

-- Faults that SQLite itself finds; one is enough.
-- name: book_quick_check
SELECT count(*) FROM pragma_quick_check(1) WHERE quick_check <> 'ok';

-- What the seal of the head is over, each table in the order of its key.
-- name: book_head_meta
SELECT * FROM meta ORDER BY one;

-- name: book_head_user
SELECT * FROM user ORDER BY user;

-- name: book_head_team
SELECT * FROM team ORDER BY terminal;

-- name: book_head_meter_book
SELECT * FROM meter_book ORDER BY number;

-- name: book_head_holder
SELECT * FROM holder ORDER BY meter_book, terminal;

-- name: book_head_deputy
SELECT * FROM deputy ORDER BY user;

-- name: book_head_stock
SELECT * FROM stock ORDER BY issue;

-- name: book_head_taken
SELECT * FROM taken ORDER BY given;

-- name: book_head_explained
SELECT * FROM explained ORDER BY seq;

-- name: book_has_table
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1;

-- name: book_head_seal
SELECT seal FROM head_seal WHERE one = 1;

-- name: book_insert_head_seal
INSERT INTO head_seal (one, seal) VALUES (1, ?1);

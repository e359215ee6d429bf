-- What a book's builder and a delta's ask while they write (db/book_write.c, db/book_change.c).

-- name: book_part_tables
-- The scratch file beside: pieces of the index's runs. Never synced, removed at the end.
CREATE TABLE piece (
    id INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

-- name: book_part_put
INSERT INTO piece (id, bytes) VALUES (?1, ?2);

-- name: book_part_get
SELECT bytes FROM piece WHERE id = ?1;

-- name: book_account_of
SELECT account FROM customer WHERE row = ?1;

-- name: book_head_meter_books
-- All of the book that is changed, to begin the delta's with.
SELECT number, id, name, first_row, rows FROM meter_book ORDER BY number;

-- name: book_copy_meter_book
INSERT INTO meter_book (number, id, name, first_row, rows, customers, changed, listed)
VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0, 1);

-- name: book_head_begin
UPDATE meter_book SET listed = 0;

-- name: book_list_meter_book
-- A head names a meter book, known or new.
INSERT INTO meter_book (id, name, first_row, rows, customers, changed, listed)
VALUES (?1, ?2, 0, 0, 0, 0, 1)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, listed = 1;

-- name: book_count_in
-- A row comes (?2 = 1) or goes (?2 = -1).
UPDATE meter_book SET customers = customers + ?2, changed = changed + 1 WHERE number = ?1;

-- name: book_unlisted
-- Not named any more, and there are customers.
SELECT count(*) FROM meter_book WHERE listed = 0 AND customers > 0;

-- name: book_forget_unlisted
DELETE FROM meter_book WHERE listed = 0;

-- name: book_book_of_row
SELECT book FROM customer WHERE row = ?1;

-- name: book_put_gone
INSERT INTO gone (row) VALUES (?1) ON CONFLICT (row) DO NOTHING;

-- name: book_has_account
SELECT row FROM customer WHERE account = ?1;

-- name: book_left_tables
-- Accounts that this delta takes out: in the scratch file.
CREATE TABLE gone_account (account TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- name: book_put_left
INSERT INTO gone_account (account) VALUES (?1);

-- name: book_has_left
SELECT account FROM gone_account WHERE account = ?1;

-- name: book_changed_after
SELECT number, first_row, rows FROM meter_book WHERE number > ?1 AND changed > 0
ORDER BY number LIMIT 1;

-- name: book_holder_table
-- Who carried a meter book before and has not reported. Made with its first row: most books have
-- none, and those of before know no such table.
CREATE TABLE IF NOT EXISTS holder (
    meter_book TEXT NOT NULL,
    terminal TEXT NOT NULL,
    through_s INTEGER NOT NULL,
    journal_key BLOB NOT NULL,
    PRIMARY KEY (meter_book, terminal)
) STRICT, WITHOUT ROWID;

-- name: book_insert_holder
INSERT INTO holder (meter_book, terminal, through_s, journal_key) VALUES (?1, ?2, ?3, ?4);

-- name: book_holders
SELECT meter_book, terminal, through_s, journal_key FROM holder ORDER BY meter_book, terminal;

-- name: book_deputy_table
-- When a user is deputy of a supervisor. Made with its first row, as holder is.
CREATE TABLE IF NOT EXISTS deputy (
    user TEXT PRIMARY KEY,
    first_date INTEGER NOT NULL,
    last_date INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- name: book_insert_deputy
INSERT INTO deputy (user, first_date, last_date) VALUES (?1, ?2, ?3);

-- name: book_deputy
SELECT first_date, last_date FROM deputy WHERE user = ?1;

-- name: book_stock_table
-- Numbered paper that was issued to users of the terminal. Made with its first row, as holder is.
CREATE TABLE IF NOT EXISTS stock (
    issue INTEGER PRIMARY KEY,
    type INTEGER NOT NULL,
    series TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    user TEXT NOT NULL,
    giver TEXT NOT NULL                 -- '' = the office
) STRICT;

-- name: book_insert_stock
INSERT INTO stock (issue, type, series, first, last, user, giver)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: book_stock
SELECT issue, type, series, first, last, user, giver FROM stock ORDER BY issue;

-- name: book_taken_table
-- Hand-overs of this terminal that were taken over on another one. Made with its first row, as
-- holder is.
CREATE TABLE IF NOT EXISTS taken (
    given INTEGER PRIMARY KEY,          -- seq of our record
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    user TEXT NOT NULL,                 -- '' = not known
    at_s INTEGER NOT NULL
) STRICT;

-- name: book_insert_taken
INSERT INTO taken (given, terminal, seq, user, at_s) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: book_taken
SELECT given, terminal, seq, user, at_s FROM taken
WHERE given BETWEEN ?1 AND ?2 ORDER BY given LIMIT 1;

-- name: book_explained_table
-- Differences of cash of this terminal that the office explained. Made with its first row, as
-- holder is.
CREATE TABLE IF NOT EXISTS explained (
    seq INTEGER PRIMARY KEY,            -- of the record where it arose
    user TEXT NOT NULL,
    amount_minor INTEGER NOT NULL
) STRICT;

-- name: book_insert_explained
INSERT INTO explained (seq, user, amount_minor) VALUES (?1, ?2, ?3);

-- name: book_explained
SELECT seq, user, amount_minor FROM explained ORDER BY seq;

-- name: book_corrected_table
-- Receipts that the office corrected. Made with its first row, as holder is.
CREATE TABLE IF NOT EXISTS corrected (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    how INTEGER NOT NULL,               -- 1 moved, 2 refunded, 3 cancelled
    date INTEGER NOT NULL,
    seal BLOB NOT NULL,                 -- db/BOOK.md
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;

-- name: book_put_corrected
-- Both accounts of a transfer name it: once is enough.
INSERT INTO corrected (terminal, seq, how, date, seal) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (terminal, seq) DO NOTHING;

-- name: book_corrected_of
SELECT terminal, seq, how, date, seal FROM corrected WHERE terminal = ?1 AND seq = ?2;

-- name: book_corrected_above
SELECT terminal, seq, how, date, seal FROM corrected
WHERE terminal > ?1 OR (terminal = ?1 AND seq > ?2) ORDER BY terminal, seq LIMIT 1;

-- name: book_copy_user
SELECT user, name, role, salt, rounds, pin_check, cash_limit_minor, must_change_pin FROM user
WHERE user > ?1 ORDER BY user LIMIT 1;

-- name: book_copy_team
SELECT terminal, approval_key FROM team WHERE terminal > ?1 ORDER BY terminal LIMIT 1;

-- The report file (db/REPORT.md): sums and lists out of the journal, made anew whenever in doubt.
-- Nobody migrates it: a changed table is another version, and that begins with an empty file.

-- name: report_tables
-- One row: how far it has read. progress: db/report_state.c.
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,               -- last entry that was read
    hash BLOB NOT NULL,                 -- and its hash: empty before the first
    fold BLOB NOT NULL,                 -- packed, as of that entry
    progress BLOB NOT NULL
) STRICT;

-- Users and meter books, so that rows bear a number. "" is the meter book of those in none.
CREATE TABLE name (
    number INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- Takings. what: 1 whole receipts, number 0; 2 by tender; 3 by bill type, late fees and advances
-- under numbers below nothing; 4 bills by age, what counts as recovered.
CREATE TABLE part (
    what INTEGER NOT NULL,
    date INTEGER NOT NULL,
    who INTEGER NOT NULL,
    book INTEGER NOT NULL,
    number INTEGER NOT NULL,
    receipts INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    late_fee_minor INTEGER NOT NULL,
    advance_minor INTEGER NOT NULL,
    reversals INTEGER NOT NULL,
    reversed_minor INTEGER NOT NULL,
    PRIMARY KEY (what, date, who, book, number)
) STRICT, WITHOUT ROWID;

-- id: seq of the entry * 32 + enum report_exception_kind. The index answers who is on a page and
-- how many there are without a look at the rows.
CREATE TABLE exception (
    id INTEGER PRIMARY KEY,
    date INTEGER NOT NULL,
    who INTEGER NOT NULL,               -- 0 = nobody
    at_s INTEGER NOT NULL,
    about INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    number INTEGER NOT NULL,
    open INTEGER NOT NULL
) STRICT;
CREATE INDEX exception_by_date ON exception (date, id, who);

CREATE TABLE shift (
    shift INTEGER PRIMARY KEY,
    who INTEGER NOT NULL,
    date INTEGER NOT NULL,
    opened_at_s INTEGER NOT NULL,
    closed_at_s INTEGER NOT NULL,
    receipts INTEGER NOT NULL,
    taken_minor INTEGER NOT NULL,
    expected_minor INTEGER NOT NULL,
    counted_minor INTEGER NOT NULL,
    z INTEGER NOT NULL,                 -- 0 = not closed
    z_seq INTEGER NOT NULL,
    counting INTEGER NOT NULL,
    keeper INTEGER NOT NULL,            -- who has had its cash since the Z
    absent INTEGER NOT NULL,            -- 1 closed in absence, 2 and answered
    gone INTEGER NOT NULL,              -- its cash was handed over or deposited
    settled INTEGER NOT NULL
) STRICT;
CREATE INDEX shift_unsettled ON shift (shift) WHERE settled = 0;

-- What customers owe, by meter book and age. Two generations: one that stands, one that is made out
-- of a newer book.
CREATE TABLE owed (
    generation INTEGER NOT NULL,
    book INTEGER NOT NULL,
    title TEXT NOT NULL,
    customers INTEGER NOT NULL,
    owing INTEGER NOT NULL,
    age_0_minor INTEGER NOT NULL,
    age_1_minor INTEGER NOT NULL,
    age_2_minor INTEGER NOT NULL,
    age_3_minor INTEGER NOT NULL,
    PRIMARY KEY (generation, book)
) STRICT, WITHOUT ROWID;

-- How far that differs from the book by what was paid here: what an account has in `owed` beside
-- the book's own. So the account can be looked at again and again. through: the journal's last
-- entry when it was.
CREATE TABLE laid (
    generation INTEGER NOT NULL,
    account TEXT NOT NULL,
    through INTEGER NOT NULL,
    owing INTEGER NOT NULL,
    age_0_minor INTEGER NOT NULL,
    age_1_minor INTEGER NOT NULL,
    age_2_minor INTEGER NOT NULL,
    age_3_minor INTEGER NOT NULL,
    PRIMARY KEY (generation, account)
) STRICT, WITHOUT ROWID;

-- One writer, and what a cut takes is read again: the log is synced only where it is written back.
-- name: report_pragmas
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = 512;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -256;
PRAGMA cell_size_check = ON;

-- ---- how far it has read

-- name: report_begin
INSERT INTO state (id, seq, hash, fold, progress) VALUES (1, 0, x'', x'', x'');

-- name: report_state
SELECT seq, hash, fold, progress FROM state WHERE id = 1;

-- name: report_put_state
UPDATE state SET seq = ?1, hash = ?2, fold = ?3, progress = ?4 WHERE id = 1;

-- Faults that SQLite itself finds; one is enough.
-- name: report_quick_check
SELECT count(*) FROM pragma_quick_check(1) WHERE quick_check <> 'ok';

-- name: report_number_of
SELECT number FROM name WHERE text = ?1;

-- name: report_add_name
INSERT INTO name (text) VALUES (?1) RETURNING number;

-- ---- as entries are read

-- name: report_add_part
INSERT INTO part (what, date, who, book, number, receipts, amount_minor, late_fee_minor,
                  advance_minor, reversals, reversed_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT DO UPDATE SET
    receipts = receipts + excluded.receipts,
    amount_minor = amount_minor + excluded.amount_minor,
    late_fee_minor = late_fee_minor + excluded.late_fee_minor,
    advance_minor = advance_minor + excluded.advance_minor,
    reversals = reversals + excluded.reversals,
    reversed_minor = reversed_minor + excluded.reversed_minor;

-- name: report_add_exception
INSERT OR REPLACE INTO exception (id, date, who, at_s, about, account, amount_minor, number, open)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: report_drop_exception
DELETE FROM exception WHERE id = ?1;

-- An uncertain paper was told whole: the last one of that paper.
-- name: report_end_doubt
UPDATE exception SET open = 0 WHERE id = ?1;

-- name: report_explain
UPDATE exception SET number = number - ?2, open = number <> ?2 WHERE id = ?1;

-- name: report_answer_absence
UPDATE exception SET number = ?2, open = 0 WHERE id = ?1;

-- name: report_open_shift
INSERT OR REPLACE INTO shift (shift, who, date, opened_at_s, closed_at_s, receipts, taken_minor,
    expected_minor, counted_minor, z, z_seq, counting, keeper, absent, gone, settled)
VALUES (?1, ?2, ?3, ?4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

-- name: report_work_shift
UPDATE shift SET receipts = ?2, taken_minor = ?3, counting = ?4
WHERE shift = ?1 AND (receipts <> ?2 OR taken_minor <> ?3 OR counting <> ?4);

-- name: report_close_shift
UPDATE shift SET closed_at_s = ?2, receipts = ?3, taken_minor = ?4, expected_minor = ?5,
    counted_minor = ?6, z = ?7, z_seq = ?8, counting = 0, keeper = ?9, absent = ?10,
    gone = ?6 = 0, settled = ?6 = 0 AND ?10 = 0
WHERE shift = ?1;

-- Cash that its keeper held (?4 0) or kept for somebody (1) went away: of Zs by number.
-- name: report_settle
UPDATE shift SET gone = 1, settled = absent <> 1
WHERE settled = 0 AND z BETWEEN ?1 AND ?2 AND keeper = ?3 AND (absent <> 0) = ?4;

-- name: report_answer
UPDATE shift SET absent = 2, settled = gone WHERE settled = 0 AND z = ?1;

-- name: report_z_seq
SELECT z_seq FROM shift WHERE z = ?1 ORDER BY shift DESC LIMIT 1;

-- ---- what is outstanding

-- name: report_add_owed
INSERT INTO owed (generation, book, title, customers, owing, age_0_minor, age_1_minor, age_2_minor,
                  age_3_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT DO UPDATE SET
    title = CASE excluded.title WHEN '' THEN title ELSE excluded.title END,
    customers = customers + excluded.customers,
    owing = owing + excluded.owing,
    age_0_minor = age_0_minor + excluded.age_0_minor,
    age_1_minor = age_1_minor + excluded.age_1_minor,
    age_2_minor = age_2_minor + excluded.age_2_minor,
    age_3_minor = age_3_minor + excluded.age_3_minor;

-- name: report_laid
SELECT through, owing, age_0_minor, age_1_minor, age_2_minor, age_3_minor FROM laid
WHERE generation = ?1 AND account = ?2;

-- name: report_put_laid
INSERT OR REPLACE INTO laid (generation, account, through, owing, age_0_minor, age_1_minor,
                             age_2_minor, age_3_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: report_drop_owed
DELETE FROM owed WHERE generation = ?1;

-- name: report_drop_laid
DELETE FROM laid WHERE generation = ?1;

-- ---- answers: takings. ?1 to ?2 dates, ?3 user or 0, ?4 meter book or 0

-- name: report_sum
SELECT '', 0, coalesce(sum(receipts), 0), coalesce(sum(amount_minor), 0),
       coalesce(sum(late_fee_minor), 0), coalesce(sum(advance_minor), 0),
       coalesce(sum(reversals), 0), coalesce(sum(reversed_minor), 0)
FROM part
WHERE what = 1 AND date BETWEEN ?1 AND ?2 AND ?3 IN (0, who) AND ?4 IN (0, book);

-- name: report_by_day
SELECT '', date, sum(receipts), sum(amount_minor), sum(late_fee_minor), sum(advance_minor),
       sum(reversals), sum(reversed_minor)
FROM part
WHERE what = 1 AND date BETWEEN ?1 AND ?2 AND ?3 IN (0, who) AND ?4 IN (0, book)
GROUP BY date ORDER BY date DESC;

-- name: report_by_collector
SELECT coalesce(text, ''), 0, sum(receipts), sum(amount_minor), sum(late_fee_minor),
       sum(advance_minor), sum(reversals), sum(reversed_minor)
FROM part LEFT JOIN name ON name.number = who
WHERE what = 1 AND date BETWEEN ?1 AND ?2 AND ?3 IN (0, who) AND ?4 IN (0, book)
GROUP BY who ORDER BY 4 DESC, 1;

-- name: report_by_book
SELECT coalesce(text, ''), 0, sum(receipts), sum(amount_minor), sum(late_fee_minor),
       sum(advance_minor), sum(reversals), sum(reversed_minor)
FROM part LEFT JOIN name ON name.number = book
WHERE what = 1 AND date BETWEEN ?1 AND ?2 AND ?3 IN (0, who) AND ?4 IN (0, book)
GROUP BY book ORDER BY 4 DESC, 1;

-- name: report_by_tender
SELECT '', part.number, sum(receipts), sum(amount_minor), sum(late_fee_minor), sum(advance_minor),
       sum(reversals), sum(reversed_minor)
FROM part
WHERE what = 2 AND date BETWEEN ?1 AND ?2 AND ?3 IN (0, who) AND ?4 IN (0, book)
GROUP BY part.number ORDER BY 4 DESC, 2;

-- name: report_by_type
SELECT '', part.number, sum(receipts), sum(amount_minor), sum(late_fee_minor), sum(advance_minor),
       sum(reversals), sum(reversed_minor)
FROM part
WHERE what = 3 AND date BETWEEN ?1 AND ?2 AND ?3 IN (0, who) AND ?4 IN (0, book)
GROUP BY part.number ORDER BY 4 DESC, 2;

-- ---- answers: exceptions. ?3 kinds as bits or 0, ?4 user or 0

-- name: report_exception_places
SELECT date, id FROM exception
WHERE date BETWEEN ?1 AND ?2 AND (?3 = 0 OR ?3 >> (id & 31) & 1) AND ?4 IN (0, who)
ORDER BY date DESC, id DESC;

-- From a place on: ?2 and ?5 are its date and id.
-- name: report_exceptions
SELECT e.id, e.date, coalesce(name.text, ''), e.at_s, e.about, e.account, e.amount_minor, e.number,
       e.open
FROM (SELECT id FROM exception
      WHERE date >= ?1 AND (date, id) <= (?2, ?5) AND (?3 = 0 OR ?3 >> (id & 31) & 1)
            AND ?4 IN (0, who)
      ORDER BY date DESC, id DESC LIMIT ?6 OFFSET ?7) AS page
JOIN exception AS e ON e.id = page.id
LEFT JOIN name ON name.number = e.who
ORDER BY e.date DESC, e.id DESC;

-- ---- answers: shifts

-- name: report_unsettled_count
SELECT count(*) FROM shift WHERE settled = 0;

-- name: report_unsettled
SELECT shift, coalesce(text, ''), date, opened_at_s, closed_at_s, receipts, taken_minor,
       expected_minor, counted_minor, z, z_seq, counting, absent, settled
FROM shift LEFT JOIN name ON name.number = who
WHERE settled = 0 ORDER BY shift LIMIT ?1 OFFSET ?2;

-- name: report_shift_count
SELECT count(*) FROM shift;

-- name: report_shifts
SELECT shift, coalesce(text, ''), date, opened_at_s, closed_at_s, receipts, taken_minor,
       expected_minor, counted_minor, z, z_seq, counting, absent, settled
FROM shift LEFT JOIN name ON name.number = who
ORDER BY shift DESC LIMIT ?1 OFFSET ?2;

-- ---- answers: arrears. ?1 to ?2 dates, ?3 generation

-- name: report_recoveries
WITH got AS (
    SELECT book,
           sum(CASE number WHEN 0 THEN amount_minor ELSE 0 END) AS got_0,
           sum(CASE number WHEN 1 THEN amount_minor ELSE 0 END) AS got_1,
           sum(CASE number WHEN 2 THEN amount_minor ELSE 0 END) AS got_2,
           sum(CASE number WHEN 3 THEN amount_minor ELSE 0 END) AS got_3
    FROM part WHERE what = 4 AND date BETWEEN ?1 AND ?2 GROUP BY book),
shown AS (SELECT book FROM owed WHERE generation = ?3 UNION SELECT book FROM got)
SELECT name.text, coalesce(title, ''), coalesce(customers, 0), coalesce(owing, 0),
       coalesce(age_0_minor, 0), coalesce(age_1_minor, 0), coalesce(age_2_minor, 0),
       coalesce(age_3_minor, 0), coalesce(got_0, 0), coalesce(got_1, 0), coalesce(got_2, 0),
       coalesce(got_3, 0)
FROM shown
JOIN name ON name.number = shown.book
LEFT JOIN owed ON owed.generation = ?3 AND owed.book = shown.book
LEFT JOIN got ON got.book = shown.book
ORDER BY name.text LIMIT ?4 OFFSET ?5;

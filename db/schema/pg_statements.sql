-- Statements of the host's store that PostgreSQL says in its own words (db/store_statements.h).

-- name: pg_session
-- What every connection begins with. Nothing is acknowledged before it is durable, whatever the
-- server is set to; stricter settings stay.
SELECT set_config('synchronous_commit', 'on', false)
    FROM (SELECT current_setting('synchronous_commit') AS how) AS now WHERE how IN ('off', 'local');
SET lock_timeout = '5s';
SET statement_timeout = '10min';
SET idle_in_transaction_session_timeout = '2min';
SET client_min_messages = warning;
SET bytea_output = hex;
-- Few rows of tables that may be huge tomorrow: by their keys, whatever the planner thinks of the
-- tables today, and planned once.
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET default_transaction_isolation = 'read committed';

-- name: pg_begin
-- The only writer: alone among all that begin like this or like the next.
BEGIN;
SELECT pg_advisory_xact_lock(5067802422752051201);

-- name: pg_begin_terminal
-- Beside the writers of other terminals.
BEGIN;
SET LOCAL statement_timeout = '30s';
SELECT pg_advisory_xact_lock_shared(5067802422752051201);

-- name: pg_begin_view
-- Beside all, at one moment; an office that writes alone is still waited for.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_advisory_xact_lock_shared(5067802422752051201);

-- name: pg_begin_schema
BEGIN;
SELECT pg_advisory_xact_lock(5067802422752051202);

-- name: pg_locked_store_terminal
SELECT terminal, state, name, code_hash, code_expires_s, journal_key, line_cert, line_pem, secret,
       enrolled_at_s, seen_at_s, head_seq, head_hash, head_signature, head_serial, book_revision,
       stopped
FROM terminal WHERE terminal = ?1 FOR NO KEY UPDATE;

-- name: pg_store_put_entry
INSERT INTO entry (terminal, seq, at_s, kind, body, hash, signature)
SELECT terminal, ?2, ?3, ?4, ?5, ?6, ?7 FROM terminal WHERE terminal = ?1;

-- name: pg_store_posting_of_source
SELECT number FROM posting WHERE source = ?1 AND terminal = source_terminal(?1);

-- name: pg_store_put_posting
INSERT INTO posting (terminal, source, value_at_s, posted_at_s)
VALUES (source_terminal(?1), ?1, ?2, ?3) RETURNING number;

-- name: pg_store_last_entry
SELECT greatest((SELECT coalesce(max(seq), 0) FROM entry WHERE terminal = ?1),
                (SELECT coalesce(max(seq), 0) FROM recovered WHERE terminal = ?1));

-- name: pg_store_put_numbered_posting
INSERT INTO posting (terminal, number, source, value_at_s, posted_at_s)
VALUES (source_terminal(?2), ?1, ?2, ?3, ?4);

-- name: pg_store_put_line
INSERT INTO line (terminal, posting, place, account, amount_minor)
SELECT terminal, number, ?2, ?3, ?4 FROM posting WHERE number = ?1;

-- name: pg_store_add_ledger_account
-- Another terminal's batch may make the same account meanwhile.
INSERT INTO ledger_account (name, balance_minor) VALUES (?1, 0)
ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id, balance_minor;

-- name: pg_locked_store_ledger_account
SELECT id, balance_minor FROM ledger_account WHERE name = ?1 FOR NO KEY UPDATE;

-- name: pg_store_ledger_accounts_from
-- The last character there is ends what begins so.
SELECT name, balance_minor FROM ledger_account
WHERE name >= ?1 AND name <= ?1 || chr(1114111) ORDER BY name;

-- name: pg_store_lines_by_account
-- One row an account, its lines summed already.
SELECT row_number() OVER (ORDER BY a.name), a.name, a.balance_minor, l.sum
FROM ledger_account AS a
    LEFT JOIN (SELECT account, sum(amount_minor) AS sum FROM line GROUP BY account) AS l
    ON l.account = a.id
ORDER BY a.name;

-- name: pg_store_lines_by_posting
SELECT p.number, l.amount_minor FROM posting AS p
    LEFT JOIN line AS l ON l.posting = p.number AND l.terminal = p.terminal
ORDER BY p.number;

-- name: pg_store_walk_postings
SELECT p.number, p.source, p.value_at_s, p.posted_at_s, a.name, l.amount_minor
FROM posting AS p LEFT JOIN line AS l ON l.posting = p.number AND l.terminal = p.terminal
    LEFT JOIN ledger_account AS a ON a.id = l.account
ORDER BY p.number, l.place;

-- name: pg_store_walk_postings_between
SELECT p.number, p.source, p.value_at_s, p.posted_at_s, a.name, l.amount_minor
FROM posting AS p LEFT JOIN line AS l ON l.posting = p.number AND l.terminal = p.terminal
    LEFT JOIN ledger_account AS a ON a.id = l.account
WHERE p.number > ?1 AND p.number <= ?2 ORDER BY p.number, l.place;

-- name: pg_begin_whole
-- Everything of one moment, however long it takes; nobody waits for it and it waits for nobody.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;

-- name: pg_cursor_begin
-- A walk reads whole tables to the end: that is what it is planned for.
SET LOCAL enable_seqscan = on;
SET LOCAL enable_hashjoin = on;
SET LOCAL enable_mergejoin = on;
SET LOCAL cursor_tuple_fraction = 1;
SET LOCAL work_mem = '64MB';
SET LOCAL jit = off;

-- name: pg_cursor_begun
SET LOCAL enable_seqscan = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;

-- name: pg_locked_store_customer
SELECT account, name, address, meter, phone, meter_book, place, class, balance_minor,
       last_paid_date, last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh,
       last_reading_date
FROM customer WHERE account = ?1 FOR NO KEY UPDATE;

-- name: pg_locked_store_value
SELECT value FROM value WHERE key = ?1 FOR NO KEY UPDATE;

-- name: pg_store_add_payment
INSERT INTO payment (terminal, seq, account, before_date, before_minor, undone_by)
SELECT ?1, ?2, account, ?4, ?5, ?6 FROM customer WHERE account = ?3;

-- A unit of work (db/store_pg_unit.h): arrays in, many rows at once.

-- name: pg_last_known
-- A paper's record may have been posted before its entry came.
SELECT greatest((SELECT coalesce(max(seq), 0) FROM entry WHERE terminal = ?1),
                (SELECT coalesce(max(seq), 0) FROM recovered WHERE terminal = ?1));

-- name: pg_customers
SELECT c.account, c.name, c.address, c.meter, c.phone, c.meter_book, c.place, c.class,
       c.balance_minor, c.last_paid_date, c.last_paid_minor, c.flags, c.latitude_e7,
       c.longitude_e7, c.last_reading_cwh, c.last_reading_date
FROM unnest(?1) AS wanted (account) JOIN customer AS c ON c.account = wanted.account
ORDER BY c.account FOR NO KEY UPDATE OF c;

-- name: pg_open_bills
SELECT b.month, b.type, b.due_date, b.energy_cwh, b.amount_minor, b.open_minor, b.account
FROM unnest(?1) AS wanted (account) JOIN bill AS b ON b.account = wanted.account
WHERE b.open_minor > 0 ORDER BY b.account, b.month, b.type;

-- name: pg_set_customers
UPDATE customer AS c
SET balance_minor = new.balance_minor, last_paid_date = new.last_paid_date,
    last_paid_minor = new.last_paid_minor, flags = new.flags,
    last_reading_cwh = new.last_reading_cwh, last_reading_date = new.last_reading_date
FROM unnest(?1, ?2, ?3, ?4, ?5, ?6, ?7)
    AS new (account, balance_minor, last_paid_date, last_paid_minor, flags, last_reading_cwh,
            last_reading_date)
WHERE c.account = new.account;

-- name: pg_set_bills
UPDATE bill AS b SET open_minor = new.open_minor
FROM unnest(?1, ?2, ?3, ?4) AS new (account, month, type, open_minor)
WHERE b.account = new.account AND b.month = new.month AND b.type = new.type;

-- name: pg_open_accounts
INSERT INTO ledger_account (name, balance_minor)
SELECT name, delta_minor FROM unnest(?1, ?2) AS new (name, delta_minor)
ON CONFLICT (name) DO UPDATE
    SET balance_minor = ledger_account.balance_minor + excluded.balance_minor
RETURNING id;

-- name: pg_add_balances
UPDATE ledger_account AS a SET balance_minor = a.balance_minor + new.delta_minor
FROM unnest(?1, ?2) AS new (name, delta_minor) WHERE a.name = new.name;

-- name: pg_posting_numbers
SELECT nextval('posting_number') FROM generate_series(1, ?1);

-- name: pg_copy_entries
COPY entry (terminal, seq, at_s, kind, body, hash, signature) FROM STDIN (FORMAT binary);

-- name: pg_copy_postings
COPY posting (terminal, number, source, value_at_s, posted_at_s) FROM STDIN (FORMAT binary);

-- name: pg_copy_lines
COPY line (terminal, posting, place, account, amount_minor) FROM STDIN (FORMAT binary);

-- name: pg_copy_payments
COPY payment (terminal, seq, account, before_date, before_minor, undone_by)
FROM STDIN (FORMAT binary);

-- name: pg_copy_payment_bills
COPY payment_bill (terminal, seq, month, type, amount_minor, late_fee_minor)
FROM STDIN (FORMAT binary);

-- Statements of the host's store, for every database behind it (db/store_statements.h).

-- name: store_mark
SAVEPOINT mark;

-- name: store_keep
RELEASE SAVEPOINT mark;

-- name: store_undo
ROLLBACK TO SAVEPOINT mark;

-- name: store_put_terminal
INSERT INTO terminal (terminal, state, name, code_hash, code_expires_s, journal_key, line_cert,
                      line_pem, secret, enrolled_at_s, seen_at_s, head_seq, head_hash,
                      head_signature, head_serial, book_revision, stopped)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
ON CONFLICT (terminal) DO UPDATE SET
    state = excluded.state, name = excluded.name, code_hash = excluded.code_hash,
    code_expires_s = excluded.code_expires_s, journal_key = excluded.journal_key,
    line_cert = excluded.line_cert, line_pem = excluded.line_pem, secret = excluded.secret,
    enrolled_at_s = excluded.enrolled_at_s, seen_at_s = excluded.seen_at_s,
    head_seq = excluded.head_seq, head_hash = excluded.head_hash,
    head_signature = excluded.head_signature, head_serial = excluded.head_serial,
    book_revision = excluded.book_revision, stopped = excluded.stopped;

-- name: store_terminal
SELECT terminal, state, name, code_hash, code_expires_s, journal_key, line_cert, line_pem, secret,
       enrolled_at_s, seen_at_s, head_seq, head_hash, head_signature, head_serial, book_revision,
       stopped
FROM terminal WHERE terminal = ?1;

-- name: store_terminal_above
SELECT terminal, state, name, code_hash, code_expires_s, journal_key, line_cert, line_pem, secret,
       enrolled_at_s, seen_at_s, head_seq, head_hash, head_signature, head_serial, book_revision,
       stopped
FROM terminal WHERE terminal > ?1 ORDER BY terminal LIMIT 1;

-- name: store_clear_assignment
DELETE FROM assignment WHERE terminal = ?1;

-- name: store_put_assignment
INSERT INTO assignment (terminal, place, meter_book) VALUES (?1, ?2, ?3);

-- name: store_assignments
SELECT meter_book FROM assignment WHERE terminal = ?1 ORDER BY place;

-- name: store_put_entry
INSERT INTO entry (terminal, seq, at_s, kind, body, hash, signature)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: store_entry
SELECT at_s, kind, body, hash, signature FROM entry WHERE terminal = ?1 AND seq = ?2;

-- name: store_last_entry
-- A paper's record may have been posted before its entry came.
SELECT max((SELECT coalesce(max(seq), 0) FROM entry WHERE terminal = ?1),
           (SELECT coalesce(max(seq), 0) FROM recovered WHERE terminal = ?1));

-- name: store_put_fork
INSERT INTO fork (terminal, seq, at_s, kind, body, hash, signature, prev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (terminal, seq, hash) DO NOTHING;

-- name: store_fork_count
SELECT count(*) FROM fork WHERE terminal = ?1;

-- name: store_put_quarantine
INSERT INTO quarantine (terminal, seq, reason) VALUES (?1, ?2, ?3)
ON CONFLICT (terminal, seq) DO NOTHING;

-- name: store_quarantined
SELECT seq FROM quarantine WHERE terminal = ?1 AND released_at_s = 0 ORDER BY seq;

-- name: store_put_alarm
INSERT INTO alarm (at_s, terminal, kind, text) VALUES (?1, ?2, ?3, ?4);

-- name: store_alarm_above
SELECT id, at_s, terminal, kind, text FROM alarm WHERE id > ?1 ORDER BY id LIMIT 1;

-- name: store_posting_of_source
SELECT number FROM posting WHERE source = ?1;

-- name: store_put_posting
INSERT INTO posting (source, value_at_s, posted_at_s) VALUES (?1, ?2, ?3) RETURNING number;

-- name: store_put_numbered_posting
INSERT INTO posting (number, source, value_at_s, posted_at_s) VALUES (?1, ?2, ?3, ?4);

-- name: store_last_posting
SELECT coalesce(max(number), 0) FROM posting;

-- name: store_put_line
INSERT INTO line (posting, place, account, amount_minor) VALUES (?1, ?2, ?3, ?4);

-- name: store_ledger_account
SELECT id, balance_minor FROM ledger_account WHERE name = ?1;

-- name: store_add_ledger_account
INSERT INTO ledger_account (name, balance_minor) VALUES (?1, 0) RETURNING id, balance_minor;

-- name: store_add_balance
UPDATE ledger_account SET balance_minor = balance_minor + ?2 WHERE id = ?1;

-- name: store_ledger_accounts_from
SELECT name, balance_minor FROM ledger_account WHERE name >= ?1 ORDER BY name;

-- name: store_posting_above
SELECT number, source, value_at_s, posted_at_s FROM posting WHERE number > ?1
ORDER BY number LIMIT 1;

-- name: store_posting_lines
SELECT a.name, l.amount_minor FROM line AS l JOIN ledger_account AS a ON a.id = l.account
WHERE l.posting = ?1 ORDER BY l.place;

-- name: store_lines_by_posting
-- Each posting with its lines; one without lines comes once, with no amount.
SELECT p.number, l.amount_minor FROM posting AS p LEFT JOIN line AS l ON l.posting = p.number
ORDER BY p.number;

-- name: store_lines_by_account
SELECT a.id, a.name, a.balance_minor, l.amount_minor
FROM ledger_account AS a LEFT JOIN line AS l ON l.account = a.id ORDER BY a.id;

-- name: store_walk_postings
SELECT p.number, p.source, p.value_at_s, p.posted_at_s, a.name, l.amount_minor
FROM posting AS p LEFT JOIN line AS l ON l.posting = p.number
    LEFT JOIN ledger_account AS a ON a.id = l.account
ORDER BY p.number, l.place;

-- name: store_walk_postings_between
SELECT p.number, p.source, p.value_at_s, p.posted_at_s, a.name, l.amount_minor
FROM posting AS p LEFT JOIN line AS l ON l.posting = p.number
    LEFT JOIN ledger_account AS a ON a.id = l.account
WHERE p.number > ?1 AND p.number <= ?2 ORDER BY p.number, l.place;

-- name: store_walk_balances
SELECT name, balance_minor FROM ledger_account ORDER BY name;

-- name: store_walk_customers
SELECT b.month, b.type, b.due_date, b.energy_cwh, b.open_minor, c.account, c.balance_minor
FROM customer AS c LEFT JOIN bill AS b ON b.account = c.account AND b.open_minor > 0
ORDER BY c.account, b.month, b.type;

-- name: store_entries_above
SELECT at_s, kind, body, hash, signature, seq FROM entry
WHERE terminal = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3;

-- name: store_put_site
INSERT INTO site (one, record) VALUES (1, ?1)
ON CONFLICT (one) DO UPDATE SET record = excluded.record;

-- name: store_site
SELECT record FROM site WHERE one = 1;

-- name: store_put_user
INSERT INTO "user" ("user", name, role, salt, rounds, pin_check, cash_limit_minor, must_change_pin,
                    deputy_from, deputy_to)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT ("user") DO UPDATE SET
    name = excluded.name, role = excluded.role, salt = excluded.salt, rounds = excluded.rounds,
    pin_check = excluded.pin_check, cash_limit_minor = excluded.cash_limit_minor,
    must_change_pin = excluded.must_change_pin, deputy_from = excluded.deputy_from,
    deputy_to = excluded.deputy_to;

-- name: store_user_above
SELECT "user", name, role, salt, rounds, pin_check, cash_limit_minor, must_change_pin,
       deputy_from, deputy_to
FROM "user" WHERE "user" > ?1 ORDER BY "user" LIMIT 1;

-- name: store_put_meter_book
INSERT INTO meter_book (id, name) VALUES (?1, ?2)
ON CONFLICT (id) DO UPDATE SET name = excluded.name;

-- name: store_meter_book
SELECT id, name, (SELECT count(*) FROM customer WHERE meter_book = id) FROM meter_book
WHERE id = ?1;

-- name: store_put_customer
INSERT INTO customer (account, name, address, meter, phone, meter_book, place, class,
                      balance_minor, last_paid_date, last_paid_minor, flags, latitude_e7,
                      longitude_e7, last_reading_cwh, last_reading_date)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
ON CONFLICT (account) DO UPDATE SET
    name = excluded.name, address = excluded.address, meter = excluded.meter,
    phone = excluded.phone, meter_book = excluded.meter_book, place = excluded.place,
    class = excluded.class, balance_minor = excluded.balance_minor,
    last_paid_date = excluded.last_paid_date, last_paid_minor = excluded.last_paid_minor,
    flags = excluded.flags, latitude_e7 = excluded.latitude_e7,
    longitude_e7 = excluded.longitude_e7, last_reading_cwh = excluded.last_reading_cwh,
    last_reading_date = excluded.last_reading_date;

-- name: store_set_customer
-- What a payment or a reading changes.
UPDATE customer
SET balance_minor = ?2, last_paid_date = ?3, last_paid_minor = ?4, flags = ?5,
    last_reading_cwh = ?6, last_reading_date = ?7
WHERE account = ?1;

-- name: store_make_room
-- Whoever else stands at place ?2 of meter book ?1 goes to its end.
UPDATE customer
SET place = (SELECT max(place) + 1 FROM customer WHERE meter_book = ?1)
WHERE meter_book = ?1 AND place = ?2 AND account <> ?3;

-- name: store_customer
SELECT account, name, address, meter, phone, meter_book, place, class, balance_minor,
       last_paid_date, last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh,
       last_reading_date
FROM customer WHERE account = ?1;

-- name: store_customer_above
SELECT account, name, address, meter, phone, meter_book, place, class, balance_minor,
       last_paid_date, last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh,
       last_reading_date
FROM customer WHERE meter_book = ?1 AND place > ?2 ORDER BY place LIMIT 1;

-- name: store_customers_above
-- A page of a meter book.
SELECT account, name, address, meter, phone, meter_book, place, class, balance_minor,
       last_paid_date, last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh,
       last_reading_date
FROM customer WHERE meter_book = ?1 AND place > ?2 ORDER BY place LIMIT ?3;

-- name: store_bills_between
-- What is open of all customers of that page.
SELECT b.month, b.type, b.due_date, b.energy_cwh, b.open_minor, c.place
FROM customer AS c JOIN bill AS b ON b.account = c.account
WHERE c.meter_book = ?1 AND c.place >= ?2 AND c.place <= ?3 AND b.open_minor > 0
ORDER BY c.place, b.month, b.type;

-- name: store_put_bill
INSERT INTO bill (account, month, type, due_date, energy_cwh, amount_minor, open_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6);

-- name: store_bill
SELECT month, type, due_date, energy_cwh, amount_minor FROM bill
WHERE account = ?1 AND month = ?2 AND type = ?3;

-- name: store_set_bill_open
UPDATE bill SET open_minor = ?4 WHERE account = ?1 AND month = ?2 AND type = ?3;

-- name: store_open_bills
SELECT month, type, due_date, energy_cwh, open_minor FROM bill
WHERE account = ?1 AND open_minor > 0 ORDER BY month, type;

-- name: store_put_value
INSERT INTO value (key, value) VALUES (?1, ?2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: store_value
SELECT value FROM value WHERE key = ?1;

-- name: store_remove_value
DELETE FROM value WHERE key = ?1;

-- name: store_add_payment
INSERT INTO payment (terminal, seq, account, before_date, before_minor, undone_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: store_add_payment_bill
INSERT INTO payment_bill (terminal, seq, month, type, amount_minor, late_fee_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: store_payment
SELECT account, before_date, before_minor, undone_by FROM payment
WHERE terminal = ?1 AND seq = ?2;

-- name: store_payment_bills
SELECT month, type, amount_minor, late_fee_minor FROM payment_bill
WHERE terminal = ?1 AND seq = ?2 ORDER BY month, type;

-- name: store_undo_payment
UPDATE payment SET undone_by = ?3 WHERE terminal = ?1 AND seq = ?2 AND undone_by = '';

-- name: store_add_matter
INSERT INTO matter (kind, terminal, seq, at_s, account, code, reference, amount_minor,
                    answered_at_s, answer)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, '')
ON CONFLICT (terminal, seq) DO NOTHING;

-- name: store_matter_above
SELECT id, kind, terminal, seq, at_s, account, code, reference, amount_minor, answered_at_s, answer,
       outcome
FROM matter WHERE id > ?1 ORDER BY id LIMIT 1;

-- name: store_answer_matter
UPDATE matter SET answered_at_s = ?2, answer = ?3, outcome = ?4
WHERE id = ?1 AND answered_at_s = 0;

-- name: store_matter_asking
-- Of the open ones alone: every account is in the index of them.
SELECT id FROM matter
WHERE answered_at_s = 0 AND account >= '' AND kind = ?1 AND reference = ?2
ORDER BY account, id LIMIT 1;

-- name: store_open_matters
SELECT count(*) FROM matter WHERE account = ?1 AND kind = ?2 AND answered_at_s = 0;

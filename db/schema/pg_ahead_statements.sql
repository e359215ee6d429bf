-- What an import reads and writes set by set on PostgreSQL (db/store_pg_ahead.h): arrays in.

-- name: pg_ahead_customers
SELECT c.account, c.name, c.address, c.meter, c.phone, c.meter_book, c.place, c.class,
       c.balance_minor, c.last_paid_date, c.last_paid_minor, c.flags, c.latitude_e7,
       c.longitude_e7, c.last_reading_cwh, c.last_reading_date
FROM unnest(?1) AS wanted (account) JOIN customer AS c ON c.account = wanted.account;

-- name: pg_ahead_open_bills
SELECT b.month, b.type, b.due_date, b.energy_cwh, b.amount_minor, b.open_minor, b.account
FROM unnest(?1) AS wanted (account) JOIN bill AS b ON b.account = wanted.account
WHERE b.open_minor > 0;

-- name: pg_ahead_bills
SELECT b.month, b.type, b.due_date, b.energy_cwh, b.amount_minor, b.open_minor, b.account
FROM unnest(?1, ?2, ?3) AS wanted (account, month, type) JOIN bill AS b
    ON b.account = wanted.account AND b.month = wanted.month AND b.type = wanted.type;

-- name: pg_ahead_books
SELECT b.id FROM unnest(?1) AS wanted (id) JOIN meter_book AS b ON b.id = wanted.id;

-- name: pg_ahead_places
SELECT c.meter_book, c.place, c.account
FROM unnest(?1) AS wanted (id) JOIN customer AS c ON c.meter_book = wanted.id;

-- name: pg_ahead_balances
SELECT a.name, a.balance_minor
FROM unnest(?1) AS wanted (name) JOIN ledger_account AS a ON a.name = wanted.name;

-- name: pg_ahead_posted
SELECT count(*) FROM posting WHERE terminal = '' AND source >= ?1 AND source < ?2;

-- name: pg_ahead_put_customers
INSERT INTO customer (account, name, address, meter, phone, meter_book, place, class,
                      balance_minor, last_paid_date, last_paid_minor, flags, latitude_e7,
                      longitude_e7, last_reading_cwh, last_reading_date)
SELECT account, name, address, meter, phone, meter_book, place, class, balance_minor,
       last_paid_date, last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh,
       last_reading_date
FROM unnest(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
    AS new (account, name, address, meter, phone, meter_book, place, class, balance_minor,
            last_paid_date, last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh,
            last_reading_date)
ON CONFLICT (account) DO UPDATE SET
    name = excluded.name, address = excluded.address, meter = excluded.meter,
    phone = excluded.phone, meter_book = excluded.meter_book, place = excluded.place,
    class = excluded.class, balance_minor = excluded.balance_minor,
    last_paid_date = excluded.last_paid_date, last_paid_minor = excluded.last_paid_minor,
    flags = excluded.flags, latitude_e7 = excluded.latitude_e7,
    longitude_e7 = excluded.longitude_e7, last_reading_cwh = excluded.last_reading_cwh,
    last_reading_date = excluded.last_reading_date;

-- name: pg_ahead_move_customers
UPDATE customer AS c SET place = new.place
FROM unnest(?1, ?2) AS new (account, place) WHERE c.account = new.account;

-- name: pg_ahead_set_bills
UPDATE bill AS b SET open_minor = new.open_minor
FROM unnest(?1, ?2, ?3, ?4) AS new (account, month, type, open_minor)
WHERE b.account = new.account AND b.month = new.month AND b.type = new.type;

-- name: pg_ahead_add_balances
INSERT INTO ledger_account (name, balance_minor)
SELECT name, delta_minor FROM unnest(?1, ?2) AS new (name, delta_minor)
ON CONFLICT (name) DO UPDATE
    SET balance_minor = ledger_account.balance_minor + excluded.balance_minor
RETURNING id, name;

-- name: pg_copy_bills
COPY bill (account, month, type, due_date, energy_cwh, amount_minor, open_minor)
FROM STDIN (FORMAT binary);

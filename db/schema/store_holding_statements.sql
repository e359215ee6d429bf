-- Statements of the host's store: who held which meter book.

-- name: store_add_holding
INSERT INTO holding (meter_book, terminal, from_s, until_s, after_revision, report, reported_s,
                     reported_seq)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
RETURNING id;

-- name: store_set_holding
UPDATE holding
SET until_s = ?2, after_revision = ?3, report = ?4, reported_s = ?5, reported_seq = ?6
WHERE id = ?1;

-- name: store_holding_above
SELECT id, meter_book, terminal, from_s, until_s, after_revision, report, reported_s, reported_seq
FROM holding WHERE id > ?1 ORDER BY id LIMIT 1;

-- name: store_holding_of_terminal
SELECT id, meter_book, terminal, from_s, until_s, after_revision, report, reported_s, reported_seq
FROM holding WHERE terminal = ?1 AND id > ?2 ORDER BY id LIMIT 1;

-- name: store_holding_of_book
SELECT id, meter_book, terminal, from_s, until_s, after_revision, report, reported_s, reported_seq
FROM holding WHERE meter_book = ?1 AND id > ?2 ORDER BY id LIMIT 1;

-- name: store_holding_waits
-- Rows that have ended and whose report has not come: few, however many hold the meter book.
SELECT id, meter_book, terminal, from_s, until_s, after_revision, report, reported_s, reported_seq
FROM holding WHERE meter_book = ?1 AND id > ?2 AND until_s <> 0 AND report = 0
ORDER BY id LIMIT 1;

-- name: store_touch
UPDATE meter_book SET changes = changes + 1 WHERE id = ?1;

-- name: store_touch_all
UPDATE meter_book SET changes = changes + 1;

-- name: store_changes
SELECT changes FROM meter_book WHERE id = ?1;

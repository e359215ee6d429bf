-- Statements of the host's store: what terminals took, added up by day.

-- name: store_add_taking
INSERT INTO taking (terminal, dimension, date, key, receipts, amount_minor, reversals,
                    reversed_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (terminal, dimension, date, key) DO UPDATE SET
    receipts = taking.receipts + excluded.receipts,
    amount_minor = taking.amount_minor + excluded.amount_minor,
    reversals = taking.reversals + excluded.reversals,
    reversed_minor = taking.reversed_minor + excluded.reversed_minor;

-- name: store_put_taking_mark
INSERT INTO taking_mark (terminal, seq, "user", shifts) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (terminal) DO UPDATE SET
    seq = excluded.seq, "user" = excluded."user", shifts = excluded.shifts;

-- name: store_taking_mark
SELECT seq, "user", shifts FROM taking_mark WHERE terminal = ?1;

-- name: store_put_taking_close
INSERT INTO taking_close (terminal, z, date, "user", amount_minor, absent)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (terminal, z) DO UPDATE SET
    amount_minor = excluded.amount_minor, absent = excluded.absent;

-- name: store_remove_taking_close
DELETE FROM taking_close WHERE terminal = ?1 AND z = ?2;

-- name: store_taking_close_above
SELECT terminal, z, date, "user", amount_minor, absent FROM taking_close
WHERE terminal = ?1 AND z > ?2 ORDER BY z LIMIT 1;

-- name: store_takings
-- ?5: 0 by key, 1 by date, 2 by terminal, 3 all in one, 4 by key and the most frequent first.
SELECT g.name, g.receipts, g.amount_minor, g.reversals, g.reversed_minor, count(*) OVER ()
FROM (SELECT t.name AS name, CAST(sum(t.receipts) AS BIGINT) AS receipts,
             CAST(sum(t.amount_minor) AS BIGINT) AS amount_minor,
             CAST(sum(t.reversals) AS BIGINT) AS reversals,
             CAST(sum(t.reversed_minor) AS BIGINT) AS reversed_minor
      FROM (SELECT CASE ?5 WHEN 1 THEN CAST(date AS TEXT) WHEN 2 THEN terminal WHEN 3 THEN ''
                           ELSE key END AS name, receipts, amount_minor, reversals, reversed_minor
            FROM taking
            WHERE terminal IN (SELECT value FROM json_each(?1)) AND dimension = ?2
              AND date BETWEEN ?3 AND ?4) AS t
      GROUP BY t.name) AS g
ORDER BY CASE ?5 WHEN 1 THEN 0 WHEN 4 THEN g.receipts ELSE g.amount_minor END DESC, g.name DESC
LIMIT ?6;

-- name: pg_store_takings
SELECT g.name, g.receipts, g.amount_minor, g.reversals, g.reversed_minor, count(*) OVER ()
FROM (SELECT t.name AS name, CAST(sum(t.receipts) AS BIGINT) AS receipts,
             CAST(sum(t.amount_minor) AS BIGINT) AS amount_minor,
             CAST(sum(t.reversals) AS BIGINT) AS reversals,
             CAST(sum(t.reversed_minor) AS BIGINT) AS reversed_minor
      FROM (SELECT (CASE ?5 WHEN 1 THEN CAST(date AS TEXT) WHEN 2 THEN terminal WHEN 3 THEN ''
                            ELSE key END) COLLATE "C" AS name,
                   receipts, amount_minor, reversals, reversed_minor
            FROM taking
            WHERE terminal IN (SELECT jsonb_array_elements_text(?1::jsonb)) AND dimension = ?2
              AND date BETWEEN ?3 AND ?4) AS t
      GROUP BY t.name) AS g
ORDER BY CASE ?5 WHEN 1 THEN 0 WHEN 4 THEN g.receipts ELSE g.amount_minor END DESC, g.name DESC
LIMIT ?6;

-- name: store_taking_closes
-- Oldest first, and how many and how much in all.
SELECT terminal, z, date, "user", amount_minor, absent, count(*) OVER (),
       CAST(sum(amount_minor) OVER () AS BIGINT)
FROM taking_close WHERE terminal IN (SELECT value FROM json_each(?1))
ORDER BY date, terminal, z LIMIT ?2;

-- name: pg_store_taking_closes
SELECT terminal, z, date, "user", amount_minor, absent, count(*) OVER (),
       CAST(sum(amount_minor) OVER () AS BIGINT)
FROM taking_close WHERE terminal IN (SELECT jsonb_array_elements_text(?1::jsonb))
ORDER BY date, terminal, z LIMIT ?2;

-- name: store_taking_entries
SELECT seq, at_s, kind, body FROM entry
WHERE terminal = ?1 AND seq > ?2 AND kind IN (SELECT value FROM json_each(?3))
ORDER BY seq LIMIT ?4;

-- name: pg_store_taking_entries
SELECT seq, at_s, kind, body FROM entry
WHERE terminal = ?1 AND seq > ?2
      AND kind IN (SELECT CAST(k AS BIGINT) FROM jsonb_array_elements_text(?3::jsonb) AS k)
ORDER BY seq LIMIT ?4;

-- name: store_taking_owed
SELECT c.meter_book, b.month, CAST(sum(b.open_minor) AS BIGINT)
FROM customer AS c JOIN bill AS b ON b.account = c.account
WHERE c.meter_book = ?1 AND b.open_minor > 0
GROUP BY c.meter_book, b.month ORDER BY b.month;

-- name: store_taking_owing
SELECT count(*), count(CASE WHEN EXISTS (SELECT 1 FROM bill AS b
                                         WHERE b.account = c.account AND b.open_minor > 0)
                       THEN 1 END)
FROM customer AS c WHERE c.meter_book = ?1;

-- name: store_taking_paid
SELECT c.meter_book, b.month, CAST(sum(b.amount_minor) AS BIGINT)
FROM payment AS p
JOIN entry AS e ON e.terminal = p.terminal AND e.seq = p.seq
JOIN payment_bill AS b ON b.terminal = p.terminal AND b.seq = p.seq
JOIN customer AS c ON c.account = p.account
WHERE p.terminal = ?1 AND p.seq > ?2 AND p.undone_by = '' AND e.at_s BETWEEN ?3 AND ?4
GROUP BY c.meter_book, b.month ORDER BY c.meter_book, b.month;

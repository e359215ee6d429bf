-- Statements of the host's store: numbered paper.

-- name: store_put_stock_move
INSERT INTO stock_move (at_s, act, type, series, first, last, giver, taker, terminal, seq, by_user,
                        unissued)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: store_stock_move_of_record
SELECT id FROM stock_move WHERE terminal = ?1 AND seq = ?2 AND seq > 0;

-- name: store_stock_move_above
SELECT id, at_s, act, type, series, first, last, giver, taker, terminal, seq, by_user, unissued
FROM stock_move WHERE id > ?1 ORDER BY id LIMIT 1;

-- name: store_stock_move_with
SELECT id, at_s, act, type, series, first, last, giver, taker, terminal, seq, by_user, unissued
FROM stock_move
WHERE type = ?1 AND series = ?2 AND first <= ?3 AND last >= ?3 AND id > ?4
ORDER BY id LIMIT 1;

-- name: store_stock_had
SELECT CASE WHEN EXISTS (SELECT 1 FROM stock_move
                         WHERE type = ?1 AND series = ?2 AND first <= ?3 AND last >= ?4
                           AND (taker = ?5 OR giver = ?5 OR terminal = ?6))
            THEN 1 ELSE 0 END;

-- name: store_put_stock_range
INSERT INTO stock_range (type, series, first, last, issue, holder, giver, terminal, taken, since_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: store_remove_stock_range
DELETE FROM stock_range WHERE type = ?1 AND series = ?2 AND first = ?3;

-- name: store_stock_range_above
SELECT type, series, first, last, issue, holder, giver, terminal, taken, since_s
FROM stock_range WHERE (type, series, first) > (?1, ?2, ?3) ORDER BY type, series, first LIMIT 1;

-- name: store_stock_ranges_over
SELECT type, series, first, last, issue, holder, giver, terminal, taken, since_s
FROM stock_range WHERE type = ?1 AND series = ?2 AND first <= ?4 AND last >= ?3
ORDER BY first LIMIT ?5;

-- name: pg_locked_store_stock_ranges_over
SELECT type, series, first, last, issue, holder, giver, terminal, taken, since_s
FROM stock_range WHERE type = ?1 AND series = ?2 AND first <= ?4 AND last >= ?3
ORDER BY first LIMIT ?5 FOR UPDATE;

-- name: store_stock_waiting
SELECT issue, type, series, first, last, holder, giver
FROM (SELECT issue, type, series, first, last, holder, giver FROM stock_range
      WHERE taken = 0 AND terminal IN ('', ?1)
      ORDER BY issue DESC, type DESC, series DESC, first DESC LIMIT ?2) AS newest
ORDER BY issue, type, series, first;

-- name: store_put_stock_numbers
INSERT INTO stock_number (terminal, seq, type, series, first, last, state, at_s, "user", receipt,
                          copy, account, face_minor, reason, ended, all_copies, counted,
                          late_days)
SELECT ?1, value ->> 'n', value ->> 'k', value ->> 'c', value ->> 'f', value ->> 'l',
       value ->> 's', value ->> 't', value ->> 'u', value ->> 'r', value ->> 'p', value ->> 'a',
       value ->> 'm', value ->> 'w', value ->> 'e', value ->> 'o', 0, value ->> 'd'
FROM json_each(?2) WHERE true
ON CONFLICT (terminal, seq) DO NOTHING;

-- name: pg_store_put_stock_numbers
INSERT INTO stock_number (terminal, seq, type, series, first, last, state, at_s, "user", receipt,
                          copy, account, face_minor, reason, ended, all_copies, counted,
                          late_days)
SELECT ?1, n, k, c, f, l, s, t, u, r, p, a, m, w, e, o, 0, d
FROM jsonb_to_recordset(?2::jsonb)
    AS new (n BIGINT, k BIGINT, c TEXT, f BIGINT, l BIGINT, s BIGINT, t BIGINT, u TEXT, r BIGINT,
            p BIGINT, a TEXT, m BIGINT, w BIGINT, e BIGINT, o BIGINT, d BIGINT)
ON CONFLICT (terminal, seq) DO NOTHING;

-- name: store_end_stock_number
-- The newest that stands: used, or written by hand.
UPDATE stock_number SET state = ?5, ended = ?6, reason = ?7, all_copies = ?8
WHERE terminal = ?1 AND type = ?2 AND series = ?3 AND first = ?4 AND state IN (1, 4)
  AND seq = (SELECT max(o.seq) FROM stock_number AS o
             WHERE o.terminal = ?1 AND o.type = ?2 AND o.series = ?3 AND o.first = ?4
               AND o.state IN (1, 4));

-- name: store_restore_stock_numbers
DELETE FROM stock_number
WHERE terminal = ?1 AND type = ?2 AND series = ?3 AND first BETWEEN ?4 AND ?5 AND state = 2
  AND receipt = 0;

-- name: store_shorten_stock_number
-- A range of skipped ones that goes on into what is blank again.
UPDATE stock_number SET last = ?4 - 1
WHERE terminal = ?1 AND type = ?2 AND series = ?3 AND first < ?4 AND last >= ?4 AND last <= ?5
  AND state = 2;

-- name: store_stock_number_above
SELECT terminal, seq, type, series, first, last, state, at_s, "user", receipt, copy, account,
       face_minor, reason, ended, all_copies, counted, late_days
FROM stock_number WHERE (terminal, seq) > (?1, ?2) ORDER BY terminal, seq LIMIT 1;

-- name: store_stock_number_with
SELECT terminal, seq, type, series, first, last, state, at_s, "user", receipt, copy, account,
       face_minor, reason, ended, all_copies, counted, late_days
FROM stock_number
WHERE type = ?1 AND series = ?2 AND (first = ?3 OR (last > first AND first < ?3 AND last >= ?3))
  AND (terminal, seq) > (?4, ?5)
ORDER BY terminal, seq LIMIT 1;

-- name: store_stock_sums
SELECT state, sum(last - first + 1), sum(face_minor) FROM stock_number
WHERE type = ?1 AND series = ?2 AND first BETWEEN ?3 AND ?4
GROUP BY state;

-- name: store_mark_stock_counted
UPDATE stock_number SET counted = ?2
WHERE terminal = ?1 AND type = ?3 AND series = ?4 AND first >= ?5 AND first < ?6 AND counted = 0
  AND seq < ?2;

-- name: store_put_stock_count
-- What it counts for the first time; and how many ended since the count before, of those that were
-- told then. Ranges may lie side by side: a count with nothing left there is of the one before, and
-- what ended of a range that is forgotten may be told with the next one behind it.
INSERT INTO stock_count (terminal, seq, at_s, date, "user", type, series, next, used, voided,
                         spoiled, unused, face_minor, known_used, known_voided, known_spoiled,
                         known_ended, known_face_minor)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, a.used, a.voided, a.spoiled,
       e.ended, a.face_minor
FROM (SELECT CAST(coalesce(sum(CASE WHEN state IN (1, 4) THEN 1 ELSE 0 END), 0) AS BIGINT)
                 AS used,
             CAST(coalesce(sum(CASE WHEN state = 3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS voided,
             CAST(coalesce(sum(CASE WHEN state = 2 THEN last - first + 1 ELSE 0 END), 0)
                  AS BIGINT) AS spoiled,
             CAST(coalesce(sum(CASE WHEN state IN (1, 4) THEN face_minor ELSE 0 END), 0)
                  AS BIGINT) AS face_minor
      FROM stock_number
      WHERE terminal = ?1 AND type = ?6 AND series = ?7 AND counted = ?2) AS a,
     (SELECT count(*) AS ended
      FROM stock_number
      WHERE terminal = ?1 AND type = ?6 AND series = ?7 AND first > ?8 - 10000 AND first < ?8
        AND counted > 0 AND counted < ?2 AND state IN (2, 3) AND receipt > 0
        AND ended < ?2
        AND ended > (SELECT coalesce(max(k.seq), 0) FROM stock_count AS k
                     WHERE k.terminal = ?1 AND k.type = ?6 AND k.series = ?7 AND k.seq < ?2
                       AND k.next <= ?8
                       AND (k.next > ?14 OR (k.next = ?14 AND k.unused > 0)))) AS e
WHERE true
ON CONFLICT (terminal, seq) DO NOTHING;

-- name: store_stock_count_above
SELECT terminal, seq, at_s, date, "user", type, series, next, used, voided, spoiled, unused,
       face_minor, known_used, known_voided, known_spoiled, known_ended, known_face_minor
FROM stock_count WHERE (date, terminal, seq) > (?1, ?2, ?3) ORDER BY date, terminal, seq LIMIT 1;

-- name: store_stock_findings
-- State 1 is used. No range is longer than 10,000.
WITH f AS MATERIALIZED (
    SELECT n.seq AS seq, 1 AS what, coalesce(
        (SELECT min(o.terminal || '/' || o.seq) FROM stock_number AS o
         WHERE o.type = n.type AND o.series = n.series AND o.first = n.first
           AND (o.terminal <> n.terminal OR o.seq <> n.seq)),
        (SELECT min(o.terminal || '/' || o.seq) FROM stock_number AS o
         WHERE o.type = n.type AND o.series = n.series AND o.last > o.first
           AND o.first < n.first AND o.first > n.first - 10000 AND o.last >= n.first),
        CASE WHEN n.last > n.first THEN
        (SELECT min(o.terminal || '/' || o.seq) FROM stock_number AS o
         WHERE o.type = n.type AND o.series = n.series
           AND o.first > n.first AND o.first <= n.last) END) AS other
    FROM stock_number AS n WHERE n.terminal = ?1 AND n.seq BETWEEN ?2 AND ?3
    UNION ALL
    SELECT n.seq, 2, CASE WHEN EXISTS (
        SELECT 1 FROM stock_move AS m
        WHERE m.type = n.type AND m.series = n.series AND m.first <= n.first
          AND m.first > n.first - 10000 AND m.last >= n.last
          AND (m.taker = n."user" OR m.giver = n."user" OR m.terminal = n.terminal))
        THEN NULL ELSE '' END
    FROM stock_number AS n WHERE n.terminal = ?1 AND n.seq BETWEEN ?2 AND ?3
    UNION ALL
    SELECT n.seq, 3,
        (SELECT min(o.terminal || '/' || o.seq) FROM stock_number AS o
         WHERE o.terminal = n.terminal AND o.receipt = n.receipt AND o.type = n.type
           AND o.state = 1 AND o.seq <> n.seq)
    FROM stock_number AS n
    WHERE n.terminal = ?1 AND n.seq BETWEEN ?2 AND ?3 AND n.state = 1 AND n.receipt > 0
    UNION ALL
    SELECT n.seq, 5, ''
    FROM stock_number AS n
    WHERE n.terminal = ?1 AND n.seq BETWEEN ?2 AND ?3 AND n.late_days <> 0)
SELECT f.seq, f.what, f.other FROM f
WHERE f.other IS NOT NULL ORDER BY f.seq, f.what LIMIT ?4;

-- name: store_stock_invoice_findings
-- Type 2 is invoices, state 1 used; an e-invoice's state 2 is done.
WITH f AS MATERIALIZED (
    SELECT n.seq AS seq, 4 AS what, coalesce(
        (SELECT min(v.terminal || '/' || v.seq) FROM invoice AS v
         WHERE v.terminal = n.terminal AND v.receipt = n.receipt AND v.state = 2),
        (SELECT min(o.terminal || '/' || o.seq) FROM payment AS p
         JOIN payment_bill AS b ON b.terminal = p.terminal AND b.seq = p.seq
         JOIN payment AS q ON q.account = p.account
         JOIN payment_bill AS d ON d.terminal = q.terminal AND d.seq = q.seq
              AND d.month = b.month AND d.type = b.type
         JOIN stock_number AS o ON o.terminal = q.terminal AND o.receipt = q.seq
              AND +o.type = 2 AND +o.state = 1
         WHERE p.terminal = n.terminal AND p.seq = n.receipt
           AND (o.terminal <> n.terminal OR o.receipt <> n.receipt)),
        (SELECT min(v.terminal || '/' || v.seq) FROM payment AS p
         JOIN payment_bill AS b ON b.terminal = p.terminal AND b.seq = p.seq
         JOIN payment AS q ON q.account = p.account
         JOIN payment_bill AS d ON d.terminal = q.terminal AND d.seq = q.seq
              AND d.month = b.month AND d.type = b.type
         JOIN invoice AS v ON v.terminal = q.terminal AND v.receipt = q.seq AND v.state = 2
         WHERE p.terminal = n.terminal AND p.seq = n.receipt)) AS other
    FROM stock_number AS n
    WHERE n.terminal = ?1 AND n.seq BETWEEN ?2 AND ?3 AND n.type = 2 AND n.state = 1
      AND n.receipt > 0
    UNION ALL
    SELECT n.seq, 6, ''
    FROM stock_number AS n
    JOIN payment AS p ON p.terminal = n.terminal AND p.seq = n.receipt AND p.undone_by <> ''
    WHERE n.terminal = ?1 AND n.seq BETWEEN ?2 AND ?3 AND n.type = 2 AND n.state = 1
      AND ?4 = 0)
SELECT f.seq, f.what, f.other FROM f
WHERE f.other IS NOT NULL ORDER BY f.seq, f.what LIMIT ?5;

-- name: store_stock_gaps
SELECT g.type, g.series, g.first, g.last
FROM (SELECT n.type AS type, n.series AS series, n.last + 1 AS first,
             lead(n.first) OVER (PARTITION BY n.type, n.series ORDER BY n.first, n.seq) - 1
                 AS last
      FROM stock_number AS n WHERE n.terminal = ?1) AS g
WHERE g.last >= g.first AND (g.type, g.series, g.first) > (?2, ?3, ?4)
  AND EXISTS (SELECT 1 FROM stock_move AS m
              WHERE m.act = 4 AND m.terminal = ?1 AND m.type = g.type AND m.series = g.series
                AND m.first <= g.first AND m.last > g.last)
UNION
SELECT m.type, m.series, m.first, min(n.first) - 1
FROM stock_move AS m
JOIN stock_number AS n ON n.terminal = ?1 AND n.type = m.type AND n.series = m.series
     AND n.first BETWEEN m.first AND m.last
WHERE m.act = 4 AND m.terminal = ?1 AND (m.type, m.series, m.first) > (?2, ?3, ?4)
GROUP BY m.id, m.type, m.series, m.first
HAVING min(n.first) > m.first
ORDER BY 1, 2, 3 LIMIT ?5;

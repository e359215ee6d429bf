-- Statements of the host's store: who has the cash.

-- name: store_put_custody
INSERT INTO custody (terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
                     expected_minor, other_minor, z, closes, bank, slip, reason, about)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
ON CONFLICT (terminal, seq) DO NOTHING;

-- name: store_custody
SELECT terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
       expected_minor, other_minor, z, closes, bank, slip, reason, about
FROM custody WHERE terminal = ?1 AND seq = ?2;

-- name: store_custody_above
SELECT terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
       expected_minor, other_minor, z, closes, bank, slip, reason, about
FROM custody WHERE (terminal, seq) > (?1, ?2) ORDER BY terminal, seq LIMIT 1;

-- name: store_custody_at
SELECT terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
       expected_minor, other_minor, z, closes, bank, slip, reason, about
FROM custody WHERE (at_s, terminal, seq) > (?1, ?2, ?3) ORDER BY at_s, terminal, seq LIMIT 1;

-- name: store_custody_open
SELECT c.terminal, c.seq, c.kind, c.at_s, c.hash, c.named, c."user", c.other, c.amount_minor,
       c.expected_minor, c.other_minor, c.z, c.closes, c.bank, c.slip, c.reason, c.about
FROM custody_open AS o JOIN custody AS c ON c.terminal = o.terminal AND c.seq = o.seq
WHERE (o.terminal, o.seq) > (?1, ?2) ORDER BY o.terminal, o.seq LIMIT 1;

-- name: store_custody_absence
-- kind 32969 is closed_in_absence.
SELECT terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
       expected_minor, other_minor, z, closes, bank, slip, reason, about
FROM custody WHERE terminal = ?1 AND z = ?2 AND kind = 32969 ORDER BY seq LIMIT 1;

-- name: store_claim_custody
UPDATE custody SET "user" = ?3, other = CASE WHEN other = ?4 THEN ?3 ELSE other END
WHERE terminal = ?1 AND seq = ?2 AND "user" = ?4;

-- name: store_mark_custody
INSERT INTO custody_open (terminal, seq) VALUES (?1, ?2) ON CONFLICT (terminal, seq) DO NOTHING;

-- name: store_unmark_custody
DELETE FROM custody_open WHERE terminal = ?1 AND seq = ?2;

-- name: store_custody_of_hash
SELECT terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
       expected_minor, other_minor, z, closes, bank, slip, reason, about
FROM custody WHERE hash = ?1 ORDER BY terminal, seq LIMIT 1;

-- name: store_custody_naming
-- Its index has only rows that name one: said here once more, or all are read.
SELECT terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
       expected_minor, other_minor, z, closes, bank, slip, reason, about
FROM custody WHERE named = ?1 AND named <> x'' AND (terminal, seq) > (?2, ?3)
ORDER BY terminal, seq LIMIT 1;

-- name: pg_store_custody_naming
-- The same: the index has its condition in other words there.
SELECT terminal, seq, kind, at_s, hash, named, "user", other, amount_minor,
       expected_minor, other_minor, z, closes, bank, slip, reason, about
FROM custody WHERE named = ?1 AND named <> ''::bytea AND (terminal, seq) > (?2, ?3)
ORDER BY terminal, seq LIMIT 1;

-- name: store_custody_explained
-- kind 32975 is variance_explained: by terminals' records, and by the office. A row of the office
-- with reason 0 settles: how many there are, and how much of it was undone. One with a reason from
-- 16 on is of slips.
SELECT CAST(coalesce((SELECT sum(amount_minor) FROM custody
                      WHERE terminal = ?1 AND about = ?2 AND kind = 32975), 0)
          + coalesce((SELECT sum(amount_minor) FROM explained
                      WHERE terminal = ?1 AND seq = ?2 AND reason BETWEEN 1 AND 15), 0) AS BIGINT),
       CAST((SELECT count(*) FROM explained
             WHERE terminal = ?1 AND seq = ?2 AND reason = 0) AS BIGINT),
       CAST(coalesce((SELECT sum(amount_minor) FROM explained
                      WHERE terminal = ?1 AND seq = ?2 AND reason = 0), 0) AS BIGINT),
       CAST(coalesce((SELECT sum(amount_minor) FROM explained
                      WHERE terminal = ?1 AND seq = ?2 AND reason >= 16), 0) AS BIGINT);

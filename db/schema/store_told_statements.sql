-- Statements of the host's store: what a terminal's book tells of its cash.

-- name: store_told_taken
-- kinds 32964 and 32966 are cash_drop and handover_given, among the terminal's newest thousand. A
-- taking that the office has undone is none.
SELECT g.seq, t.terminal, t.seq, t."user", t.at_s
FROM custody AS g JOIN custody AS t ON t.named = g.hash AND t.named <> x''
WHERE g.terminal = ?1
  AND g.seq > coalesce((SELECT seq FROM custody WHERE terminal = ?1
                        ORDER BY seq DESC LIMIT 1 OFFSET 1000), 0)
  AND g.kind IN (32964, 32966) AND g.at_s >= ?2 AND t.terminal <> ?1
  AND NOT EXISTS (SELECT 1 FROM explained AS x
                  WHERE x.terminal = t.terminal AND x.seq = t.seq AND x.reason = 0
                    AND x.amount_minor <> 0)
ORDER BY g.seq DESC, t.terminal, t.seq LIMIT ?3;

-- name: pg_store_told_taken
-- The same: the index of what names another has its condition in other words there.
SELECT g.seq, t.terminal, t.seq, t."user", t.at_s
FROM custody AS g JOIN custody AS t ON t.named = g.hash AND t.named <> ''::bytea
WHERE g.terminal = ?1
  AND g.seq > coalesce((SELECT seq FROM custody WHERE terminal = ?1
                        ORDER BY seq DESC LIMIT 1 OFFSET 1000), 0)
  AND g.kind IN (32964, 32966) AND g.at_s >= ?2 AND t.terminal <> ?1
  AND NOT EXISTS (SELECT 1 FROM explained AS x
                  WHERE x.terminal = t.terminal AND x.seq = t.seq AND x.reason = 0
                    AND x.amount_minor <> 0)
ORDER BY g.seq DESC, t.terminal, t.seq LIMIT ?3;

-- name: store_told_explained
-- By the office alone, of cash (from 16 on reasons are of slips); with reason 0 and an amount: the
-- taking does not stand.
SELECT e.seq, c."user", c.expected_minor - c.amount_minor,
       CAST(coalesce(sum(CASE WHEN e.reason BETWEEN 1 AND 15 THEN e.amount_minor END), 0)
            AS BIGINT),
       CAST(coalesce(sum(CASE WHEN e.reason = 0 AND e.amount_minor <> 0 THEN 1 END), 0) AS BIGINT)
FROM explained AS e JOIN custody AS c ON c.terminal = e.terminal AND c.seq = e.seq
WHERE e.terminal = ?1
GROUP BY e.seq, c."user", c.expected_minor, c.amount_minor
ORDER BY e.seq DESC LIMIT ?2;

-- name: store_told_own
-- kind 32975 is variance_explained: what the terminal's own records explain, by record, as they say
-- themselves: the office may have posted less of it.
SELECT about, CAST(sum(expected_minor) AS BIGINT) FROM custody
WHERE terminal = ?1 AND kind = 32975 AND about >= ?2 GROUP BY about;

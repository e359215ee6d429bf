-- Statements of the host's store: lines of bank statements.

-- name: store_put_bank_line
INSERT INTO bank_line (bank, reference, date, amount_minor, slip, text, run, match, terminal, seq,
                       matched_by, matched_at_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (bank, reference) DO UPDATE SET
    date = excluded.date, amount_minor = excluded.amount_minor, slip = excluded.slip,
    text = excluded.text, run = excluded.run, match = excluded.match,
    terminal = excluded.terminal, seq = excluded.seq, matched_by = excluded.matched_by,
    matched_at_s = excluded.matched_at_s;

-- name: store_bank_line
SELECT bank, reference, date, amount_minor, slip, text, run, match, terminal, seq, matched_by,
       matched_at_s
FROM bank_line WHERE bank = ?1 AND reference = ?2;

-- name: store_bank_line_above
SELECT bank, reference, date, amount_minor, slip, text, run, match, terminal, seq, matched_by,
       matched_at_s
FROM bank_line WHERE (bank, reference) > (?1, ?2) ORDER BY bank, reference LIMIT 1;

-- name: store_bank_line_open
SELECT bank, reference, date, amount_minor, slip, text, run, match, terminal, seq, matched_by,
       matched_at_s
FROM bank_line WHERE match = 0 AND (bank, reference) > (?1, ?2) ORDER BY bank, reference LIMIT 1;

-- name: store_bank_line_of
SELECT bank, reference, date, amount_minor, slip, text, run, match, terminal, seq, matched_by,
       matched_at_s
FROM bank_line WHERE terminal = ?1 AND seq = ?2 AND terminal <> '';

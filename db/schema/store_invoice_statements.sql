-- Statements of the host's store: invoices that were asked for.

-- name: store_put_invoice
INSERT INTO invoice (terminal, seq, at_s, "user", account, receipt, electronic, title, tax_number,
                     send_to, state, number, by_user, done_at_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (terminal, seq) DO UPDATE SET
    state = excluded.state, number = excluded.number, by_user = excluded.by_user,
    done_at_s = excluded.done_at_s;

-- name: store_invoice
SELECT terminal, seq, at_s, "user", account, receipt, electronic, title, tax_number, send_to, state,
       number, by_user, done_at_s
FROM invoice WHERE terminal = ?1 AND seq = ?2;

-- name: store_invoice_above
SELECT terminal, seq, at_s, "user", account, receipt, electronic, title, tax_number, send_to, state,
       number, by_user, done_at_s
FROM invoice WHERE (terminal, seq) > (?1, ?2) ORDER BY terminal, seq LIMIT 1;

-- name: store_invoice_other
-- A paper's type 2 is invoices, its state 1 used; an e-invoice's state 2 is done.
SELECT f.other
FROM (SELECT coalesce(
          (SELECT min(o.terminal || '/' || o.seq) FROM stock_number AS o
           WHERE o.terminal = ?1 AND o.receipt = ?2 AND o.type = 2 AND o.state = 1),
          (SELECT min(v.terminal || '/' || v.seq) FROM invoice AS v
           WHERE v.terminal = ?1 AND v.receipt = ?2 AND v.seq <> ?3 AND v.state = 2),
          (SELECT min(o.terminal || '/' || o.seq) FROM payment AS p
           JOIN payment_bill AS b ON b.terminal = p.terminal AND b.seq = p.seq
           JOIN payment AS q ON q.account = p.account
           JOIN payment_bill AS d ON d.terminal = q.terminal AND d.seq = q.seq
                AND d.month = b.month AND d.type = b.type
           JOIN stock_number AS o ON o.terminal = q.terminal AND o.receipt = q.seq
                AND +o.type = 2 AND +o.state = 1
           WHERE p.terminal = ?1 AND p.seq = ?2),
          (SELECT min(v.terminal || '/' || v.seq) FROM payment AS p
           JOIN payment_bill AS b ON b.terminal = p.terminal AND b.seq = p.seq
           JOIN payment AS q ON q.account = p.account
           JOIN payment_bill AS d ON d.terminal = q.terminal AND d.seq = q.seq
                AND d.month = b.month AND d.type = b.type
           JOIN invoice AS v ON v.terminal = q.terminal AND v.receipt = q.seq AND v.state = 2
           WHERE p.terminal = ?1 AND p.seq = ?2 AND (v.terminal <> ?1 OR v.seq <> ?3))) AS other)
    AS f
WHERE f.other IS NOT NULL;

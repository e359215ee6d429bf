-- The journal's statements, in the order of enum journal_statement (db/journal_private.h).

-- One writer: the lock is taken at the first read, held until close, and dies with the process. So
-- the WAL's index lies in memory and there is no -shm file. Checkpoints are made by the journal
-- itself (journal_store.c), none by SQLite.
-- name: journal_pragmas
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
PRAGMA temp_store = MEMORY;
PRAGMA cell_size_check = ON;

-- name: journal_begin
BEGIN IMMEDIATE;

-- name: journal_commit
COMMIT;

-- name: journal_insert_entry
INSERT INTO entry (seq, at_s, kind, body, hash, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: journal_insert_text
INSERT INTO receipt_text (seq, lines) VALUES (?1, ?2);

-- name: journal_insert_touch
INSERT INTO touch (account, seq, amount_minor, detail) VALUES (?1, ?2, ?3, ?4);

-- name: journal_insert_state
INSERT INTO state
    (id, fold, fold_check, kind_count, acked_seq, acked_hash, acked_at_s, acked_serial)
VALUES (1, x'', x'', 0, 0, zeroblob(32), 0, 0);

-- name: journal_update_fold
UPDATE state SET fold = ?1, fold_check = ?2, kind_count = ?3 WHERE id = 1;

-- name: journal_update_ack
UPDATE state SET acked_seq = ?1, acked_hash = ?2, acked_at_s = ?3, acked_serial = ?4 WHERE id = 1;

-- name: journal_select_entry
SELECT seq, at_s, kind, body, hash, signature FROM entry WHERE seq = ?1;

-- name: journal_select_text
SELECT lines FROM receipt_text WHERE seq = ?1;

-- name: journal_select_state
SELECT fold, fold_check, kind_count, acked_seq, acked_hash, acked_at_s, acked_serial
FROM state WHERE id = 1;

-- name: journal_select_last
SELECT coalesce(max(seq), 0) FROM entry;

-- name: journal_select_touches
SELECT seq, amount_minor, detail FROM touch
WHERE account = ?1 AND seq >= ?2 ORDER BY seq;

-- name: journal_select_latest_touches
SELECT seq, amount_minor, detail FROM touch
WHERE account = ?1 AND seq > ?2 ORDER BY seq DESC LIMIT ?3;

-- name: journal_select_touch
SELECT seq, amount_minor, detail FROM touch WHERE account = ?1 AND seq = ?2;

-- Who was logged in, and which shift was opened last: kind has no index, but neither is far.
-- 16383 takes the two flag bits off: login, user_switched; 32960 is shift_opened.
-- name: journal_select_login_before
SELECT seq, at_s, kind, body, hash, signature FROM entry
WHERE seq < ?1 AND kind & 16383 IN (64, 67) ORDER BY seq DESC LIMIT 1;

-- name: journal_select_shift_before
SELECT seq, at_s, kind, body, hash, signature FROM entry
WHERE seq < ?1 AND kind = 32960 ORDER BY seq DESC LIMIT 1;

-- What came after a paper: the two columns stand in front, so that rows are passed over unread.
-- 49151 takes the training bit off.
-- name: journal_select_next_of
SELECT seq, at_s, kind, body, hash, signature FROM entry
WHERE seq > ?1 AND kind & 49151 IN (?2, ?3, ?4, ?5, ?6) ORDER BY seq LIMIT 1;

-- For the audit, which reads everything once. The file lies in memory: pages are looked at where
-- they are, not copied.
-- name: journal_image_pragmas
PRAGMA mmap_size = 2147418112;

-- name: journal_audit_entries
SELECT seq, at_s, kind, body, hash, signature FROM entry ORDER BY seq;

-- name: journal_look_entries
SELECT seq, at_s, kind, body, hash, signature FROM entry
WHERE seq >= ?1 AND seq > (SELECT max(seq) FROM entry) - ?2 ORDER BY seq LIMIT ?2;

-- name: journal_look_acked
SELECT acked_seq FROM state;

-- name: journal_audit_touch_count
SELECT count(*) FROM touch;

-- name: journal_audit_stray_texts
SELECT count(*) FROM receipt_text WHERE seq NOT IN (SELECT seq FROM entry);

-- name: journal_audit_integrity
PRAGMA integrity_check(1);

-- For the quick way, which reads tables out of the pages.
-- name: journal_sweep_roots
SELECT name, rootpage, sql FROM sqlite_schema;

-- name: journal_sweep_state
PRAGMA integrity_check(state);

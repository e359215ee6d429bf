-- The host's store, version 3: TLS sessions that terminals resume, on whichever host process.

-- name: store_tables_3_session
CREATE TABLE session (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,            -- what the terminal names
    until_s INTEGER NOT NULL,
    body BLOB NOT NULL                  -- sealed by the host: src/host/sessions.c
) STRICT;

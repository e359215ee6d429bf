-- What SQLite alone is asked.

-- name: copy_into
VACUUM INTO ?1;

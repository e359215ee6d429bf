-- The host's store, version 4: when a user is deputy of a supervisor; 0 = never.

-- name: store_tables_4_deputy
ALTER TABLE user ADD COLUMN deputy_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user ADD COLUMN deputy_to INTEGER NOT NULL DEFAULT 0;

-- The host's store on PostgreSQL, version 2: when a user is deputy of a supervisor; 0 = never.

-- name: pg_tables_deputy
ALTER TABLE "user" ADD COLUMN deputy_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "user" ADD COLUMN deputy_to BIGINT NOT NULL DEFAULT 0;

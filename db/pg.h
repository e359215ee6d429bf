/*
 * A connection to PostgreSQL: opening, whole texts of SQL, faults as statuses.
 *
 * Private to db/store_pg*.c, with libpq nowhere else. It does not know a table.
 *
 * Threads: one connection, one thread.  Blocking: connecting takes at most PG_CONNECT_S seconds,
 * a statement as long as the session allows (db/schema/pg_statements.sql). Passwords come from the
 * address, from PGPASSFILE or from the environment and never reach a log.
 */
#ifndef TILL_PG_H
#define TILL_PG_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "status.h"

enum { PG_CONNECT_S = 5 };

/* url: what libpq reads, postgresql://… The session is set up. TILL_E_DATABASE: no way in, said in
 * the log. TILL_UNSUPPORTED: a database that does not keep its texts as UTF-8. */
enum till_status pg_connect(const char *url, PGconn **conn_out) TILL_CHECKED;
/* Once more over the same address, statements unprepared. TILL_BUSY: not now. */
enum till_status pg_connect_again(PGconn *conn) TILL_CHECKED;

/* Statements without parameters, one after the other. */
enum till_status pg_execute(PGconn *conn, const char *sql) TILL_CHECKED;
/* The first value of the first row. TILL_NOT_FOUND: no row. */
enum till_status pg_text(PGconn *conn, const char *sql, char *text_out,
                         size_t capacity) TILL_CHECKED;

/*
 * What a result that is no success means; said in the log, save for constraints. No detail of the
 * server's is: it quotes rows. result NULL: the connection's own fault.
 * Locked, deadlocked, stopped, gone: TILL_BUSY, and trying again may help. A constraint:
 * TILL_BAD_INPUT. A number that is too large: TILL_E_OVERFLOW.
 */
enum till_status pg_failed(PGconn *conn, const PGresult *result, const char *what) TILL_CHECKED;
/* A row that it refers to is missing. */
bool pg_is_dangling(const PGresult *result);
/* It came to an end as it should. */
bool pg_is_done(const PGresult *result);

#endif

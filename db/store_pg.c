/*
 * The store on PostgreSQL: several host processes work on one database at once.
 *
 * READ COMMITTED with locks. A transaction of the office (store_begin) holds one advisory lock
 * alone, those of terminals (store_begin_terminal) hold it together: so the office's rules are
 * written for one writer, as on SQLite, and terminals go on beside each other, each under the lock
 * of its own row and of the customers that it reads.
 */
#include "store_pg.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "sql.h"

/* Of the schema here; SQLite's counts by itself: its version 5 is the 3 of this one. */
enum { SCHEMA_VERSION = 3, RETRY_MS = 1000, VERSION_TEXT = 24 };

#define X(noun) SQL_PG_TABLES_##noun,
static const char *const tables[] = {SQL_PG_TABLES_TERMINALS, SQL_PG_TABLES_LEDGER,
                                     SQL_PG_TABLES_MASTER, SQL_PG_TABLES_OFFICE, STORE_TABLES_3(X)};
/* What a database of version 1 gets besides; parts of what is new among it, and what goes in. */
static const char *const tables_2[] = {STORE_TABLES_4(X) SQL_PG_PARTITIONS,
                                       SQL_PG_CUSTODY_OPEN_FILL};
/* And one of version 2. */
static const char *const tables_3[] = {STORE_TABLES_5(X) SQL_PG_PARTITIONS, SQL_PG_DISPUTE_FILL,
                                       SQL_PG_DISPUTE_HELD_AFTER};
#undef X

/* ---- the connection -------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum till_status store_pg_ready(struct store_pg *p)
{
    int64_t at_ms;

    if (p->transaction)
        return p->failed ? TILL_BUSY : TILL_OK;
    if (PQstatus(p->conn) == CONNECTION_OK)
        return TILL_OK;
    at_ms = now_ms();
    if (p->tried_at_ms != 0 && at_ms - p->tried_at_ms < RETRY_MS)
        return TILL_BUSY;
    p->tried_at_ms = at_ms;
    store_pg_rows_forget(p);
    return pg_connect_again(p->conn);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static enum till_status begin_once(struct store_pg *p, const char *sql)
{
    enum till_status st = store_pg_ready(p);

    if (st == TILL_OK) {
        store_pg_drain(p);
        st = pg_execute(p->conn, sql);
    }
    if (st != TILL_OK && PQtransactionStatus(p->conn) != PQTRANS_IDLE)
        PQclear(PQexec(p->conn, "ROLLBACK"));
    return st;
}

static enum till_status lock_terminal(struct store *s, const char *terminal)
{
    struct rows_use use = rows_of(s, STORE_TERMINAL);
    enum till_status st;

    rows_bind_text(&use, terminal);
    st = rows_next(&use);
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static void rollback(struct store *s)
{
    struct store_pg *p = store_pg_of(s);

    store_pg_drain(p);
    store_pg_ahead_end(p);
    store_pg_unit_end(p, false);
    store_pg_accounts_end(p);
    p->transaction = false;
    p->failed = false;
    if (PQstatus(p->conn) == CONNECTION_OK)
        PQclear(PQexec(p->conn, "ROLLBACK"));
}

static enum till_status begin(struct store *s, enum store_way way, const char *terminal)
{
    static const char *const texts[] = {[STORE_ALONE] = SQL_PG_BEGIN,
                                        [STORE_ALONG] = SQL_PG_BEGIN_TERMINAL,
                                        [STORE_VIEW] = SQL_PG_BEGIN_VIEW,
                                        [STORE_WHOLE] = SQL_PG_BEGIN_WHOLE};
    struct store_pg *p = store_pg_of(s);
    const char *sql = texts[way];
    enum till_status st = begin_once(p, sql);

    /* A connection that died while it stood idle says so only now. */
    if (st != TILL_OK && PQstatus(p->conn) != CONNECTION_OK)
        st = begin_once(p, sql);
    if (st != TILL_OK)
        return st;
    p->transaction = true;
    p->alone = way == STORE_ALONE;
    p->locks = way == STORE_ALONE || way == STORE_ALONG;
    p->whole = way == STORE_WHOLE;
    p->failed = false;
    if (terminal != NULL)
        st = lock_terminal(s, terminal);
    if (st != TILL_OK)
        rollback(s);
    else if (terminal != NULL)
        store_pg_unit_begin(p, terminal);
    return st;
}

static enum till_status commit(struct store *s)
{
    struct store_pg *p = store_pg_of(s);
    enum till_status st = p->failed ? TILL_BUSY : store_pg_unit_flush(p);

    if (st == TILL_OK)
        st = store_pg_ahead_flush(p);
    if (st == TILL_OK)
        st = store_pg_accounts_flush(p);
    if (st == TILL_OK) {
        store_pg_drain(p);
        st = p->failed ? TILL_BUSY : pg_execute(p->conn, "COMMIT");
    }
    if (st != TILL_OK) {
        rollback(s);
        return st;
    }
    p->transaction = false;
    store_pg_accounts_end(p);
    store_pg_ahead_end(p);
    store_pg_unit_end(p, true);
    return TILL_OK;
}

static enum till_status run(struct store *s, enum store_statement which)
{
    struct rows_use use = rows_of(s, which);

    return rows_run(&use);
}

static enum till_status mark(struct store *s)
{
    enum till_status st = run(s, STORE_MARK);

    return st == TILL_OK ? store_pg_accounts_mark(store_pg_of(s)) : st;
}

static enum till_status keep(struct store *s)
{
    store_pg_accounts_keep(store_pg_of(s));
    return run(s, STORE_KEEP);
}

static enum till_status undo(struct store *s)
{
    enum till_status st = run(s, STORE_UNDO);

    store_pg_accounts_undo(store_pg_of(s));
    return st == TILL_OK ? run(s, STORE_KEEP) : st;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* What waits goes before any statement that may meet it; one that writes may change what was
 * read. */
static enum till_status settle_ahead(struct rows_use *use)
{
    struct store_pg *p = store_pg_of(use->store);
    const struct pg_statement *statement = use->statement;
    enum till_status st = TILL_OK;

    if (!p->ahead.active || statement->bulk || statement->result != NULL)
        return TILL_OK;
    st = store_pg_ahead_flush(p);
    if (st == TILL_OK && strncmp(statement->text, "SELECT", strlen("SELECT")) != 0)
        store_pg_ahead_forget(p);
    return st;
}

static enum till_status run_rows(struct rows_use *use, bool *dangling_out)
{
    enum till_status st = settle_ahead(use);

    *dangling_out = false;
    return st == TILL_OK ? store_pg_rows_run(use, dangling_out) : st;
}

static enum till_status next_row(struct rows_use *use)
{
    enum till_status st = settle_ahead(use);

    if (st == TILL_OK && store_pg_is_walked(use))
        return store_pg_cursor_next(use);
    return st == TILL_OK ? store_pg_rows_next(use) : st;
}

static void end_rows(struct rows_use *use)
{
    if (store_pg_is_walked(use))
        store_pg_cursor_end(use);
    else
        store_pg_rows_end(use);
}

/* ---- the schema ------------------------------------------------------------------------------ */

static enum till_status find_schema(PGconn *conn, bool *found_out)
{
    char answer[VERSION_TEXT] = "";
    enum till_status st = pg_text(conn, SQL_PG_SCHEMA_FIND, answer, sizeof(answer));

    *found_out = answer[0] == 't';
    return st;
}

/* 0 where there is none yet. */
static enum till_status schema_version(PGconn *conn, long *version_out)
{
    char version[VERSION_TEXT] = "";
    bool found = false;
    enum till_status st = find_schema(conn, &found);

    *version_out = 0;
    if (st == TILL_OK && found) {
        st = pg_text(conn, SQL_PG_SCHEMA_VERSION, version, sizeof(version));
        *version_out = strtol(version, NULL, 10);
    }
    return st;
}

static enum till_status execute_all(PGconn *conn, const char *const *texts, size_t count)
{
    enum till_status st = TILL_OK;

    for (size_t i = 0; st == TILL_OK && i < count; i++)
        st = pg_execute(conn, texts[i]);
    return st;
}

static enum till_status bring_up(PGconn *conn)
{
    long version = 0;
    enum till_status st = schema_version(conn, &version);

    if (st == TILL_OK && version == 0) {
        st = execute_all(conn, tables, sizeof(tables) / sizeof(tables[0]));
        if (st == TILL_OK)
            st = pg_execute(conn, SQL_PG_SCHEMA_MAKE);
    }
    if (st == TILL_OK && version < 2)
        st = execute_all(conn, tables_2, sizeof(tables_2) / sizeof(tables_2[0]));
    if (st == TILL_OK && version < SCHEMA_VERSION)
        st = execute_all(conn, tables_3, sizeof(tables_3) / sizeof(tables_3[0]));
    if (st == TILL_OK && version < SCHEMA_VERSION)
        st = pg_execute(conn, SQL_PG_SCHEMA_RAISE);
    return st;
}

/* Whole or not at all; a second process that starts at once waits and finds it made. */
static enum till_status make_schema(PGconn *conn)
{
    enum till_status st = pg_execute(conn, SQL_PG_BEGIN_SCHEMA);

    if (st == TILL_OK)
        st = bring_up(conn);
    if (st == TILL_OK)
        return pg_execute(conn, "COMMIT");
    if (PQstatus(conn) == CONNECTION_OK)
        PQclear(PQexec(conn, "ROLLBACK"));
    return st;
}

static enum till_status check_schema(PGconn *conn)
{
    long version = 0;
    enum till_status st = schema_version(conn, &version);

    if (st == TILL_OK && version < SCHEMA_VERSION)
        st = make_schema(conn);
    if (st == TILL_OK && version > SCHEMA_VERSION) {
        log_error("postgresql: newer software made this database (schema %ld)", version);
        return TILL_READ_ONLY;
    }
    return st;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void close_store(struct store *s)
{
    struct store_pg *p = store_pg_of(s);

    store_pg_rows_forget(p);
    store_pg_unit_free(p);
    store_pg_ahead_free(p);
    free(p->changes.items);
    PQfinish(p->conn);
    free(p);
}

static const struct store_backend backend = {
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .mark = mark,
    .keep = keep,
    .undo = undo,
    .rows_start = store_pg_rows_start,
    .rows_bind_integer = store_pg_bind_integer,
    .rows_bind_text = store_pg_bind_text,
    .rows_bind_bytes = store_pg_bind_bytes,
    .rows_bind_null = store_pg_bind_null,
    .rows_run = run_rows,
    .rows_next = next_row,
    .rows_end = end_rows,
    .rows_kind = store_pg_kind,
    .rows_integer = store_pg_integer,
    .rows_span = store_pg_span,
};

enum till_status store_pg_open(const char *url, struct store **store_out)
{
    struct store_pg *p = calloc(1, sizeof(*p));
    enum till_status st = p != NULL ? pg_connect(url, &p->conn) : TILL_E_MEMORY;

    if (st == TILL_OK)
        st = check_schema(p->conn);
    if (st != TILL_OK) {
        if (p != NULL)
            PQfinish(p->conn);
        free(p);
        return st;
    }
    p->hands = store_pg_bulk;
    store_pg_ahead_hands(&p->hands);
    p->backend = backend;
    p->backend.bulk = &p->hands;
    p->store.backend = &p->backend;
    store_pg_rows_init(p);
    *store_out = &p->store;
    return TILL_OK;
}

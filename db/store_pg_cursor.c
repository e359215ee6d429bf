/*
 * Long answers, piece by piece: a statement that reads whole tables becomes a cursor on the server.
 * It is planned for being read to the end, other statements run beside it, and memory holds one
 * piece of it.
 */
#include <stdio.h>
#include <string.h>

#include "sql.h"
#include "store_pg.h"

enum { PIECE_ROWS = 4000, CURSOR_SQL_MAX = 4400, BINARY = 1 };

static const enum store_statement walked[] = {STORE_LINES_BY_POSTING, STORE_LINES_BY_ACCOUNT,
                                              STORE_WALK_POSTINGS,    STORE_WALK_BALANCES,
                                              STORE_WALK_CUSTOMERS,   STORE_LEDGER_ACCOUNTS_FROM};

bool store_pg_is_walked(const struct rows_use *use)
{
    const struct store_pg *p = store_pg_of(use->store);
    const struct pg_statement *statement = use->statement;

    for (size_t i = 0; p->whole && p->transaction && i < sizeof(walked) / sizeof(walked[0]); i++) {
        if (statement == &p->statements[0][walked[i]])
            return true;
    }
    return false;
}

/* Parameters: none, or one text. The piece that is in hand, in statement->result. */
static enum till_status ask(struct store_pg *p, struct pg_statement *statement, const char *sql,
                            int count)
{
    const struct pg_parameter *parameter = &statement->parameters[0];
    enum till_status st = TILL_OK;

    PQclear(statement->result);
    statement->result = PQexecParams(p->conn, sql, count, &parameter->type, &parameter->data,
                                     &parameter->size, (const int[]){BINARY}, BINARY);
    statement->row = -1;
    if (statement->result == NULL || !pg_is_done(statement->result)) {
        st = pg_failed(p->conn, statement->result, statement->text);
        p->failed = true;
    }
    return st;
}

static enum till_status open_cursor(struct store_pg *p, struct rows_use *use)
{
    struct pg_statement *statement = use->statement;
    char sql[CURSOR_SQL_MAX];
    enum till_status st = pg_execute(p->conn, SQL_PG_CURSOR_BEGIN);
    char *mark;

    if (st != TILL_OK) {
        p->failed = true;
        return st;
    }
    (void)snprintf(sql, sizeof(sql), "DECLARE %s NO SCROLL CURSOR FOR %s", statement->name,
                   statement->text);
    while ((mark = strchr(sql, '?')) != NULL)
        *mark = '$';
    st = ask(p, statement, sql, use->at > 0 ? 1 : 0);
    if (st == TILL_OK)
        st = pg_execute(p->conn, SQL_PG_CURSOR_BEGUN);
    if (st != TILL_OK)
        p->failed = true;
    return st;
}

enum till_status store_pg_cursor_next(struct rows_use *use)
{
    struct store_pg *p = store_pg_of(use->store);
    struct pg_statement *statement = use->statement;
    char sql[64];
    enum till_status st = p->failed ? TILL_BUSY : TILL_OK;

    if (st == TILL_OK && statement->result == NULL) {
        store_pg_drain(p);
        st = open_cursor(p, use);
    }
    if (st == TILL_OK && statement->row + 1 >= PQntuples(statement->result)) {
        (void)snprintf(sql, sizeof(sql), "FETCH FORWARD %d FROM %s", (int)PIECE_ROWS,
                       statement->name);
        st = ask(p, statement, sql, 0);
    }
    if (st == TILL_OK && PQntuples(statement->result) == 0)
        st = TILL_NOT_FOUND;
    if (st != TILL_OK) {
        store_pg_cursor_end(use);
        return st;
    }
    statement->row++;
    return TILL_OK;
}

void store_pg_cursor_end(struct rows_use *use)
{
    struct store_pg *p = store_pg_of(use->store);
    struct pg_statement *statement = use->statement;
    char sql[64];

    if (statement->result != NULL && !p->failed) {
        (void)snprintf(sql, sizeof(sql), "CLOSE %s", statement->name);
        if (pg_execute(p->conn, sql) != TILL_OK)
            p->failed = true;
    }
    PQclear(statement->result);
    statement->result = NULL;
    statement->row = -1;
}

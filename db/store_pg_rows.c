#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sql.h"
#include "store_pg.h"

/* PostgreSQL's own numbers for its types (pg_type.dat); they do not change. */
enum {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_NUMERIC = 1700
};
enum { SQL_SIZE_MAX = 4200, BINARY = 1 };

/* clang-format off */
static const char *const texts[2][PG_STATEMENTS] = {
    {
#define X(name) [STORE_##name] = SQL_PG_STORE_##name,
        STORE_STATEMENT_LIST(X)
#undef X
#define X(name) [PG_##name] = SQL_PG_##name,
        PG_STATEMENT_LIST(X)
#undef X
    },
    {
#define X(name) [STORE_##name] = SQL_PG_LOCKED_STORE_##name,
        STORE_STATEMENT_LIST(X)
#undef X
#define X(name) [PG_##name] = SQL_PG_##name,
        PG_STATEMENT_LIST(X)
#undef X
    }};
/* clang-format on */

/* These read whole tables. */
static const enum store_statement streamed[] = {STORE_LINES_BY_POSTING, STORE_LINES_BY_ACCOUNT,
                                                STORE_LEDGER_ACCOUNTS_FROM};

/* These know no table that a unit of work writes to, so they need not wait for it; and what they
 * write was checked before: nothing of it can be refused, and a savepoint would be in vain. */
static const enum store_statement apart[] = {STORE_VALUE,    STORE_PUT_VALUE,    STORE_REMOVE_VALUE,
                                             STORE_TERMINAL, STORE_PUT_TERMINAL, STORE_TOUCH};

static bool writes(const char *text)
{
    return strncmp(text, "INSERT", 6) == 0 || strncmp(text, "UPDATE", 6) == 0 ||
           strncmp(text, "DELETE", 6) == 0;
}

void store_pg_rows_init(struct store_pg *p)
{
    for (int way = 0; way < 2; way++) {
        for (int i = 0; i < PG_STATEMENTS; i++) {
            struct pg_statement *statement = &p->statements[way][i];

            statement->text = texts[way][i];
            statement->bulk = i >= STORE_STATEMENTS;
            statement->accounts = strstr(statement->text, "ledger_account") != NULL;
            statement->writes = !statement->bulk && writes(statement->text);
            (void)snprintf(statement->name, sizeof(statement->name), "%c%d", way == 0 ? 's' : 'l',
                           i);
        }
        for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
            p->statements[way][apart[i]].apart = true;
        for (size_t i = 0; i < sizeof(streamed) / sizeof(streamed[0]); i++)
            p->statements[way][streamed[i]].streamed = true;
    }
}

void store_pg_rows_forget(struct store_pg *p)
{
    p->streaming = NULL;
    for (int way = 0; way < 2; way++) {
        for (int i = 0; i < PG_STATEMENTS; i++) {
            PQclear(p->statements[way][i].result);
            p->statements[way][i].result = NULL;
            p->statements[way][i].prepared = false;
        }
    }
}

void store_pg_drain(struct store_pg *p)
{
    PGcancel *cancel;
    PGresult *result;
    char fault[256];

    if (p->streaming == NULL)
        return;
    p->streaming = NULL;
    cancel = PQgetCancel(p->conn);
    if (cancel != NULL)
        (void)PQcancel(cancel, fault, sizeof(fault));
    PQfreeCancel(cancel);
    while ((result = PQgetResult(p->conn)) != NULL)
        PQclear(result);
    /* Within a transaction the cancelling has ended it. */
    if (PQtransactionStatus(p->conn) == PQTRANS_INERROR)
        p->failed = true;
}

/* ---- binding --------------------------------------------------------------------------------- */

void store_pg_rows_start(struct rows_use *use, enum store_statement which)
{
    struct store_pg *p = store_pg_of(use->store);
    struct pg_statement *statement = &p->statements[p->transaction && p->locks ? 1 : 0][which];

    if (p->streaming == statement)
        store_pg_drain(p);
    PQclear(statement->result);
    statement->result = NULL;
    statement->row = -1;
    use->statement = statement;
}

struct rows_use store_pg_use(struct store_pg *p, enum pg_bulk_statement which)
{
    struct rows_use use = {.store = &p->store};

    store_pg_rows_start(&use, (enum store_statement)which);
    return use;
}

static struct pg_parameter *next_parameter(struct rows_use *use)
{
    struct pg_statement *statement = use->statement;

    assert(use->at < PG_PARAMETERS_MAX);
    return &statement->parameters[use->at++];
}

void store_pg_bind_integer(struct rows_use *use, int64_t value)
{
    struct pg_parameter *parameter = next_parameter(use);
    uint64_t bits = (uint64_t)value;

    for (int i = 7; i >= 0; i--) {
        parameter->integer[i] = (char)(bits & 0xff);
        bits >>= 8;
    }
    parameter->type = PG_INT8;
    parameter->data = parameter->integer;
    parameter->size = sizeof(parameter->integer);
}

static void bind_data(struct rows_use *use, Oid type, const void *data, size_t size)
{
    struct pg_parameter *parameter = next_parameter(use);

    assert(size <= INT32_MAX);
    parameter->type = type;
    parameter->data = data;
    parameter->size = (int)size;
}

void store_pg_bind_text(struct rows_use *use, const char *text, size_t size)
{
    bind_data(use, PG_TEXT, text, size);
}

void store_pg_bind_bytes(struct rows_use *use, const void *data, size_t size)
{
    bind_data(use, PG_BYTEA, data, size);
}

void store_pg_bind_null(struct rows_use *use)
{
    bind_data(use, 0, NULL, 0);
}

void store_pg_bind_array(struct rows_use *use, Oid type, const struct pg_bytes *values)
{
    bind_data(use, type, values->data, values->size);
}

/* ---- running --------------------------------------------------------------------------------- */

/* ?1 as $1. A question mark in a quoted text stays. */
static void to_dollars(const char *text, char out[SQL_SIZE_MAX])
{
    bool quoted = false;
    size_t size = strlen(text);

    assert(size < SQL_SIZE_MAX);
    for (size_t i = 0; i <= size; i++) {
        quoted = text[i] == '\'' ? !quoted : quoted;
        out[i] = text[i] == '?' && !quoted ? '$' : text[i];
    }
}

static enum till_status prepare(struct store_pg *p, struct pg_statement *statement, int count)
{
    char sql[SQL_SIZE_MAX];
    Oid types[PG_PARAMETERS_MAX];
    PGresult *result;
    enum till_status st = TILL_OK;

    to_dollars(statement->text, sql);
    for (int i = 0; i < count; i++)
        types[i] = statement->parameters[i].type;
    result = PQprepare(p->conn, statement->name, sql, count, types);
    if (result == NULL || !pg_is_done(result))
        st = pg_failed(p->conn, result, statement->text);
    PQclear(result);
    statement->prepared = st == TILL_OK;
    return st;
}

static bool send(struct store_pg *p, const struct pg_statement *statement, int count)
{
    const char *values[PG_PARAMETERS_MAX];
    int sizes[PG_PARAMETERS_MAX], formats[PG_PARAMETERS_MAX];

    for (int i = 0; i < count; i++) {
        values[i] = statement->parameters[i].data;
        sizes[i] = statement->parameters[i].size;
        formats[i] = BINARY;
    }
    return PQsendQueryPrepared(p->conn, statement->name, count, values, sizes, formats, BINARY) ==
           1;
}

static bool send_plain(struct store_pg *p, const char *sql)
{
    return PQsendQueryParams(p->conn, sql, 0, NULL, NULL, NULL, NULL, BINARY) == 1;
}

/* The last result of what was sent; earlier ones are dropped. */
static PGresult *last_result(PGconn *conn)
{
    PGresult *last = NULL, *result;

    while ((result = PQgetResult(conn)) != NULL) {
        PQclear(last);
        last = result;
    }
    return last;
}

/* A statement that may be refused while the transaction goes on: within a savepoint, in one round
 * trip. */
static PGresult *run_guarded(struct store_pg *p, const struct pg_statement *statement, int count)
{
    PGresult *kept = NULL;
    bool sent = PQenterPipelineMode(p->conn) == 1 && send_plain(p, "SAVEPOINT row") &&
                send(p, statement, count) && send_plain(p, "RELEASE SAVEPOINT row") &&
                PQpipelineSync(p->conn) == 1;

    if (!sent) {
        p->failed = true;
        return NULL;
    }
    PQclear(last_result(p->conn)); /* the savepoint */
    kept = last_result(p->conn);
    PQclear(last_result(p->conn));
    PQclear(PQgetResult(p->conn)); /* the pipeline's end */
    if (PQexitPipelineMode(p->conn) != 1)
        p->failed = true;
    if (kept != NULL && !pg_is_done(kept) && PQstatus(p->conn) == CONNECTION_OK) {
        PGresult *back = PQexec(p->conn, "ROLLBACK TO SAVEPOINT row; RELEASE SAVEPOINT row");

        p->failed = p->failed || back == NULL || !pg_is_done(back);
        PQclear(back);
    }
    return kept;
}

static PGresult *run_plain(struct store_pg *p, struct pg_statement *statement, int count)
{
    if (!send(p, statement, count))
        return NULL;
    if (!statement->streamed)
        return last_result(p->conn);
    if (PQsetSingleRowMode(p->conn) != 1)
        return last_result(p->conn);
    p->streaming = statement;
    return PQgetResult(p->conn);
}

static bool is_rows(const PGresult *result)
{
    return result != NULL && (pg_is_done(result) || PQresultStatus(result) == PGRES_SINGLE_TUPLE);
}

static enum till_status execute_once(struct store_pg *p, struct pg_statement *statement, int count)
{
    enum till_status st = store_pg_ready(p);
    bool guarded = p->transaction && statement->writes && !(statement->apart && p->unit.active);

    if (st != TILL_OK)
        return st;
    store_pg_drain(p);
    if (!statement->prepared)
        st = prepare(p, statement, count);
    if (st == TILL_OK) {
        statement->result =
            guarded ? run_guarded(p, statement, count) : run_plain(p, statement, count);
        if (!is_rows(statement->result)) {
            st = pg_failed(p->conn, statement->result, statement->text);
            store_pg_drain(p);
        }
    }
    /* What a savepoint did not take back, or what another transaction was in the way of, has ended
     * the transaction. */
    if (st != TILL_OK && p->transaction &&
        (!guarded || (st != TILL_BAD_INPUT && st != TILL_E_OVERFLOW)))
        p->failed = true;
    return st;
}

/* Statements that write, and never a customer, a bill or an account. */
static bool spares_customers(const struct pg_statement *statement)
{
    static const char *const texts_of[] = {SQL_PG_STORE_PUT_ALARM, SQL_PG_STORE_PUT_QUARANTINE,
                                           SQL_PG_STORE_ADD_MATTER, SQL_PG_STORE_PUT_FORK};

    for (size_t i = 0; i < sizeof(texts_of) / sizeof(texts_of[0]); i++) {
        if (strcmp(statement->text, texts_of[i]) == 0)
            return true;
    }
    return false;
}

/* Any other statement sees what the unit of work means to write, and may write past it. */
static enum till_status settle_unit(struct store_pg *p, const struct pg_statement *statement)
{
    enum till_status st = TILL_OK;

    if (statement->bulk)
        return TILL_OK;
    /* Opening an account reads what can't have changed here: the one that is not known yet. */
    if (p->alone && p->transaction && statement->accounts && !p->changes.opening)
        return store_pg_accounts_flush(p);
    if (!p->unit.active || statement->apart)
        return TILL_OK;
    st = store_pg_unit_flush(p);
    if (st == TILL_OK && (statement->writes ? !spares_customers(statement)
                                            : strncmp(statement->text, "SELECT", 6) != 0))
        store_pg_unit_forget(p);
    return st;
}

static enum till_status execute(struct rows_use *use)
{
    struct store_pg *p = store_pg_of(use->store);
    struct pg_statement *statement = use->statement;
    enum till_status st = settle_unit(p, statement);

    if (st == TILL_OK)
        st = execute_once(p, statement, use->at);

    /* A connection that died while it stood idle says so only now. */
    if (st == TILL_BUSY && !p->transaction && PQstatus(p->conn) != CONNECTION_OK) {
        PQclear(statement->result);
        statement->result = NULL;
        st = execute_once(p, statement, use->at);
    }
    return st;
}

enum till_status store_pg_rows_run(struct rows_use *use, bool *dangling_out)
{
    struct pg_statement *statement = use->statement;
    enum till_status st = execute(use);
    const char *count = st == TILL_OK ? PQcmdTuples(statement->result) : "";

    *dangling_out = st == TILL_BAD_INPUT && pg_is_dangling(statement->result);
    use->changes = 0;
    for (; *count >= '0' && *count <= '9'; count++)
        use->changes = use->changes * 10 + (*count - '0');
    store_pg_rows_end(use);
    return st;
}

static enum till_status next_streamed(struct store_pg *p, struct pg_statement *statement)
{
    enum till_status st = TILL_OK;

    PQclear(statement->result);
    statement->result = PQgetResult(p->conn);
    statement->row = 0;
    if (statement->result != NULL && PQresultStatus(statement->result) == PGRES_SINGLE_TUPLE)
        return TILL_OK;
    if (statement->result == NULL || !pg_is_done(statement->result)) {
        st = pg_failed(p->conn, statement->result, statement->text);
        p->failed = p->failed || p->transaction;
    }
    PQclear(last_result(p->conn));
    p->streaming = NULL;
    return st == TILL_OK ? TILL_NOT_FOUND : st;
}

enum till_status store_pg_rows_next(struct rows_use *use)
{
    struct store_pg *p = store_pg_of(use->store);
    struct pg_statement *statement = use->statement;

    if (statement->result == NULL) {
        enum till_status st = execute(use);

        if (st != TILL_OK)
            return st;
        if (p->streaming == statement && PQresultStatus(statement->result) != PGRES_SINGLE_TUPLE) {
            PQclear(last_result(p->conn)); /* no row at all */
            p->streaming = NULL;
        }
    } else if (p->streaming == statement) {
        return next_streamed(p, statement);
    }
    if (statement->row + 1 >= PQntuples(statement->result)) {
        store_pg_rows_end(use);
        return TILL_NOT_FOUND;
    }
    statement->row++;
    return TILL_OK;
}

void store_pg_rows_end(struct rows_use *use)
{
    struct store_pg *p = store_pg_of(use->store);
    struct pg_statement *statement = use->statement;

    if (p->streaming == statement)
        store_pg_drain(p);
    PQclear(statement->result);
    statement->result = NULL;
    statement->row = -1;
}

/* ---- columns --------------------------------------------------------------------------------- */

static int64_t big_endian(const char *data, int size)
{
    uint64_t bits = (data[0] & 0x80) != 0 ? UINT64_MAX : 0;

    for (int i = 0; i < size; i++)
        bits = bits << 8 | (uint8_t)data[i];
    return (int64_t)bits;
}

/* A sum of BIGINT comes as NUMERIC: count of digits to the base of 10,000, weight of the first,
 * sign, scale, digits. Past int64 it is the last number there is. */
static int64_t whole_of_numeric(const char *data, int size)
{
    enum { HEADER = 8, DIGIT = 2, BASE = 10000, MINUS = 0x4000 };
    int64_t digits, weight, value = 0;
    bool minus, overflow = false;

    if (size < HEADER)
        return 0;
    digits = big_endian(data, DIGIT);
    weight = big_endian(data + 2, DIGIT);
    minus = (big_endian(data + 4, DIGIT) & 0xffff) == MINUS;
    if (weight > 4)
        return minus ? INT64_MIN : INT64_MAX;
    for (int64_t i = 0; i <= weight; i++) {
        int64_t digit = i < digits && size >= HEADER + DIGIT * (i + 1)
                            ? big_endian(data + HEADER + DIGIT * i, DIGIT)
                            : 0;

        overflow = overflow || __builtin_mul_overflow(value, BASE, &value);
        overflow = overflow || (minus ? __builtin_sub_overflow(value, digit, &value)
                                      : __builtin_add_overflow(value, digit, &value));
    }
    if (overflow)
        return minus ? INT64_MIN : INT64_MAX;
    return value;
}

enum rows_kind store_pg_kind(const struct rows_use *use, int column)
{
    const struct pg_statement *statement = use->statement;

    if (PQgetisnull(statement->result, statement->row, column) != 0)
        return ROWS_NULL;
    switch (PQftype(statement->result, column)) {
    case PG_BOOL:
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
    case PG_NUMERIC:
        return ROWS_INTEGER;
    case PG_BYTEA:
        return ROWS_BYTES;
    default:
        return ROWS_TEXT;
    }
}

int64_t store_pg_integer(const struct rows_use *use, int column)
{
    const struct pg_statement *statement = use->statement;
    const char *data = PQgetvalue(statement->result, statement->row, column);
    int size = PQgetlength(statement->result, statement->row, column);

    if (store_pg_kind(use, column) != ROWS_INTEGER)
        return 0;
    if (PQftype(statement->result, column) == PG_NUMERIC)
        return whole_of_numeric(data, size);
    return big_endian(data, size);
}

struct span store_pg_span(const struct rows_use *use, int column)
{
    const struct pg_statement *statement = use->statement;
    int size = PQgetlength(statement->result, statement->row, column);

    if (store_pg_kind(use, column) == ROWS_NULL)
        return (struct span){NULL, 0};
    return (struct span){.data =
                             (const uint8_t *)PQgetvalue(statement->result, statement->row, column),
                         .size = (size_t)size};
}

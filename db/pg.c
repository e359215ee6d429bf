#include "pg.h"

#include <assert.h>
#include <string.h>

#include "log.h"
#include "sql.h"
#include "text.h"

enum { STATE_SIZE = 5, FAULT_MAX = 256 };

struct meaning {
    const char *state; /* SQLSTATE, or how it begins */
    enum till_status status;
};

/* The first that fits. PostgreSQL's appendix A has them all. */
static const struct meaning meanings[] = {
    {"08", TILL_BUSY},          /* the connection is gone */
    {"22003", TILL_E_OVERFLOW}, /* numeric value out of range */
    {"23", TILL_BAD_INPUT},     /* a constraint */
    {"25006", TILL_READ_ONLY},  /* a standby */
    {"40", TILL_BUSY},          /* deadlock, serialization */
    {"53100", TILL_DISK_FULL},  /* disk full */
    {"53200", TILL_E_MEMORY},   /* out of memory */
    {"53300", TILL_BUSY},       /* too many connections */
    {"55P03", TILL_BUSY},       /* a lock was not to be had in time */
    {"57", TILL_BUSY},          /* cancelled, timed out, shutting down, starting */
    {"25P03", TILL_BUSY},       /* the transaction stood idle for too long */
    {"XX001", TILL_E_CORRUPT},  /* data corrupted */
    {"XX002", TILL_E_CORRUPT}}; /* index corrupted */

static enum till_status status_of(const char *state)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0)
            return meanings[i].status;
    }
    return TILL_E_DATABASE;
}

/* libpq ends its lines. */
static void first_line(char out[FAULT_MAX], const char *message)
{
    text_copy(out, FAULT_MAX, message != NULL ? message : "");
    out[strcspn(out, "\r\n")] = '\0';
}

enum till_status pg_failed(PGconn *conn, const PGresult *result, const char *what)
{
    const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    enum till_status st = TILL_BUSY;
    char fault[FAULT_MAX];

    if (state == NULL) {
        first_line(fault, PQerrorMessage(conn));
        log_error("postgresql: %s: %s", what, fault);
        /* No word of the server's: it is gone, or the library had no memory. */
        return PQstatus(conn) == CONNECTION_OK ? TILL_E_DATABASE : TILL_BUSY;
    }
    st = status_of(state);
    if (st != TILL_BAD_INPUT) {
        first_line(fault, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
        log_error("postgresql: %s: %s (%s)", what, fault, state);
    }
    return st;
}

bool pg_is_dangling(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    return state != NULL && strncmp(state, "23503", STATE_SIZE) == 0;
}

bool pg_is_done(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return true;
    default:
        return false;
    }
}

enum till_status pg_execute(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    enum till_status st =
        result != NULL && pg_is_done(result) ? TILL_OK : pg_failed(conn, result, "sql");

    PQclear(result);
    return st;
}

enum till_status pg_text(PGconn *conn, const char *sql, char *text_out, size_t capacity)
{
    PGresult *result = PQexec(conn, sql);
    enum till_status st = TILL_OK;

    if (result == NULL || PQresultStatus(result) != PGRES_TUPLES_OK)
        st = pg_failed(conn, result, "sql");
    else if (PQntuples(result) == 0 || PQnfields(result) == 0)
        st = TILL_NOT_FOUND;
    else
        text_copy(text_out, capacity, PQgetvalue(result, 0, 0));
    PQclear(result);
    return st;
}

/* ---- connecting ------------------------------------------------------------------------------ */

static void take_notice(void *context, const char *message)
{
    char notice[FAULT_MAX];

    (void)context;
    first_line(notice, message);
    log_debug("postgresql: %s", notice);
}

/* An address that libpq can't read is not repeated: a password may be in it. */
static bool is_address(const char *url)
{
    char *fault = NULL;
    PQconninfoOption *parts = PQconninfoParse(url, &fault);
    bool read = parts != NULL;

    PQconninfoFree(parts);
    PQfreemem(fault);
    return read;
}

static enum till_status set_up(PGconn *conn)
{
    const char *encoding = PQparameterStatus(conn, "server_encoding");

    if (encoding == NULL || strcmp(encoding, "UTF8") != 0) {
        log_error("postgresql: the database keeps texts as %s, not as UTF8",
                  encoding != NULL ? encoding : "?");
        return TILL_UNSUPPORTED;
    }
    return pg_execute(conn, SQL_PG_SESSION);
}

enum till_status pg_connect(const char *url, PGconn **conn_out)
{
    /* What stands before the address is a default, what stands after it holds. */
    static const char *const names[] = {"connect_timeout",
                                        "tcp_user_timeout",
                                        "keepalives_idle",
                                        "fallback_application_name",
                                        "dbname",
                                        "client_encoding",
                                        NULL};
    const char *const values[] = {"5", "20000", "30", "fieldtill-host", url, "UTF8", NULL};
    PGconn *conn;
    enum till_status st;

    if (!is_address(url)) {
        log_error("postgresql: the address can't be read");
        return TILL_E_CONFIG;
    }
    conn = PQconnectdbParams(names, values, 1);
    if (conn == NULL)
        return TILL_E_MEMORY;
    if (PQstatus(conn) != CONNECTION_OK) {
        st = pg_failed(conn, NULL, "connecting");
        st = st == TILL_BUSY ? TILL_E_DATABASE : st;
    } else {
        (void)PQsetNoticeProcessor(conn, take_notice, NULL);
        st = set_up(conn);
    }
    if (st != TILL_OK) {
        PQfinish(conn);
        return st;
    }
    *conn_out = conn;
    return TILL_OK;
}

enum till_status pg_connect_again(PGconn *conn)
{
    PQreset(conn);
    if (PQstatus(conn) != CONNECTION_OK) {
        return pg_failed(conn, NULL, "connecting again");
    }
    return set_up(conn);
}

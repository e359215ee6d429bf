#include "store_place.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "postgres.h"
#include "vfs.h"

enum { URL_SIZE = 512 };

static char folder[URL_SIZE / 2];

struct place {
    const char *name;
    void (*start)(void); /* once for all tests */
    void (*stop)(void);
    void (*url)(char url_out[URL_SIZE]);
    void (*clean)(void);
    /* What a stranger does to the database, past the store. */
    void (*tamper)(const char *sql);
};

static void nothing(void)
{
}

static void sqlite_url(char url_out[URL_SIZE])
{
    snprintf(url_out, URL_SIZE, "sqlite:%s/host.db", folder);
}

static void sqlite_clean(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".new", ".new-wal", ".new-shm"};
    char name[URL_SIZE];

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        snprintf(name, sizeof(name), "%s/host.db%s", folder, suffixes[i]);
        (void)unlink(name);
    }
}

static void sqlite_tamper(const char *sql)
{
    char name[URL_SIZE];
    sqlite3 *db = NULL;
    int on = 1;

    snprintf(name, sizeof(name), "%s/host.db", folder);
    assert_int_equal(sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE, "fieldtill-store"),
                     SQLITE_OK);
    assert_int_equal(sqlite3_file_control(db, "main", VFS_CONTROL_CHECKSUMS, &on), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- PostgreSQL: a cluster and a database for all tests --------------------------------- */

static struct postgres server;

static const char PG_DATABASE[] = "till";

static void pg_url(char url_out[URL_SIZE])
{
    postgres_url(&server, PG_DATABASE, url_out);
}

static void pg_start(void)
{
    char url[POSTGRES_URL_SIZE];
    struct store *made = NULL;

    postgres_make(&server, false);
    postgres_run(&server, "postgres", "CREATE DATABASE till");
    postgres_url(&server, PG_DATABASE, url);
    assert_int_equal(store_open(url, &made), TILL_OK);
    store_close(made);
}

static void pg_stop(void)
{
    postgres_remove(&server);
}

static void pg_clean(void)
{
    postgres_empty(&server, PG_DATABASE);
}

static void pg_tamper(const char *sql)
{
    postgres_run(&server, PG_DATABASE, sql);
}

static const struct place places[] = {
    {"sqlite", nothing, nothing, sqlite_url, sqlite_clean, sqlite_tamper},
    {"postgresql", pg_start, pg_stop, pg_url, pg_clean, pg_tamper}};
static const struct place *place;

struct store *place_store;

struct store *place_open_again(void)
{
    char url[URL_SIZE];
    struct store *opened = NULL;

    place->url(url);
    assert_int_equal(store_open(url, &opened), TILL_OK);
    return opened;
}

int place_open_fresh(void **state)
{
    (void)state;
    place->clean();
    place_store = place_open_again();
    return 0;
}

int place_close_and_clean(void **state)
{
    (void)state;
    store_close(place_store);
    place_store = NULL;
    return 0;
}

void place_begin(void)
{
    assert_int_equal(store_begin(place_store), TILL_OK);
}

void place_commit(void)
{
    assert_int_equal(store_commit(place_store), TILL_OK);
}

/* What was committed is there for whoever opens the store next. */
void place_reopen(void)
{
    store_close(place_store);
    place_store = NULL;
    place_store = place_open_again();
}

void place_tamper(const char *sql)
{
    place->tamper(sql);
}

const char *place_name(void)
{
    return place->name;
}

/* Names of the tables in SQLite's file, parents last. */
static size_t sqlite_tables(char names_out[][64], size_t capacity)
{
    char path[URL_SIZE];
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL;
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/host.db", folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, "fieldtill-store"),
                     SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                        "name NOT LIKE 'sqlite_%' ORDER BY rowid DESC",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        assert_true(count < capacity);
        snprintf(names_out[count++], 64, "%s", (const char *)sqlite3_column_text(tables, 0));
    }
    sqlite3_finalize(tables);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return count;
}

void place_sqlite_make_first(void)
{
    char names[64][64], sql[16384];
    FILE *file = fopen("db/schema/store_1.sql", "re");
    size_t size, count = sqlite_tables(names, 64);

    assert_non_null(file);
    size = fread(sql, 1, sizeof(sql) - 1, file);
    sql[size] = '\0';
    fclose(file);
    for (size_t i = 0; i < count; i++) {
        char drop[80];

        snprintf(drop, sizeof(drop), "DROP TABLE %s", names[i]);
        sqlite_tamper(drop);
    }
    sqlite_tamper(sql);
    sqlite_tamper("PRAGMA user_version = 1");
}

/* LOUD=1 shows what the store logs. */
static void say(void *context, enum log_level level, const char *line)
{
    (void)context;
    (void)level;
    fprintf(stderr, "# %s\n", line);
}

static int group_start(void **state)
{
    (void)state;
    place->start();
    return 0;
}

static int group_stop(void **state)
{
    (void)state;
    place->stop();
    sqlite_clean();
    return 0;
}

int place_run(const struct CMUnitTest *tests, size_t count)
{
    const char *tmp = getenv("TMPDIR");
    int failed = 0;

    if (getenv("LOUD") != NULL)
        log_to(say, NULL, LOG_LEVEL_DEBUG);
    snprintf(folder, sizeof(folder), "%s/db_store.XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL)
        return 1;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        place = &places[i];
        failed += _cmocka_run_group_tests(place->name, tests, count, group_start, group_stop);
    }
    return rmdir(folder) == 0 ? failed : 1;
}

/* ---- material -------------------------------------------------------------------------------- */

const char place_hostile[] = "'; DROP TABLE terminal; -- 100%_\\\" ?1 $1 段𠮷囍";

struct store_terminal place_terminal(const char *number)
{
    struct store_terminal t = {.state = TERMINAL_ACTIVE,
                               .code_expires_s = 1795003600,
                               .enrolled_at_s = 1795000001,
                               .seen_at_s = 1795000002,
                               .head_seq = INT64_MAX,
                               .head_serial = 12,
                               .book_revision = 7,
                               .stopped = true};

    snprintf(t.terminal, sizeof(t.terminal), "%s", number);
    snprintf(t.name, sizeof(t.name), "%s", place_hostile);
    memset(t.code_hash, 'a', sizeof(t.code_hash) - 1);
    memset(t.journal_key, 4, sizeof(t.journal_key));
    memset(t.line_cert, 5, sizeof(t.line_cert));
    memset(t.line_pem, 'P', sizeof(t.line_pem) - 1);
    t.line_pem[27] = '\n';
    memset(t.secret, 0, sizeof(t.secret));
    memset(t.head_hash, 7, sizeof(t.head_hash));
    memset(t.head_signature, 8, sizeof(t.head_signature));
    return t;
}

void place_put_terminal(const char *number)
{
    struct store_terminal t = place_terminal(number);

    assert_int_equal(store_terminal_put(place_store, &t), TILL_OK);
}

struct entry place_entry(uint64_t seq, uint8_t mark)
{
    struct entry e = {.seq = seq, .at_s = 1795000000, .kind = 0x8100};

    e.body_size = (uint16_t)snprintf(e.body, sizeof(e.body),
                                     "{\"a\":\"6100234567\",\"m\":%u,\"w\":\"段'%%_\"}", mark);
    memset(e.hash, mark, sizeof(e.hash));
    memset(e.signature, mark, sizeof(e.signature));
    return e;
}

struct book_customer place_customer(const char *account, const char *book, uint32_t order)
{
    struct book_customer c = {.order = order,
                              .class = CUSTOMER_OTHER,
                              .balance_minor = 1234,
                              .last_paid_date = 20260915,
                              .last_paid_minor = 8640,
                              .flags = BOOK_CUSTOMER_KEEP_SUPPLY};

    snprintf(c.account, sizeof(c.account), "%s", account);
    snprintf(c.name, sizeof(c.name), "段'%%_");
    snprintf(c.address, sizeof(c.address), "%s", place_hostile);
    snprintf(c.meter, sizeof(c.meter), "M%s", account);
    snprintf(c.phone, sizeof(c.phone), "13800000000");
    snprintf(c.meter_book, sizeof(c.meter_book), "%s", book);
    return c;
}

void place_put_meter_book(const char *id)
{
    struct book_meter_book m = {.customers = 0};

    snprintf(m.id, sizeof(m.id), "%s", id);
    snprintf(m.name, sizeof(m.name), "%s", place_hostile);
    assert_int_equal(store_meter_book_put(place_store, &m), TILL_OK);
}

void place_put_customer(const char *account, const char *book, uint32_t order)
{
    struct book_customer c = place_customer(account, book, order);

    assert_int_equal(store_customer_put(place_store, &c), TILL_OK);
}

struct bill place_bill(int32_t month, int64_t amount_minor)
{
    return (struct bill){.month = month,
                         .due_date = month * 100 + 20,
                         .type = 1,
                         .energy_cwh = -16542,
                         .amount_minor = amount_minor};
}

struct store_posting place_posting(const char *source)
{
    struct store_posting p = {.value_at_s = 1795000000, .posted_at_s = 1795000060};

    snprintf(p.source, sizeof(p.source), "%s", source);
    return p;
}

void place_add_line(struct store_posting *p, const char *account, int64_t amount_minor)
{
    struct store_line *line = &p->lines[p->count++];

    snprintf(line->account, sizeof(line->account), "%s", account);
    line->amount_minor = amount_minor;
}

enum till_status place_post_two(const char *source, const char *debit, const char *credit,
                                int64_t amount_minor)
{
    struct store_posting p = place_posting(source);

    place_add_line(&p, debit, amount_minor);
    place_add_line(&p, credit, -amount_minor);
    return store_post(place_store, &p);
}

void place_assert_balance(const char *account, int64_t expected)
{
    int64_t balance_minor = -1;

    assert_int_equal(store_balance(place_store, account, &balance_minor), TILL_OK);
    assert_int_equal(balance_minor, expected);
}

void place_assert_sound_ledger(int64_t postings)
{
    struct store_ledger_verdict v;

    assert_int_equal(store_ledger_check(place_store, &v), TILL_OK);
    assert_int_equal(v.unbalanced, 0);
    assert_string_equal(v.wrong_account, "");
    assert_int_equal(v.postings, postings);
}

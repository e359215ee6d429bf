#include "office.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "codes.h"
#include "enrol_desk.h"
#include "entry_shift.h"
#include "files.h"
#include "host.h"
#include "postgres.h"

struct office office;
const char *office_bad_reason;
uint32_t office_bad_line;

/* ---- the office ------------------------------------------------------------------------------ */

static const char *const tables[] = {
    "key,value\npayee,国网某县供电公司\nhotline,95598\n",
    "user,name,role,pin,cash_limit\n1001,王芳,collector,1234,20000\n1002,李强,supervisor,5678,\n",
    "id,name\nCX01,城东一册\nCX02,城西一册\n",
    "account,name,address,meter,meter_book,order,class,balance\n" OFFICE_ACCOUNT
    ",王秀英,城东村12号,0001234,CX01,1,resident,0\n" OFFICE_OTHER
    ",张三,城东村13号,0001235,CX01,2,other,20.00\n" OFFICE_LATE
    ",李四,城东村14号,0001236,CX02,1,resident,0\n",
    "account,month,type,kwh,amount,due_date\n" OFFICE_ACCOUNT
    ",202609,1,153.00,92.10,20261231\n" OFFICE_ACCOUNT
    ",202610,1,160.50,94.32,20261231\n" OFFICE_LATE ",202610,1,170.00,100.00,20261112\n",
};

void office_path(const char *name, char out[FILES_PATH_MAX])
{
    assert_int_equal(files_path(office.dir, name, out), TILL_OK);
}

static struct postgres server; /* pid 0: the office's store is SQLite's */

static void note_bad_row(void *context, uint32_t line, const char *reason)
{
    (void)context;
    office_bad_line = line;
    office_bad_reason = reason;
}

struct import_report office_import(const char *csv)
{
    char path[FILES_PATH_MAX];
    struct import_report report;
    office_bad_reason = "";
    office_bad_line = 0;
    office_path("table.csv", path);
    assert_int_equal(files_write(path, (struct span){(const uint8_t *)csv, strlen(csv)}), TILL_OK);
    assert_int_equal(
        import_file(office.store, office.dir, path, OFFICE_NOW_S, note_bad_row, NULL, &report),
        TILL_OK);
    return report;
}

/* ---- over both stores ------------------------------------------------------------------------ */

static char server_url[POSTGRES_URL_SIZE];

static int start_server(void **state)
{
    (void)state;
    struct store *made = NULL;
    postgres_make(&server, false);
    postgres_run(&server, "postgres", "CREATE DATABASE till");
    postgres_url(&server, "till", server_url);
    assert_int_equal(store_open(server_url, &made), TILL_OK);
    store_close(made);
    host_use_db(server_url);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    host_use_db(NULL);
    postgres_remove(&server);
    return 0;
}

int office_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
    char named[64];
    (void)snprintf(named, sizeof(named), "%s-postgresql", name);
    int failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
    return failed + _cmocka_run_group_tests(named, tests, count, start_server, stop_server);
}

/* ---- one office ------------------------------------------------------------------------------ */

int office_open(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(office.dir, sizeof(office.dir), "%s/office-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(office.dir));
    if (server.pid != 0) {
        postgres_empty(&server, "till");
    }
    assert_int_equal(host_create(office.dir, "localhost,127.0.0.1", OFFICE_NOW_S), TILL_OK);
    assert_int_equal(host_db(office.dir, path), TILL_OK);
    assert_int_equal(store_open(path, &office.store), TILL_OK);
    assert_int_equal(authority_open(office.dir, &office.authority), TILL_OK);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        assert_int_equal(office_import(tables[i]).bad, 0);
    }
    return 0;
}

static void remove_files(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *entry;
    while (d != NULL && (entry = readdir(d)) != NULL) {
        char path[1024];
        (void)snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
        if (entry->d_name[0] != '.') {
            (void)unlink(path);
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    (void)rmdir(dir);
}

int office_close(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    authority_close(&office.authority);
    store_close(office.store);
    office_path("books", path);
    remove_files(path);
    office_path("imports", path);
    remove_files(path);
    remove_files(office.dir);
    return 0;
}

int64_t office_balance(const char *account)
{
    int64_t balance;
    assert_int_equal(store_balance(office.store, account, &balance), TILL_OK);
    return balance;
}

struct arrears office_arrears(const char *account)
{
    struct arrears a;
    assert_int_equal(store_arrears(office.store, account, &a), TILL_OK);
    return a;
}

struct store_terminal office_terminal(const char *terminal)
{
    struct store_terminal t;
    assert_int_equal(store_terminal_get(office.store, terminal, &t), TILL_OK);
    return t;
}

int64_t office_postings(void)
{
    struct store_ledger_verdict verdict;
    assert_int_equal(store_ledger_check(office.store, &verdict), TILL_OK);
    return verdict.postings;
}

unsigned office_alarms(const char *kind)
{
    struct store_alarm alarm = {0};
    unsigned count = 0;
    while (store_alarm_next(office.store, alarm.id, &alarm) == TILL_OK) {
        count += strcmp(alarm.kind, kind) == 0;
    }
    return count;
}

void office_assert_sound(void)
{
    struct ledger_verdict verdict;
    int64_t sum;
    assert_int_equal(store_balance_prefix(office.store, "", &sum), TILL_OK);
    assert_int_equal(sum, 0);
    assert_int_equal(ledger_check(office.store, office.dir, &verdict), TILL_OK);
    assert_string_equal(verdict.difference, "");
    assert_true(verdict.sound);
}

void office_assert_wrong(const char *part)
{
    struct ledger_verdict verdict;
    assert_int_equal(ledger_check(office.store, office.dir, &verdict), TILL_OK);
    assert_false(verdict.sound);
    if (strstr(verdict.difference, part) == NULL) {
        fail_msg("'%s' does not name '%s'", verdict.difference, part);
    }
}

void office_tamper(const char *sql)
{
    char path[FILES_PATH_MAX];
    sqlite3 *db = NULL;
    if (server.pid != 0) {
        postgres_run(&server, "till", sql);
        return;
    }
    office_path("host.db", path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s", sqlite3_errmsg(db));
    }
    assert_true(sqlite3_changes(db) > 0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

void office_tamper_each(const char *sqlite, const char *postgres)
{
    office_tamper(server.pid != 0 ? postgres : sqlite);
}

/* ---- devices --------------------------------------------------------------------------------- */

void device_make(struct device *d, const char *terminal)
{
    struct codes_request request = {
        .terminal = terminal, .name = "东线", .books = "CX01,CX02", .replaces = ""};
    memset(d, 0, sizeof(*d));
    (void)snprintf(d->terminal, sizeof(d->terminal), "%s", terminal);
    assert_int_equal(crypto_key_create(&d->journal), TILL_OK);
    assert_int_equal(crypto_key_create(&d->line), TILL_OK);
    crypto_sealer(&d->sealer, d->journal);
    d->at_s = OFFICE_NOW_S;
    assert_int_equal(codes_add(office.store, &request, OFFICE_NOW_S, d->code), TILL_OK);
}

struct enrol_request device_request(const struct device *d)
{
    struct enrol_request r = {.version = "0.1.0"};
    memcpy(r.terminal, d->terminal, sizeof(r.terminal));
    memcpy(r.code, d->code, sizeof(r.code));
    assert_int_equal(crypto_csr_create(d->journal, d->terminal, r.journal_csr), TILL_OK);
    assert_int_equal(crypto_csr_create(d->line, d->terminal, r.line_csr), TILL_OK);
    return r;
}

void device_enrol(struct device *d)
{
    struct enrol_request r = device_request(d);
    uint8_t point[PUBLIC_KEY_SIZE];
    assert_int_equal(enrol_desk(office.store, &office.authority, &r, OFFICE_NOW_S, &d->answer),
                     TILL_OK);
    crypto_key_public(d->journal, point);
    assert_int_equal(
        chain_genesis(&d->sealer, d->terminal, point, office.authority.fingerprint, d->genesis),
        TILL_OK);
}

void device_begin(struct device *d, const char *terminal)
{
    struct entry e = {0};
    struct body_enrolled enrolled = {.exponent = 2};
    struct body_opened opened = {.version = "0.1.0", .board = "sim"};
    struct body_shift_opened shift = {
        .business_date = 20261122, .shift = 1, .opening_minor = 10000};
    device_make(d, terminal);
    device_enrol(d);
    memcpy(enrolled.terminal, d->terminal, sizeof(enrolled.terminal));
    memcpy(enrolled.currency, d->answer.currency, sizeof(enrolled.currency));
    memcpy(enrolled.zone, d->answer.zone, sizeof(enrolled.zone));
    memcpy(enrolled.authority, office.authority.fingerprint, HASH_SIZE);
    crypto_key_public(d->journal, enrolled.public_key);
    assert_int_equal(entry_write_enrolled(&e, &enrolled), TILL_OK);
    device_append(d, &e);
    assert_int_equal(entry_write_opened(&e, &opened), TILL_OK);
    device_append(d, &e);
    device_login(d, KIND_LOGIN, "1001");
    assert_int_equal(entry_write_shift_opened(&e, &shift), TILL_OK);
    device_append(d, &e);
}

void device_end(struct device *d)
{
    crypto_key_free(d->journal);
    crypto_key_free(d->line);
}

static const uint8_t *prev_of(const struct device *d, uint64_t seq)
{
    return seq == 1 ? d->genesis : d->entries[seq - 2].hash;
}

void device_append(struct device *d, struct entry *e)
{
    assert_true(d->count < DEVICE_ENTRIES_MAX);
    e->seq = ++d->count;
    e->at_s = ++d->at_s;
    assert_int_equal(chain_seal(&d->sealer, d->terminal, e, prev_of(d, e->seq)), TILL_OK);
    d->entries[e->seq - 1] = *e;
}

void device_login(struct device *d, enum entry_kind kind, const char *user)
{
    struct entry e = {0};
    struct body_login body = {0};
    (void)snprintf(body.user, sizeof(body.user), "%s", user);
    assert_int_equal(entry_write_login(&e, kind, &body), TILL_OK);
    device_append(d, &e);
}

struct body_collection device_cash(const char *account, int64_t amount_minor)
{
    struct body_collection body = {.amount_minor = amount_minor, .tendered_minor = amount_minor};
    (void)snprintf(body.account, sizeof(body.account), "%s", account);
    return body;
}

void device_collect(struct device *d, const struct body_collection *body, uint16_t flags)
{
    struct entry e = {0};
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, body), TILL_OK);
    e.kind = (uint16_t)(e.kind | flags);
    device_append(d, &e);
}

void device_close(struct device *d, int64_t cash_minor)
{
    struct entry e = {0};
    struct body_shift_closed z = {
        .z = 1, .shift = 1, .expected_minor = cash_minor, .counted_minor = cash_minor};
    for (uint64_t i = 0; i < d->count; i++) {
        z.z += d->entries[i].kind == KIND_SHIFT_CLOSED;
    }
    z.shift = z.z;
    assert_int_equal(entry_write_shift_closed(&e, &z), TILL_OK);
    device_append(d, &e);
}

void device_raw(struct device *d, uint16_t kind, const char *body)
{
    struct entry e = {.kind = kind};
    e.body_size = (uint16_t)strlen(body);
    memcpy(e.body, body, e.body_size + 1U);
    device_append(d, &e);
}

void device_roll_back(struct device *d, uint64_t count)
{
    d->count = count;
    d->at_s += 3600;
}

struct span device_batch(const struct device *d, uint64_t from, uint64_t to, uint8_t *memory)
{
    struct batch_writer *w = NULL;
    struct buffer out;
    assert_int_equal(batch_begin(d->terminal, prev_of(d, from), &w), TILL_OK);
    for (uint64_t seq = from; seq <= to; seq++) {
        assert_int_equal(batch_add(w, &d->entries[seq - 1]), TILL_OK);
    }
    buffer_init(&out, memory, BATCH_PACKED_MAX);
    assert_int_equal(batch_finish(w, &out), TILL_OK);
    return (struct span){out.data, out.size};
}

enum till_status device_send(const struct device *d, uint64_t from, uint64_t to,
                             struct ingest_outcome *outcome_out)
{
    uint8_t *memory = malloc(BATCH_PACKED_MAX);
    assert_non_null(memory);
    struct span packed = device_batch(d, from, to, memory);
    enum till_status status = ingest_batch(office.store, d->terminal, office.authority.fingerprint,
                                           packed, OFFICE_NOW_S + 60, outcome_out);
    free(memory);
    return status;
}

struct ingest_outcome device_hand_in(const struct device *d)
{
    struct ingest_outcome outcome;
    assert_int_equal(device_send(d, 1, d->count, &outcome), TILL_OK);
    return outcome;
}

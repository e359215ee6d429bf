/*
 * The host's store: one suite for every back end. Each test begins with an empty store at a url of
 * its own (open_fresh); a new back end adds its line to `places`.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store.h"
#include "vfs.h"

enum { URL_SIZE = 512 };

/* ---- where the store lies ------------------------------------------------------------------------- */

static char folder[URL_SIZE / 2];

struct place {
    const char *name;
    void (*url)(char url_out[URL_SIZE]);
    void (*clean)(void);
    /* What a stranger does to the database, past the store. */
    void (*tamper)(const char *sql);
};

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

static const struct place places[] = {{"sqlite", sqlite_url, sqlite_clean, sqlite_tamper}};
static const struct place *place;

static struct store *s;

static struct store *open_again(void)
{
    char url[URL_SIZE];
    struct store *opened = NULL;

    place->url(url);
    assert_int_equal(store_open(url, &opened), TILL_OK);
    return opened;
}

static int open_fresh(void **state)
{
    (void)state;
    place->clean();
    s = open_again();
    return 0;
}

static int close_and_clean(void **state)
{
    (void)state;
    store_close(s);
    s = NULL;
    place->clean();
    return 0;
}

static void begin(void)
{
    assert_int_equal(store_begin(s), TILL_OK);
}

static void commit(void)
{
    assert_int_equal(store_commit(s), TILL_OK);
}

/* What was committed is there for whoever opens the store next. */
static void reopen(void)
{
    store_close(s);
    s = open_again();
}

/* ---- material --------------------------------------------------------------------------------------- */

static const char hostile[] = "'; DROP TABLE terminal; -- 100%_\\\" ?1 $1 段𠮷囍";

static struct store_terminal a_terminal(const char *number)
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
    snprintf(t.name, sizeof(t.name), "%s", hostile);
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

static void put_terminal(const char *number)
{
    struct store_terminal t = a_terminal(number);

    assert_int_equal(store_terminal_put(s, &t), TILL_OK);
}

static struct entry an_entry(uint64_t seq, uint8_t mark)
{
    struct entry e = {.seq = seq, .at_s = 1795000000, .kind = 0x8100};

    e.body_size = (uint16_t)snprintf(e.body, sizeof(e.body),
                                     "{\"a\":\"6100234567\",\"m\":%u,\"w\":\"段'%%_\"}", mark);
    memset(e.hash, mark, sizeof(e.hash));
    memset(e.signature, mark, sizeof(e.signature));
    return e;
}

static struct book_customer a_customer(const char *account, const char *book, uint32_t order)
{
    struct book_customer c = {.order = order,
                              .class = CUSTOMER_OTHER,
                              .balance_minor = 1234,
                              .last_paid_date = 20260915,
                              .last_paid_minor = 8640,
                              .flags = BOOK_CUSTOMER_KEEP_SUPPLY};

    snprintf(c.account, sizeof(c.account), "%s", account);
    snprintf(c.name, sizeof(c.name), "段'%%_");
    snprintf(c.address, sizeof(c.address), "%s", hostile);
    snprintf(c.meter, sizeof(c.meter), "M%s", account);
    snprintf(c.phone, sizeof(c.phone), "13800000000");
    snprintf(c.meter_book, sizeof(c.meter_book), "%s", book);
    return c;
}

static void put_meter_book(const char *id)
{
    struct book_meter_book m = {.customers = 0};

    snprintf(m.id, sizeof(m.id), "%s", id);
    snprintf(m.name, sizeof(m.name), "%s", hostile);
    assert_int_equal(store_meter_book_put(s, &m), TILL_OK);
}

static void put_customer(const char *account, const char *book, uint32_t order)
{
    struct book_customer c = a_customer(account, book, order);

    assert_int_equal(store_customer_put(s, &c), TILL_OK);
}

static struct bill a_bill(int32_t month, int64_t amount_minor)
{
    return (struct bill){.month = month,
                         .due_date = month * 100 + 20,
                         .type = 1,
                         .energy_cwh = -16542,
                         .amount_minor = amount_minor};
}

static struct store_posting a_posting(const char *source)
{
    struct store_posting p = {.value_at_s = 1795000000, .posted_at_s = 1795000060};

    snprintf(p.source, sizeof(p.source), "%s", source);
    return p;
}

static void add_line(struct store_posting *p, const char *account, int64_t amount_minor)
{
    struct store_line *line = &p->lines[p->count++];

    snprintf(line->account, sizeof(line->account), "%s", account);
    line->amount_minor = amount_minor;
}

static enum till_status post_two(const char *source, const char *debit, const char *credit,
                                 int64_t amount_minor)
{
    struct store_posting p = a_posting(source);

    add_line(&p, debit, amount_minor);
    add_line(&p, credit, -amount_minor);
    return store_post(s, &p);
}

static void assert_balance(const char *account, int64_t expected)
{
    int64_t balance_minor = -1;

    assert_int_equal(store_balance(s, account, &balance_minor), TILL_OK);
    assert_int_equal(balance_minor, expected);
}

static void assert_sound_ledger(int64_t postings)
{
    struct store_ledger_verdict v;

    assert_int_equal(store_ledger_check(s, &v), TILL_OK);
    assert_int_equal(v.unbalanced, 0);
    assert_string_equal(v.wrong_account, "");
    assert_int_equal(v.postings, postings);
}

/* ---- terminals -------------------------------------------------------------------------------------- */

static void assert_same_terminal(const struct store_terminal *a, const struct store_terminal *b)
{
    assert_string_equal(a->terminal, b->terminal);
    assert_int_equal(a->state, b->state);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->code_hash, b->code_hash);
    assert_int_equal(a->code_expires_s, b->code_expires_s);
    assert_memory_equal(a->journal_key, b->journal_key, sizeof(a->journal_key));
    assert_memory_equal(a->line_cert, b->line_cert, sizeof(a->line_cert));
    assert_string_equal(a->line_pem, b->line_pem);
    assert_memory_equal(a->secret, b->secret, sizeof(a->secret));
    assert_int_equal(a->enrolled_at_s, b->enrolled_at_s);
    assert_int_equal(a->seen_at_s, b->seen_at_s);
    assert_int_equal(a->head_seq, b->head_seq);
    assert_memory_equal(a->head_hash, b->head_hash, sizeof(a->head_hash));
    assert_memory_equal(a->head_signature, b->head_signature, sizeof(a->head_signature));
    assert_int_equal(a->head_serial, b->head_serial);
    assert_int_equal(a->book_revision, b->book_revision);
    assert_int_equal(a->stopped, b->stopped);
}

static void a_terminal_comes_back_with_every_field(void **state)
{
    struct store_terminal t = a_terminal("0031");
    struct store_terminal read;

    (void)state;
    begin();
    assert_int_equal(store_terminal_put(s, &t), TILL_OK);
    commit();
    reopen();
    assert_int_equal(store_terminal_get(s, "0031", &read), TILL_OK);
    assert_same_terminal(&t, &read);

    t.state = TERMINAL_REVOKED;
    t.stopped = false;
    t.code_hash[0] = '\0';
    t.line_pem[0] = '\0';
    t.head_serial++;
    begin();
    assert_int_equal(store_terminal_put(s, &t), TILL_OK);
    commit();
    assert_int_equal(store_terminal_get(s, "0031", &read), TILL_OK);
    assert_same_terminal(&t, &read);
    assert_int_equal(store_terminal_get(s, "0032", &read), TILL_NOT_FOUND);
}

static void a_terminal_that_can_not_be_is_refused(void **state)
{
    struct store_terminal t = a_terminal("0031");
    struct store_terminal read;

    (void)state;
    begin();
    t.head_serial = UINT64_MAX;
    assert_int_equal(store_terminal_put(s, &t), TILL_BAD_INPUT);
    t = a_terminal("00-1");
    assert_int_equal(store_terminal_put(s, &t), TILL_BAD_INPUT);
    t = a_terminal("0031");
    t.name[0] = '\n';
    assert_int_equal(store_terminal_put(s, &t), TILL_BAD_INPUT);
    commit();
    assert_int_equal(store_terminal_get(s, "0031", &read), TILL_NOT_FOUND);
}

static void terminals_come_by_number_and_then_no_more(void **state)
{
    static const char *const numbers[] = {"0031", "0100", "0999", "A1"};
    struct store_terminal t = {.terminal = ""};

    (void)state;
    begin();
    put_terminal("A1");
    put_terminal("0999");
    put_terminal("0031");
    put_terminal("0100");
    commit();
    for (size_t i = 0; i < 4; i++) {
        char after[TERMINAL_MAX];

        memcpy(after, t.terminal, sizeof(after));
        assert_int_equal(store_terminal_next(s, after, &t), TILL_OK);
        assert_string_equal(t.terminal, numbers[i]);
    }
    assert_int_equal(store_terminal_next(s, "A1", &t), TILL_NOT_FOUND);
}

static void an_assignment_is_replaced_whole_and_keeps_its_order(void **state)
{
    char ids[STORE_ASSIGNED_TEXT_MAX];

    (void)state;
    begin();
    put_terminal("0031");
    put_terminal("0032");
    assert_int_equal(store_assign(s, "0031", "CX09,CX01,CX05"), TILL_OK);
    assert_int_equal(store_assign(s, "0032", "CX01"), TILL_OK);
    assert_int_equal(store_assigned(s, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX09,CX01,CX05");
    assert_int_equal(store_assigned(s, "0031", ids, 14), TILL_TOO_LARGE);
    assert_int_equal(store_assigned(s, "0031", ids, 15), TILL_OK);
    assert_int_equal(store_assign(s, "0031", "CX02"), TILL_OK);
    assert_int_equal(store_assigned(s, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX02");
    assert_int_equal(store_assign(s, "0031", ""), TILL_OK);
    assert_int_equal(store_assigned(s, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "");
    assert_int_equal(store_assigned(s, "0032", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX01");
    commit();
}

static void an_assignment_that_is_no_list_is_refused_and_the_old_one_stays(void **state)
{
    static const char *const bad[] = {
        ",",    "CX01,", ",CX01", "CX01,,CX02", "CX01,CX01", "CX01, CX02", "12345678901234567",
        "CX\n1"};
    char ids[STORE_ASSIGNED_TEXT_MAX];

    (void)state;
    begin();
    put_terminal("0031");
    assert_int_equal(store_assign(s, "0031", "CX07"), TILL_OK);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(store_assign(s, "0031", bad[i]), TILL_BAD_INPUT);
    assert_int_equal(store_assign(s, "0099", "CX07"), TILL_NOT_FOUND);
    assert_int_equal(store_assigned(s, "0099", ids, sizeof(ids)), TILL_NOT_FOUND);
    assert_int_equal(store_assigned(s, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX07");
    commit();
}

/* ---- entries ----------------------------------------------------------------------------------------- */

static void assert_same_entry(const struct entry *a, const struct entry *b)
{
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->at_s, b->at_s);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->body_size, b->body_size);
    assert_string_equal(a->body, b->body);
    assert_memory_equal(a->hash, b->hash, HASH_SIZE);
    assert_memory_equal(a->signature, b->signature, SIGNATURE_SIZE);
}

static void an_entry_comes_back_byte_for_byte_with_or_without_its_signature(void **state)
{
    struct entry with = an_entry(1, 9);
    struct entry without = an_entry(INT64_MAX, 10);
    struct entry largest = an_entry(2, 11);
    struct entry read;

    (void)state;
    memset(without.signature, 0, sizeof(without.signature));
    memset(largest.body, 'x', ENTRY_BODY_MAX);
    largest.body_size = ENTRY_BODY_MAX;
    largest.kind = 0xFFFF;
    begin();
    put_terminal("0031");
    assert_int_equal(store_entry_put(s, "0031", &with), TILL_OK);
    assert_int_equal(store_entry_put(s, "0031", &without), TILL_OK);
    assert_int_equal(store_entry_put(s, "0031", &largest), TILL_OK);
    commit();
    reopen();
    assert_int_equal(store_entry_get(s, "0031", 1, &read), TILL_OK);
    assert_same_entry(&with, &read);
    assert_int_equal(store_entry_get(s, "0031", INT64_MAX, &read), TILL_OK);
    assert_same_entry(&without, &read);
    assert_int_equal(store_entry_get(s, "0031", 2, &read), TILL_OK);
    assert_same_entry(&largest, &read);
    assert_int_equal(store_entry_get(s, "0031", 3, &read), TILL_NOT_FOUND);
    assert_int_equal(store_entry_get(s, "0031", UINT64_MAX, &read), TILL_NOT_FOUND);
    assert_int_equal(store_entry_get(s, "0032", 1, &read), TILL_NOT_FOUND);
}

static void the_same_entry_again_changes_nothing(void **state)
{
    struct entry e = an_entry(1, 9);

    (void)state;
    begin();
    put_terminal("0031");
    put_terminal("0032");
    assert_int_equal(store_entry_put(s, "0031", &e), TILL_OK);
    assert_int_equal(store_entry_put(s, "0031", &e), TILL_UNCHANGED);
    assert_int_equal(store_entry_put(s, "0032", &e), TILL_OK);
    commit();
    begin();
    assert_int_equal(store_entry_put(s, "0031", &e), TILL_UNCHANGED);
    commit();
}

static void another_entry_under_the_same_number_is_a_fork_and_the_first_stays(void **state)
{
    struct entry first = an_entry(5, 1);
    struct entry second = an_entry(5, 2);
    uint8_t prev[HASH_SIZE] = {3};
    struct entry read;

    (void)state;
    begin();
    put_terminal("0031");
    assert_int_equal(store_entry_put(s, "0031", &first), TILL_OK);
    assert_int_equal(store_entry_put(s, "0031", &second), TILL_E_FORK);
    assert_int_equal(store_fork_count(s, "0031"), 0);
    assert_int_equal(store_entry_get(s, "0031", 5, &read), TILL_OK);
    assert_same_entry(&first, &read);
    /* Kept as evidence, once. */
    assert_int_equal(store_fork_put(s, "0031", &second, prev), TILL_OK);
    assert_int_equal(store_fork_put(s, "0031", &second, prev), TILL_OK);
    assert_int_equal(store_fork_count(s, "0031"), 1);
    second = an_entry(5, 4);
    assert_int_equal(store_fork_put(s, "0031", &second, prev), TILL_OK);
    assert_int_equal(store_fork_count(s, "0031"), 2);
    assert_int_equal(store_fork_count(s, "0032"), 0);
    commit();
    assert_int_equal(store_entry_get(s, "0031", 5, &read), TILL_OK);
    assert_same_entry(&first, &read);
}

static void an_entry_needs_its_terminal_and_a_number(void **state)
{
    struct entry e = an_entry(1, 9);
    uint8_t prev[HASH_SIZE] = {0};

    (void)state;
    begin();
    assert_int_equal(store_entry_put(s, "0031", &e), TILL_NOT_FOUND);
    assert_int_equal(store_fork_put(s, "0031", &e, prev), TILL_NOT_FOUND);
    put_terminal("0031");
    e.seq = 0;
    assert_int_equal(store_entry_put(s, "0031", &e), TILL_BAD_INPUT);
    e.seq = UINT64_MAX;
    assert_int_equal(store_entry_put(s, "0031", &e), TILL_BAD_INPUT);
    assert_int_equal(store_fork_put(s, "0031", &e, prev), TILL_BAD_INPUT);
    commit();
}

static void what_is_set_aside_is_named_in_order(void **state)
{
    uint64_t seqs[BOOK_UNAPPLIED_MAX];
    size_t count = 99;
    struct entry e;

    (void)state;
    begin();
    put_terminal("0031");
    for (uint64_t seq = 1; seq <= BOOK_UNAPPLIED_MAX + 1; seq++) {
        e = an_entry(seq, 9);
        assert_int_equal(store_entry_put(s, "0031", &e), TILL_OK);
    }
    assert_int_equal(store_quarantined(s, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_quarantine_put(s, "0031", 30, hostile), TILL_OK);
    assert_int_equal(store_quarantine_put(s, "0031", 4, "unknown kind"), TILL_OK);
    assert_int_equal(store_quarantine_put(s, "0031", 30, "again"), TILL_OK);
    assert_int_equal(store_quarantine_put(s, "0031", 9999, "no such entry"), TILL_NOT_FOUND);
    assert_int_equal(store_quarantine_put(s, "0032", 4, "no such terminal"), TILL_NOT_FOUND);
    assert_int_equal(store_quarantine_put(s, "0031", 5, "a\nb"), TILL_BAD_INPUT);
    assert_int_equal(store_quarantined(s, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(seqs[0], 4);
    assert_int_equal(seqs[1], 30);
    for (uint64_t seq = 1; seq <= BOOK_UNAPPLIED_MAX; seq++)
        assert_int_equal(store_quarantine_put(s, "0031", seq, "x"), TILL_OK);
    assert_int_equal(store_quarantined(s, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, BOOK_UNAPPLIED_MAX);
    assert_int_equal(store_quarantine_put(s, "0031", BOOK_UNAPPLIED_MAX + 1, "x"), TILL_OK);
    assert_int_equal(store_quarantined(s, "0031", seqs, &count), TILL_TOO_LARGE);
    commit();
}

static void alarms_come_in_the_order_they_were_raised(void **state)
{
    struct store_alarm a = {.at_s = 1795000000, .terminal = "0031", .kind = "fork"};
    struct store_alarm read;

    (void)state;
    memset(a.text, 'x', sizeof(a.text) - 1);
    begin();
    assert_int_equal(store_alarm_put(s, &a), TILL_OK);
    a.terminal[0] = '\0';
    snprintf(a.kind, sizeof(a.kind), "behind");
    snprintf(a.text, sizeof(a.text), "%s", hostile);
    assert_int_equal(store_alarm_put(s, &a), TILL_OK);
    a.text[0] = '\x1b';
    assert_int_equal(store_alarm_put(s, &a), TILL_BAD_INPUT);
    commit();
    assert_int_equal(store_alarm_next(s, 0, &read), TILL_OK);
    assert_string_equal(read.terminal, "0031");
    assert_string_equal(read.kind, "fork");
    assert_int_equal(read.at_s, 1795000000);
    assert_int_equal(strlen(read.text), STORE_REASON_MAX - 1);
    assert_int_equal(store_alarm_next(s, read.id, &read), TILL_OK);
    assert_string_equal(read.text, hostile);
    assert_int_equal(store_alarm_next(s, read.id, &read), TILL_NOT_FOUND);
}

/* ---- ledger ------------------------------------------------------------------------------------------- */

static void a_posting_moves_its_balances_and_comes_back_line_by_line(void **state)
{
    struct store_posting p = a_posting("entry/0031/4127");
    struct store_posting read;
    int64_t number = 0;

    (void)state;
    add_line(&p, "cash/0031/1001", 18642);
    add_line(&p, "receivable/6100234567/1", -18000);
    add_line(&p, "late_fee/1", -600);
    add_line(&p, "late_fee/1", -42);
    begin();
    assert_int_equal(store_post(s, &p), TILL_OK);
    commit();
    reopen();
    assert_balance("cash/0031/1001", 18642);
    assert_balance("receivable/6100234567/1", -18000);
    assert_balance("late_fee/1", -642);
    assert_balance("cash/0031/1002", 0);
    assert_int_equal(store_posting_next(s, 0, &number, &read), TILL_OK);
    assert_string_equal(read.source, p.source);
    assert_int_equal(read.value_at_s, p.value_at_s);
    assert_int_equal(read.posted_at_s, p.posted_at_s);
    assert_int_equal(read.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(read.lines[i].account, p.lines[i].account);
        assert_int_equal(read.lines[i].amount_minor, p.lines[i].amount_minor);
    }
    assert_int_equal(store_posting_next(s, number, &number, &read), TILL_NOT_FOUND);
    assert_sound_ledger(1);
}

static void the_largest_posting_fits_and_postings_come_by_number(void **state)
{
    struct store_posting p = a_posting("import/1/1");
    struct store_posting read;
    int64_t number = 0;

    (void)state;
    for (int i = 0; i < STORE_LINES_MAX; i++) {
        char account[STORE_LEDGER_ACCOUNT_MAX];

        snprintf(account, sizeof(account), "a/%061d", i);
        add_line(&p, account, i % 2 == 0 ? 1 : -1);
    }
    begin();
    assert_int_equal(store_post(s, &p), TILL_OK);
    assert_int_equal(post_two("import/1/2", "a", "b", 1), TILL_OK);
    commit();
    assert_int_equal(store_posting_next(s, 0, &number, &read), TILL_OK);
    assert_int_equal(read.count, STORE_LINES_MAX);
    assert_string_equal(read.lines[STORE_LINES_MAX - 1].account,
                        p.lines[STORE_LINES_MAX - 1].account);
    assert_int_equal(store_posting_next(s, number, &number, &read), TILL_OK);
    assert_string_equal(read.source, "import/1/2");
}

static void the_same_source_is_posted_once(void **state)
{
    (void)state;
    begin();
    assert_int_equal(post_two("entry/0031/1", "cash", "advance", 100), TILL_OK);
    assert_int_equal(post_two("entry/0031/1", "cash", "advance", 100), TILL_UNCHANGED);
    commit();
    begin();
    assert_int_equal(post_two("entry/0031/1", "cash", "advance", 999), TILL_UNCHANGED);
    commit();
    assert_balance("cash", 100);
    assert_sound_ledger(1);
}

static void a_posting_without_a_zero_sum_or_without_lines_is_refused(void **state)
{
    struct store_posting p = a_posting("entry/0031/1");
    struct store_posting read;
    int64_t number = 0;

    (void)state;
    begin();
    assert_int_equal(store_post(s, &p), TILL_BAD_INPUT);
    add_line(&p, "cash", 100);
    add_line(&p, "advance", -99);
    assert_int_equal(store_post(s, &p), TILL_BAD_INPUT);
    p.lines[1].amount_minor = -100;
    p.lines[1].account[0] = '\0';
    assert_int_equal(store_post(s, &p), TILL_BAD_INPUT);
    p.lines[1].account[0] = '\n';
    assert_int_equal(store_post(s, &p), TILL_BAD_INPUT);
    p.lines[1].account[0] = 'a';
    p.source[0] = '\0';
    assert_int_equal(store_post(s, &p), TILL_BAD_INPUT);
    p.source[0] = 'e';
    p.count = STORE_LINES_MAX + 1;
    assert_int_equal(store_post(s, &p), TILL_BAD_INPUT);
    commit();
    assert_int_equal(store_posting_next(s, 0, &number, &read), TILL_NOT_FOUND);
}

static void a_balance_never_leaves_its_range_and_a_refused_posting_leaves_nothing(void **state)
{
    struct store_posting p = a_posting("sum");

    (void)state;
    begin();
    assert_int_equal(post_two("1", "cash", "advance", INT64_MAX), TILL_OK);
    /* The first line fits, the second does not: neither is there after it. */
    p.count = 0;
    add_line(&p, "other", -1);
    add_line(&p, "cash", 1);
    assert_int_equal(store_post(s, &p), TILL_E_OVERFLOW);
    assert_balance("other", 0);
    assert_balance("cash", INT64_MAX);
    p.count = 0;
    add_line(&p, "x", INT64_MAX);
    add_line(&p, "y", 1);
    add_line(&p, "z", INT64_MIN);
    assert_int_equal(store_post(s, &p), TILL_E_OVERFLOW);
    /* The transaction goes on. */
    assert_int_equal(post_two("2", "other", "late_fee/1", 5), TILL_OK);
    commit();
    assert_balance("other", 5);
    assert_sound_ledger(2);
}

static void a_prefix_sums_the_accounts_that_begin_so_and_no_others(void **state)
{
    int64_t sum = 0;

    (void)state;
    begin();
    assert_int_equal(post_two("1", "cash/0031/1001", "x", 100), TILL_OK);
    assert_int_equal(post_two("2", "cash/0031/1002", "x", 20), TILL_OK);
    assert_int_equal(post_two("3", "cash/0032/1001", "x", 3), TILL_OK);
    assert_int_equal(post_two("4", "cash_box", "x", 1000), TILL_OK);
    assert_int_equal(post_two("5", "段/囍", "x", 7), TILL_OK);
    assert_int_equal(post_two("6", "b%", "x", 9), TILL_OK);
    commit();
    assert_int_equal(store_balance_prefix(s, "cash/0031/", &sum), TILL_OK);
    assert_int_equal(sum, 120);
    assert_int_equal(store_balance_prefix(s, "cash/", &sum), TILL_OK);
    assert_int_equal(sum, 123);
    assert_int_equal(store_balance_prefix(s, "段", &sum), TILL_OK);
    assert_int_equal(sum, 7);
    assert_int_equal(store_balance_prefix(s, "%", &sum), TILL_OK);
    assert_int_equal(sum, 0);
    assert_int_equal(store_balance_prefix(s, "", &sum), TILL_OK);
    assert_int_equal(sum, 0);
}

static void post_three(void)
{
    begin();
    assert_int_equal(post_two("1", "cash", "advance", 100), TILL_OK);
    assert_int_equal(post_two("2", "cash", "advance", 20), TILL_OK);
    assert_int_equal(post_two("3", "bank", "cash", 90), TILL_OK);
    commit();
    assert_sound_ledger(3);
}

static void a_balance_that_is_not_the_sum_of_its_lines_is_named(void **state)
{
    struct store_ledger_verdict v;

    (void)state;
    post_three();
    place->tamper("UPDATE ledger_account SET balance_minor = 31 WHERE name = 'cash'");
    assert_int_equal(store_ledger_check(s, &v), TILL_OK);
    assert_string_equal(v.wrong_account, "cash");
    assert_int_equal(v.unbalanced, 0);
    place->tamper("UPDATE ledger_account SET balance_minor = 30 WHERE name = 'cash'");
    assert_sound_ledger(3);
    /* The last one is looked at too. */
    place->tamper("UPDATE ledger_account SET balance_minor = 91 WHERE name = 'bank'");
    assert_int_equal(store_ledger_check(s, &v), TILL_OK);
    assert_string_equal(v.wrong_account, "bank");
}

static void a_posting_that_lost_a_fen_or_a_line_is_named(void **state)
{
    struct store_ledger_verdict v;
    struct store_posting p;
    int64_t number = 0;

    (void)state;
    post_three();
    assert_int_equal(store_posting_next(s, 0, &number, &p), TILL_OK);
    assert_int_equal(store_posting_next(s, number, &number, &p), TILL_OK);
    place->tamper("UPDATE line SET amount_minor = amount_minor - 1 WHERE amount_minor = 20");
    assert_int_equal(store_ledger_check(s, &v), TILL_OK);
    assert_int_equal(v.unbalanced, number);
    assert_int_equal(v.lines, 6);
    place->tamper("DELETE FROM line WHERE amount_minor IN (19, -20)");
    assert_int_equal(store_ledger_check(s, &v), TILL_OK);
    assert_int_equal(v.unbalanced, number);
    assert_int_equal(v.postings, 3);
    assert_int_equal(v.lines, 4);
}

/* ---- transactions -------------------------------------------------------------------------------------- */

static void rollback_leaves_nothing(void **state)
{
    struct entry e = an_entry(1, 9);
    struct store_alarm alarm = {.kind = "fork"};
    struct site site, read;
    struct store_terminal t;
    struct store_posting p;
    struct book_customer c;
    char value[8];
    int64_t number = 0;

    (void)state;
    site_default(&site);
    begin();
    put_terminal("0031");
    assert_int_equal(store_entry_put(s, "0031", &e), TILL_OK);
    assert_int_equal(store_alarm_put(s, &alarm), TILL_OK);
    assert_int_equal(post_two("1", "cash", "advance", 5), TILL_OK);
    put_meter_book("CX01");
    put_customer("6100234567", "CX01", 1);
    assert_int_equal(store_value_put(s, "k", "v"), TILL_OK);
    store_rollback(s);
    assert_int_equal(store_terminal_get(s, "0031", &t), TILL_NOT_FOUND);
    assert_int_equal(store_entry_get(s, "0031", 1, &e), TILL_NOT_FOUND);
    assert_int_equal(store_alarm_next(s, 0, &alarm), TILL_NOT_FOUND);
    assert_int_equal(store_posting_next(s, 0, &number, &p), TILL_NOT_FOUND);
    assert_int_equal(store_customer_get(s, "6100234567", &c), TILL_NOT_FOUND);
    assert_int_equal(store_value_get(s, "k", value, sizeof(value)), TILL_NOT_FOUND);
    assert_int_equal(store_site_get(s, &read), TILL_NOT_FOUND);
    assert_balance("cash", 0);
    store_rollback(s);
    begin();
    commit();
}

static void what_a_closed_store_did_not_commit_is_gone(void **state)
{
    struct store_terminal t;

    (void)state;
    begin();
    put_terminal("0031");
    reopen();
    assert_int_equal(store_terminal_get(s, "0031", &t), TILL_NOT_FOUND);
}

static void another_handle_sees_a_transaction_whole_or_not_at_all(void **state)
{
    struct store_terminal t;
    struct store *other = open_again();

    (void)state;
    begin();
    put_terminal("0031");
    assert_int_equal(store_terminal_get(other, "0031", &t), TILL_NOT_FOUND);
    commit();
    assert_int_equal(store_terminal_get(other, "0031", &t), TILL_OK);
    store_close(other);
}

static void what_was_committed_before_a_kill_is_there(void **state)
{
    struct entry e;
    uint64_t seq = 0;
    int told[2];
    int status = 0;
    pid_t child;

    (void)state;
    begin();
    put_terminal("0031");
    commit();
    store_close(s);
    s = NULL;
    assert_int_equal(pipe(told), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        s = open_again();
        for (uint64_t i = 1;; i++) {
            char source[24];

            e = an_entry(i, 9);
            snprintf(source, sizeof(source), "entry/0031/%d", (int)i);
            if (store_begin(s) != TILL_OK || store_entry_put(s, "0031", &e) != TILL_OK ||
                post_two(source, "cash", "advance", 1) != TILL_OK || store_commit(s) != TILL_OK ||
                write(told[1], &i, sizeof(i)) != (ssize_t)sizeof(i))
                _exit(1);
        }
    }
    close(told[1]);
    for (int i = 0; i < 50; i++)
        assert_int_equal(read(told[0], &seq, sizeof(seq)), sizeof(seq));
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    while (read(told[0], &seq, sizeof(seq)) == (ssize_t)sizeof(seq))
        ;
    close(told[0]);
    s = open_again();
    assert_int_equal(store_entry_get(s, "0031", seq, &e), TILL_OK);
    /* Entry and posting are one transaction: as many of each. */
    while (store_entry_get(s, "0031", seq + 1, &e) == TILL_OK)
        seq++;
    assert_balance("cash", (int64_t)seq);
    assert_sound_ledger((int64_t)seq);
}

/* ---- master data ----------------------------------------------------------------------------------------- */

static void the_site_comes_back_and_a_bad_one_is_refused(void **state)
{
    struct site site, read;

    (void)state;
    site_default(&site);
    snprintf(site.payee, sizeof(site.payee), "%s", hostile);
    memset(site.branch, 'b', sizeof(site.branch) - 1);
    site.receipt_max_minor = 5000000;
    begin();
    assert_int_equal(store_site_get(s, &read), TILL_NOT_FOUND);
    assert_int_equal(store_site_put(s, &site), TILL_OK);
    site.exponent = 9;
    assert_int_equal(store_site_put(s, &site), TILL_BAD_INPUT);
    commit();
    assert_int_equal(store_site_get(s, &read), TILL_OK);
    assert_string_equal(read.payee, hostile);
    assert_string_equal(read.branch, site.branch);
    assert_string_equal(read.currency, "CNY");
    assert_int_equal(read.exponent, 2);
    assert_int_equal(read.receipt_max_minor, 5000000);
    assert_int_equal(read.note_count, site.note_count);
    assert_memory_equal(read.notes_minor, site.notes_minor, sizeof(site.notes_minor));
}

static void users_come_by_number_and_are_replaced(void **state)
{
    struct book_user u = {.user = "1002", .role = 1, .rounds = 20000, .cash_limit_minor = 500000};
    struct book_user read;

    (void)state;
    snprintf(u.name, sizeof(u.name), "%s", hostile);
    memset(u.salt, 1, sizeof(u.salt));
    memset(u.pin_check, 2, sizeof(u.pin_check));
    begin();
    assert_int_equal(store_user_put(s, &u), TILL_OK);
    snprintf(u.user, sizeof(u.user), "1001");
    u.role = 4;
    assert_int_equal(store_user_put(s, &u), TILL_OK);
    u.role = 2;
    assert_int_equal(store_user_put(s, &u), TILL_OK);
    u.role = 9;
    assert_int_equal(store_user_put(s, &u), TILL_BAD_INPUT);
    commit();
    assert_int_equal(store_user_next(s, "", &read), TILL_OK);
    assert_string_equal(read.user, "1001");
    assert_int_equal(read.role, 2);
    assert_string_equal(read.name, hostile);
    assert_int_equal(read.rounds, 20000);
    assert_int_equal(read.cash_limit_minor, 500000);
    assert_memory_equal(read.salt, u.salt, sizeof(u.salt));
    assert_memory_equal(read.pin_check, u.pin_check, sizeof(u.pin_check));
    assert_int_equal(store_user_next(s, "1001", &read), TILL_OK);
    assert_string_equal(read.user, "1002");
    assert_int_equal(store_user_next(s, "1002", &read), TILL_NOT_FOUND);
}

static void assert_same_customer(const struct book_customer *a, const struct book_customer *b)
{
    assert_string_equal(a->account, b->account);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->address, b->address);
    assert_string_equal(a->meter, b->meter);
    assert_string_equal(a->phone, b->phone);
    assert_string_equal(a->meter_book, b->meter_book);
    assert_int_equal(a->order, b->order);
    assert_int_equal(a->class, b->class);
    assert_int_equal(a->balance_minor, b->balance_minor);
    assert_int_equal(a->last_paid_date, b->last_paid_date);
    assert_int_equal(a->last_paid_minor, b->last_paid_minor);
    assert_int_equal(a->flags, b->flags);
}

static void a_customer_comes_back_and_the_same_again_changes_nothing(void **state)
{
    struct book_customer c = a_customer("6100234567", "CX01", 17);
    struct book_customer read;
    struct book_meter_book m;

    (void)state;
    begin();
    assert_int_equal(store_customer_put(s, &c), TILL_NOT_FOUND);
    put_meter_book("CX01");
    assert_int_equal(store_customer_put(s, &c), TILL_OK);
    c.row = 99;
    assert_int_equal(store_customer_put(s, &c), TILL_UNCHANGED);
    c.balance_minor = 0;
    c.flags = UINT32_MAX;
    assert_int_equal(store_customer_put(s, &c), TILL_OK);
    commit();
    assert_int_equal(store_customer_get(s, "6100234567", &read), TILL_OK);
    assert_same_customer(&c, &read);
    assert_int_equal(store_customer_get(s, "6100234568", &read), TILL_NOT_FOUND);
    assert_int_equal(store_meter_book_get(s, "CX01", &m), TILL_OK);
    assert_string_equal(m.id, "CX01");
    assert_string_equal(m.name, hostile);
    assert_int_equal(m.customers, 1);
    assert_int_equal(store_meter_book_get(s, "CX02", &m), TILL_NOT_FOUND);
}

static void a_customer_that_can_not_be_is_refused(void **state)
{
    struct book_customer c;

    (void)state;
    begin();
    put_meter_book("CX01");
    c = a_customer("61 00", "CX01", 1);
    assert_int_equal(store_customer_put(s, &c), TILL_BAD_INPUT);
    c = a_customer("6100234567", "CX01", 0);
    assert_int_equal(store_customer_put(s, &c), TILL_BAD_INPUT);
    c = a_customer("6100234567", "CX01", 1);
    c.balance_minor = -1;
    assert_int_equal(store_customer_put(s, &c), TILL_BAD_INPUT);
    c = a_customer("6100234567", "CX01", 1);
    memset(c.name, 'x', sizeof(c.name)); /* not terminated */
    assert_int_equal(store_customer_put(s, &c), TILL_BAD_INPUT);
    c = a_customer("6100234567", "CX01", 1);
    c.last_paid_date = 20261332;
    assert_int_equal(store_customer_put(s, &c), TILL_BAD_INPUT);
    commit();
    assert_int_equal(store_customer_next(s, "CX01", 0, &c), TILL_NOT_FOUND);
}

static void assert_order(const char *book, const char *const *accounts, size_t count)
{
    struct book_customer c = {.order = 0};

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(store_customer_next(s, book, c.order, &c), TILL_OK);
        assert_string_equal(c.account, accounts[i]);
    }
    assert_int_equal(store_customer_next(s, book, c.order, &c), TILL_NOT_FOUND);
}

static void customers_come_in_the_order_of_their_book(void **state)
{
    static const char *const expected[] = {"6100000003", "6100000001", "6100000002"};

    (void)state;
    begin();
    put_meter_book("CX01");
    put_meter_book("CX02");
    put_customer("6100000002", "CX01", 30);
    put_customer("6100000003", "CX01", 1);
    put_customer("6100000001", "CX01", 2);
    put_customer("6100000009", "CX02", 2);
    commit();
    assert_order("CX01", expected, 3);
}

static void a_book_is_put_in_a_new_order_row_by_row_and_loses_nobody(void **state)
{
    /* A new house at place 1: everyone else moves by one. */
    static const char *const expected[] = {"6100000004", "6100000001", "6100000002", "6100000003"};
    static const char *const swapped[] = {"6100000001", "6100000004", "6100000002", "6100000003"};

    (void)state;
    begin();
    put_meter_book("CX01");
    put_customer("6100000001", "CX01", 1);
    put_customer("6100000002", "CX01", 2);
    put_customer("6100000003", "CX01", 3);
    for (uint32_t i = 0; i < 4; i++)
        put_customer(expected[i], "CX01", i + 1);
    assert_order("CX01", expected, 4);
    put_customer("6100000001", "CX01", 1);
    put_customer("6100000004", "CX01", 2);
    commit();
    assert_order("CX01", swapped, 4);
}

static void a_bill_is_issued_once_and_what_is_open_of_it_is_arrears(void **state)
{
    struct bill september = a_bill(202609, 9210);
    struct bill august = a_bill(202608, 9432);
    struct arrears a;

    (void)state;
    begin();
    assert_int_equal(store_bill_put(s, "6100234567", &september), TILL_NOT_FOUND);
    put_meter_book("CX01");
    put_customer("6100234567", "CX01", 1);
    assert_int_equal(store_bill_put(s, "6100234567", &september), TILL_OK);
    assert_int_equal(store_bill_put(s, "6100234567", &august), TILL_OK);
    assert_int_equal(store_arrears(s, "6100234567", &a), TILL_OK);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.balance_minor, 1234);
    assert_int_equal(a.bills[0].month, 202608);
    assert_int_equal(a.bills[0].amount_minor, 9432);
    assert_int_equal(a.bills[0].due_date, 20260820);
    assert_int_equal(a.bills[0].type, 1);
    assert_int_equal(a.bills[0].energy_cwh, -16542);
    assert_int_equal(a.bills[1].month, 202609);

    august.amount_minor = 0;
    september.amount_minor = 9209;
    assert_int_equal(store_bill_open_set(s, "6100234567", &august), TILL_OK);
    assert_int_equal(store_bill_open_set(s, "6100234567", &september), TILL_OK);
    assert_int_equal(store_arrears(s, "6100234567", &a), TILL_OK);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202609);
    assert_int_equal(a.bills[0].amount_minor, 9209);
    /* Partly paid, it is still the bill that was issued. */
    september.amount_minor = 9210;
    assert_int_equal(store_bill_put(s, "6100234567", &september), TILL_UNCHANGED);
    assert_int_equal(store_arrears(s, "6100234567", &a), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 9209);
    commit();
    assert_int_equal(store_arrears(s, "6100234568", &a), TILL_NOT_FOUND);
}

static void what_was_issued_is_not_rewritten_and_never_open_for_more(void **state)
{
    struct bill bill = a_bill(202609, 9210);
    struct arrears a;

    (void)state;
    begin();
    put_meter_book("CX01");
    put_customer("6100234567", "CX01", 1);
    assert_int_equal(store_bill_open_set(s, "6100234567", &bill), TILL_NOT_FOUND);
    assert_int_equal(store_bill_put(s, "6100234567", &bill), TILL_OK);
    bill.amount_minor = 9211;
    assert_int_equal(store_bill_put(s, "6100234567", &bill), TILL_BAD_INPUT);
    assert_int_equal(store_bill_open_set(s, "6100234567", &bill), TILL_BAD_INPUT);
    bill.amount_minor = -1;
    assert_int_equal(store_bill_open_set(s, "6100234567", &bill), TILL_BAD_INPUT);
    commit();
    assert_int_equal(store_arrears(s, "6100234567", &a), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 9210);
}

static void more_open_bills_than_fit_are_said_and_not_cut(void **state)
{
    struct arrears a;

    (void)state;
    begin();
    put_meter_book("CX01");
    put_customer("6100234567", "CX01", 1);
    for (int i = 0; i <= BILLS_MAX; i++) {
        struct bill bill = a_bill((2020 + i / 12) * 100 + i % 12 + 1, 1);

        assert_int_equal(store_arrears(s, "6100234567", &a), TILL_OK);
        assert_int_equal(a.count, i);
        assert_int_equal(store_bill_put(s, "6100234567", &bill), TILL_OK);
    }
    commit();
    assert_int_equal(store_arrears(s, "6100234567", &a), TILL_TOO_LARGE);
}

static void a_value_is_replaced_and_fits_or_says_so(void **state)
{
    char value[STORE_VALUE_MAX];
    char large[STORE_VALUE_MAX + 1];

    (void)state;
    memset(large, 'v', sizeof(large));
    large[STORE_VALUE_MAX] = '\0';
    begin();
    assert_int_equal(store_value_put(s, "serial", hostile), TILL_OK);
    assert_int_equal(store_value_put(s, "serial", "12"), TILL_OK);
    assert_int_equal(store_value_put(s, "", "x"), TILL_BAD_INPUT);
    assert_int_equal(store_value_put(s, "large", large), TILL_BAD_INPUT);
    large[STORE_VALUE_MAX - 1] = '\0';
    assert_int_equal(store_value_put(s, "large", large), TILL_OK);
    commit();
    assert_int_equal(store_value_get(s, "serial", value, 3), TILL_OK);
    assert_string_equal(value, "12");
    assert_int_equal(store_value_get(s, "serial", value, 2), TILL_TOO_LARGE);
    assert_int_equal(store_value_get(s, "large", value, sizeof(value)), TILL_OK);
    assert_string_equal(value, large);
    assert_int_equal(store_value_get(s, "none", value, sizeof(value)), TILL_NOT_FOUND);
}

/* ---- opening ---------------------------------------------------------------------------------------------- */

static void a_scheme_without_a_back_end_is_said(void **state)
{
    struct store *other = NULL;

    (void)state;
    assert_int_equal(store_open("oracle://host/db", &other), TILL_UNSUPPORTED);
    assert_null(other);
}

static int run(const struct place *p)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fresh, close_and_clean)
    const struct CMUnitTest tests[] = {
        TEST(a_terminal_comes_back_with_every_field),
        TEST(a_terminal_that_can_not_be_is_refused),
        TEST(terminals_come_by_number_and_then_no_more),
        TEST(an_assignment_is_replaced_whole_and_keeps_its_order),
        TEST(an_assignment_that_is_no_list_is_refused_and_the_old_one_stays),
        TEST(an_entry_comes_back_byte_for_byte_with_or_without_its_signature),
        TEST(the_same_entry_again_changes_nothing),
        TEST(another_entry_under_the_same_number_is_a_fork_and_the_first_stays),
        TEST(an_entry_needs_its_terminal_and_a_number),
        TEST(what_is_set_aside_is_named_in_order),
        TEST(alarms_come_in_the_order_they_were_raised),
        TEST(a_posting_moves_its_balances_and_comes_back_line_by_line),
        TEST(the_largest_posting_fits_and_postings_come_by_number),
        TEST(the_same_source_is_posted_once),
        TEST(a_posting_without_a_zero_sum_or_without_lines_is_refused),
        TEST(a_balance_never_leaves_its_range_and_a_refused_posting_leaves_nothing),
        TEST(a_prefix_sums_the_accounts_that_begin_so_and_no_others),
        TEST(a_balance_that_is_not_the_sum_of_its_lines_is_named),
        TEST(a_posting_that_lost_a_fen_or_a_line_is_named),
        TEST(rollback_leaves_nothing),
        TEST(what_a_closed_store_did_not_commit_is_gone),
        TEST(another_handle_sees_a_transaction_whole_or_not_at_all),
        TEST(what_was_committed_before_a_kill_is_there),
        TEST(the_site_comes_back_and_a_bad_one_is_refused),
        TEST(users_come_by_number_and_are_replaced),
        TEST(a_customer_comes_back_and_the_same_again_changes_nothing),
        TEST(a_customer_that_can_not_be_is_refused),
        TEST(customers_come_in_the_order_of_their_book),
        TEST(a_book_is_put_in_a_new_order_row_by_row_and_loses_nobody),
        TEST(a_bill_is_issued_once_and_what_is_open_of_it_is_arrears),
        TEST(what_was_issued_is_not_rewritten_and_never_open_for_more),
        TEST(more_open_bills_than_fit_are_said_and_not_cut),
        TEST(a_value_is_replaced_and_fits_or_says_so),
        TEST(a_scheme_without_a_back_end_is_said),
    };
#undef TEST

    place = p;
    return cmocka_run_group_tests_name(p->name, tests, NULL, NULL);
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    int failed = 0;

    snprintf(folder, sizeof(folder), "%s/db_store.XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL)
        return 1;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        failed += run(&places[i]);
    return rmdir(folder) == 0 ? failed : 1;
}

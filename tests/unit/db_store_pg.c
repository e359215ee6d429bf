/*
 * What only PostgreSQL promises: several writers at once, a server that dies and comes back, a
 * schema that two make at the same moment.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "postgres.h"
#include "store_channel.h"
#include "store_custody.h"
#include "store_dispute.h"
#include "store_office.h"
#include "store_place.h"

enum { ROUNDS = 20, TRIES = 200 };

static struct postgres server;
static char heard[4096];
static int database_number;
static char database[16];

static void hear(void *context, enum log_level level, const char *line)
{
    size_t used = strlen(heard);

    (void)context;
    (void)level;
    snprintf(heard + used, sizeof(heard) - used, "%s\n", line);
}

static struct store *open_store(void)
{
    char url[POSTGRES_URL_SIZE];
    struct store *s = NULL;

    postgres_url(&server, database, url);
    assert_int_equal(store_open(url, &s), TILL_OK);
    return s;
}

static int fresh_database(void **state)
{
    char sql[64];

    (void)state;
    heard[0] = '\0';
    snprintf(database, sizeof(database), "d%d", ++database_number);
    snprintf(sql, sizeof(sql), "CREATE DATABASE %s", database);
    postgres_run(&server, "postgres", sql);
    snprintf(sql, sizeof(sql), "ALTER DATABASE %s SET deadlock_timeout = '20ms'", database);
    postgres_run(&server, "postgres", sql);
    return 0;
}

/* One that has its schema, and nothing in it: quicker. */
static int emptied_database(void **state)
{
    static bool made;

    if (!made)
        made = fresh_database(state) == 0 && (store_close(open_store()), true);
    heard[0] = '\0';
    snprintf(database, sizeof(database), "d1");
    postgres_empty(&server, database);
    return 0;
}

/* Terminals 0031 and 0032, customers 6100234567 and 6100234568. */
static void fill(void)
{
    place_store = open_store();
    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
    place_put_meter_book("CX01");
    place_put_customer("6100234567", "CX01", 1);
    place_put_customer("6100234568", "CX01", 2);
    place_commit();
    store_close(place_store);
    place_store = NULL;
}

/* ---- several writers ------------------------------------------------------------------------- */

struct worker {
    const char *terminal;
    const char *accounts[2]; /* paid in this order; NULL = none */
    int done;
    int busy;
};

static enum till_status pay(struct store *s, const char *account)
{
    struct book_customer c;
    enum till_status st = store_customer_get(s, account, &c);

    if (st != TILL_OK)
        return st;
    c.balance_minor++;
    return store_customer_put(s, &c);
}

/* Reads, counts up, writes: what two would do at once is lost unless one waits for the other. */
static enum till_status count_up(struct store *s, const struct worker *w)
{
    struct store_terminal t;
    enum till_status st = store_begin_terminal(s, w->terminal);

    if (st != TILL_OK)
        return st;
    st = store_terminal_get(s, w->terminal, &t);
    t.head_serial++;
    if (st == TILL_OK)
        st = store_terminal_put(s, &t);
    for (size_t i = 0; st == TILL_OK && i < 2 && w->accounts[i] != NULL; i++)
        st = pay(s, w->accounts[i]);
    if (st == TILL_OK)
        return store_commit(s);
    store_rollback(s);
    return st;
}

static void *work(void *context)
{
    struct worker *w = context;
    struct store *s = open_store();

    for (int i = 0; i < TRIES && w->done < ROUNDS; i++) {
        enum till_status st = count_up(s, w);

        if (st == TILL_OK)
            w->done++;
        else if (st == TILL_BUSY)
            w->busy++;
        else
            break;
    }
    store_close(s);
    return NULL;
}

static void work_together(struct worker *a, struct worker *b)
{
    pthread_t threads[2];

    assert_int_equal(pthread_create(&threads[0], NULL, work, a), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, work, b), 0);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    assert_int_equal(a->done, ROUNDS);
    assert_int_equal(b->done, ROUNDS);
}

static uint64_t serial_of(const char *terminal)
{
    struct store *s = open_store();
    struct store_terminal t;

    assert_int_equal(store_terminal_get(s, terminal, &t), TILL_OK);
    store_close(s);
    return t.head_serial;
}

static int64_t balance_of(const char *account)
{
    struct store *s = open_store();
    struct book_customer c;

    assert_int_equal(store_customer_get(s, account, &c), TILL_OK);
    store_close(s);
    return c.balance_minor;
}

static void two_batches_of_one_terminal_come_one_after_the_other(void **state)
{
    struct worker a = {.terminal = "0031"}, b = {.terminal = "0031"};
    uint64_t before;

    (void)state;
    fill();
    before = serial_of("0031");
    work_together(&a, &b);
    assert_int_equal(serial_of("0031"), before + 2 * ROUNDS);
    assert_int_equal(a.busy + b.busy, 0);
}

static void two_terminals_at_one_customer_lose_no_payment(void **state)
{
    struct worker a = {.terminal = "0031", .accounts = {"6100234567", NULL}};
    struct worker b = {.terminal = "0032", .accounts = {"6100234567", NULL}};
    int64_t before;

    (void)state;
    fill();
    before = balance_of("6100234567");
    work_together(&a, &b);
    assert_int_equal(balance_of("6100234567"), before + 2 * ROUNDS);
}

static void two_that_wait_for_each_other_are_told_and_succeed_in_the_end(void **state)
{
    struct worker a = {.terminal = "0031", .accounts = {"6100234567", "6100234568"}};
    struct worker b = {.terminal = "0032", .accounts = {"6100234568", "6100234567"}};
    int64_t before;

    (void)state;
    fill();
    before = balance_of("6100234568");
    work_together(&a, &b);
    assert_int_equal(balance_of("6100234567"), before + 2 * ROUNDS);
    assert_int_equal(balance_of("6100234568"), before + 2 * ROUNDS);
}

static void terminals_do_not_wait_for_each_other_and_the_office_waits_for_all(void **state)
{
    struct store *a, *b;
    char waiting[8] = "";

    (void)state;
    fill();
    a = open_store();
    b = open_store();
    assert_int_equal(store_begin_terminal(a, "0031"), TILL_OK);
    assert_int_equal(store_begin_terminal(b, "0032"), TILL_OK);
    /* What the office asks for is not to be had now. */
    postgres_ask(&server, database, "SELECT pg_try_advisory_lock(5067802422752051201)", waiting,
                 sizeof(waiting));
    assert_string_equal(waiting, "f");
    store_rollback(a);
    store_rollback(b);
    postgres_ask(&server, database, "SELECT pg_try_advisory_lock(5067802422752051201)", waiting,
                 sizeof(waiting));
    assert_string_equal(waiting, "t");
    store_close(a);
    store_close(b);
}

static void a_refused_row_leaves_the_rest_of_its_transaction(void **state)
{
    struct store_payment p = {.terminal = "0031", .seq = 1, .account = "6100239999"};
    struct store_terminal t;

    (void)state;
    fill();
    place_store = open_store();
    place_begin();
    assert_int_equal(store_terminal_get(place_store, "0031", &t), TILL_OK);
    t.seen_at_s = 1795009999;
    assert_int_equal(store_terminal_put(place_store, &t), TILL_OK);
    assert_int_equal(store_payment_put(place_store, &p), TILL_NOT_FOUND);
    snprintf(p.account, sizeof(p.account), "6100234567");
    assert_int_equal(store_payment_put(place_store, &p), TILL_OK);
    assert_int_equal(store_payment_put(place_store, &p), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_terminal_get(place_store, "0031", &t), TILL_OK);
    assert_int_equal(t.seen_at_s, 1795009999);
    store_close(place_store);
}

/* ---- a batch --------------------------------------------------------------------------------- */

static void expect(struct store *s, const char *terminal, uint64_t from, size_t entries)
{
    static const char accounts[][ACCOUNT_MAX] = {"6100234568", "6100234567", "6100234567"};
    const struct store_expected e = {.terminal = terminal,
                                     .from_seq = from,
                                     .entries = entries,
                                     .accounts = accounts,
                                     .account_count = 3};

    assert_int_equal(store_expect(s, &e), TILL_OK);
}

/* A record, its posting, its payment, its customer and bill. */
static enum till_status take_one(struct store *s, const char *terminal, uint64_t seq,
                                 const char *account)
{
    struct entry e = place_entry(seq, (uint8_t)seq);
    struct store_payment payment = {.seq = seq, .count = 1};
    struct book_customer c;
    struct store_posting p;
    enum till_status st = store_entry_put(s, terminal, &e);

    snprintf(payment.terminal, sizeof(payment.terminal), "%s", terminal);
    snprintf(payment.account, sizeof(payment.account), "%s", account);
    payment.bills[0] = (struct store_paid){.month = 202610, .type = 1, .amount_minor = 5};
    p = place_posting("");
    snprintf(p.source, sizeof(p.source), "entry/%s/%d", terminal, (int)seq);
    place_add_line(&p, terminal, 7);
    place_add_line(&p, "late_fee/1", -7);
    if (st == TILL_OK)
        st = store_post(s, &p);
    if (st == TILL_OK)
        st = store_payment_put(s, &payment);
    if (st == TILL_OK)
        st = store_customer_get(s, account, &c);
    c.balance_minor++;
    return st == TILL_OK ? store_customer_put(s, &c) : st;
}

static void what_a_batch_means_to_write_is_seen_by_it_and_by_others_once_committed(void **state)
{
    struct store *other;
    struct store_payment payment;
    struct entry read;
    struct book_customer c;
    struct bill open = place_bill(202610, 0);
    struct arrears a;

    (void)state;
    fill();
    place_store = open_store();
    place_begin();
    open.amount_minor = 900;
    assert_int_equal(store_bill_put(place_store, "6100234567", &open), TILL_OK);
    place_commit();
    other = open_store();
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_OK);
    expect(place_store, "0031", 1, 3);
    assert_int_equal(take_one(place_store, "0031", 1, "6100234567"), TILL_OK);
    open.amount_minor = 100;
    assert_int_equal(store_bill_open_set(place_store, "6100234567", &open), TILL_OK);
    assert_int_equal(store_arrears(place_store, "6100234567", &a), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 100);
    assert_int_equal(store_entry_get(other, "0031", 1, &read), TILL_NOT_FOUND);
    /* Another statement of the batch finds everything. */
    assert_int_equal(store_payment_get(place_store, "0031", 1, &payment), TILL_OK);
    place_assert_balance("late_fee/1", -7);
    assert_int_equal(take_one(place_store, "0031", 2, "6100234568"), TILL_OK);
    assert_int_equal(store_commit(place_store), TILL_OK);

    assert_int_equal(store_entry_get(other, "0031", 2, &read), TILL_OK);
    assert_int_equal(store_customer_get(other, "6100234567", &c), TILL_OK);
    assert_int_equal(c.balance_minor, 1235);
    assert_int_equal(store_arrears(other, "6100234567", &a), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 100);
    place_assert_balance("0031", 14);
    place_assert_sound_ledger(2);
    store_close(other);
    store_close(place_store);
}

static void a_batch_that_is_given_up_leaves_nothing_and_the_next_is_whole(void **state)
{
    struct entry read;

    (void)state;
    fill();
    place_store = open_store();
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_OK);
    expect(place_store, "0031", 1, 2);
    assert_int_equal(take_one(place_store, "0031", 1, "6100234567"), TILL_OK);
    store_rollback(place_store);
    assert_int_equal(store_entry_get(place_store, "0031", 1, &read), TILL_NOT_FOUND);
    place_assert_balance("late_fee/1", 0);
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_OK);
    expect(place_store, "0031", 1, 2);
    assert_int_equal(take_one(place_store, "0031", 1, "6100234567"), TILL_OK);
    assert_int_equal(store_commit(place_store), TILL_OK);
    place_assert_balance("late_fee/1", -7);
    place_assert_sound_ledger(1);
    store_close(place_store);
}

static void *hand_in(void *context)
{
    struct worker *w = context;
    struct store *s = open_store();

    for (int i = 0; i < TRIES && w->done < ROUNDS; i++) {
        uint64_t seq = (uint64_t)w->done + 1;
        enum till_status st = store_begin_terminal(s, w->terminal);

        if (st == TILL_OK) {
            expect(s, w->terminal, seq, 1);
            st = take_one(s, w->terminal, seq, w->accounts[0]);
            if (st == TILL_OK)
                st = store_commit(s);
            else
                store_rollback(s);
        }
        if (st == TILL_OK)
            w->done++;
        else if (st != TILL_BUSY)
            break;
    }
    store_close(s);
    return NULL;
}

static void two_terminals_that_post_to_one_account_add_up(void **state)
{
    struct worker workers[2] = {{.terminal = "0031", .accounts = {"6100234567", NULL}},
                                {.terminal = "0032", .accounts = {"6100234567", NULL}}};
    pthread_t threads[2];

    (void)state;
    fill();
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hand_in, &workers[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(workers[0].done, ROUNDS);
    assert_int_equal(workers[1].done, ROUNDS);
    assert_int_equal(balance_of("6100234567"), 1234 + 2 * ROUNDS);
    place_store = open_store();
    place_assert_balance("late_fee/1", INT64_C(-7) * 2 * ROUNDS);
    place_assert_sound_ledger(INT64_C(2) * ROUNDS);
    store_close(place_store);
}

static void what_the_office_posts_and_takes_back_in_part_adds_up(void **state)
{
    (void)state;
    fill();
    place_store = open_store();
    place_begin();
    assert_int_equal(place_post_two("import/1", "cash/1", "billed/1", 5), TILL_OK);
    assert_int_equal(store_part_begin(place_store), TILL_OK);
    assert_int_equal(place_post_two("import/2", "cash/2", "billed/1", 3), TILL_OK);
    place_assert_balance("billed/1", -8);
    assert_int_equal(store_part_end(place_store, TILL_REFUSED), TILL_REFUSED);
    place_assert_balance("billed/1", -5);
    place_assert_balance("cash/2", 0);
    assert_int_equal(place_post_two("import/3", "cash/2", "billed/1", 1), TILL_OK);
    place_commit();
    place_assert_balance("billed/1", -6);
    place_assert_balance("cash/2", 1);
    place_assert_sound_ledger(2);
    store_close(place_store);
}

/* ---- the schema ------------------------------------------------------------------------------ */

static void *open_and_close(void *context)
{
    (void)context;
    store_close(open_store());
    return NULL;
}

static void two_that_start_at_once_make_one_schema(void **state)
{
    pthread_t threads[2];
    char versions[8];

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, open_and_close, NULL), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    postgres_ask(&server, database, "SELECT count(*) FROM fieldtill_schema", versions,
                 sizeof(versions));
    assert_string_equal(versions, "1");
}

static void a_database_of_newer_software_is_left_alone(void **state)
{
    char url[POSTGRES_URL_SIZE];
    struct store *s = NULL;

    (void)state;
    store_close(open_store());
    postgres_run(&server, database, "UPDATE fieldtill_schema SET version = 99");
    postgres_url(&server, database, url);
    assert_int_equal(store_open(url, &s), TILL_READ_ONLY);
}

/* As the first host made it: none of the tables and columns that came since. */
static const char back_to_the_first[] =
    "DO $$ DECLARE one TEXT; BEGIN FOR one IN SELECT relname FROM pg_class "
    "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') "
    "AND NOT relispartition AND relname <> ALL (ARRAY['audit', 'bank_line', 'channel', "
    "'channel_payment', 'channel_conflict', 'correction', 'custody', 'holding', 'period', "
    "'recovered', 'session', 'terminal', 'assignment', 'entry', 'fork', 'quarantine', 'alarm', "
    "'ledger_account', 'posting', 'line', 'user', 'meter_book', 'customer', 'bill', 'value', "
    "'payment', 'payment_bill', 'matter', 'site', 'fieldtill_schema']) "
    "LOOP EXECUTE format('DROP TABLE %I CASCADE', one); END LOOP; END $$; "
    "ALTER TABLE matter DROP COLUMN outcome; DROP INDEX custody_at; DROP INDEX bank_line_open; "
    "ALTER TABLE \"user\" DROP COLUMN deputy_from, DROP COLUMN deputy_to; "
    "INSERT INTO \"user\" VALUES ('1001', 'N', 1, '\\x00112233445566778899aabbccddeeff', 1, "
    "decode(repeat('22', 32), 'hex'), 0, 0); "
    "INSERT INTO custody VALUES ('0031', 7, 32966, 99, decode(repeat('11', 32), 'hex'), '', "
    "'1001', '2001', 5000, 5000, 0, 0, '1', '', '', 0, 0), ('0031', 8, 32961, 100, "
    "decode(repeat('12', 32), 'hex'), '', '1001', '1001', 5000, 5000, 0, 2, '', '', '', 0, 0); "
    "INSERT INTO posting VALUES ('', 7, 'import/1/1', 1, 1); "
    "INSERT INTO matter VALUES (3, 1, '0031', 9, 500, '6100234567', 4, '', 0, 0, ''); "
    "UPDATE fieldtill_schema SET version = 1";

static void a_database_of_the_first_version_is_brought_up_to_date(void **state)
{
    struct book_user u = {.user = "1003", .role = ROLE_COLLECTOR, .rounds = 1};
    struct store_custody row;
    struct store_dispute dispute;
    char version[8], value[STORE_VALUE_MAX];

    (void)state;
    store_close(open_store());
    postgres_run(&server, database, back_to_the_first);
    place_store = open_store();
    place_begin();
    u.deputy_from = 20261201;
    u.deputy_to = 20261207;
    assert_int_equal(store_user_put(place_store, &u), TILL_OK);
    place_commit();
    assert_int_equal(store_user_next(place_store, "", &u), TILL_OK);
    assert_string_equal(u.user, "1001");
    assert_int_equal(u.deputy_from, 0);
    assert_int_equal(store_user_next(place_store, "1001", &u), TILL_OK);
    assert_int_equal(u.deputy_to, 20261207);
    /* What was given may wait; a close never does. */
    assert_int_equal(store_custody_open(place_store, "", 0, &row), TILL_OK);
    assert_int_equal(row.seq, 7);
    assert_int_equal(store_custody_open(place_store, "0031", 7, &row), TILL_NOT_FOUND);
    /* Who was in dispute still is; what was posted until then holds no fee. */
    assert_int_equal(store_dispute_at(place_store, "6100234567", 499, &dispute), TILL_NOT_FOUND);
    assert_int_equal(store_dispute_at(place_store, "6100234567", 501, &dispute), TILL_OK);
    assert_int_equal(dispute.opened_at_s, 500);
    assert_int_equal(store_value_get(place_store, "held_after", value, sizeof(value)), TILL_OK);
    assert_string_equal(value, "7");
    store_close(place_store);
    postgres_ask(&server, database, "SELECT version FROM fieldtill_schema", version,
                 sizeof(version));
    assert_string_equal(version, "3");
    store_close(open_store());
}

static void every_unique_key_names_what_its_table_is_parted_by(void **state)
{
    char wrong[128];

    (void)state;
    store_close(open_store());
    /* PostgreSQL insists on it for what is partitioned; these are all that grow. */
    postgres_ask(&server, database,
                 "SELECT string_agg(t, ' ') FROM unnest(ARRAY['entry', 'fork', 'quarantine', "
                 "'payment', 'payment_bill', 'posting', 'line', 'customer', 'bill', "
                 "'ledger_account']) AS t WHERE NOT EXISTS (SELECT FROM pg_partitioned_table "
                 "WHERE partrelid = t::regclass AND partstrat = 'h')",
                 wrong, sizeof(wrong));
    assert_string_equal(wrong, "");
}

/* ---- a server that goes ---------------------------------------------------------------------- */

static void a_server_that_dies_in_a_transaction_takes_all_of_it_and_comes_back(void **state)
{
    struct store_terminal t;
    struct entry e = place_entry(1, 1), read;
    enum till_status st = TILL_BUSY;

    (void)state;
    fill();
    place_store = open_store();
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_OK);
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
    postgres_kill(&server);
    assert_int_equal(store_terminal_get(place_store, "0031", &t), TILL_BUSY);
    assert_int_equal(store_commit(place_store), TILL_BUSY);
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_BUSY);
    postgres_start(&server);
    for (int i = 0; st != TILL_OK && i < TRIES; i++) {
        st = store_entry_get(place_store, "0031", 1, &read);
        if (st == TILL_NOT_FOUND)
            break;
        assert_int_equal(st, TILL_BUSY);
        usleep(20000);
    }
    assert_int_equal(st, TILL_NOT_FOUND);
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_OK);
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
    assert_int_equal(store_commit(place_store), TILL_OK);
    assert_int_equal(store_entry_get(place_store, "0031", 1, &read), TILL_OK);
    store_close(place_store);
}

static void a_connection_cut_while_idle_is_not_noticed(void **state)
{
    struct store_terminal t;

    (void)state;
    fill();
    place_store = open_store();
    postgres_run(&server, database,
                 "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    assert_int_equal(store_terminal_get(place_store, "0031", &t), TILL_OK);
    postgres_run(&server, database,
                 "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    usleep(1100000); /* once a second */
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_OK);
    assert_int_equal(store_commit(place_store), TILL_OK);
    store_close(place_store);
}

static void a_password_never_reaches_the_log(void **state)
{
    static const char *const urls[] = {"postgresql://till:geheim77@127.0.0.1:1/till",
                                       "postgresql://till:geheim77@127.0.0.1:port/till",
                                       "postgresql://till@127.0.0.1:1/till?passwort=geheim77"};
    struct store *s = NULL;

    (void)state;
    log_to(hear, NULL, LOG_LEVEL_DEBUG);
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
        assert_int_not_equal(store_open(urls[i], &s), TILL_OK);
    log_to(NULL, NULL, LOG_LEVEL_ERROR);
    assert_true(strlen(heard) > 0);
    assert_null(strstr(heard, "geheim77"));
}

static int start(void **state)
{
    (void)state;
    postgres_make(&server, false);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    postgres_remove(&server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_batches_of_one_terminal_come_one_after_the_other,
                               emptied_database),
        cmocka_unit_test_setup(two_terminals_at_one_customer_lose_no_payment, emptied_database),
        cmocka_unit_test_setup(two_that_wait_for_each_other_are_told_and_succeed_in_the_end,
                               emptied_database),
        cmocka_unit_test_setup(terminals_do_not_wait_for_each_other_and_the_office_waits_for_all,
                               emptied_database),
        cmocka_unit_test_setup(a_refused_row_leaves_the_rest_of_its_transaction, emptied_database),
        cmocka_unit_test_setup(
            what_a_batch_means_to_write_is_seen_by_it_and_by_others_once_committed,
            emptied_database),
        cmocka_unit_test_setup(a_batch_that_is_given_up_leaves_nothing_and_the_next_is_whole,
                               emptied_database),
        cmocka_unit_test_setup(two_terminals_that_post_to_one_account_add_up, emptied_database),
        cmocka_unit_test_setup(what_the_office_posts_and_takes_back_in_part_adds_up,
                               emptied_database),
        cmocka_unit_test_setup(two_that_start_at_once_make_one_schema, fresh_database),
        cmocka_unit_test_setup(a_database_of_newer_software_is_left_alone, fresh_database),
        cmocka_unit_test_setup(a_database_of_the_first_version_is_brought_up_to_date,
                               fresh_database),
        cmocka_unit_test_setup(every_unique_key_names_what_its_table_is_parted_by,
                               emptied_database),
        cmocka_unit_test_setup(a_server_that_dies_in_a_transaction_takes_all_of_it_and_comes_back,
                               emptied_database),
        cmocka_unit_test_setup(a_connection_cut_while_idle_is_not_noticed, emptied_database),
        cmocka_unit_test_setup(a_password_never_reaches_the_log, emptied_database),
    };

    return cmocka_run_group_tests(tests, start, stop);
}

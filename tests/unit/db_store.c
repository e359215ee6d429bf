/*
 * The host's store: terminals, entries, alarms, values, and what a transaction promises, over
 * every back end (store_place.h).
 */
#include "store_place.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- terminals ------------------------------------------------------------------------------- */

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
    struct store_terminal t = place_terminal("0031");
    struct store_terminal read;

    (void)state;
    place_begin();
    assert_int_equal(store_terminal_put(place_store, &t), TILL_OK);
    place_commit();
    place_reopen();
    assert_int_equal(store_terminal_get(place_store, "0031", &read), TILL_OK);
    assert_same_terminal(&t, &read);

    t.state = TERMINAL_REVOKED;
    t.stopped = false;
    t.code_hash[0] = '\0';
    t.line_pem[0] = '\0';
    t.head_serial++;
    place_begin();
    assert_int_equal(store_terminal_put(place_store, &t), TILL_OK);
    place_commit();
    assert_int_equal(store_terminal_get(place_store, "0031", &read), TILL_OK);
    assert_same_terminal(&t, &read);
    assert_int_equal(store_terminal_get(place_store, "0032", &read), TILL_NOT_FOUND);
}

static void a_terminal_that_can_not_be_is_refused(void **state)
{
    struct store_terminal t = place_terminal("0031");
    struct store_terminal read;

    (void)state;
    place_begin();
    t.head_serial = UINT64_MAX;
    assert_int_equal(store_terminal_put(place_store, &t), TILL_BAD_INPUT);
    t = place_terminal("00-1");
    assert_int_equal(store_terminal_put(place_store, &t), TILL_BAD_INPUT);
    t = place_terminal("0031");
    t.name[0] = '\n';
    assert_int_equal(store_terminal_put(place_store, &t), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_terminal_get(place_store, "0031", &read), TILL_NOT_FOUND);
}

static void terminals_come_by_number_and_then_no_more(void **state)
{
    static const char *const numbers[] = {"0031", "0100", "0999", "A1"};
    struct store_terminal t = {.terminal = ""};

    (void)state;
    place_begin();
    place_put_terminal("A1");
    place_put_terminal("0999");
    place_put_terminal("0031");
    place_put_terminal("0100");
    place_commit();
    for (size_t i = 0; i < 4; i++) {
        char after[TERMINAL_MAX];

        memcpy(after, t.terminal, sizeof(after));
        assert_int_equal(store_terminal_next(place_store, after, &t), TILL_OK);
        assert_string_equal(t.terminal, numbers[i]);
    }
    assert_int_equal(store_terminal_next(place_store, "A1", &t), TILL_NOT_FOUND);
}

static void an_assignment_is_replaced_whole_and_keeps_its_order(void **state)
{
    char ids[STORE_ASSIGNED_TEXT_MAX];

    (void)state;
    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
    assert_int_equal(store_assign(place_store, "0031", "CX09,CX01,CX05"), TILL_OK);
    assert_int_equal(store_assign(place_store, "0032", "CX01"), TILL_OK);
    assert_int_equal(store_assigned(place_store, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX09,CX01,CX05");
    assert_int_equal(store_assigned(place_store, "0031", ids, 14), TILL_TOO_LARGE);
    assert_int_equal(store_assigned(place_store, "0031", ids, 15), TILL_OK);
    assert_int_equal(store_assign(place_store, "0031", "CX02"), TILL_OK);
    assert_int_equal(store_assigned(place_store, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX02");
    assert_int_equal(store_assign(place_store, "0031", ""), TILL_OK);
    assert_int_equal(store_assigned(place_store, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "");
    assert_int_equal(store_assigned(place_store, "0032", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX01");
    place_commit();
}

static void an_assignment_that_is_no_list_is_refused_and_the_old_one_stays(void **state)
{
    static const char *const bad[] = {
        ",",    "CX01,", ",CX01", "CX01,,CX02", "CX01,CX01", "CX01, CX02", "12345678901234567",
        "CX\n1"};
    char ids[STORE_ASSIGNED_TEXT_MAX];

    (void)state;
    place_begin();
    place_put_terminal("0031");
    assert_int_equal(store_assign(place_store, "0031", "CX07"), TILL_OK);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(store_assign(place_store, "0031", bad[i]), TILL_BAD_INPUT);
    assert_int_equal(store_assign(place_store, "0099", "CX07"), TILL_NOT_FOUND);
    assert_int_equal(store_assigned(place_store, "0099", ids, sizeof(ids)), TILL_NOT_FOUND);
    assert_int_equal(store_assigned(place_store, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "CX07");
    place_commit();
}

/* ---- entries --------------------------------------------------------------------------------- */

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
    struct entry with = place_entry(1, 9);
    struct entry without = place_entry(INT64_MAX, 10);
    struct entry largest = place_entry(2, 11);
    struct entry read;

    (void)state;
    memset(without.signature, 0, sizeof(without.signature));
    memset(largest.body, 'x', ENTRY_BODY_MAX);
    largest.body_size = ENTRY_BODY_MAX;
    largest.kind = 0xFFFF;
    place_begin();
    place_put_terminal("0031");
    assert_int_equal(store_entry_put(place_store, "0031", &with), TILL_OK);
    assert_int_equal(store_entry_put(place_store, "0031", &without), TILL_OK);
    assert_int_equal(store_entry_put(place_store, "0031", &largest), TILL_OK);
    place_commit();
    place_reopen();
    assert_int_equal(store_entry_get(place_store, "0031", 1, &read), TILL_OK);
    assert_same_entry(&with, &read);
    assert_int_equal(store_entry_get(place_store, "0031", INT64_MAX, &read), TILL_OK);
    assert_same_entry(&without, &read);
    assert_int_equal(store_entry_get(place_store, "0031", 2, &read), TILL_OK);
    assert_same_entry(&largest, &read);
    assert_int_equal(store_entry_get(place_store, "0031", 3, &read), TILL_NOT_FOUND);
    assert_int_equal(store_entry_get(place_store, "0031", UINT64_MAX, &read), TILL_NOT_FOUND);
    assert_int_equal(store_entry_get(place_store, "0032", 1, &read), TILL_NOT_FOUND);
}

static void the_same_entry_again_changes_nothing(void **state)
{
    struct entry e = place_entry(1, 9);

    (void)state;
    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_UNCHANGED);
    assert_int_equal(store_entry_put(place_store, "0032", &e), TILL_OK);
    place_commit();
    place_begin();
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_UNCHANGED);
    place_commit();
}

static void another_entry_under_the_same_number_is_a_fork_and_the_first_stays(void **state)
{
    struct entry first = place_entry(5, 1);
    struct entry second = place_entry(5, 2);
    uint8_t prev[HASH_SIZE] = {3};
    struct entry read;

    (void)state;
    place_begin();
    place_put_terminal("0031");
    assert_int_equal(store_entry_put(place_store, "0031", &first), TILL_OK);
    assert_int_equal(store_entry_put(place_store, "0031", &second), TILL_E_FORK);
    assert_int_equal(store_fork_count(place_store, "0031"), 0);
    assert_int_equal(store_entry_get(place_store, "0031", 5, &read), TILL_OK);
    assert_same_entry(&first, &read);
    /* Kept as evidence, once. */
    assert_int_equal(store_fork_put(place_store, "0031", &second, prev), TILL_OK);
    assert_int_equal(store_fork_put(place_store, "0031", &second, prev), TILL_OK);
    assert_int_equal(store_fork_count(place_store, "0031"), 1);
    second = place_entry(5, 4);
    assert_int_equal(store_fork_put(place_store, "0031", &second, prev), TILL_OK);
    assert_int_equal(store_fork_count(place_store, "0031"), 2);
    assert_int_equal(store_fork_count(place_store, "0032"), 0);
    place_commit();
    assert_int_equal(store_entry_get(place_store, "0031", 5, &read), TILL_OK);
    assert_same_entry(&first, &read);
}

static void an_entry_needs_its_terminal_and_a_number(void **state)
{
    struct entry e = place_entry(1, 9);
    uint8_t prev[HASH_SIZE] = {0};

    (void)state;
    place_begin();
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_NOT_FOUND);
    assert_int_equal(store_fork_put(place_store, "0031", &e, prev), TILL_NOT_FOUND);
    place_put_terminal("0031");
    e.seq = 0;
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_BAD_INPUT);
    e.seq = UINT64_MAX;
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_BAD_INPUT);
    assert_int_equal(store_fork_put(place_store, "0031", &e, prev), TILL_BAD_INPUT);
    place_commit();
}

static void what_is_set_aside_is_named_in_order(void **state)
{
    uint64_t seqs[BOOK_UNAPPLIED_MAX];
    size_t count = 99;
    struct entry e;

    (void)state;
    place_begin();
    place_put_terminal("0031");
    for (uint64_t seq = 1; seq <= BOOK_UNAPPLIED_MAX + 1; seq++) {
        e = place_entry(seq, 9);
        assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
    }
    assert_int_equal(store_quarantined(place_store, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_quarantine_put(place_store, "0031", 30, place_hostile), TILL_OK);
    assert_int_equal(store_quarantine_put(place_store, "0031", 4, "unknown kind"), TILL_OK);
    assert_int_equal(store_quarantine_put(place_store, "0031", 30, "again"), TILL_OK);
    assert_int_equal(store_quarantine_put(place_store, "0031", 9999, "no such entry"),
                     TILL_NOT_FOUND);
    assert_int_equal(store_quarantine_put(place_store, "0032", 4, "no such terminal"),
                     TILL_NOT_FOUND);
    assert_int_equal(store_quarantine_put(place_store, "0031", 5, "a\nb"), TILL_BAD_INPUT);
    assert_int_equal(store_quarantined(place_store, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(seqs[0], 4);
    assert_int_equal(seqs[1], 30);
    for (uint64_t seq = 1; seq <= BOOK_UNAPPLIED_MAX; seq++)
        assert_int_equal(store_quarantine_put(place_store, "0031", seq, "x"), TILL_OK);
    assert_int_equal(store_quarantined(place_store, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, BOOK_UNAPPLIED_MAX);
    assert_int_equal(store_quarantine_put(place_store, "0031", BOOK_UNAPPLIED_MAX + 1, "x"),
                     TILL_OK);
    assert_int_equal(store_quarantined(place_store, "0031", seqs, &count), TILL_TOO_LARGE);
    place_commit();
}

static void alarms_come_in_the_order_they_were_raised(void **state)
{
    struct store_alarm a = {.at_s = 1795000000, .terminal = "0031", .kind = "fork"};
    struct store_alarm read;

    (void)state;
    memset(a.text, 'x', sizeof(a.text) - 1);
    place_begin();
    assert_int_equal(store_alarm_put(place_store, &a), TILL_OK);
    a.terminal[0] = '\0';
    snprintf(a.kind, sizeof(a.kind), "behind");
    snprintf(a.text, sizeof(a.text), "%s", place_hostile);
    assert_int_equal(store_alarm_put(place_store, &a), TILL_OK);
    snprintf(a.text, sizeof(a.text), "what %%1%ct%%n", STORE_PART_MARK);
    assert_int_equal(store_alarm_put(place_store, &a), TILL_OK);
    a.text[0] = '\x1b';
    assert_int_equal(store_alarm_put(place_store, &a), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_alarm_next(place_store, 0, &read), TILL_OK);
    assert_string_equal(read.terminal, "0031");
    assert_string_equal(read.kind, "fork");
    assert_int_equal(read.at_s, 1795000000);
    assert_int_equal(strlen(read.text), STORE_ALARM_MAX - 1);
    assert_int_equal(store_alarm_next(place_store, read.id, &read), TILL_OK);
    assert_string_equal(read.text, place_hostile);
    assert_int_equal(store_alarm_next(place_store, read.id, &read), TILL_OK);
    assert_string_equal(read.text, "what %1\x1ft%n");
    assert_int_equal(store_alarm_next(place_store, read.id, &read), TILL_NOT_FOUND);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static void rollback_leaves_nothing(void **state)
{
    struct entry e = place_entry(1, 9);
    struct store_alarm alarm = {.kind = "fork"};
    struct site site, read;
    struct store_terminal t;
    struct store_posting p;
    struct book_customer c;
    char value[8];
    int64_t number = 0;

    (void)state;
    site_default(&site);
    place_begin();
    place_put_terminal("0031");
    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
    assert_int_equal(store_alarm_put(place_store, &alarm), TILL_OK);
    assert_int_equal(place_post_two("1", "cash", "advance", 5), TILL_OK);
    place_put_meter_book("CX01");
    place_put_customer("6100234567", "CX01", 1);
    assert_int_equal(store_value_put(place_store, "k", "v"), TILL_OK);
    store_rollback(place_store);
    assert_int_equal(store_terminal_get(place_store, "0031", &t), TILL_NOT_FOUND);
    assert_int_equal(store_entry_get(place_store, "0031", 1, &e), TILL_NOT_FOUND);
    assert_int_equal(store_alarm_next(place_store, 0, &alarm), TILL_NOT_FOUND);
    assert_int_equal(store_posting_next(place_store, 0, &number, &p), TILL_NOT_FOUND);
    assert_int_equal(store_customer_get(place_store, "6100234567", &c), TILL_NOT_FOUND);
    assert_int_equal(store_value_get(place_store, "k", value, sizeof(value)), TILL_NOT_FOUND);
    assert_int_equal(store_site_get(place_store, &read), TILL_NOT_FOUND);
    place_assert_balance("cash", 0);
    store_rollback(place_store);
    place_begin();
    place_commit();
}

static void what_a_closed_store_did_not_commit_is_gone(void **state)
{
    struct store_terminal t;

    (void)state;
    place_begin();
    place_put_terminal("0031");
    place_reopen();
    assert_int_equal(store_terminal_get(place_store, "0031", &t), TILL_NOT_FOUND);
}

static void another_handle_sees_a_transaction_whole_or_not_at_all(void **state)
{
    struct store_terminal t;
    struct store *other = place_open_again();

    (void)state;
    place_begin();
    place_put_terminal("0031");
    assert_int_equal(store_terminal_get(other, "0031", &t), TILL_NOT_FOUND);
    place_commit();
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
    place_begin();
    place_put_terminal("0031");
    place_commit();
    store_close(place_store);
    place_store = NULL;
    assert_int_equal(pipe(told), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        place_store = place_open_again();
        for (uint64_t i = 1;; i++) {
            char source[24];

            e = place_entry(i, 9);
            snprintf(source, sizeof(source), "entry/0031/%d", (int)i);
            if (store_begin(place_store) != TILL_OK ||
                store_entry_put(place_store, "0031", &e) != TILL_OK ||
                place_post_two(source, "cash", "advance", 1) != TILL_OK ||
                store_commit(place_store) != TILL_OK ||
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
    place_store = place_open_again();
    assert_int_equal(store_entry_get(place_store, "0031", seq, &e), TILL_OK);
    /* Entry and posting are one transaction: as many of each. */
    while (store_entry_get(place_store, "0031", seq + 1, &e) == TILL_OK)
        seq++;
    place_assert_balance("cash", (int64_t)seq);
    place_assert_sound_ledger((int64_t)seq);
}

/* ---- opening --------------------------------------------------------------------------------- */

static void a_scheme_without_a_back_end_is_said(void **state)
{
    struct store *other = NULL;

    (void)state;
    assert_int_equal(store_open("oracle://host/db", &other), TILL_UNSUPPORTED);
    assert_null(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_terminal_comes_back_with_every_field),
        PLACE_TEST(a_terminal_that_can_not_be_is_refused),
        PLACE_TEST(terminals_come_by_number_and_then_no_more),
        PLACE_TEST(an_assignment_is_replaced_whole_and_keeps_its_order),
        PLACE_TEST(an_assignment_that_is_no_list_is_refused_and_the_old_one_stays),
        PLACE_TEST(an_entry_comes_back_byte_for_byte_with_or_without_its_signature),
        PLACE_TEST(the_same_entry_again_changes_nothing),
        PLACE_TEST(another_entry_under_the_same_number_is_a_fork_and_the_first_stays),
        PLACE_TEST(an_entry_needs_its_terminal_and_a_number),
        PLACE_TEST(what_is_set_aside_is_named_in_order),
        PLACE_TEST(alarms_come_in_the_order_they_were_raised),
        PLACE_TEST(rollback_leaves_nothing),
        PLACE_TEST(what_a_closed_store_did_not_commit_is_gone),
        PLACE_TEST(another_handle_sees_a_transaction_whole_or_not_at_all),
        PLACE_TEST(what_was_committed_before_a_kill_is_there),
        PLACE_TEST(a_scheme_without_a_back_end_is_said),
    };

    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}

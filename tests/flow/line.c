/*
 * The line to the office: days without signal, heads, renewed books, a stop, forks, and clocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "handheld.h"
#include "text.h"

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void publish(void)
{
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
}

static void collect(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

/* ---- without signal -------------------------------------------------------------------------- */

static void a_day_without_signal_goes_up_whole_when_it_returns(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    uint64_t sent = h.utility->head;
    for (unsigned i = UTILITY_FIRST_BOOK; i < UTILITY_CUSTOMERS; i++)
        collect(i);
    assert_int_equal(h.utility->head, sent);
    handheld_wait(&h, 3 * 3600 * 1000);
    handheld_expect(&h, "3 h");
    char unsent[16];
    snprintf(unsent, sizeof unsent, "↑%llu", (unsigned long long)(handheld_head(&h) - sent));
    handheld_expect(&h, unsent);
    handheld_signal(&h, NETWORK_GPRS);
    assert_int_equal(h.utility->head, handheld_head(&h));
    assert_int_equal(h.utility->again, 0);
    handheld_expect(&h, "↑0");
}

static void small_batches_bring_the_same_records(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    for (unsigned i = UTILITY_FIRST_BOOK; i < UTILITY_CUSTOMERS; i++)
        collect(i);
    h.utility->batch_most = 3;
    handheld_signal(&h, NETWORK_GPRS);
    assert_int_equal(h.utility->head, handheld_head(&h));
}

static void taken_becomes_confirmed_when_the_head_arrives(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, "Money taken");
    handheld_expect_not(&h, "Confirmed");
    handheld_signal(&h, NETWORK_4G);
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, "Confirmed");
}

static void an_office_that_does_not_answer_is_said(void **state)
{
    (void)state;
    h.utility->down = true;
    handheld_wait(&h, 1000);
    handheld_keys(&h, "4");
    handheld_expect_screen(&h, "sync");
    handheld_expect(&h, _("The office does not answer"));
    handheld_expect(&h, _("There is a signal. It is tried again by itself and nothing is lost; "
                          "call if it stays so."));
    handheld_keys(&h, "ok");
    assert_int_equal(h.utility->asked_now, 1);
}

static void each_hindrance_of_the_line_has_words_of_its_own(void **state)
{
    (void)state;
    static const struct {
        enum till_status status;
        const char *title;
    } cases[] = {{TILL_LOGIN_PAGE, N_("A login page is in the way")},
                 {TILL_WRONG_HOST, N_("Another server answers")},
                 {TILL_CLOCK_WRONG, N_("The date or time is wrong")},
                 {TILL_CERT_EXPIRED, N_("This terminal's certificate ran out")},
                 {TILL_HOST_EXPIRED, N_("The office's certificate ran out")},
                 {TILL_AUTHORITY_GONE, N_("The office has other keys now")},
                 {TILL_REVOKED, N_("The office has blocked this terminal")},
                 {TILL_NOT_ENROLLED, N_("The office knows another device")},
                 {TILL_BUDGET, N_("Today's data is used up")},
                 {TILL_BUSY, N_("The office is busy")},
                 {TILL_NOT_FOUND, N_("The office can't take these records yet")},
                 {TILL_E_CRYPTO, N_("The last try failed")}};
    handheld_keys(&h, "4");
    handheld_expect_screen(&h, "sync");
    h.utility->down = true;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        h.utility->down_status = cases[i].status;
        handheld_wait(&h, 100);
        handheld_expect(&h, _(cases[i].title));
        for (size_t j = 0; j < i; j++)
            handheld_expect_not(&h, _(cases[j].title));
    }
}

static void airplane_mode_is_not_a_missing_signal(void **state)
{
    (void)state;
    handheld_keys(&h, "4");
    handheld_signal(&h, NETWORK_NONE);
    handheld_expect(&h, _("No signal"));
    sim_network_set(h.world, NETWORK_NONE, 0, true);
    handheld_wait(&h, 1100);
    handheld_expect(&h, _("Airplane mode"));
    handheld_expect_not(&h, _("No signal"));
}

static void a_line_that_dies_is_found_again(void **state)
{
    (void)state;
    utility_restart_line(h.utility);
    handheld_wait(&h, 10);
    collect(CUSTOMER_PLAIN);
    handheld_wait(&h, 1100);
    assert_int_equal(h.utility->head, handheld_head(&h));
}

/* ---- books ----------------------------------------------------------------------------------- */

static void a_renewed_book_counts_what_was_taken_exactly_once(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "f2 7 0 ok ok ok");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_expect(&h, "¥63.70");
    publish();
    assert_int_equal(handheld_fold(&h)->book_revision, 2);
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, "¥63.70");
    handheld_expect_not(&h, _("A payment taken on this terminal is already counted in."));
}

static void a_payment_that_the_office_set_aside_stays_counted_here(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "f2 7 0 ok ok ok");
    h.utility->unapplied[0] = handheld_fold(&h)->last_receipt_seq;
    h.utility->unapplied_count = 1;
    publish();
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_expect(&h, "¥63.70");
    handheld_expect(&h, _("A payment taken on this terminal is already counted in."));
    handheld_keys(&h, "cancel cancel");
    /* Once it is posted, it is the book's again. */
    h.utility->unapplied_count = 0;
    publish();
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_expect(&h, "¥63.70");
    handheld_expect_not(&h, _("A payment taken on this terminal is already counted in."));
}

static void a_payment_at_the_bank_reaches_the_customer_on_the_screen(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "¥186.42");
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 18642;
    publish();
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, "¥0.00");
}

static void a_payment_at_the_bank_is_said_with_the_money_on_the_table(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 18642;
    publish();
    handheld_expect_screen(&h, "tender_changed");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, "¥0.00");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 0);
    assert_int_equal(handheld_count(&h, KIND_ADVANCE), 0);
}

/* An advance was asked for; meanwhile a bill with a fee has come. */
static void an_advance_that_meets_a_new_bill_pays_it(void **state)
{
    struct body_collection body;
    struct entry e;
    (void)state;
    h.utility->elsewhere_minor[CUSTOMER_LATE] = 10000;
    publish();
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_keys(&h, "ok 3 0 0 ok");
    handheld_expect_screen(&h, "tender");
    h.utility->elsewhere_minor[CUSTOMER_LATE] = 0; /* the bank took it back */
    publish();
    handheld_expect_screen(&h, "tender_changed");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_entry(&h, handheld_fold(&h)->last_receipt_seq, &e);
    assert_int_equal(e.kind, KIND_COLLECTION);
    handheld_collection(&h, e.seq, &body);
    assert_int_equal(body.amount_minor, 30000);
    assert_int_equal(body.late_fee_minor, 200);
}

static void a_customer_who_left_the_book_is_said_so(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    h.utility->left_out[CUSTOMER_PLAIN] = true;
    publish();
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, _(status_text(TILL_NOT_FOUND)));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "find");
}

static void a_book_that_is_offered_twice_is_journalled_once(void **state)
{
    (void)state;
    publish();
    assert_int_equal(handheld_count(&h, KIND_BOOK_APPLIED), 2);
    h.utility->book_told = false;
    h.utility->pending.book = 0;
    handheld_wait(&h, 1000);
    assert_int_equal(handheld_count(&h, KIND_BOOK_APPLIED), 2);
    assert_int_equal(h.utility->pending.book, 2);
}

static void a_book_that_is_not_what_was_signed_is_refused(void **state)
{
    (void)state;
    utility_publish(h.utility);
    FILE *file = fopen(h.utility->book.path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 200, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, 200, SEEK_SET), 0);
    fputc(byte ^ 1, file);
    assert_int_equal(fclose(file), 0);
    handheld_wait(&h, 1000);
    assert_int_equal(handheld_fold(&h)->book_revision, 1);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "¥186.42");
}

/* ---- stop and fork --------------------------------------------------------------------------- */

static void expect_refused(unsigned customer)
{
    unsigned before = handheld_count(&h, KIND_COLLECTION);
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, _(status_text(TILL_STOPPED)));
    handheld_keys(&h, "ok f2");
    handheld_expect_screen(&h, "notice");
    handheld_keys(&h, "ok cancel cancel");
    handheld_expect_screen(&h, "home");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), before);
}

static void a_stop_refuses_new_collections_and_sends_on(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    h.utility->stopped = true;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    handheld_expect(&h, _("Collecting is stopped: call the office"));
    expect_refused(CUSTOMER_TWO);
    handheld_keys(&h, "3 ok"); /* duplicates go on */
    handheld_expect_screen(&h, "paper");
    assert_int_equal(h.utility->head, handheld_head(&h));
    h.utility->stopped = false;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok");
    collect(CUSTOMER_TWO);
}

static void a_stop_that_comes_while_cash_is_on_the_table_refuses_it(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    h.utility->stopped = true;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, _(status_text(TILL_STOPPED)));
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 0);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
}

static void pulling_the_battery_does_not_undo_a_stop(void **state)
{
    (void)state;
    h.utility->stopped = true;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    handheld_signal(&h, NETWORK_NONE);
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_login(&h);
    expect_refused(CUSTOMER_PLAIN);
    h.utility->stopped = false;
    handheld_signal(&h, NETWORK_4G);
    collect(CUSTOMER_PLAIN);
}

/* Nor does a file that is taken away: the record of it is the journal's. */
static void a_stop_stands_in_the_journal(void **state)
{
    char path[HANDHELD_PATH_MAX + 32];
    (void)state;
    h.utility->stopped = true;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    assert_int_equal(handheld_count(&h, KIND_SETTINGS_CHANGED), 1);
    handheld_signal(&h, NETWORK_NONE);
    handheld_stop(&h);
    snprintf(path, sizeof path, "%s/stopped", h.state_dir);
    (void)unlink(path);
    handheld_start(&h);
    handheld_login(&h);
    expect_refused(CUSTOMER_PLAIN);
    h.utility->stopped = false;
    handheld_signal(&h, NETWORK_4G);
    collect(CUSTOMER_PLAIN);
    assert_int_equal(handheld_count(&h, KIND_SETTINGS_CHANGED), 2);
}

static void a_stop_that_earlier_software_kept_in_a_file_holds(void **state)
{
    char path[HANDHELD_PATH_MAX + 32];
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    handheld_stop(&h);
    snprintf(path, sizeof path, "%s/stopped", h.state_dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("1\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    for (int i = 0; i < 2; i++) {
        handheld_start(&h);
        assert_int_not_equal(access(path, F_OK), 0);
        assert_true(handheld_fold(&h)->stopped);
        handheld_stop(&h);
    }
    handheld_start(&h);
    handheld_login(&h);
    expect_refused(CUSTOMER_PLAIN);
}

static void a_fork_stops_collections_and_is_journalled_once(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    /* The office has something else under our newest number. */
    h.utility->entries[h.utility->head - 1].hash[0] ^= 1;
    h.utility->wanted = true; /* no batch: it would not join up */
    for (int i = 0; i < 3; i++) {
        utility_tell_head(h.utility);
        handheld_wait(&h, 1000);
    }
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    handheld_signal(&h, NETWORK_NONE);
    expect_refused(CUSTOMER_TWO);
}

static void a_head_of_another_key_is_not_believed(void **state)
{
    struct certs_party right = h.utility->statements;
    (void)state;
    certs_party(&h.utility->statements, "statements", CRYPTO_USAGE_STATEMENT,
                &h.utility->authority);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    handheld_expect(&h, "Money taken");
    certs_free(&h.utility->statements);
    h.utility->statements = right;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    handheld_expect(&h, "Confirmed");
}

/* ---- clocks ---------------------------------------------------------------------------------- */

static void expect_clock_entry(uint64_t seq, int64_t from_s, int64_t to_s)
{
    struct entry e;
    struct body_clock_changed body;
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_clock_changed(&e, &body), TILL_OK);
    assert_in_range(body.from_s, from_s - 5, from_s + 5);
    assert_in_range(body.to_s, to_s - 5, to_s + 5);
}

static void a_clock_that_jumps_is_journalled(void **state)
{
    (void)state;
    int64_t now_s = h.board.clock->now_s(h.board.clock->context);
    uint64_t head = handheld_head(&h);
    sim_set_clock(h.world, now_s + 90); /* less than what is told of */
    handheld_wait(&h, 1000);
    assert_int_equal(handheld_head(&h), head);
    sim_set_clock(h.world, now_s + 3600);
    handheld_wait(&h, 1000);
    expect_clock_entry(head + 1, now_s + 90, now_s + 3600);
    sim_set_clock(h.world, now_s);
    handheld_wait(&h, 1000);
    expect_clock_entry(head + 2, now_s + 3600, now_s);
    assert_int_equal(handheld_head(&h), head + 2);
}

static void a_clock_that_went_back_while_it_was_off_is_journalled(void **state)
{
    (void)state;
    int64_t now_s = h.board.clock->now_s(h.board.clock->context);
    uint64_t head = handheld_head(&h);
    handheld_stop(&h);
    sim_set_clock(h.world, now_s - 86400);
    handheld_start(&h);
    expect_clock_entry(head + 1, now_s, now_s - 86400);
    handheld_expect_kinds(&h, head + 1, "clock_changed opened");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_day_without_signal_goes_up_whole_when_it_returns),
        TEST(small_batches_bring_the_same_records),
        TEST(taken_becomes_confirmed_when_the_head_arrives),
        TEST(each_hindrance_of_the_line_has_words_of_its_own),
        TEST(airplane_mode_is_not_a_missing_signal),
        TEST(an_office_that_does_not_answer_is_said),
        TEST(a_line_that_dies_is_found_again),
        TEST(a_renewed_book_counts_what_was_taken_exactly_once),
        TEST(a_payment_that_the_office_set_aside_stays_counted_here),
        TEST(a_payment_at_the_bank_reaches_the_customer_on_the_screen),
        TEST(a_payment_at_the_bank_is_said_with_the_money_on_the_table),
        TEST(an_advance_that_meets_a_new_bill_pays_it),
        TEST(a_customer_who_left_the_book_is_said_so),
        TEST(a_book_that_is_offered_twice_is_journalled_once),
        TEST(a_book_that_is_not_what_was_signed_is_refused),
        TEST(a_stop_refuses_new_collections_and_sends_on),
        TEST(a_stop_that_comes_while_cash_is_on_the_table_refuses_it),
        TEST(pulling_the_battery_does_not_undo_a_stop),
        TEST(a_stop_stands_in_the_journal),
        TEST(a_stop_that_earlier_software_kept_in_a_file_holds),
        TEST(a_fork_stops_collections_and_is_journalled_once),
        TEST(a_head_of_another_key_is_not_believed),
        TEST(a_clock_that_jumps_is_journalled),
        TEST(a_clock_that_went_back_while_it_was_off_is_journalled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A basket: several accounts, one tender, one change, all or none; then a paper for each, one after
 * another, whatever the printer does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "text.h"

/* By the last digits: 137 is CUSTOMER_TWO (133.70), 285 CUSTOMER_LARGE (412.88). */
enum { TWO_MINOR = 13370, PLAIN_MINOR = 18642, LARGE_MINOR = 41288 };
enum { THREE_MINOR = TWO_MINOR + PLAIN_MINOR + LARGE_MINOR };

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

/* CUSTOMER_PLAIN first, from its card. */
static void open_basket(void)
{
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 2");
    handheld_expect_screen(&h, "basket");
}

static void fill_with_three(void)
{
    open_basket();
    handheld_keys(&h, "0 1 3 7 ok 0 2 8 5 ok");
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, "3 of 12");
}

static struct body_collection entry_of(uint64_t seq)
{
    struct body_collection body;
    handheld_collection(&h, seq, &body);
    return body;
}

static void expect_nothing_taken(void)
{
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 0);
    assert_int_equal(handheld_cash(&h), 10000);
}

/* ---- one tender ------------------------------------------------------------------------------ */

static void a_second_account_takes_at_most_eight_keys(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    h.keys = 0;
    handheld_keys(&h, "f1 2 0 1 3 7 ok");
    assert_in_range(h.keys, 1, 8);
    handheld_expect(&h, "2 of 12");
    handheld_expect(&h, "¥320.12");
}

static void three_accounts_are_three_entries_one_note_and_one_change(void **state)
{
    (void)state;
    fill_with_three();
    uint64_t first = handheld_head(&h) + 1;
    handheld_keys(&h, "ok 8 0 0");
    handheld_expect(&h, "¥67.00"); /* 800 less 733.00 */
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, "¥67.00");
    handheld_expect(&h, "All 3 papers are printed");
    handheld_expect_kinds(&h, first,
                          "collection collection collection print_done print_done print_done");
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(entry_of(first + i).basket, first);
    assert_int_equal(entry_of(first).tendered_minor, 80000);
    assert_int_equal(entry_of(first + 1).tendered_minor, entry_of(first + 1).amount_minor);
    assert_int_equal(handheld_cash(&h), 10000 + THREE_MINOR);
    char *paper = handheld_tear_off(&h);
    assert_int_equal(handheld_times(paper, "[QR"), 3);
    assert_null(strstr(paper, "DUPLICATE"));
    free(paper);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

static void each_paper_says_which_of_them_it_is(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok 8 0 0 ok");
    handheld_expect_paper(&h, "1 of 3");
    handheld_expect_paper(&h, "3 of 3");
}

static void change_of_a_basket_becomes_an_advance_of_the_first(void **state)
{
    (void)state;
    fill_with_three();
    uint64_t first = handheld_head(&h) + 1;
    handheld_keys(&h, "ok 8 0 0 f2 ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(entry_of(first).amount_minor, PLAIN_MINOR + 6700);
    assert_int_equal(handheld_cash(&h), 10000 + 80000);
}

static void small_change_of_a_basket_is_carried_by_the_last(void **state)
{
    (void)state;
    h.utility->tolerance_minor = 50;
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    open_basket();
    handheld_keys(&h, "0 1 3 7 ok ok 3 2 0 f2 ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(handheld_cash(&h), 10000 + 32000);
}

static void a_cheque_pays_a_basket_and_cash_the_rest(void **state)
{
    (void)state;
    fill_with_three();
    uint64_t first = handheld_head(&h) + 1;
    handheld_keys(&h, "ok right 7 7 ok 5 0 0 ok 2 5 0 ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, "¥17.00"); /* 250 less 233.00 */
    assert_int_equal(handheld_cash(&h), 10000 + THREE_MINOR - 50000);
    /* Cash pays the first ones; one entry at most is paid by both. */
    assert_int_equal(entry_of(first).tender, TENDER_CASH);
    assert_int_equal(entry_of(first).tendered_minor, 25000);
    assert_int_equal(entry_of(first + 1).tender, TENDER_CHEQUE);
    assert_int_equal(entry_of(first + 1).other_minor, TWO_MINOR - (23300 - PLAIN_MINOR));
    assert_int_equal(entry_of(first + 2).tender, TENDER_CHEQUE);
    assert_int_equal(entry_of(first + 2).other_minor, 0);
    assert_string_equal(entry_of(first + 2).reference, "77");
}

static void expect_together(const char *paper)
{
    assert_int_equal(handheld_times(paper, "Total of 3 receipts"), 1);
    assert_non_null(strstr(paper, "733.00"));
    assert_non_null(strstr(paper, "Cash 250.00 Change 17.00"));
    assert_non_null(strstr(paper, "Cheque 500.00"));
}

static void the_first_paper_of_a_basket_says_what_all_of_it_came_to(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok right 7 7 ok 5 0 0 ok 2 5 0 ok");
    handheld_expect_screen(&h, "paper");
    char *paper = handheld_tear_off(&h);
    expect_together(paper);
    assert_true(strstr(paper, "Total of 3") < strstr(paper, "2 of 3 receipts"));
    free(paper);
    handheld_keys(&h, "ok");
    handheld_keys(&h, "3");
    handheld_keys(&h, "down down ok"); /* newest first: the basket's first is the third */
    paper = handheld_tear_off(&h);
    assert_non_null(strstr(paper, "DUPLICATE 1"));
    expect_together(paper);
    free(paper);
}

static void a_basket_of_one_is_a_receipt_like_any(void **state)
{
    (void)state;
    open_basket();
    uint64_t first = handheld_head(&h) + 1;
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(entry_of(first).basket, 0);
    handheld_expect_kinds(&h, first, "collection print_done");
}

static void too_little_for_a_basket_is_refused(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok 7 0 0 ok");
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, _("Not taken"));
    handheld_keys(&h, "f2 ok");
    handheld_expect_screen(&h, "tender");
    expect_nothing_taken();
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, "3 of 12");
}

/* ---- who is in it ---------------------------------------------------------------------------- */

static void the_same_account_twice_is_refused(void **state)
{
    (void)state;
    open_basket();
    handheld_keys(&h, "0 1 3 7 ok 0 1 3 7 ok");
    handheld_expect(&h, _("This account is in the basket already."));
    handheld_keys(&h, "up");
    handheld_expect(&h, "2 of 12");
}

static void who_owes_nothing_is_not_added(void **state)
{
    char account[ACCOUNT_MAX];
    (void)state;
    open_basket();
    utility_account(CUSTOMER_CLEAR, account);
    handheld_type(&h, account);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("This account owes nothing: it needs no basket."));
}

static void an_account_is_taken_out_by_one_key(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "up f1");
    handheld_expect(&h, "2 of 12");
    handheld_expect(&h, "¥599.30");
}

static void a_scanned_bill_joins_the_basket(void **state)
{
    (void)state;
    open_basket();
    handheld_scan(&h, "6101000285");
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, "2 of 12");
    handheld_expect(&h, "杨文博");
}

static void a_thirteenth_account_is_refused(void **state)
{
    char account[ACCOUNT_MAX];
    (void)state;
    open_basket();
    for (unsigned i = UTILITY_FIRST_BOOK; i < UTILITY_FIRST_BOOK + 12; i++) {
        utility_account(i, account);
        handheld_type(&h, account);
        handheld_keys(&h, "ok");
    }
    handheld_expect(&h, "12 of 12");
    handheld_expect(&h, _("A basket holds twelve accounts. Take this one first."));
}

static void twelve_accounts_print_twelve_papers(void **state)
{
    char account[ACCOUNT_MAX];
    (void)state;
    open_basket();
    for (unsigned i = UTILITY_FIRST_BOOK; i < UTILITY_FIRST_BOOK + 11; i++) {
        utility_account(i, account);
        handheld_type(&h, account);
        handheld_keys(&h, "ok");
    }
    handheld_keys(&h, "ok ok");
    handheld_expect(&h, "All 12 papers are printed");
    char *paper = handheld_tear_off(&h);
    assert_int_equal(handheld_times(paper, "[QR"), 12);
    free(paper);
}

static void nobody_to_be_paid_for_is_said(void **state)
{
    (void)state;
    handheld_keys(&h, "6 3");
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, _("Who is paid for?"));
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Add an account first."));
    handheld_keys(&h, "9 9 9 9");
    handheld_expect(&h, _("Nobody found"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "basket_find");
    handheld_keys(&h, "cancel cancel");
    handheld_expect_screen(&h, "more");
}

static void a_full_basket_is_not_left_by_one_key(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "basket_leave");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, "3 of 12");
    handheld_keys(&h, "cancel f1");
    handheld_expect_screen(&h, "stop");
    expect_nothing_taken();
}

/* ---- who pays -------------------------------------------------------------------------------- */

static void who_pays_may_be_the_first_account_s_customer(void **state)
{
    (void)state;
    open_basket();
    uint64_t first = handheld_head(&h) + 1;
    handheld_keys(&h, "0 1 3 7 ok f2");
    handheld_expect_screen(&h, "basket_payer");
    handheld_keys(&h, "down ok ok ok");
    handheld_expect_screen(&h, "paper");
    assert_string_equal(entry_of(first).payer, ""); /* the customer's own */
    assert_string_equal(entry_of(first + 1).payer, "王**");
}

static void who_pays_may_be_a_telephone_number(void **state)
{
    (void)state;
    open_basket();
    uint64_t first = handheld_head(&h) + 1;
    handheld_keys(&h, "0 1 3 7 ok f2 1 3 8 0 0 1 ok ok ok");
    handheld_expect_screen(&h, "paper");
    assert_string_equal(entry_of(first).payer, "138001");
}

/* ---- all or none ----------------------------------------------------------------------------- */

static void the_gate_stands_before_a_basket_too(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok 8 0 0");
    sim_printer_set(h.world, SIM_PRINTER_COVER);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, _(status_text(TILL_COVER_OPEN)));
    expect_nothing_taken();
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "_ 800");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

static void the_sum_of_a_basket_counts_against_the_day_and_each_receipt_by_itself(void **state)
{
    (void)state;
    fill_with_three();
    h.app->ordered.value[LIMIT_RECEIPT] = 42000; /* more than each of them */
    h.app->ordered.value[LIMIT_DAY] = 70000;
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, _(limit_text(LIMIT_DAY)));
    h.app->ordered.value[LIMIT_DAY] = 0;
    handheld_keys(&h, "cancel ok");
    handheld_expect_screen(&h, "tender");
}

static void renew_the_book(void)
{
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    assert_int_equal(handheld_fold(&h)->book_revision, h.utility->revision);
}

static void a_payment_elsewhere_is_seen_before_the_basket_is_taken(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 8642;
    renew_the_book();
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, "What is owed has changed meanwhile");
    expect_nothing_taken();
    handheld_keys(&h, "ok ok");
    assert_int_equal(handheld_cash(&h), 10000 + THREE_MINOR - 8642);
}

static void a_book_that_changes_nothing_leaves_the_money_on_the_table(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok 8 0 0 f2");
    renew_the_book();
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "ok");
    assert_int_equal(handheld_cash(&h), 10000 + 80000);
}

static void each_who_says_it_is_paid_is_asked_about(void **state)
{
    (void)state;
    h.utility->flags[CUSTOMER_PLAIN] = h.utility->flags[CUSTOMER_TWO] = BOOK_CUSTOMER_DISPUTED;
    renew_the_book();
    fill_with_three();
    handheld_keys(&h, "ok");
    handheld_expect(&h, "or says so: ask for the paper");
    handheld_expect_screen(&h, "basket");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "or says so: ask for the paper");
    handheld_expect_screen(&h, "basket");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
}

static void far_too_much_for_a_basket_is_asked_about(void **state)
{
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok 8 0 0 0 ok");
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, _("Is this sum right?"));
    expect_nothing_taken();
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

static void a_new_book_corrects_the_sums(void **state)
{
    (void)state;
    fill_with_three();
    h.utility->elsewhere_minor[CUSTOMER_TWO] = TWO_MINOR;
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, "2 of 12");
    handheld_expect(&h, _("An account owes nothing any more and was taken out. Look at the sum."));
    handheld_keys(&h, "up");
    handheld_expect(&h, "¥599.30");
}

/* ---- papers ---------------------------------------------------------------------------------- */

/* The second paper ends in the middle. Takes what hangs out. */
static void pay_with_little_paper(void)
{
    fill_with_three();
    sim_print_speed(h.world, 0, 0);
    /* One whole paper and a piece: as long as a first one, and a half more. */
    sim_paper_left(h.world, 1500, -1);
    handheld_keys(&h, "ok 8 0 0 ok");
    handheld_expect_screen(&h, "paper");
}

static void paper_that_ends_in_the_row_says_what_came_out(void **state)
{
    (void)state;
    pay_with_little_paper();
    const struct fold *fold = handheld_fold(&h);
    assert_true(fold->paper_uncertain);
    uint64_t before = fold->paper_seq - fold->basket;
    char text[64];
    snprintf(text, sizeof text, "%u of 3 came out before it.", (unsigned)before);
    handheld_expect(&h, text);
    handheld_expect(&h, _("Only a part came out: tear it off, it is void."));
    assert_true(before < 2);
}

static void a_row_goes_on_by_itself_once_the_torn_paper_is_whole(void **state)
{
    (void)state;
    pay_with_little_paper();
    uint64_t torn = handheld_fold(&h)->paper_seq, first = handheld_fold(&h)->basket;
    sim_printer_set(h.world, SIM_PRINTER_OK);
    sim_paper_tear_off(h.world);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "All 3 papers are printed");
    char *paper = handheld_tear_off(&h);
    /* The torn one as a duplicate, those that never began as originals. */
    assert_int_equal(handheld_times(paper, "[QR"), 3 - (unsigned)(torn - first));
    assert_int_equal(handheld_times(paper, "DUPLICATE 1"), 2); /* head and foot of one */
    free(paper);
    assert_int_equal(handheld_fold(&h)->paper_seq, 0);
    assert_int_equal(handheld_count(&h, KIND_DUPLICATE), 1);
}

static void later_leaves_the_row_and_the_next_receipt_stands_alone(void **state)
{
    (void)state;
    pay_with_little_paper();
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "home");
    sim_printer_set(h.world, SIM_PRINTER_OK);
    sim_paper_tear_off(h.world);
    handheld_wait(&h, 1000);
    handheld_open_customer(&h, CUSTOMER_KEEP);
    handheld_keys(&h, "ok ok");
    char *paper = handheld_tear_off(&h);
    assert_int_equal(handheld_times(paper, "[QR"), 1);
    free(paper);
}

static void printing_the_torn_one_from_the_list_lets_the_row_go_on(void **state)
{
    (void)state;
    pay_with_little_paper();
    uint64_t torn = handheld_fold(&h)->paper_seq, last = handheld_fold(&h)->basket_last;
    handheld_keys(&h, "f1");
    sim_printer_set(h.world, SIM_PRINTER_OK);
    sim_paper_tear_off(h.world);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "3");
    for (uint64_t seq = last; seq > torn; seq--)
        handheld_keys(&h, "down");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    char *paper = handheld_tear_off(&h);
    assert_int_equal(handheld_times(paper, "[QR"), (unsigned)(last - torn) + 1);
    free(paper);
}

/* ---- power ----------------------------------------------------------------------------------- */

static void power_that_goes_in_the_row_leaves_one_uncertain_paper(void **state)
{
    int64_t wait_ms;
    (void)state;
    fill_with_three();
    handheld_keys(&h, "ok 8 0 0");
    sim_print_speed(h.world, 0, 400);
    sim_advance(h.world, PERSON_MS);
    sim_press(h.world, PAD_OK);
    for (int i = 0; i < 40 && (!handheld_fold(&h)->basket ||
                               handheld_fold(&h)->paper_seq == handheld_fold(&h)->basket);
         i++)
        app_step(h.app, &wait_ms);
    handheld_expect(&h, "Printing 2 of 3");
    sim_print_speed(h.world, 0, 0);
    handheld_cut_power(&h);
    sim_paper_tear_off(h.world);
    handheld_audit(&h, true);
    handheld_start(&h);
    handheld_login(&h);
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, _("After the power cut"));
    handheld_expect(&h, "2 of 3");
    handheld_expect(&h, "1 of 3 came out before it.");
    assert_int_equal(handheld_cash(&h), 10000 + THREE_MINOR);
    handheld_keys(&h, "f1"); /* it was whole after all */
    handheld_expect(&h, "All 3 papers are printed");
    char *paper = handheld_tear_off(&h);
    assert_int_equal(handheld_times(paper, "[QR"), 1);
    assert_null(strstr(paper, "DUPLICATE"));
    free(paper);
    assert_int_equal(handheld_fold(&h)->paper_seq, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_second_account_takes_at_most_eight_keys),
        TEST(three_accounts_are_three_entries_one_note_and_one_change),
        TEST(each_paper_says_which_of_them_it_is),
        TEST(change_of_a_basket_becomes_an_advance_of_the_first),
        TEST(small_change_of_a_basket_is_carried_by_the_last),
        TEST(a_cheque_pays_a_basket_and_cash_the_rest),
        TEST(the_first_paper_of_a_basket_says_what_all_of_it_came_to),
        TEST(a_basket_of_one_is_a_receipt_like_any),
        TEST(too_little_for_a_basket_is_refused),
        TEST(the_same_account_twice_is_refused),
        TEST(who_owes_nothing_is_not_added),
        TEST(an_account_is_taken_out_by_one_key),
        TEST(a_scanned_bill_joins_the_basket),
        TEST(a_thirteenth_account_is_refused),
        TEST(twelve_accounts_print_twelve_papers),
        TEST(nobody_to_be_paid_for_is_said),
        TEST(a_full_basket_is_not_left_by_one_key),
        TEST(who_pays_may_be_the_first_account_s_customer),
        TEST(who_pays_may_be_a_telephone_number),
        TEST(the_gate_stands_before_a_basket_too),
        TEST(the_sum_of_a_basket_counts_against_the_day_and_each_receipt_by_itself),
        TEST(a_new_book_corrects_the_sums),
        TEST(a_payment_elsewhere_is_seen_before_the_basket_is_taken),
        TEST(a_book_that_changes_nothing_leaves_the_money_on_the_table),
        TEST(each_who_says_it_is_paid_is_asked_about),
        TEST(far_too_much_for_a_basket_is_asked_about),
        TEST(paper_that_ends_in_the_row_says_what_came_out),
        TEST(a_row_goes_on_by_itself_once_the_torn_paper_is_whole),
        TEST(later_leaves_the_row_and_the_next_receipt_stands_alone),
        TEST(printing_the_torn_one_from_the_list_lets_the_row_go_on),
        TEST(power_that_goes_in_the_row_leaves_one_uncertain_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

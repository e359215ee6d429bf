/*
 * Bad days at the door, on the whole handheld: receipts looked at, payments reversed three ways,
 * corrections, disputes, cash handed in. Screens, paper and journal.
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

static struct handheld h;
static uint64_t seq; /* of the latest receipt */
static char number[RECEIPT_NUMBER_MAX], code[PROOF_TEXT_MAX];

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

static void take_money(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    seq = handheld_fold(&h)->last_receipt_seq;
    handheld_number(seq, number);
    handheld_code(&h, seq, code);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

/* From home: more, check a receipt. */
static void show_receipt(const char *text)
{
    handheld_keys(&h, "6 4");
    handheld_expect_screen(&h, "receipt");
    handheld_scan(&h, text);
}

static void reversal_of(const char *text)
{
    show_receipt(text);
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "reversal");
}

static void assert_reversed(int way, int reason, const char *approver)
{
    struct entry e;
    struct body_reversal body;
    handheld_entry(&h, journal_reversed_by(h.app->journal, seq), &e);
    assert_int_equal(entry_read_reversal(&e, &body), TILL_OK);
    assert_int_equal(body.seq, seq);
    assert_int_equal(body.way, way);
    assert_int_equal(body.reason, reason);
    assert_string_equal(body.approver, approver);
}

/* ---- reversal -------------------------------------------------------------------------------- */

static void the_own_latest_is_undone_with_its_paper_and_the_debt_stands_again(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    assert_int_equal(handheld_cash(&h), 10000 + 18642);
    reversal_of(code);
    handheld_keys(&h, "1 1");
    handheld_scan(&h, code);
    handheld_expect(&h, "¥186.42");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_paper(&h, number);
    handheld_expect_paper(&h, "186.42");
    handheld_expect_paper(&h, _("Customer signs"));
    assert_reversed(REVERSAL_OWN_PAPER, REVERSAL_WRONG_ACCOUNT, "");
    assert_int_equal(handheld_cash(&h), 10000);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, _("Reversed already"));
    handheld_keys(&h, "cancel cancel");
    handheld_expect_screen(&h, "home");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "¥186.42");
    handheld_expect_kinds(&h, seq, "collection print_done reversal print_done");
}

static void what_the_book_holds_already_is_undone_all_the_same(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    assert_int_equal(handheld_fold(&h)->book_revision, 2);
    reversal_of(code);
    handheld_keys(&h, "2 2 ok ok ok cancel cancel");
    assert_reversed(REVERSAL_OWN_LOST, REVERSAL_WRONG_AMOUNT, "");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "¥186.42");
    handheld_keys(&h, "cancel cancel");
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "¥186.42");
}

static void the_slip_is_printed_again_like_any_paper(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_keys(&h, "2 1 ok ok ok cancel cancel");
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "3");
    handheld_expect(&h, _("Reversal"));
    handheld_expect(&h, _("reversed"));
    handheld_keys(&h, "ok");
    handheld_expect_paper(&h, "DUPLICATE 1");
    handheld_expect_paper(&h, number);
    assert_int_equal(handheld_count(&h, KIND_DUPLICATE), 1);
}

static void paper_that_ends_on_a_slip_is_told_and_mended(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_keys(&h, "2 1 ok");
    sim_printer_set(h.world, SIM_PRINTER_OUT);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, _(status_text(TILL_PAPER_OUT)));
    assert_int_equal(handheld_cash(&h), 10000);
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok");
    handheld_expect_paper(&h, number);
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 1);
}

static void a_second_own_reversal_needs_a_newer_receipt(void **state)
{
    char older[PROOF_TEXT_MAX];
    (void)state;
    take_money(CUSTOMER_PLAIN);
    memcpy(older, code, sizeof older);
    take_money(CUSTOMER_TWO);
    reversal_of(code);
    handheld_keys(&h, "2 1 ok ok ok cancel cancel");
    reversal_of(older);
    handheld_expect(&h, _("Not your latest receipt"));
    handheld_keys(&h, "1");
    handheld_expect(&h, _("Not your latest receipt"));
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 1);
}

static void the_wrong_paper_undoes_nothing(void **state)
{
    char other[PROOF_TEXT_MAX];
    (void)state;
    take_money(CUSTOMER_TWO);
    memcpy(other, code, sizeof other);
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_keys(&h, "1 1");
    handheld_scan(&h, other);
    handheld_expect(&h, _("Not this paper"));
    handheld_keys(&h, "ok");
    handheld_scan(&h, number);
    handheld_expect(&h, _("Scan the square code at the foot of the receipt itself."));
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 0);
    handheld_scan(&h, code);
    handheld_keys(&h, "ok");
    assert_reversed(REVERSAL_OWN_PAPER, REVERSAL_WRONG_ACCOUNT, "");
}

static void a_supervisor_who_is_here_undoes_an_older_one(void **state)
{
    uint64_t first;
    char first_code[PROOF_TEXT_MAX];
    (void)state;
    take_money(CUSTOMER_PLAIN);
    first = seq;
    memcpy(first_code, code, sizeof first_code);
    take_money(CUSTOMER_TWO);
    reversal_of(first_code);
    handheld_keys(&h, "3 5");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, "0000");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _(status_text(TILL_WRONG_PIN)));
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Give back in cash"));
    handheld_keys(&h, "ok");
    seq = first;
    assert_reversed(REVERSAL_SUPERVISOR, REVERSAL_OTHER, UTILITY_SUPERVISOR);
    handheld_expect_paper(&h, "赵敏");
    assert_int_equal(handheld_cash(&h), 10000 + 13370);
    assert_int_equal(handheld_count(&h, KIND_LOGIN), 1); /* nobody else works here now */
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 1);
}

static void a_colleague_s_pin_undoes_nothing(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_keys(&h, "3 1");
    handheld_type(&h, "1002");
    handheld_keys(&h, "ok");
    handheld_type(&h, "1357");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "reversal");
    handheld_expect(&h, _("Not agreed"));
    handheld_keys(&h, "ok ok ok");
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 0);
}

static void the_day_s_cap_holds_and_a_supervisor_goes_on(void **state)
{
    (void)state;
    h.app->ordered.serial = 1;
    h.app->ordered.value[LIMIT_REVERSALS] = 1;
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_keys(&h, "2 1 ok ok ok cancel cancel");
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_expect(&h, _("Your own reversals are used up today"));
    handheld_keys(&h, "1 2");
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 1);
    handheld_keys(&h, "3 1");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok ok");
    assert_reversed(REVERSAL_SUPERVISOR, REVERSAL_WRONG_ACCOUNT, UTILITY_SUPERVISOR);
}

static void a_bouncing_ok_gives_nothing_back(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_keys(&h, "2 1 ok");
    uint64_t head = handheld_head(&h);
    for (int i = 0; i < 3; i++) {
        sim_advance(h.world, 30);
        sim_press(h.world, PAD_OK);
        handheld_settle(&h);
    }
    assert_int_equal(handheld_head(&h), head);
    handheld_keys(&h, "ok");
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 1);
}

static void nothing_is_undone_twice(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    reversal_of(code);
    handheld_keys(&h, "2 1 ok ok ok");
    handheld_expect_screen(&h, "receipt");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "receipt");
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 1);
}

static void a_stopped_terminal_over_its_limits_still_gives_back(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    h.app->ordered.serial = 1;
    h.app->ordered.value[LIMIT_CASH] = 100;
    h.utility->stopped = true;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1100);
    reversal_of(code);
    handheld_keys(&h, "2 1 ok ok");
    assert_int_equal(handheld_cash(&h), 10000);
}

static void what_was_taken_by_another_user_asks_the_office(void **state)
{
    struct entry e;
    struct body_correction_request body;
    (void)state;
    take_money(CUSTOMER_PLAIN);
    handheld_keys(&h, "6 0 ok");
    handheld_type(&h, "1002");
    handheld_keys(&h, "ok");
    handheld_type(&h, "1357");
    handheld_keys(&h, "ok");
    handheld_open_shift(&h, "50");
    show_receipt(code);
    handheld_expect(&h, "李建国");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "correction");
    handheld_expect(&h, number);
    handheld_keys(&h, "1 ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_paper(&h, number);
    handheld_entry(&h, handheld_head(&h) - 1, &e);
    assert_int_equal(entry_read_correction_request(&e, &body), TILL_OK);
    assert_string_equal(body.receipt, number);
    assert_int_equal(body.amount_minor, 18642);
    assert_int_equal(handheld_cash(&h), 5000);
}

static void training_undoes_training_and_moves_nothing(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    char real[PROOF_TEXT_MAX];
    memcpy(real, code, sizeof real);
    h.app->training = true;
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "ok ok");
    uint64_t trained = handheld_head(&h) - 1;
    handheld_keys(&h, "ok");
    int64_t cash = handheld_cash(&h);
    handheld_code(&h, trained, code);
    reversal_of(real);
    handheld_expect(&h, _("Can't be reversed"));
    handheld_keys(&h, "ok cancel cancel");
    reversal_of(code);
    handheld_keys(&h, "2 1 ok");
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    handheld_expect_paper(&h, "TRAINING");
    assert_int_equal(handheld_cash(&h), cash);
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 1);
}

/* ---- receipts that are shown ----------------------------------------------------------------- */

static void what_the_paper_s_own_code_says_is_scanned(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    handheld_code(&h, handheld_fold(&h)->last_receipt_seq, code);
    const struct roll *roll = sim_paper(h.world);
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    bool same = false;
    for (size_t i = 0; i < count; i++) {
        struct span data = roll_op_data(roll, &ops[i]);
        same = same || (ops[i].kind == ROLL_QR && data.size == strlen(code) &&
                        memcmp(data.data, code, data.size) == 0);
    }
    assert_true(same);
}

static void a_receipt_is_confirmed_when_the_office_has_it(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    take_money(CUSTOMER_PLAIN);
    show_receipt(code);
    handheld_expect(&h, _("√ Recorded on this terminal"));
    handheld_expect(&h, "李建国");
    handheld_expect(&h, "¥186.42");
    handheld_keys(&h, "cancel cancel");
    handheld_signal(&h, NETWORK_4G);
    show_receipt(code);
    handheld_expect(&h, _("√ Confirmed by the office"));
}

static void an_altered_paper_is_named_as_such(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    size_t last = strlen(code) - 8;
    code[last] = code[last] == 'A' ? 'B' : 'A';
    show_receipt(code);
    handheld_expect(&h, _("Not recognised"));
    handheld_keys(&h, "cancel cancel");
    handheld_expect_screen(&h, "home");
}

static void a_number_is_typed_whole_or_by_its_last_part(void **state)
{
    char typed[16];
    (void)state;
    take_money(CUSTOMER_PLAIN);
    handheld_keys(&h, "6 4");
    handheld_type(&h, "9999");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Not recognised"));
    handheld_keys(&h, "clear clear clear clear");
    snprintf(typed, sizeof typed, "0031*%llu", (unsigned long long)seq);
    handheld_type(&h, typed);
    handheld_keys(&h, "ok");
    handheld_expect(&h, number);
    handheld_expect(&h, "¥186.42");
    handheld_keys(&h, "cancel cancel 6 4");
    snprintf(typed, sizeof typed, "%llu", (unsigned long long)seq);
    handheld_type(&h, typed);
    handheld_keys(&h, "ok");
    handheld_expect(&h, number);
    handheld_keys(&h, "ok");
    handheld_expect_paper(&h, "DUPLICATE 1");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "1×");
}

static void the_list_leads_to_the_details(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    handheld_keys(&h, "3 f1");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, number);
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "duplicate");
}

static void expect_nothing_to_print(uint64_t before)
{
    handheld_expect_kinds(&h, before + 1, "");
    handheld_expect_no_paper(&h);
}

/* The office corrected it after the day: a copy would prove what is paid no more. */
static void correct(enum book_correction how)
{
    struct book_corrected *c = &h.utility->corrected[CUSTOMER_PLAIN];
    *c = (struct book_corrected){.seq = seq, .how = how, .date = 20261123};
    text_copy(c->terminal, sizeof c->terminal, UTILITY_TERMINAL);
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
}

static void what_the_office_corrected_is_not_printed_again(void **state)
{
    struct flow_effect again = {.type = EFFECT_COMMIT};
    struct entry e;
    (void)state;
    take_money(CUSTOMER_PLAIN);
    correct(BOOK_CORRECTED_REFUNDED);
    handheld_settle(&h);
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "3");
    handheld_expect(&h, "[Refunded]");
    handheld_expect_not(&h, "(OK) Print again");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, "It proves no payment.");
    handheld_expect_not(&h, "Print again");
    handheld_keys(&h, "ok"); /* asks the office */
    expect_nothing_to_print(before);
    again.as.commit.kind = KIND_DUPLICATE;
    again.as.commit.print = (struct body_print){.seq = seq, .copy = 1};
    assert_int_equal(ledger_duplicate(h.app, &again, &e), TILL_UNCHANGED);
    expect_nothing_to_print(before);
}

static void what_was_moved_to_another_account_is_said_in_the_list(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    correct(BOOK_CORRECTED_MOVED);
    handheld_keys(&h, "3");
    handheld_expect(&h, "[Corrected]");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "Moved to another account by the office on 2026-11-23.");
}

/* ---- dispute --------------------------------------------------------------------------------- */

static void a_dispute_takes_eight_keys_at_most_from_the_list_to_the_next_door(void **state)
{
    struct entry e;
    struct body_dispute body;
    (void)state;
    handheld_walk(&h, 0);
    handheld_expect(&h, "> 王小明");
    h.keys = 0;
    handheld_keys(&h, "ok f1 5 3 ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_paper(&h, "no money was taken");
    handheld_keys(&h, "ok");
    assert_true(h.keys <= 8);
    handheld_expect_screen(&h, "route");
    handheld_expect(&h, "> 李桂英");
    handheld_entry(&h, handheld_head(&h) - 1, &e);
    assert_int_equal(entry_read_dispute(&e, &body), TILL_OK);
    assert_int_equal(body.proof, DISPUTE_WORD);
    assert_int_equal(handheld_cash(&h), 10000);
}

static void a_disputed_customer_bears_no_late_fee_until_the_office_answers(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_expect(&h, "¥102.00");
    handheld_keys(&h, "f1 5 2 1 2 3 4 5 6 ok 1 0 0 ok ok");
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_expect(&h, "¥100.00");
    handheld_expect_not(&h, "¥102.00");
}

static void a_paper_of_this_terminal_proves_it(void **state)
{
    struct entry e;
    struct body_dispute body;
    (void)state;
    take_money(CUSTOMER_PLAIN);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 5");
    handheld_scan(&h, code);
    handheld_keys(&h, "ok");
    handheld_entry(&h, handheld_head(&h) - 1, &e);
    assert_int_equal(entry_read_dispute(&e, &body), TILL_OK);
    assert_int_equal(body.proof, DISPUTE_PAPER_OURS);
    assert_string_equal(body.reference, number);
    assert_int_equal(body.amount_minor, 18642);
}

/* ---- cash that leaves the bag ---------------------------------------------------------------- */

static void cash_is_handed_to_a_supervisor(void **state)
{
    (void)state;
    take_money(CUSTOMER_LARGE);
    handheld_keys(&h, "5 f1");
    handheld_expect_screen(&h, "drop");
    handheld_expect(&h, "¥512.88");
    handheld_keys(&h, "1 4 0 0 ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_paper(&h, "400.00");
    handheld_expect_paper(&h, "赵敏");
    assert_int_equal(handheld_cash(&h), 11288);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "limits");
}

static void a_limit_that_is_reached_is_lifted_by_a_drop(void **state)
{
    (void)state;
    h.app->ordered.serial = 1;
    h.app->ordered.value[LIMIT_CASH] = 60000;
    take_money(CUSTOMER_LARGE);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "notice");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "limits");
    handheld_keys(&h, "ok ok 2 ok");
    handheld_type(&h, "123456");
    handheld_keys(&h, "ok ok ok");
    handheld_expect_screen(&h, "limits");
    handheld_expect(&h, "0%");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "tender");
    assert_int_equal(handheld_cash(&h), 0);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(handheld_cash(&h), 18642);
}

static void what_was_handed_in_can_t_be_given_back_from_the_bag(void **state)
{
    (void)state;
    take_money(CUSTOMER_LARGE);
    handheld_keys(&h, "5 f1 2 ok");
    handheld_type(&h, "123456");
    handheld_keys(&h, "ok ok ok cancel");
    reversal_of(code);
    handheld_expect(&h, _("Can't be reversed"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "correction");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_own_latest_is_undone_with_its_paper_and_the_debt_stands_again),
        TEST(what_the_book_holds_already_is_undone_all_the_same),
        TEST(the_slip_is_printed_again_like_any_paper),
        TEST(paper_that_ends_on_a_slip_is_told_and_mended),
        TEST(a_second_own_reversal_needs_a_newer_receipt),
        TEST(the_wrong_paper_undoes_nothing),
        TEST(a_supervisor_who_is_here_undoes_an_older_one),
        TEST(a_colleague_s_pin_undoes_nothing),
        TEST(the_day_s_cap_holds_and_a_supervisor_goes_on),
        TEST(a_bouncing_ok_gives_nothing_back),
        TEST(nothing_is_undone_twice),
        TEST(a_stopped_terminal_over_its_limits_still_gives_back),
        TEST(what_was_taken_by_another_user_asks_the_office),
        TEST(training_undoes_training_and_moves_nothing),
        TEST(what_the_paper_s_own_code_says_is_scanned),
        TEST(a_receipt_is_confirmed_when_the_office_has_it),
        TEST(an_altered_paper_is_named_as_such),
        TEST(a_number_is_typed_whole_or_by_its_last_part),
        TEST(the_list_leads_to_the_details),
        TEST(what_the_office_corrected_is_not_printed_again),
        TEST(what_was_moved_to_another_account_is_said_in_the_list),
        TEST(a_dispute_takes_eight_keys_at_most_from_the_list_to_the_next_door),
        TEST(a_disputed_customer_bears_no_late_fee_until_the_office_answers),
        TEST(a_paper_of_this_terminal_proves_it),
        TEST(cash_is_handed_to_a_supervisor),
        TEST(a_limit_that_is_reached_is_lifted_by_a_drop),
        TEST(what_was_handed_in_can_t_be_given_back_from_the_bag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Reversals and corrections: as functions of state, facts and event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow_bench.h"
#include "text.h"

static struct receipt_view paper;

static int begin(void **state)
{
    (void)state;
    bench_begin();
    paper = (struct receipt_view){.state = RECEIPT_RECORDED,
                                  .seq = 12,
                                  .at_s = 1795395000,
                                  .kind = KIND_COLLECTION,
                                  .amount_minor = 18642,
                                  .cash_minor = 18642,
                                  .same_shift = true,
                                  .latest = true};
    text_copy(paper.terminal, sizeof paper.terminal, "0031");
    text_copy(paper.account, sizeof paper.account, "6101000100");
    text_copy(paper.name, sizeof paper.name, "王**");
    text_copy(paper.user, sizeof paper.user, "1001");
    return 0;
}

static void answer_receipt(const struct receipt_view *view)
{
    struct flow_event event = {.type = EVENT_RECEIPT};
    event.as.receipt = view;
    bench_effect(EFFECT_RECEIPT);
    bench_tell(&event);
}

static void open_reversal(void)
{
    bench.args.seq = paper.seq;
    bench_open(FLOW_REVERSAL);
    answer_receipt(&paper);
}

static void scan_back(struct receipt_view view, bool proven)
{
    bench_scan("HTTPS://R.OFFICE.EXAMPLE/PAPER");
    assert_string_equal(bench_effect(EFFECT_RECEIPT)->as.receipt.text,
                        "HTTPS://R.OFFICE.EXAMPLE/PAPER");
    view.proven = proven;
    answer_receipt(&view);
}

static const struct body_reversal *reversed(void)
{
    const struct flow_effect *effect = bench_effect(EFFECT_COMMIT);
    assert_int_equal(effect->as.commit.kind, KIND_REVERSAL);
    return &effect->as.commit.body.reversal;
}

/* ---- alone ----------------------------------------------------------------------------------- */

static void the_own_latest_goes_with_its_paper_back(void **state)
{
    (void)state;
    open_reversal();
    bench_digits("1");
    bench_digits("2");
    bench_sees("Scan the paper that is taken back");
    scan_back(paper, true);
    bench_sees("¥186.42");
    assert_true(bench.screen.fresh);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_press(ACTION_OK);
    assert_int_equal(reversed()->seq, 12);
    assert_int_equal(reversed()->way, REVERSAL_OWN_PAPER);
    assert_int_equal(reversed()->reason, REVERSAL_WRONG_AMOUNT);
    assert_string_equal(reversed()->approver, "");
}

static void without_a_number_it_is_the_latest(void **state)
{
    (void)state;
    bench.fold.users[0].own_latest_seq = 12;
    bench_open(FLOW_REVERSAL);
    assert_int_equal(bench_effect(EFFECT_RECEIPT)->as.receipt.seq, 12);
}

static void ok_alone_begins_with_the_paper(void **state)
{
    (void)state;
    open_reversal();
    bench_press(ACTION_OK);
    bench_digits("1");
    bench_sees("Scan the paper that is taken back");
}

static void another_paper_is_not_taken_for_it(void **state)
{
    struct receipt_view other = paper;
    (void)state;
    other.seq = 11;
    open_reversal();
    bench_digits("11");
    scan_back(other, true);
    bench_sees("0031-0000011");
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    scan_back(paper, true);
    bench_press(ACTION_OK);
    assert_int_equal(reversed()->seq, 12);
}

static void a_number_is_not_the_paper(void **state)
{
    (void)state;
    open_reversal();
    bench_digits("11");
    scan_back(paper, false);
    bench_sees("Scan the square code at the foot of the receipt itself.");
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
}

static void an_altered_paper_is_not_taken_back(void **state)
{
    struct receipt_view altered = {.state = RECEIPT_UNREADABLE, .why = TILL_E_SIGNATURE};
    (void)state;
    open_reversal();
    bench_digits("11");
    scan_back(altered, true);
    bench_sees("This paper was altered");
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
}

static void another_terminal_s_paper_is_not_taken_back(void **state)
{
    struct receipt_view foreign = paper;
    (void)state;
    foreign.state = RECEIPT_FOREIGN;
    open_reversal();
    bench_digits("11");
    scan_back(foreign, true);
    bench_sees("another terminal's receipt");
}

static void copies_that_were_printed_are_asked_back(void **state)
{
    (void)state;
    paper.papers_out = 3;
    open_reversal();
    bench_digits("11");
    bench_sees("It was printed 3 times");
}

static void a_lost_paper_is_asked_about_once_more_and_marked(void **state)
{
    (void)state;
    open_reversal();
    bench_digits("25");
    bench_sees("Is the paper really lost?");
    assert_false(bench_has(EFFECT_COMMIT));
    bench_press(ACTION_OK);
    bench_sees("Give back in cash");
    bench_press(ACTION_OK);
    assert_int_equal(reversed()->way, REVERSAL_OWN_LOST);
    assert_int_equal(reversed()->reason, REVERSAL_OTHER);
}

static void a_paper_that_is_not_found_can_be_declared_lost_there(void **state)
{
    (void)state;
    open_reversal();
    bench_digits("11");
    bench_press(ACTION_OPTION_1);
    bench_sees("Is the paper really lost?");
    bench_press(ACTION_OK);
    bench_press(ACTION_OK);
    assert_int_equal(reversed()->way, REVERSAL_OWN_LOST);
}

static void only_the_latest_is_reversed_alone(void **state)
{
    (void)state;
    paper.latest = false;
    open_reversal();
    bench_sees("Not your latest receipt");
    bench_digits("1");
    bench_effect(EFFECT_SOUND);
    bench_digits("2");
    bench_effect(EFFECT_SOUND);
    bench_digits("3");
    bench_digits("1");
    bench_sees("Supervisor's user number");
}

static void the_day_s_cap_leads_to_a_supervisor(void **state)
{
    (void)state;
    bench.facts.limits.value[LIMIT_REVERSALS] = 2;
    bench.facts.used.value[LIMIT_REVERSALS] = 1;
    open_reversal();
    bench_sees("today 1 of 2");
    bench_sees_not("used up");
    bench.facts.used.value[LIMIT_REVERSALS] = 2;
    bench_sees("Your own reversals are used up today");
    bench_digits("1");
    bench_effect(EFFECT_SOUND);
    bench_press(ACTION_OK);
    bench_digits("1");
    bench_sees("Supervisor's user number");
}

static void where_nobody_reverses_alone_the_first_leads_to_a_supervisor(void **state)
{
    (void)state;
    bench.facts.limits.value[LIMIT_REVERSALS] = LIMIT_REVERSALS_NONE;
    open_reversal();
    bench_sees("Nobody reverses alone here");
    bench_sees_not("today 0 of");
    bench_digits("1");
    bench_effect(EFFECT_SOUND);
    bench_press(ACTION_OK);
    bench_digits("1");
    bench_sees("Supervisor's user number");
}

static void the_sum_of_the_day_is_capped_too(void **state)
{
    (void)state;
    bench.facts.limits.value[LIMIT_REVERSED] = 20000;
    bench.facts.used.value[LIMIT_REVERSED] = 1358;
    open_reversal();
    bench_sees_not("used up");
    bench.facts.used.value[LIMIT_REVERSED] = 1359;
    bench_sees("Your own reversals are used up today");
}

/* ---- with a supervisor ----------------------------------------------------------------------- */

static void open_agreement(const char *way)
{
    open_reversal();
    bench_digits(way);
    bench_digits("1");
}

static void give_pin(enum till_status status)
{
    struct flow_event event = {.type = EVENT_PIN, .status = status};
    event.as.pin.user = "2001";
    event.as.pin.role = ROLE_SUPERVISOR;
    bench_digits("2001");
    bench_press(ACTION_OK);
    bench_digits("9753");
    bench_press(ACTION_OK);
    const struct flow_effect *effect = bench_effect(EFFECT_PIN);
    assert_int_equal(effect->as.pin.purpose, PIN_SUPERVISOR);
    assert_string_equal(effect->as.pin.user, "2001");
    assert_string_equal(effect->as.pin.pin, "9753");
    bench_tell(&event);
}

static void a_supervisor_who_is_here_agrees_by_pin(void **state)
{
    (void)state;
    open_agreement("3");
    give_pin(TILL_OK);
    bench_sees("Give back in cash");
    bench_press(ACTION_OK);
    assert_int_equal(reversed()->way, REVERSAL_SUPERVISOR);
    assert_string_equal(reversed()->approver, "2001");
}

static void a_wrong_pin_agrees_to_nothing(void **state)
{
    (void)state;
    open_agreement("3");
    give_pin(TILL_WRONG_PIN);
    bench_sees("Not agreed");
    bench_sees(status_text(TILL_WRONG_PIN));
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
}

static void a_colleague_s_pin_agrees_to_nothing(void **state)
{
    (void)state;
    open_agreement("3");
    give_pin(TILL_REFUSED);
    bench_sees("Only another supervisor may agree to this.");
    bench_sees("Supervisor's user number");
}

static void too_many_wrong_ones_are_waited_for(void **state)
{
    (void)state;
    open_agreement("3");
    give_pin(TILL_LOCKED_OUT);
    bench_sees("Too many wrong PINs or codes. Wait, then try again.");
}

static void nobody_agrees_to_their_own(void **state)
{
    (void)state;
    open_agreement("3");
    bench_digits("1001");
    bench_press(ACTION_OK);
    bench_sees("Only another supervisor may agree to this.");
    bench_sees_not("PIN  ");
    assert_false(bench_has(EFFECT_PIN));
    bench_press(ACTION_ERASE);
    bench_sees_not("Not agreed");
}

static void the_pin_is_not_on_the_screen(void **state)
{
    (void)state;
    open_agreement("3");
    bench_digits("2001");
    bench_press(ACTION_OK);
    bench_digits("9753");
    bench_sees("●●●●");
    bench_sees_not("9753");
    assert_true(bench.screen.masked);
}

static void hear_challenge(void)
{
    struct flow_event event = {.type = EVENT_CHALLENGE};
    const struct flow_effect *effect = bench_effect(EFFECT_CHALLENGE);
    assert_int_equal(effect->as.ask.purpose, APPROVAL_REVERSAL);
    assert_int_equal(effect->as.ask.seq, 12);
    event.as.digits = "0123456789";
    bench_tell(&event);
}

static void give_code(enum till_status status)
{
    bench_digits("2001");
    bench_press(ACTION_OK);
    bench_digits("87654321");
    bench_press(ACTION_OK);
    const struct flow_effect *effect = bench_effect(EFFECT_APPROVE);
    assert_string_equal(effect->as.ask.approver, "2001");
    assert_string_equal(effect->as.ask.code, "87654321");
    assert_int_equal(effect->as.ask.seq, 12);
    bench_tell(&(struct flow_event){.type = EVENT_APPROVED, .status = status});
}

static void someone_far_away_agrees_by_a_code(void **state)
{
    (void)state;
    open_agreement("4");
    hear_challenge();
    bench_sees("0123 4567 89");
    bench_sees("0031");
    bench_sees("¥186.42");
    give_code(TILL_OK);
    bench_press(ACTION_OK);
    assert_int_equal(reversed()->way, REVERSAL_CODE);
    assert_string_equal(reversed()->approver, "2001");
}

static void a_code_that_does_not_fit_agrees_to_nothing(void **state)
{
    (void)state;
    open_agreement("4");
    hear_challenge();
    give_code(TILL_WRONG_PIN);
    bench_sees("The code does not fit");
    bench_sees("0123 4567 89");
    bench_press(ACTION_OK);
    bench_sees("A code has 8 digits.");
    assert_false(bench_has(EFFECT_COMMIT));
}

static void a_question_that_can_t_be_asked_is_said(void **state)
{
    struct flow_event event = {.type = EVENT_CHALLENGE, .status = TILL_E_CRYPTO};
    (void)state;
    open_agreement("4");
    event.as.digits = "";
    bench_tell(&event);
    bench_sees(status_text(TILL_E_CRYPTO));
}

static void cancel_goes_back_one_step_at_a_time(void **state)
{
    (void)state;
    open_agreement("3");
    bench_digits("2001");
    bench_press(ACTION_OK);
    bench_digits("97");
    bench_press(ACTION_BACK);
    bench_sees("Supervisor's user number");
    bench_sees("2001");
    bench_press(ACTION_BACK);
    bench_sees("Wrong account");
    bench_press(ACTION_BACK);
    bench_sees("A supervisor is here: PIN");
    bench_press(ACTION_BACK);
    assert_int_equal(bench_effect(EFFECT_BACK)->as.value, 0);
}

/* ---- what is given back ---------------------------------------------------------------------- */

static void what_did_not_come_in_cash_is_not_given_from_the_bag(void **state)
{
    (void)state;
    paper.cash_minor = 8642;
    paper.tender = TENDER_CHEQUE;
    open_reversal();
    bench_digits("2");
    bench_digits("1");
    bench_press(ACTION_OK);
    bench_sees("¥86.42");
    bench_sees("¥100.00 came by Cheque: the office returns it, not the bag.");
}

static void what_was_not_recorded_is_said_and_can_be_tried_again(void **state)
{
    (void)state;
    open_reversal();
    bench_digits("21");
    bench_press(ACTION_OK);
    bench_press(ACTION_OK);
    reversed();
    bench_tell(&(struct flow_event){.type = EVENT_COMMITTED, .status = TILL_DISK_FULL});
    bench_sees("Not reversed");
    bench_press(ACTION_OK);
    reversed();
}

static void the_slip_follows(void **state)
{
    static const uint8_t hash[HASH_SIZE] = {0x9f, 0x3c, 0x21, 0xab};
    struct flow_event event = {.type = EVENT_COMMITTED};
    (void)state;
    open_reversal();
    bench_digits("21");
    bench_press(ACTION_OK);
    bench_press(ACTION_OK);
    event.as.committed.seq = 14;
    event.as.committed.hash = hash;
    bench_tell(&event);
    const struct flow_effect *next = bench_effect(EFFECT_REPLACE);
    assert_int_equal(next->as.go.flow, FLOW_PAPER);
    assert_int_equal(next->as.go.args.seq, 14);
    assert_int_equal(next->as.go.args.kind, KIND_REVERSAL);
    assert_int_equal(next->as.go.args.amount_minor, 18642);
    assert_string_equal(next->as.go.args.check_code, "9f3c 21ab");
}

/* ---- what can't be reversed ------------------------------------------------------------------ */

static void expect_refusal(const char *text)
{
    open_reversal();
    bench_sees("Can't be reversed");
    bench_sees(text);
    bench_digits("1");
    assert_int_equal(bench.effects.count, 0);
    bench_press(ACTION_OK);
}

static void after_the_shift_only_the_office_corrects(void **state)
{
    (void)state;
    paper.same_shift = false;
    expect_refusal("only the office corrects");
    const struct flow_effect *next = bench_effect(EFFECT_REPLACE);
    assert_int_equal(next->as.go.flow, FLOW_CORRECTION);
    assert_int_equal(next->as.go.args.seq, 12);
    assert_int_equal(next->as.go.args.amount_minor, 18642);
    assert_string_equal(next->as.go.args.account, "6101000100");
}

static void a_bag_that_holds_too_little_asks_the_office(void **state)
{
    (void)state;
    bench.fold.users[0].cash_minor = 18641;
    expect_refusal("not enough cash");
    assert_int_equal(bench_effect(EFFECT_REPLACE)->as.go.flow, FLOW_CORRECTION);
}

static void money_is_given_back_once_only(void **state)
{
    (void)state;
    paper.state = RECEIPT_REVERSED;
    paper.reversed_by = 13;
    expect_refusal("given back once only");
    bench_effect(EFFECT_BACK);
}

static void a_slip_is_no_payment(void **state)
{
    (void)state;
    paper.kind = KIND_DISPUTE;
    expect_refusal("This paper is no payment");
}

static void another_terminal_s_payment_is_not_undone_here(void **state)
{
    (void)state;
    paper.state = RECEIPT_FOREIGN;
    expect_refusal("Only the terminal that took the money");
}

static void a_number_that_is_unknown_is_said(void **state)
{
    (void)state;
    paper.state = RECEIPT_UNKNOWN;
    paper.why = TILL_NOT_FOUND;
    expect_refusal("no paper with that number");
}

static void training_and_real_receipts_don_t_mix(void **state)
{
    (void)state;
    paper.kind = KIND_COLLECTION | KIND_TRAINING;
    expect_refusal("Training and real receipts don't mix");
    paper.kind = KIND_COLLECTION;
    bench.facts.training = true;
    expect_refusal("Training and real receipts don't mix");
}

static void neither_limits_nor_a_stopped_terminal_are_in_the_way(void **state)
{
    (void)state;
    bench.facts.stopped = true;
    bench.facts.limit =
        (struct limits_verdict){.limit = LIMIT_CASH, .percent = 120, .reached = true};
    open_reversal();
    bench_digits("21");
    bench_press(ACTION_OK);
    bench_press(ACTION_OK);
    reversed();
}

/* ---- correction ------------------------------------------------------------------------------ */

static void a_correction_moves_no_money_and_names_the_receipt(void **state)
{
    (void)state;
    bench.args.seq = 12;
    bench.args.amount_minor = 18642;
    text_copy(bench.args.account, ACCOUNT_MAX, "6101000100");
    bench_open(FLOW_CORRECTION);
    bench_sees("0031-0000012");
    bench_digits("1");
    bench_sees("186.42");
    bench_press(ACTION_OK);
    const struct flow_effect *effect = bench_effect(EFFECT_COMMIT);
    assert_int_equal(effect->as.commit.kind, KIND_CORRECTION_REQUEST);
    const struct body_correction_request *body = &effect->as.commit.body.correction;
    assert_string_equal(body->receipt, "0031-0000012");
    assert_string_equal(body->account, "6101000100");
    assert_int_equal(body->amount_minor, 18642);
    assert_int_equal(body->reason, REVERSAL_WRONG_ACCOUNT);
}

static void a_correction_of_a_number_alone_asks_for_the_account(void **state)
{
    (void)state;
    text_copy(bench.args.text, sizeof bench.args.text, "0032-0000007");
    bench_open(FLOW_CORRECTION);
    bench_digits("61");
    bench_press(ACTION_OK);
    bench_sees(status_text(TILL_BAD_INPUT));
    bench_digits("01000100");
    bench_press(ACTION_OK);
    bench_digits("9");
    bench_effect(EFFECT_SOUND);
    bench_digits("5");
    bench_press(ACTION_OK);
    const struct body_correction_request *body =
        &bench_effect(EFFECT_COMMIT)->as.commit.body.correction;
    assert_string_equal(body->account, "6101000100");
    assert_string_equal(body->receipt, "0032-0000007");
    assert_int_equal(body->amount_minor, 0);
}

static void a_correction_goes_back_step_by_step(void **state)
{
    (void)state;
    bench_open(FLOW_CORRECTION);
    bench_sees("not known");
    bench_digits("6101000100");
    bench_press(ACTION_OK);
    bench_digits("1");
    bench_digits("12");
    bench_press(ACTION_POINT);
    bench_press(ACTION_ERASE);
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_sees("6101000100");
    bench_press(ACTION_BACK);
    bench_effect(EFFECT_BACK);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_own_latest_goes_with_its_paper_back),
        TEST(without_a_number_it_is_the_latest),
        TEST(ok_alone_begins_with_the_paper),
        TEST(another_paper_is_not_taken_for_it),
        TEST(a_number_is_not_the_paper),
        TEST(an_altered_paper_is_not_taken_back),
        TEST(another_terminal_s_paper_is_not_taken_back),
        TEST(copies_that_were_printed_are_asked_back),
        TEST(a_lost_paper_is_asked_about_once_more_and_marked),
        TEST(a_paper_that_is_not_found_can_be_declared_lost_there),
        TEST(only_the_latest_is_reversed_alone),
        TEST(the_day_s_cap_leads_to_a_supervisor),
        TEST(where_nobody_reverses_alone_the_first_leads_to_a_supervisor),
        TEST(the_sum_of_the_day_is_capped_too),
        TEST(a_supervisor_who_is_here_agrees_by_pin),
        TEST(a_wrong_pin_agrees_to_nothing),
        TEST(a_colleague_s_pin_agrees_to_nothing),
        TEST(too_many_wrong_ones_are_waited_for),
        TEST(nobody_agrees_to_their_own),
        TEST(the_pin_is_not_on_the_screen),
        TEST(someone_far_away_agrees_by_a_code),
        TEST(a_code_that_does_not_fit_agrees_to_nothing),
        TEST(a_question_that_can_t_be_asked_is_said),
        TEST(cancel_goes_back_one_step_at_a_time),
        TEST(what_did_not_come_in_cash_is_not_given_from_the_bag),
        TEST(what_was_not_recorded_is_said_and_can_be_tried_again),
        TEST(the_slip_follows),
        TEST(after_the_shift_only_the_office_corrects),
        TEST(a_bag_that_holds_too_little_asks_the_office),
        TEST(money_is_given_back_once_only),
        TEST(a_slip_is_no_payment),
        TEST(another_terminal_s_payment_is_not_undone_here),
        TEST(a_number_that_is_unknown_is_said),
        TEST(training_and_real_receipts_don_t_mix),
        TEST(neither_limits_nor_a_stopped_terminal_are_in_the_way),
        TEST(a_correction_moves_no_money_and_names_the_receipt),
        TEST(a_correction_of_a_number_alone_asks_for_the_account),
        TEST(a_correction_goes_back_step_by_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Receipts that are shown, and disputes: as functions of state, facts and event. */
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

/* ---- a receipt that is shown ----------------------------------------------------------------- */

static void open_receipt(void)
{
    bench.args.seq = paper.seq;
    bench_open(FLOW_RECEIPT);
    answer_receipt(&paper);
}

static void a_receipt_says_who_when_and_how_much(void **state)
{
    (void)state;
    text_copy(paper.collector, sizeof paper.collector, "李建国");
    paper.copies = 1;
    open_receipt();
    bench_sees("0031-0000012");
    bench_sees("王** | 6101 0001 00");
    bench_sees("¥186.42");
    bench_sees("李建国");
    bench_sees("printed again 1×");
    bench_sees("√ Recorded on this terminal");
    paper.state = RECEIPT_CONFIRMED;
    open_receipt();
    bench_sees("√ Confirmed by the office");
    paper.state = RECEIPT_REVERSED;
    paper.reversed_by = 15;
    open_receipt();
    bench_sees("Undone by 0031-0000015");
    bench_press(ACTION_OPTION_1);
    assert_int_equal(bench.effects.count, 0);
}

static void its_keys_lead_on(void **state)
{
    (void)state;
    open_receipt();
    bench_press(ACTION_OPTION_1);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_REVERSAL);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.args.seq, 12);
    bench_press(ACTION_OPTION_2);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_DISPUTE);
    bench_press(ACTION_OK);
    const struct body_print *print = &bench_effect(EFFECT_COMMIT)->as.commit.print;
    assert_int_equal(print->seq, 12);
    assert_int_equal(print->copy, 1);
    bench_tell(&(struct flow_event){.type = EVENT_COMMITTED});
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_PAPER);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.args.copy, 1);
    paper.same_shift = false;
    open_receipt();
    bench_press(ACTION_OPTION_1);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_CORRECTION);
    bench_press(ACTION_BACK);
    bench_effect(EFFECT_BACK);
}

static void what_happened_above_it_is_looked_up_anew(void **state)
{
    struct flow_event event = {.type = EVENT_RESUMED};
    (void)state;
    open_receipt();
    event.as.resumed.from = FLOW_PAPER;
    event.as.resumed.value = 1;
    bench_tell(&event);
    assert_int_equal(bench_effect(EFFECT_RECEIPT)->as.receipt.seq, 12);
}

static void a_number_is_typed_with_its_dash(void **state)
{
    (void)state;
    bench_open(FLOW_RECEIPT);
    bench_press(ACTION_OK); /* nothing typed yet */
    assert_int_equal(bench.effects.count, 0);
    bench_press(ACTION_POINT); /* nothing to dash yet */
    bench_digits("0031");
    bench_press(ACTION_POINT);
    bench_press(ACTION_POINT);
    bench_digits("124");
    bench_press(ACTION_ERASE);
    bench_press(ACTION_OK);
    assert_string_equal(bench_effect(EFFECT_RECEIPT)->as.receipt.text, "0031-12");
}

static void what_is_no_receipt_is_said(void **state)
{
    static const struct {
        enum receipt_state state;
        enum till_status why;
        const char *text;
    } cases[] = {
        {RECEIPT_UNREADABLE, TILL_E_PROTOCOL, "This is no receipt of this system"},
        {RECEIPT_UNREADABLE, TILL_E_SIGNATURE, "This paper was altered"},
        {RECEIPT_UNKNOWN, TILL_NOT_FOUND, "no paper with that number"},
        {RECEIPT_UNKNOWN, TILL_E_FORK, "call the office now"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct receipt_view bad = {.state = cases[i].state, .why = cases[i].why};
        bench_open(FLOW_RECEIPT);
        bench_scan("SOMETHING");
        answer_receipt(&bad);
        bench_effect(EFFECT_SOUND);
        bench_sees(cases[i].text);
        bench_digits("1");
        bench_sees_not(cases[i].text);
    }
}

static void another_terminal_s_paper_tells_its_figures_and_no_more(void **state)
{
    (void)state;
    paper.state = RECEIPT_FOREIGN;
    paper.proven = true;
    text_copy(paper.terminal, sizeof paper.terminal, "0032");
    bench_open(FLOW_RECEIPT);
    bench_scan("HTTPS://R.OFFICE.EXAMPLE/FOREIGN");
    answer_receipt(&paper);
    bench_sees("0032-0000012");
    bench_sees("¥186.42");
    bench_sees("Only the office can tell whether they are true.");
    bench_press(ACTION_OPTION_2);
    assert_string_equal(bench_effect(EFFECT_GO)->as.go.args.text,
                        "HTTPS://R.OFFICE.EXAMPLE/FOREIGN");
    bench_press(ACTION_OPTION_1);
    assert_string_equal(bench_effect(EFFECT_GO)->as.go.args.text, "0032-0000012");
    bench_press(ACTION_BACK); /* OK asks the office: tests/flow/ask.c */
    bench_effect(EFFECT_BACK);
}

static void a_number_of_another_terminal_is_the_office_s_to_know(void **state)
{
    struct receipt_view foreign = {.state = RECEIPT_FOREIGN, .seq = 7, .why = TILL_NOT_FOUND};
    (void)state;
    text_copy(foreign.terminal, sizeof foreign.terminal, "0032");
    bench_open(FLOW_RECEIPT);
    bench_digits("0032");
    bench_press(ACTION_POINT);
    bench_digits("7");
    bench_press(ACTION_OK);
    answer_receipt(&foreign);
    bench_sees("Only the office knows this number.");
    bench_press(ACTION_OPTION_2); /* of whom? */
    assert_int_equal(bench.effects.count, 0);
    bench_press(ACTION_OPTION_1);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_CORRECTION);
}

static void those_who_were_paid_together_stand_side_by_side(void **state)
{
    struct receipt_view next;
    (void)state;
    paper.basket = 12;
    next = paper;
    next.seq = 13;
    open_receipt();
    bench_sees("paid together");
    bench_press(ACTION_LEFT); /* it is the first */
    assert_int_equal(bench.effects.count, 0);
    bench_press(ACTION_RIGHT);
    assert_int_equal(bench_effect(EFFECT_RECEIPT)->as.receipt.seq, 13);
    answer_receipt(&next);
    bench_sees("0031-0000013");
    bench_press(ACTION_RIGHT);
    answer_receipt(&(struct receipt_view){.state = RECEIPT_UNKNOWN, .why = TILL_NOT_FOUND});
    bench_sees("0031-0000013");
    bench_press(ACTION_LEFT);
    assert_int_equal(bench_effect(EFFECT_RECEIPT)->as.receipt.seq, 12);
}

/* ---- dispute --------------------------------------------------------------------------------- */

static void open_dispute(void)
{
    memset(&bench.args, 0, sizeof bench.args);
    text_copy(bench.args.account, ACCOUNT_MAX, "6101000100");
    bench_open(FLOW_DISPUTE);
}

static const struct body_dispute *disputed(void)
{
    const struct flow_effect *effect = bench_effect(EFFECT_COMMIT);
    assert_int_equal(effect->as.commit.kind, KIND_DISPUTE);
    assert_string_equal(effect->as.commit.body.dispute.account, "6101000100");
    return &effect->as.commit.body.dispute;
}

static void a_word_is_enough_for_a_dispute(void **state)
{
    (void)state;
    open_dispute();
    bench_digits("3");
    bench_press(ACTION_OK);
    assert_int_equal(disputed()->proof, DISPUTE_WORD);
    assert_int_equal(disputed()->amount_minor, 0);
    assert_string_equal(disputed()->reference, "");
}

static void a_channel_s_number_and_sum_are_noted(void **state)
{
    (void)state;
    open_dispute();
    bench_digits("2");
    bench_digits("123");
    bench_press(ACTION_OK);
    bench_sees("At least 4 digits.");
    bench_digits("4567");
    bench_press(ACTION_OK);
    bench_digits("186");
    bench_press(ACTION_POINT);
    bench_digits("42");
    bench_press(ACTION_OK);
    assert_int_equal(disputed()->proof, DISPUTE_CHANNEL);
    assert_int_equal(disputed()->amount_minor, 18642);
    assert_string_equal(disputed()->reference, "1234567");
}

static void our_own_paper_is_the_best_proof(void **state)
{
    (void)state;
    paper.proven = true;
    open_dispute();
    bench_scan("PAPER");
    answer_receipt(&paper);
    bench_sees("already counted in");
    bench_press(ACTION_OK);
    assert_int_equal(disputed()->proof, DISPUTE_PAPER_OURS);
    assert_int_equal(disputed()->amount_minor, 18642);
    assert_string_equal(disputed()->reference, "0031-0000012");
}

static void another_terminal_s_paper_is_noted_by_its_number(void **state)
{
    (void)state;
    paper.state = RECEIPT_FOREIGN;
    paper.proven = true;
    text_copy(paper.terminal, sizeof paper.terminal, "0032");
    open_dispute();
    bench_digits("1");
    bench_scan("PAPER");
    answer_receipt(&paper);
    bench_press(ACTION_OK);
    assert_int_equal(disputed()->proof, DISPUTE_PAPER_OTHER);
    assert_string_equal(disputed()->reference, "0032-0000012");
}

static void a_typed_number_of_another_terminal_asks_for_the_sum(void **state)
{
    struct receipt_view foreign = {.state = RECEIPT_FOREIGN, .seq = 7, .why = TILL_NOT_FOUND};
    (void)state;
    text_copy(foreign.terminal, sizeof foreign.terminal, "0032");
    open_dispute();
    bench_digits("1");
    bench_digits("0032");
    bench_press(ACTION_POINT);
    bench_digits("7");
    bench_press(ACTION_OK);
    answer_receipt(&foreign);
    bench_sees("How much was paid?");
    bench_digits("50");
    bench_press(ACTION_OK);
    assert_int_equal(disputed()->proof, DISPUTE_PAPER_OTHER);
    assert_int_equal(disputed()->amount_minor, 5000);
    assert_string_equal(disputed()->reference, "0032-0000007");
}

static void papers_that_prove_nothing_are_not_noted_as_proof(void **state)
{
    struct receipt_view bad = {.state = RECEIPT_UNREADABLE, .why = TILL_E_SIGNATURE};
    (void)state;
    open_dispute();
    bench_scan("PAPER");
    answer_receipt(&bad);
    bench_sees("This paper was altered");
    bench_sees("Only the customer's word");
    bad = paper;
    bad.kind = KIND_REVERSAL;
    bench_scan("PAPER");
    answer_receipt(&bad);
    bench_sees("no receipt of a payment");
    bad.kind = KIND_COLLECTION | KIND_TRAINING;
    bench_scan("PAPER");
    answer_receipt(&bad);
    bench_sees("made in training");
    assert_false(bench_has(EFFECT_COMMIT));
}

static void doubts_are_said_and_the_office_decides(void **state)
{
    (void)state;
    text_copy(paper.account, sizeof paper.account, "6101000137");
    open_dispute();
    bench_scan("PAPER");
    answer_receipt(&paper);
    bench_sees("for another account");
    bench_press(ACTION_BACK);
    bench_sees("How was it paid?");
    paper.state = RECEIPT_REVERSED;
    bench_scan("PAPER");
    answer_receipt(&paper);
    bench_sees("was reversed and given back");
    bench_press(ACTION_OK);
    assert_int_equal(disputed()->proof, DISPUTE_PAPER_OURS);
}

static void a_dispute_that_was_not_recorded_keeps_what_was_typed(void **state)
{
    (void)state;
    open_dispute();
    bench_digits("3");
    bench_digits("12");
    bench_press(ACTION_OK);
    disputed();
    bench_tell(&(struct flow_event){.type = EVENT_COMMITTED, .status = TILL_DISK_FULL});
    bench_sees("Not recorded");
    bench_sees("12");
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_effect(EFFECT_BACK);
}

static void a_sum_that_is_none_is_refused(void **state)
{
    (void)state;
    open_dispute();
    bench_digits("3");
    bench_press(ACTION_POINT);
    bench_digits("123");
    bench_press(ACTION_OK);
    bench_sees("Not recorded");
    assert_false(bench_has(EFFECT_COMMIT));
}

static void a_paper_shown_before_need_not_be_scanned_again(void **state)
{
    (void)state;
    memset(&bench.args, 0, sizeof bench.args);
    text_copy(bench.args.account, ACCOUNT_MAX, "6101000100");
    bench.args.seq = 12;
    bench_open(FLOW_DISPUTE);
    answer_receipt(&paper);
    bench_press(ACTION_OK);
    assert_int_equal(disputed()->proof, DISPUTE_PAPER_OURS);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_receipt_says_who_when_and_how_much),
        TEST(its_keys_lead_on),
        TEST(what_happened_above_it_is_looked_up_anew),
        TEST(a_number_is_typed_with_its_dash),
        TEST(what_is_no_receipt_is_said),
        TEST(another_terminal_s_paper_tells_its_figures_and_no_more),
        TEST(a_number_of_another_terminal_is_the_office_s_to_know),
        TEST(those_who_were_paid_together_stand_side_by_side),
        TEST(a_word_is_enough_for_a_dispute),
        TEST(a_channel_s_number_and_sum_are_noted),
        TEST(our_own_paper_is_the_best_proof),
        TEST(another_terminal_s_paper_is_noted_by_its_number),
        TEST(a_typed_number_of_another_terminal_asks_for_the_sum),
        TEST(papers_that_prove_nothing_are_not_noted_as_proof),
        TEST(doubts_are_said_and_the_office_decides),
        TEST(a_dispute_that_was_not_recorded_keeps_what_was_typed),
        TEST(a_sum_that_is_none_is_refused),
        TEST(a_paper_shown_before_need_not_be_scanned_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

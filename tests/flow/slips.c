/*
 * Slips of other tenders: counted at the close as cash is, handed over as one sum, counted again.
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
#include "money.h"
#include "parts.h"
#include "text.h"

static struct handheld h;

#define HELD_MINOR 28642
#define HELD "286.42"
#define COUNT_RIGHT "2 ok 1 ok 1 ok 1 ok 1 ok 1 ok * 4 2 ok"
#define COUNT_SHORT "2 ok 1 ok 1 ok ok 1 ok 1 ok * 4 2 ok"

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

/* One receipt of 186.42 over 100.00 of opening cash. */
static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok cancel");
    handheld_expect_screen(&h, "home");
    free(handheld_tear_off(&h));
    return 0;
}

/* The same, and all of it counted at the close. */
static int begin_closed(void **state)
{
    begin(state);
    handheld_keys(&h, "f1 ok " COUNT_RIGHT " f1 ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "shift");
    free(handheld_tear_off(&h));
    return 0;
}

static void begin_count(void)
{
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "close");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "close_notes");
}

static void read_totals(uint64_t seq, struct body_shift_totals *out)
{
    struct entry e;
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_shift_totals(&e, out), TILL_OK);
}

/* From the shift screen to the question of the sum, which proposes all that is held. */
static void open_handover(void)
{
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "down");
    handheld_expect_screen(&h, "custody");
    handheld_keys(&h, "1");
    handheld_expect_screen(&h, "handover");
}

static void read_given(uint64_t seq, struct body_handover_given *out)
{
    struct entry e;
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_handover_given(&e, out), TILL_OK);
}

/* ---- at the close ---------------------------------------------------------------------------- */

/* 45.00 beside the 186.42 in cash. */
static void take_a_cheque(void)
{
    handheld_open_customer(&h, CUSTOMER_KEEP);
    handheld_keys(&h, "ok right 4 7 1 1 ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok cancel");
    free(handheld_tear_off(&h));
}

static void a_cheque_that_lies_there_agrees(void **state)
{
    struct body_shift_totals totals;
    (void)state;
    take_a_cheque();
    begin_count();
    handheld_keys(&h, COUNT_RIGHT " down down 4 5");
    handheld_expect_not(&h, _("QR payment")); /* it leaves no paper: nobody can count it */
    handheld_keys(&h, "f1 ok");
    handheld_expect(&h, _("No difference"));
    handheld_expect(&h, _("Cheque"));
    handheld_expect(&h, "¥45.00");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    read_totals(handheld_head(&h) - 2, &totals);
    assert_string_equal(totals.tenders, "0:18642,3:4500");
    assert_int_equal(totals.slips_reason, 0);
}

static void a_cheque_that_is_missing_needs_a_reason(void **state)
{
    struct body_shift_totals totals;
    (void)state;
    take_a_cheque();
    begin_count();
    handheld_keys(&h, COUNT_RIGHT " f1 ok");
    handheld_expect_screen(&h, "close_result");
    handheld_expect(&h, _("No difference")); /* the cash agrees */
    handheld_expect(&h, "taken ¥45.00, slips ¥0.00");
    handheld_keys(&h, "ok 1 3");
    handheld_expect_screen(&h, "close_slips_reason");
    handheld_keys(&h, "4 cancel 4");
    handheld_expect_screen(&h, "close_confirm");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    read_totals(handheld_head(&h) - 2, &totals);
    assert_int_equal(totals.reason, 0);
    assert_int_equal(totals.slips_reason, VARIANCE_LOST);
    handheld_expect_paper(&h, _("The slips differ"));
    handheld_expect_paper(&h, _("Lost"));
}

static void slips_that_nobody_gave_are_over_beside_a_shortage_of_cash(void **state)
{
    struct body_shift_totals totals;
    (void)state;
    begin_count();
    handheld_keys(&h, COUNT_SHORT " down down 4 5 f1 ok ok 4");
    handheld_expect_screen(&h, "close_slips_reason");
    handheld_expect_not(&h, _("Lost"));
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "close_reason");
    handheld_keys(&h, "4 5 ok");
    handheld_expect_screen(&h, "paper");
    read_totals(handheld_head(&h) - 2, &totals);
    assert_int_equal(totals.reason, VARIANCE_LOST);
    assert_int_equal(totals.slips_reason, VARIANCE_OTHER);
}

static void a_close_without_the_reason_of_its_slips_is_refused(void **state)
{
    struct flow_effect effect = {.type = EFFECT_CLOSE};
    struct entry z;
    (void)state;
    take_a_cheque();
    begin_count();
    handheld_keys(&h, COUNT_RIGHT " f1 ok");
    effect.as.close.shift = 1;
    assert_int_equal(ledger_close(h.app, &effect, &z), TILL_BAD_INPUT);
}

/* ---- from hand to hand ----------------------------------------------------------------------- */

/* A second day: 45.00 by a cheque, which lies there; no cash. */
static void close_with_a_cheque(void)
{
    handheld_keys(&h, "ok");
    handheld_open_customer(&h, CUSTOMER_KEEP);
    handheld_keys(&h, "ok right 4 7 1 1 ok ok ok cancel f1 ok f1 down down 4 5 f1 ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    free(handheld_tear_off(&h));
}

static void cheques_go_with_it_as_one_sum(void **state)
{
    struct body_handover_given given;
    (void)state;
    close_with_a_cheque();
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_expect(&h, "45.00"); /* of the two days only one has any */
    handheld_keys(&h, "ok f1 3 0 ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "30.00");
    handheld_keys(&h, "ok");
    read_given(head + 1, &given);
    assert_int_equal(given.other_minor, 3000);
    handheld_keys(&h, "ok ok cancel 1"); /* the rest is still in hand */
    handheld_expect(&h, "15.00");
}

static void more_cheques_than_were_counted_are_not_given(void **state)
{
    struct flow_carry carry = {.kind = KIND_HANDOVER_GIVEN,
                               .as.given = {.amount_minor = HELD_MINOR,
                                            .other_minor = 4501,
                                            .receiver = UTILITY_SUPERVISOR,
                                            .closes = "1-2",
                                            .source = CASH_HELD}};
    struct entry e;
    (void)state;
    open_handover();
    handheld_keys(&h, "f1 5 0 0 0 ok");
    handheld_expect(&h, _("That is more than you hold."));
    handheld_keys(&h, "cancel cancel cancel");
    close_with_a_cheque();
    assert_int_equal(ledger_carry(h.app, &carry, &e), TILL_TOO_LARGE);
    carry.as.given.other_minor = 4500;
    assert_int_equal(ledger_carry(h.app, &carry, &e), TILL_OK);
}

/* The giver said 45.00, and none lies there. */
static void the_receiver_counts_the_slips_too(void **state)
{
    struct entry e;
    struct body_cash_count count;
    (void)state;
    close_with_a_cheque();
    open_handover();
    handheld_keys(&h, "ok ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok ok ok ok ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receive_begin");
    free(handheld_tear_off(&h));
    handheld_keys(&h, "ok " COUNT_RIGHT " f1 ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_paper(&h, _("Slips by the giver's slip"));
    handheld_expect_paper(&h, "45.00");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "receive_result");
    handheld_expect(&h, _("No difference")); /* of the cash */
    handheld_expect(&h, "given ¥45.00, counted ¥0.00");
    uint64_t seq = handheld_head(&h);
    do
        handheld_entry(&h, seq--, &e);
    while (e.kind != KIND_CASH_COUNT);
    assert_int_equal(entry_read_cash_count(&e, &count), TILL_OK);
    assert_int_equal(count.slips_said_minor, 4500);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "7 6");
    handheld_expect(&h, _("Slips over or short"));
    handheld_expect(&h, "¥45.00");
    handheld_expect_not(&h, _("Printed again")); /* four papers, two for each */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cheque_that_lies_there_agrees, begin, end),
        cmocka_unit_test_setup_teardown(a_cheque_that_is_missing_needs_a_reason, begin, end),
        cmocka_unit_test_setup_teardown(slips_that_nobody_gave_are_over_beside_a_shortage_of_cash,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_close_without_the_reason_of_its_slips_is_refused, begin,
                                        end),
        cmocka_unit_test_setup_teardown(cheques_go_with_it_as_one_sum, begin_closed, end),
        cmocka_unit_test_setup_teardown(more_cheques_than_were_counted_are_not_given, begin_closed,
                                        end),
        cmocka_unit_test_setup_teardown(the_receiver_counts_the_slips_too, begin_closed, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Paper: what the screen says and the journal keeps when it comes out, when it does not, and when
 * the power goes.
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
#include "text.h"

static struct handheld h;
static uint64_t seq; /* of the receipt */
static char number[RECEIPT_NUMBER_MAX];

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    return 0;
}

static int begin_in_chinese(void **state)
{
    const struct handheld_setup setup = {.language = "zh_CN"};
    (void)state;
    handheld_begin_day(&h, &setup);
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
}

static void expect_last_print(enum entry_kind kind, uint32_t copy, enum till_status status)
{
    struct entry e;
    struct body_print body;
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(kind_base(e.kind), kind);
    assert_int_equal(entry_read_print(&e, &body), TILL_OK);
    assert_int_equal(body.seq, seq);
    assert_int_equal(body.copy, copy);
    assert_int_equal(body.status, status);
}

/* The paper that hangs out is this receipt, whole, marked as that copy. Takes it. */
static char *expect_copy(uint32_t copy)
{
    char mark[64];
    char *paper = handheld_tear_off(&h);
    snprintf(mark, sizeof mark, "DUPLICATE %u", (unsigned)copy);
    bool right = strstr(paper, number) && strstr(paper, "[QR") &&
                 (copy ? strstr(paper, mark) != NULL : strstr(paper, "DUPLICATE") == NULL);
    if (!right)
        fail_msg("this is not copy %u of %s:\n%s", (unsigned)copy, number, paper);
    return paper;
}

/* The same but for the marks. */
static void assert_same_paper(const char *original, const char *copy)
{
    const char *line = original;
    while (*line) {
        char text[256];
        size_t size = strcspn(line, "\n");
        assert_true(size < sizeof text);
        memcpy(text, line, size);
        text[size] = '\0';
        if (!strstr(copy, text))
            fail_msg("the copy lacks \"%s\":\n%s", text, copy);
        line += size + (line[size] == '\n');
    }
}

/* ---- a printer that can't -------------------------------------------------------------------- */

/* Steps of the application alone, so that a slow printer is caught in the middle. */
static void press_ok_and_stop_while_it_prints(void)
{
    int64_t wait_ms;
    sim_print_speed(h.world, 0, 100);
    sim_advance(h.world, PERSON_MS);
    sim_press(h.world, PAD_OK);
    for (int i = 0; i < 2; i++)
        app_step(h.app, &wait_ms);
    handheld_expect(&h, _("Printing"));
}

/* The printer is well when the money is taken, and then it is not. */
static void take_money_and_break(enum sim_printer_status trouble)
{
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    press_ok_and_stop_while_it_prints();
    sim_printer_set(h.world, trouble);
    sim_print_speed(h.world, 0, 0);
    handheld_settle(&h);
    handheld_expect_screen(&h, "paper");
    seq = handheld_fold(&h)->last_receipt_seq;
    handheld_number(seq, number);
}

/* Money first, then what came out, then what to do; and OK prints a marked duplicate once the
 * printer is well again. */
static void expect_told_and_mended(enum till_status why)
{
    int64_t cash = handheld_cash(&h);
    handheld_expect(&h, _(status_text(why)));
    handheld_expect(&h, number);
    handheld_expect(&h, _("Only a part came out: tear it off, it is void."));
    expect_last_print(KIND_PRINT_UNCERTAIN, 0, why);
    assert_true(handheld_fold(&h)->paper_uncertain);
    assert_int_equal(handheld_fold(&h)->paper_seq, seq);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok"); /* nothing has been done about it yet: no copy is spent on it */
    handheld_expect(&h, _(status_text(why)));
    assert_int_equal(handheld_count(&h, KIND_DUPLICATE), 0);
    sim_printer_set(h.world, SIM_PRINTER_OK);
    sim_paper_tear_off(h.world);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok");
    expect_last_print(KIND_PRINT_DONE, 1, TILL_OK);
    free(expect_copy(1));
    assert_int_equal(handheld_fold(&h)->paper_seq, 0);
    assert_int_equal(handheld_cash(&h), cash);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

static void paper_that_ends_in_the_middle(void **state)
{
    (void)state;
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    assert_true(sim_printed_bytes(h.world).size > 0);
    expect_told_and_mended(TILL_PAPER_OUT);
}

static void paper_that_ends_twice_in_the_middle(void **state)
{
    (void)state;
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    handheld_expect(&h, _("Only a part came out: tear it off, it is void."));
    for (uint32_t copy = 1; copy <= 2; copy++) {
        sim_printer_set(h.world, SIM_PRINTER_OK);
        sim_paper_tear_off(h.world);
        handheld_wait(&h, 1000);
        if (copy == 1)
            sim_paper_left(h.world, 300, -1);
        handheld_keys(&h, "ok");
    }
    expect_last_print(KIND_PRINT_DONE, 2, TILL_OK);
    free(expect_copy(2));
    handheld_expect(&h, _("It is marked as a duplicate."));
}

static void an_open_cover(void **state)
{
    (void)state;
    take_money_and_break(SIM_PRINTER_COVER);
    expect_told_and_mended(TILL_COVER_OPEN);
}

static void a_head_that_is_too_hot(void **state)
{
    (void)state;
    take_money_and_break(SIM_PRINTER_HOT);
    expect_told_and_mended(TILL_PRINTER_HOT);
}

static void a_printer_that_does_not_answer(void **state)
{
    (void)state;
    take_money_and_break(SIM_PRINTER_OFFLINE);
    expect_told_and_mended(TILL_DEVICE_OFFLINE);
}

static void a_printer_that_stands_still_is_given_up_after_a_while(void **state)
{
    (void)state;
    sim_print_speed(h.world, 1, 0); /* a dot a second */
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    sim_advance(h.world, PERSON_MS);
    sim_press(h.world, PAD_OK);
    int64_t wait_ms;
    for (int s = 0; s < 3; s++)
        app_step(h.app, &wait_ms);
    sim_advance(h.world, PERSON_MS);
    sim_press(h.world, PAD_OK);
    for (int s = 0; s < 60; s++) {
        app_step(h.app, &wait_ms);
        sim_advance(h.world, 1000);
    }
    sim_print_speed(h.world, 0, 0);
    handheld_settle(&h);
    seq = handheld_fold(&h)->last_receipt_seq;
    handheld_expect(&h, _(status_text(TILL_TIMEOUT)));
    expect_last_print(KIND_PRINT_UNCERTAIN, 0, TILL_TIMEOUT);
}

static void what_a_printer_can_t_is_told_as_long_as_the_office_has_not_confirmed(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    take_money_and_break(SIM_PRINTER_OUT);
    handheld_expect(&h, "Money taken");
    expect_told_and_mended(TILL_PAPER_OUT);
}

static void later_leaves_the_paper_and_the_list_prints_it(void **state)
{
    (void)state;
    take_money_and_break(SIM_PRINTER_OUT);
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "home");
    sim_printer_set(h.world, SIM_PRINTER_OK);
    sim_paper_tear_off(h.world);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "3 ok ok");
    free(expect_copy(1));
}

/* ---- copies ---------------------------------------------------------------------------------- */

static void each_further_copy_is_marked_and_counted(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    char *original = expect_copy(0);
    for (uint32_t copy = 1; copy <= 3; copy++) {
        handheld_keys(&h, "f1");
        char *paper = expect_copy(copy);
        assert_same_paper(original, paper);
        free(paper);
    }
    free(original);
    handheld_keys(&h, "ok 3");
    handheld_expect_screen(&h, "duplicate");
    handheld_expect(&h, "3×");
    handheld_keys(&h, "ok");
    free(expect_copy(4));
    assert_int_equal(handheld_count(&h, KIND_DUPLICATE), 4);
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 1);
    assert_int_equal(handheld_count(&h, KIND_PRINT_DONE), 5);
}

static void an_older_receipt_is_chosen_from_the_list(void **state)
{
    char *originals[8];
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        take_money(UTILITY_FIRST_BOOK + i);
        originals[i] = handheld_tear_off(&h);
        handheld_keys(&h, "ok");
    }
    handheld_keys(&h, "3");
    for (int i = 0; i < 6; i++) /* onto the second page: the newest stands on top */
        handheld_keys(&h, "down");
    handheld_keys(&h, "ok");
    char *paper = handheld_tear_off(&h);
    assert_non_null(strstr(paper, "DUPLICATE 1"));
    assert_same_paper(originals[1], paper);
    free(paper);
    for (unsigned i = 0; i < 8; i++)
        free(originals[i]);
}

static void a_duplicate_after_a_new_book_is_the_same_paper(void **state)
{
    (void)state;
    take_money(CUSTOMER_TWO);
    char *original = expect_copy(0);
    handheld_keys(&h, "ok");
    h.utility->left_out[CUSTOMER_TWO] = true;
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
    assert_int_equal(handheld_fold(&h)->book_revision, 2);
    handheld_keys(&h, "3 ok");
    char *paper = expect_copy(1);
    assert_same_paper(original, paper);
    free(paper);
    free(original);
}

static void a_duplicate_in_chinese_says_so(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    handheld_keys(&h, "f1");
    handheld_expect_paper(&h, "补打 1");
}

static void nothing_to_print_again_is_said(void **state)
{
    (void)state;
    handheld_keys(&h, "3");
    handheld_expect(&h, _("No receipts yet"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "duplicate");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "home");
}

/* ---- power cuts ------------------------------------------------------------------------------ */

static void switch_on_and_log_in(void)
{
    handheld_cut_power(&h);
    handheld_audit(&h, true);
    handheld_start(&h);
    handheld_login(&h);
}

static void power_that_goes_while_it_prints_leaves_one_uncertain_paper(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    press_ok_and_stop_while_it_prints();
    seq = handheld_fold(&h)->last_receipt_seq;
    handheld_number(seq, number);
    sim_print_speed(h.world, 0, 0);
    switch_on_and_log_in();
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, _("After the power cut"));
    handheld_expect(&h, number);
    handheld_expect(&h, "¥186.42");
    assert_int_equal(handheld_cash(&h), 10000 + 18642);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    free(expect_copy(1));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

static void a_paper_that_was_whole_after_all_is_called_so(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    press_ok_and_stop_while_it_prints();
    seq = handheld_fold(&h)->last_receipt_seq;
    sim_print_speed(h.world, 0, 0);
    switch_on_and_log_in();
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "home");
    expect_last_print(KIND_PRINT_DONE, 0, TILL_OK);
    switch_on_and_log_in();
    handheld_expect_screen(&h, "home"); /* and it is not asked again */
}

static void power_that_goes_in_a_duplicate_asks_for_that_copy(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    free(expect_copy(0));
    handheld_keys(&h, "f1 ok 3");
    free(expect_copy(1));
    press_ok_and_stop_while_it_prints();
    sim_print_speed(h.world, 0, 0);
    switch_on_and_log_in();
    handheld_expect(&h, _("After the power cut"));
    assert_int_equal(handheld_fold(&h)->paper_copy, 2);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    free(expect_copy(3));
}

static void power_that_goes_after_the_print_asks_for_nothing(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    switch_on_and_log_in();
    handheld_expect_screen(&h, "home");
    assert_int_equal(handheld_cash(&h), 10000 + 18642);
}

static void power_that_goes_at_the_question_takes_nothing(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 2 0 0");
    switch_on_and_log_in();
    handheld_expect_screen(&h, "home");
    assert_int_equal(handheld_cash(&h), 10000);
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 0);
}

static void a_printer_failure_before_a_cut_is_not_called_a_power_cut(void **state)
{
    (void)state;
    take_money_and_break(SIM_PRINTER_OUT);
    handheld_keys(&h, "f1");
    sim_printer_set(h.world, SIM_PRINTER_OK);
    sim_paper_tear_off(h.world);
    switch_on_and_log_in();
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, number);
    handheld_expect_not(&h, "power");
    handheld_keys(&h, "ok");
    free(expect_copy(1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(paper_that_ends_in_the_middle),
        TEST(paper_that_ends_twice_in_the_middle),
        TEST(an_open_cover),
        TEST(a_head_that_is_too_hot),
        TEST(a_printer_that_does_not_answer),
        TEST(a_printer_that_stands_still_is_given_up_after_a_while),
        TEST(what_a_printer_can_t_is_told_as_long_as_the_office_has_not_confirmed),
        TEST(later_leaves_the_paper_and_the_list_prints_it),
        TEST(each_further_copy_is_marked_and_counted),
        TEST(an_older_receipt_is_chosen_from_the_list),
        TEST(a_duplicate_after_a_new_book_is_the_same_paper),
        cmocka_unit_test_setup_teardown(a_duplicate_in_chinese_says_so, begin_in_chinese, end),
        TEST(nothing_to_print_again_is_said),
        TEST(power_that_goes_while_it_prints_leaves_one_uncertain_paper),
        TEST(a_paper_that_was_whole_after_all_is_called_so),
        TEST(power_that_goes_in_a_duplicate_asks_for_that_copy),
        TEST(power_that_goes_after_the_print_asks_for_nothing),
        TEST(power_that_goes_at_the_question_takes_nothing),
        TEST(a_printer_failure_before_a_cut_is_not_called_a_power_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

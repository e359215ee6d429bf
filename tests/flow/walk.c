/*
 * What surrounds the money: the stop, its reading and notice, skipping, the line at a collection
 * point, pages, help, training, finding.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "position.h"
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

static void latest(enum entry_kind kind, struct entry *out)
{
    handheld_entry(&h, handheld_head(&h), out);
    assert_int_equal(out->kind, kind);
}

static const char *account(unsigned customer)
{
    static char text[ACCOUNT_MAX];
    utility_account(customer, text);
    return text;
}

/* ---- the stop -------------------------------------------------------------------------------- */

static void a_skipped_stop_is_recorded_and_the_route_goes_on(void **state)
{
    struct entry e;
    struct body_stop_skipped body;
    (void)state;
    handheld_walk(&h, 0);
    handheld_keys(&h, "f1 6");
    handheld_expect_screen(&h, "skip");
    handheld_keys(&h, "1");
    handheld_expect_screen(&h, "route");
    handheld_expect(&h, _("skipped"));
    latest(KIND_STOP_SKIPPED, &e);
    assert_int_equal(entry_read_stop_skipped(&e, &body), TILL_OK);
    assert_string_equal(body.account, account(CUSTOMER_PLAIN));
    assert_int_equal(body.reason, SKIP_NOBODY_HOME);
    handheld_keys(&h, "ok");
    handheld_expect_not(&h, "6101 0002 85"); /* the next door, not the one that was left */
}

static void cancel_skips_nothing(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_walk(&h, 0);
    handheld_keys(&h, "f1 6 cancel cancel");
    handheld_expect_screen(&h, "route");
    assert_int_equal(handheld_head(&h), head);
}

static void a_reading_is_recorded_with_its_meter(void **state)
{
    struct entry e;
    struct body_reading body;
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 3");
    handheld_expect_screen(&h, "reading");
    handheld_type(&h, "10243*5");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "stop");
    handheld_expect(&h, "10243.50");
    latest(KIND_READING, &e);
    assert_int_equal(entry_read_reading(&e, &body), TILL_OK);
    assert_int_equal(body.energy_cwh, 1024350);
    assert_false(body.doubted);
}

static void a_reading_of_nothing_is_refused(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 3 ok");
    handheld_expect_screen(&h, "reading");
    handheld_expect(&h, _(status_text(TILL_BAD_INPUT)));
    assert_int_equal(handheld_head(&h), head);
}

static void a_notice_is_recorded_and_printed_and_is_no_receipt(void **state)
{
    struct entry e;
    struct body_notice body;
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 4");
    handheld_expect(&h, _("given"));
    latest(KIND_NOTICE, &e);
    assert_int_equal(entry_read_notice(&e, &body), TILL_OK);
    assert_int_equal(body.due_minor, 18642);
    handheld_expect_paper(&h, _("Electricity bill notice"));
    handheld_expect_paper(&h, "Not a receipt");
    handheld_expect_paper(&h, "186.42");
}

static void a_notice_that_does_not_come_out_says_why(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1");
    sim_printer_set(h.world, SIM_PRINTER_OUT);
    handheld_keys(&h, "4");
    handheld_expect(&h, _("The notice was not printed"));
    handheld_expect(&h, _(status_text(TILL_PAPER_OUT)));
}

static void where_it_is_shows_meter_and_telephone(void **state)
{
    struct book_customer customer;
    struct arrears arrears;
    (void)state;
    utility_customer(CUSTOMER_PLAIN, &customer, &arrears);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 8");
    handheld_expect(&h, customer.meter);
    handheld_keys(&h, "ok cancel");
    handheld_expect_screen(&h, "customer");
}

/* ---- the line at a collection point ---------------------------------------------------------- */

static void join(unsigned customer)
{
    handheld_type(&h, account(customer));
    handheld_keys(&h, "ok");
}

static void people_are_served_in_the_order_in_which_they_came(void **state)
{
    (void)state;
    handheld_keys(&h, "6 2");
    handheld_expect_screen(&h, "queue");
    join(CUSTOMER_LARGE);
    join(CUSTOMER_PLAIN);
    handheld_expect(&h, "2");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "412.88");
    handheld_keys(&h, "ok ok ok");
    handheld_expect_screen(&h, "queue");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "186.42");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "queue"); /* not paid: still in line */
    assert_int_equal(h.keys > 0, 1);
    handheld_keys(&h, "f1");
    handheld_expect(&h, _("Nobody is waiting"));
}

static void who_is_in_no_book_does_not_join(void **state)
{
    (void)state;
    handheld_keys(&h, "6 2");
    handheld_type(&h, "9999999999");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Did not join"));
    handheld_keys(&h, "cancel");
    handheld_expect(&h, _("Nobody is waiting"));
}

static void the_line_says_who_stands_in_it_and_what_they_owe(void **state)
{
    (void)state;
    handheld_keys(&h, "6 2");
    join(CUSTOMER_LARGE);
    join(CUSTOMER_PLAIN);
    handheld_expect(&h, "¥412.88");
    handheld_expect(&h, "王小明");
    handheld_expect(&h, "¥186.42");
}

static void the_end_of_a_number_is_enough_to_join(void **state)
{
    (void)state;
    handheld_keys(&h, "6 2 0 2 8 5 ok");
    handheld_expect(&h, "¥412.88");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "customer");
}

static void after_a_refusal_the_next_digit_begins_anew(void **state)
{
    (void)state;
    handheld_keys(&h, "6 2");
    handheld_type(&h, "9999999999");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Did not join"));
    handheld_keys(&h, "0 2 8 5 ok");
    handheld_expect(&h, "¥412.88");
}

static void the_line_is_kept_over_a_power_cut(void **state)
{
    (void)state;
    handheld_keys(&h, "6 2");
    join(CUSTOMER_LARGE);
    join(CUSTOMER_PLAIN);
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_login(&h);
    handheld_keys(&h, "6 2");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "412.88");
}

static void the_line_is_emptied_only_after_a_question(void **state)
{
    (void)state;
    handheld_keys(&h, "6 2");
    join(CUSTOMER_LARGE);
    handheld_keys(&h, "f2 cancel");
    handheld_expect_not(&h, _("Nobody is waiting"));
    handheld_keys(&h, "f2 ok");
    handheld_expect(&h, _("Nobody is waiting"));
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void the_x_slip_counts_what_the_shift_did(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok");
    handheld_keys(&h, "cancel");
    free(handheld_tear_off(&h));
    handheld_keys(&h, "6 5 1");
    handheld_expect(&h, _("The page is printed"));
    handheld_expect_paper(&h, _("X slip"));
    handheld_expect_paper(&h, "286.42"); /* 100.00 of opening cash, 186.42 taken */
}

static void test_and_diagnosis_pages_come_out(void **state)
{
    (void)state;
    handheld_keys(&h, "6 5 2");
    handheld_expect_paper(&h, _("Printer test"));
    free(handheld_tear_off(&h));
    handheld_keys(&h, "3");
    handheld_expect_paper(&h, _("Diagnosis"));
    handheld_expect_paper(&h, FIELDTILL_VERSION);
    assert_int_equal(handheld_count(&h, KIND_PRINT_DONE), 0);
}

/* ---- help and training ----------------------------------------------------------------------- */

static void help_stands_over_every_screen_and_takes_nothing_away(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_type(&h, "250");
    handheld_keys(&h, "#");
    handheld_expect_screen(&h, "help");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, "250");
}

static void training_marks_the_paper_and_moves_no_money(void **state)
{
    (void)state;
    int64_t cash = handheld_cash(&h);
    handheld_keys(&h, "6 8");
    handheld_expect(&h, _("Begin training?"));
    handheld_keys(&h, "ok cancel");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    handheld_expect_paper(&h, "TRAINING");
    assert_int_equal(handheld_cash(&h), cash);
    handheld_keys(&h, "ok");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "186.42");
}

/* ---- finding --------------------------------------------------------------------------------- */

static void a_name_is_found_by_its_pinyin_on_the_digit_keys(void **state)
{
    (void)state;
    handheld_keys(&h, "2");
    handheld_type(&h, "996"); /* Wang Xiao Ming */
    handheld_expect(&h, "王小明");
}

static void a_meter_is_found_by_digits_from_its_middle(void **state)
{
    struct book_customer customer;
    struct arrears arrears;
    (void)state;
    utility_customer(CUSTOMER_PLAIN, &customer, &arrears);
    handheld_keys(&h, "2");
    handheld_type(&h, customer.meter + strlen(customer.meter) - 4);
    handheld_expect(&h, customer.name);
}

static void without_a_position_near_here_says_what_to_do(void **state)
{
    (void)state;
    handheld_keys(&h, "2 f2");
    handheld_expect(&h, _("The place is not known"));
    handheld_type(&h, "285");
    handheld_expect_screen(&h, "find");
    handheld_expect_not(&h, _("The place is not known"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_skipped_stop_is_recorded_and_the_route_goes_on),
        TEST(cancel_skips_nothing),
        TEST(a_reading_is_recorded_with_its_meter),
        TEST(a_reading_of_nothing_is_refused),
        TEST(a_notice_is_recorded_and_printed_and_is_no_receipt),
        TEST(a_notice_that_does_not_come_out_says_why),
        TEST(where_it_is_shows_meter_and_telephone),
        TEST(people_are_served_in_the_order_in_which_they_came),
        TEST(who_is_in_no_book_does_not_join),
        TEST(the_line_says_who_stands_in_it_and_what_they_owe),
        TEST(the_end_of_a_number_is_enough_to_join),
        TEST(after_a_refusal_the_next_digit_begins_anew),
        TEST(the_line_is_kept_over_a_power_cut),
        TEST(the_line_is_emptied_only_after_a_question),
        TEST(the_x_slip_counts_what_the_shift_did),
        TEST(test_and_diagnosis_pages_come_out),
        TEST(help_stands_over_every_screen_and_takes_nothing_away),
        TEST(training_marks_the_paper_and_moves_no_money),
        TEST(a_meter_is_found_by_digits_from_its_middle),
        TEST(a_name_is_found_by_its_pinyin_on_the_digit_keys),
        TEST(without_a_position_near_here_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Collecting at the door: walk a book, find a customer, take money in full, in part and in advance.
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

static void assert_taken(int64_t amount_minor, int64_t late_fee_minor, int64_t tendered_minor)
{
    struct body_collection body;
    handheld_collection(&h, handheld_fold(&h)->last_receipt_seq, &body);
    assert_int_equal(body.amount_minor, amount_minor);
    assert_int_equal(body.late_fee_minor, late_fee_minor);
    assert_int_equal(body.tendered_minor, tendered_minor);
}

/* The row that the arrow stands on. */
static void expect_selected(const char *name)
{
    char row[64];
    snprintf(row, sizeof row, "> %s", name);
    handheld_expect(&h, row);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void the_exact_sum_takes_four_keys_from_the_list_to_the_next_door(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    expect_selected("王小明");
    h.keys = 0;
    handheld_keys(&h, "ok ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_paper(&h, "186.42");
    handheld_keys(&h, "ok");
    assert_int_equal(h.keys, 4);
    handheld_expect_screen(&h, "route");
    expect_selected("李桂英");
    assert_taken(18642, 0, 18642);
    handheld_expect_kinds(&h, 1,
                          "enrolled opened book_applied login cash_count shift_opened "
                          "collection print_done");
}

static void a_note_of_200_takes_seven_keys_from_the_list_to_the_next_door(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    h.keys = 0;
    handheld_keys(&h, "ok ok");
    handheld_type(&h, "200");
    handheld_expect(&h, "¥13.58");
    handheld_keys(&h, "ok ok");
    assert_int_equal(h.keys, 7);
    handheld_expect_screen(&h, "route");
    assert_taken(18642, 0, 20000);
    handheld_expect_paper(&h, "200.00");
    handheld_expect_paper(&h, "13.58");
    assert_int_equal(handheld_cash(&h), 10000 + 18642);
}

static void a_bouncing_ok_does_not_take_money(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "tender");
    uint64_t head = handheld_head(&h);
    for (int i = 0; i < 3; i++) {
        sim_advance(h.world, 30);
        sim_press(h.world, PAD_OK);
        handheld_settle(&h);
    }
    handheld_expect_screen(&h, "tender");
    assert_int_equal(handheld_head(&h), head);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

static void a_key_held_down_from_the_screen_before_takes_no_money(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "customer");
    sim_key(h.world, PAD_OK, true);
    handheld_settle(&h);
    handheld_expect_screen(&h, "tender");
    handheld_wait(&h, 5000);
    sim_key(h.world, PAD_OK, true); /* a pad that repeats */
    handheld_settle(&h);
    handheld_expect_screen(&h, "tender");
    sim_key(h.world, PAD_OK, false);
    handheld_settle(&h);
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

/* ---- walking and finding --------------------------------------------------------------------- */

static void the_walk_passes_by_those_who_owe_nothing(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    handheld_keys(&h, "ok ok ok ok");
    expect_selected("李桂英");
    handheld_keys(&h, "ok ok ok ok");
    /* Customers 3 and 4 owe nothing. */
    expect_selected("陈德福");
    handheld_expect(&h, "5 / 18");
    handheld_expect(&h, "14 left");
}

static void cancel_leaves_the_same_stop_selected(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    handheld_keys(&h, "down down down down down");
    expect_selected("杨文博");
    handheld_keys(&h, "ok cancel");
    expect_selected("杨文博");
    handheld_keys(&h, "ok ok cancel cancel");
    expect_selected("杨文博");
}

static void a_whole_book_is_walked_door_by_door(void **state)
{
    (void)state;
    int64_t cash = handheld_cash(&h);
    handheld_walk(&h, 1);
    handheld_expect(&h, "1 / 12 · 12 left");
    for (unsigned i = UTILITY_FIRST_BOOK; i < UTILITY_CUSTOMERS; i++) {
        handheld_keys(&h, "ok ok ok ok");
        cash += 1000 + 100 * (int64_t)i;
        assert_int_equal(handheld_cash(&h), cash);
        sim_paper_tear_off(h.world);
    }
    handheld_expect(&h, "12 / 12 · 0 left");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 12);
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "books");
    handheld_expect(&h, "0 left");
}

static void the_walk_begins_again_with_those_left_behind(void **state)
{
    (void)state;
    handheld_walk(&h, 1);
    handheld_keys(&h, "down down down down down down down down down down down");
    handheld_expect(&h, "12 / 12");
    handheld_keys(&h, "ok ok ok ok");
    handheld_expect(&h, "1 / 12 · 11 left");
}

static void an_account_is_found_whole_and_by_its_last_digits(void **state)
{
    (void)state;
    handheld_keys(&h, "2");
    handheld_type(&h, "6101000285"); /* 100 + 5 * 37 */
    handheld_expect(&h, "1 found");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, "杨文博");
    handheld_keys(&h, "cancel clear clear clear clear clear clear clear clear clear clear");
    handheld_expect_screen(&h, "find");
    handheld_type(&h, "285");
    expect_selected("杨文博");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "¥412.88");
}

static void a_digit_on_the_route_begins_the_search(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    handheld_keys(&h, "2 8 5");
    handheld_expect_screen(&h, "find");
    handheld_expect(&h, "_ 285");
    expect_selected("杨文博");
    /* Money taken leads back to the route, at the stop after the one that was selected there. */
    handheld_keys(&h, "ok ok ok ok");
    handheld_expect_screen(&h, "route");
}

static void a_scanned_bill_opens_its_customer(void **state)
{
    (void)state;
    handheld_scan(&h, "6101000285");
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, "杨文博");
}

static void nobody_found_is_said(void **state)
{
    (void)state;
    handheld_keys(&h, "2");
    handheld_type(&h, "99999");
    handheld_expect(&h, _("Nobody found"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "find");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "home");
}

/* ---- sums ------------------------------------------------------------------------------------ */

static void a_late_fee_stands_on_screen_paper_and_in_the_record(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_expect(&h, "¥2.00");
    handheld_expect(&h, "¥102.00");
    handheld_keys(&h, "ok ok");
    assert_taken(10200, 200, 10200);
    handheld_expect_paper(&h, "102.00");
    handheld_expect_paper(&h, "2.00");
}

static void a_part_pays_the_oldest_month_and_the_rest_stays_owed(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "f2");
    handheld_expect_screen(&h, "amount");
    handheld_type(&h, "70");
    handheld_expect(&h, "¥63.70"); /* 133.70 - 70 */
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "ok");
    assert_taken(7000, 0, 7000);
    handheld_expect_paper(&h, "62.40"); /* the older month, whole */
    handheld_expect_paper(&h, "7.60");  /* the rest goes to the newer one */
    handheld_expect_paper(&h, "63.70");
    handheld_keys(&h, "ok");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_expect(&h, "¥63.70");
    handheld_expect(&h, _("A payment taken on this terminal is already counted in."));
}

static void more_than_is_owed_becomes_an_advance(void **state)
{
    struct entry e;
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f2");
    handheld_type(&h, "200");
    handheld_expect(&h, "¥13.58");
    handheld_keys(&h, "ok ok");
    assert_taken(20000, 0, 20000);
    handheld_entry(&h, handheld_fold(&h)->last_receipt_seq, &e);
    assert_int_equal(e.kind, KIND_COLLECTION);
    handheld_expect_paper(&h, "13.58");
    handheld_keys(&h, "ok");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "¥0.00");
    handheld_expect(&h, "13.58");
}

static void who_owes_nothing_may_pay_in_advance(void **state)
{
    struct entry e;
    (void)state;
    handheld_open_customer(&h, CUSTOMER_BALANCE);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "amount");
    handheld_type(&h, "100");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_entry(&h, handheld_fold(&h)->last_receipt_seq, &e);
    assert_int_equal(e.kind, KIND_ADVANCE);
    assert_taken(10000, 0, 10000);
    handheld_expect_paper(&h, "150.00"); /* with the 50.00 that were there */
}

static void change_becomes_an_advance_by_one_key(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 2 0 0 f2");
    handheld_expect(&h, "¥200.00");
    handheld_keys(&h, "ok");
    assert_taken(20000, 0, 20000);
    handheld_expect_paper(&h, "13.58");
    assert_int_equal(handheld_cash(&h), 10000 + 20000);
}

static void too_little_is_refused_and_can_be_taken_as_a_part(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 1 0 0 ok");
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, _("Not taken"));
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 0);
    handheld_keys(&h, "f2 ok");
    handheld_expect_screen(&h, "paper");
    assert_taken(10000, 0, 10000);
    handheld_expect_paper(&h, "86.42");
}

static void a_sum_far_above_what_is_owed_is_asked_about_once_more(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f2");
    handheld_type(&h, "18642"); /* the point was forgotten */
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "amount");
    handheld_expect(&h, _("Is this sum right?"));
    handheld_keys(&h, "cancel");
    handheld_expect_not(&h, _("Is this sum right?"));
    handheld_expect(&h, "_ 18642");
    handheld_keys(&h, "clear clear");
    handheld_expect(&h, "_ 186");
    handheld_type(&h, "*42");
    handheld_keys(&h, "ok ok");
    assert_taken(18642, 0, 18642);
}

static void cancel_at_the_cash_goes_back_one_step_and_loses_nothing_typed(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "f2");
    handheld_type(&h, "70*5");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "amount");
    handheld_expect(&h, "_ 70.5");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "customer");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "find");
    handheld_expect(&h, "_ 6101000137");
}

static void a_second_part_pays_what_the_first_left(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "f2 7 0 ok ok ok");
    handheld_expect_screen(&h, "home");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "ok ok");
    assert_taken(6370, 0, 6370);
    handheld_keys(&h, "ok");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_expect(&h, "¥0.00");
    assert_int_equal(handheld_cash(&h), 10000 + 13370);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_exact_sum_takes_four_keys_from_the_list_to_the_next_door),
        TEST(a_note_of_200_takes_seven_keys_from_the_list_to_the_next_door),
        TEST(a_bouncing_ok_does_not_take_money),
        TEST(a_key_held_down_from_the_screen_before_takes_no_money),
        TEST(the_walk_passes_by_those_who_owe_nothing),
        TEST(cancel_leaves_the_same_stop_selected),
        TEST(a_whole_book_is_walked_door_by_door),
        TEST(the_walk_begins_again_with_those_left_behind),
        TEST(an_account_is_found_whole_and_by_its_last_digits),
        TEST(a_digit_on_the_route_begins_the_search),
        TEST(a_scanned_bill_opens_its_customer),
        TEST(nobody_found_is_said),
        TEST(a_late_fee_stands_on_screen_paper_and_in_the_record),
        TEST(a_part_pays_the_oldest_month_and_the_rest_stays_owed),
        TEST(more_than_is_owed_becomes_an_advance),
        TEST(who_owes_nothing_may_pay_in_advance),
        TEST(change_becomes_an_advance_by_one_key),
        TEST(too_little_is_refused_and_can_be_taken_as_a_part),
        TEST(a_sum_far_above_what_is_owed_is_asked_about_once_more),
        TEST(cancel_at_the_cash_goes_back_one_step_and_loses_nothing_typed),
        TEST(a_second_part_pays_what_the_first_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

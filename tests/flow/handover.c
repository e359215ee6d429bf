/*
 * A meter book that was another terminal's before: its customers may have paid there. It is shown,
 * it is asked about before money is taken, and no paper threatens them meanwhile.
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

static void renew_the_book(void)
{
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    assert_int_equal(handheld_fold(&h)->book_revision, h.utility->revision);
}

/* CX01 was 0032's, which was heard of an hour ago. */
static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    h.utility->holders[0] = (struct book_holder){
        .meter_book = "CX01", .terminal = "0032", .through_s = h.utility->now_s - 3600};
    h.utility->holders[0].journal_key[0] = 4;
    h.utility->holder_count = 1;
    renew_the_book();
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static unsigned receipts(void)
{
    return handheld_count(&h, KIND_COLLECTION) + handheld_count(&h, KIND_ADVANCE);
}

static void its_customers_are_shown_as_perhaps_collected(void **state)
{
    (void)state;
    handheld_walk(&h, 0);
    handheld_expect(&h, _("perhaps collected"));
    handheld_keys(&h, "cancel cancel");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "Perhaps paid at terminal 0032, silent since ");
    handheld_expect(&h, "¥186.42");
}

static void customers_of_another_book_are_not(void **state)
{
    (void)state;
    handheld_walk(&h, 1);
    handheld_expect_not(&h, _("perhaps collected"));
}

static void it_is_asked_once_more_before_money_is_taken(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender_maybe");
    handheld_expect(&h, _("Ask whether they have paid, and for the paper."));
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "customer");
    assert_int_equal(receipts(), 0);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "tender");
    assert_int_equal(receipts(), 0);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(receipts(), 1);
}

static void a_part_is_asked_about_too(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f2 5 0 ok");
    handheld_expect_screen(&h, "tender_maybe");
    handheld_keys(&h, "ok ok");
    assert_int_equal(receipts(), 1);
}

static void a_basket_asks_once_for_all(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 2");
    handheld_expect_screen(&h, "basket");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "basket");
    handheld_expect(&h, "may have paid another collector");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "ok");
    assert_int_equal(receipts(), 1);
}

static void the_report_of_the_earlier_holder_ends_it(void **state)
{
    (void)state;
    h.utility->holder_count = 0;
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 18642;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect_not(&h, "Perhaps paid");
    handheld_expect(&h, "¥0.00");
    handheld_keys(&h, "cancel cancel cancel");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
}

static void a_new_head_over_a_delta_ends_it_too(void **state)
{
    (void)state;
    h.utility->deltas = true;
    h.utility->elsewhere_minor[CUSTOMER_LARGE] = 100;
    renew_the_book(); /* the head is the same: who is waited for stays */
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, "Perhaps paid at terminal 0032");
    handheld_keys(&h, "cancel cancel cancel");
    h.utility->holder_count = 0;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect_not(&h, "Perhaps paid");
}

/* 2.00 of fee stand in the book; nobody is asked for them before 0032 has reported. */
static void no_late_fee_is_taken_meanwhile(void **state)
{
    struct entry e;
    struct body_collection body;
    (void)state;
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_expect(&h, "¥100.00");
    handheld_expect_not(&h, "2.00");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    uint64_t seq = handheld_head(&h);
    do {
        handheld_entry(&h, seq--, &e);
    } while (entry_read_collection(&e, &body) != TILL_OK);
    assert_int_equal(body.amount_minor, 10000);
    assert_int_equal(body.late_fee_minor, 0);
}

static void the_late_fee_is_asked_for_once_it_has_reported(void **state)
{
    (void)state;
    h.utility->holder_count = 0;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_expect(&h, "¥102.00");
}

static void a_notice_names_no_late_fee_meanwhile(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_keys(&h, "f1 4");
    handheld_wait(&h, 3000);
    char *paper = handheld_tear_off(&h);
    assert_non_null(strstr(paper, _("Electricity bill notice")));
    assert_null(strstr(paper, "2.00\n"));
    assert_null(strstr(paper, "102.00"));
    assert_null(strstr(paper, "ate fee"));
    assert_non_null(strstr(paper, "paid another"));
    free(paper);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(its_customers_are_shown_as_perhaps_collected),
        TEST(customers_of_another_book_are_not),
        TEST(it_is_asked_once_more_before_money_is_taken),
        TEST(a_part_is_asked_about_too),
        TEST(a_basket_asks_once_for_all),
        TEST(the_report_of_the_earlier_holder_ends_it),
        TEST(a_new_head_over_a_delta_ends_it_too),
        TEST(no_late_fee_is_taken_meanwhile),
        TEST(the_late_fee_is_asked_for_once_it_has_reported),
        TEST(a_notice_names_no_late_fee_meanwhile),
    };
    return cmocka_run_group_tests_name("handover", tests, NULL, NULL);
}

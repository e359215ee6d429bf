/*
 * A deputy of the supervisor: a collector who may, from one date to another, what a supervisor may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "text.h"

/* It is 2026-11-23, nine in the morning. */
enum { TODAY = 20261123, TOMORROW = 20261124, DEPUTY_HOURS = 16 };
#define DEPUTY "1002"
#define DEPUTY_PIN "1357"

static struct handheld h;
static uint64_t receipt; /* the newest */

static void begin(int32_t from, int32_t to, const char *user, const char *pin)
{
    handheld_make(&h, NULL);
    h.utility->deputy_from = from;
    h.utility->deputy_to = to;
    utility_publish(h.utility);
    handheld_enrol(&h);
    handheld_type(&h, user);
    handheld_keys(&h, "ok");
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
    handheld_open_shift(&h, "100");
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

/* Past midnight, and at work again. */
static void wait_for_tomorrow(const char *pin)
{
    handheld_wait(&h, (int64_t)DEPUTY_HOURS * 3600 * 1000);
    if (strcmp(handheld_screen(&h), "lock") == 0) {
        handheld_type(&h, pin);
        handheld_keys(&h, "ok");
    }
    handheld_expect_screen(&h, "home");
}

/* 1001 took money by mistake and asks 1002 to agree to give it back. */
static void ask_deputy(bool first)
{
    char code[PROOF_TEXT_MAX];
    if (first) {
        handheld_open_customer(&h, CUSTOMER_PLAIN);
        handheld_keys(&h, "ok ok");
        handheld_expect_screen(&h, "paper");
        sim_paper_tear_off(h.world);
        handheld_keys(&h, "ok");
    }
    receipt = handheld_fold(&h)->last_receipt_seq;
    handheld_code(&h, receipt, code);
    handheld_keys(&h, "6 4");
    handheld_expect_screen(&h, "receipt");
    handheld_scan(&h, code);
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "reversal");
    handheld_keys(&h, "3 1");
    handheld_type(&h, DEPUTY);
    handheld_keys(&h, "ok");
    handheld_type(&h, DEPUTY_PIN);
    handheld_keys(&h, "ok");
}

static void assert_refused(void)
{
    handheld_expect(&h, _("Not agreed"));
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 0);
}

static void a_deputy_agrees_as_a_supervisor_does(void **state)
{
    struct entry e;
    struct body_reversal body;
    (void)state;
    begin(TODAY, TODAY, UTILITY_USER, UTILITY_PIN);
    ask_deputy(true);
    handheld_expect(&h, _("Give back in cash"));
    handheld_keys(&h, "ok");
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 1);
    handheld_entry(&h, journal_reversed_by(h.app->journal, receipt), &e);
    assert_int_equal(entry_read_reversal(&e, &body), TILL_OK);
    assert_string_equal(body.approver, DEPUTY);
}

static void nobody_is_a_deputy_the_day_before_nor_the_day_after(void **state)
{
    (void)state;
    begin(TOMORROW, TOMORROW, UTILITY_USER, UTILITY_PIN);
    ask_deputy(true);
    assert_refused();
    handheld_free(&h);
    begin(TODAY - 1, TODAY - 1, UTILITY_USER, UTILITY_PIN);
    ask_deputy(true);
    assert_refused();
}

static void a_deputy_s_first_day_begins_at_midnight(void **state)
{
    (void)state;
    begin(TOMORROW, TOMORROW, UTILITY_USER, UTILITY_PIN);
    ask_deputy(true);
    assert_refused();
    handheld_keys(&h, "cancel cancel cancel cancel cancel");
    wait_for_tomorrow(UTILITY_PIN);
    ask_deputy(false);
    handheld_expect(&h, _("Give back in cash"));
}

static void a_deputy_has_a_supervisor_s_menu_until_the_last_day_is_over(void **state)
{
    (void)state;
    begin(TODAY, TODAY, DEPUTY, DEPUTY_PIN);
    assert_int_equal(h.app->facts.role, ROLE_SUPERVISOR);
    handheld_keys(&h, "6 up");
    handheld_expect(&h, _("Approve from afar"));
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "home");
    wait_for_tomorrow(DEPUTY_PIN);
    assert_int_equal(h.app->facts.role, ROLE_COLLECTOR);
    handheld_keys(&h, "6 up");
    handheld_expect_not(&h, _("Approve from afar"));
}

static void a_deputy_agrees_to_nothing_of_their_own(void **state)
{
    (void)state;
    begin(TODAY, TOMORROW, DEPUTY, DEPUTY_PIN);
    ask_deputy(true);
    assert_int_equal(handheld_count(&h, KIND_REVERSAL), 0);
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 0); /* not even a PIN is asked for */
}

/* What the office told arrives: banks to pay into, paper to take over. */
static void the_book_brings_banks_and_issued_paper(void **state)
{
    struct book_stock stock[BOOK_STOCK_MAX];
    size_t count = 0;
    (void)state;
    handheld_make(&h, NULL);
    h.utility->stock[0] = (struct book_stock){.issue = 7,
                                              .type = STOCK_INVOICE,
                                              .series = "B",
                                              .first = 12001,
                                              .last = 12500,
                                              .user = UTILITY_USER};
    h.utility->stock_count = 1;
    utility_publish(h.utility);
    handheld_enrol(&h);
    handheld_login(&h);
    assert_int_equal(h.app->facts.site->bank_count, 2);
    assert_string_equal(h.app->facts.site->banks[0].id, "ICBC");
    assert_int_equal(book_stock(h.app->book, stock, BOOK_STOCK_MAX, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_string_equal(stock[0].user, UTILITY_USER);
    assert_int_equal(stock[0].last, 12500);
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_deputy_agrees_as_a_supervisor_does),
        TEST(nobody_is_a_deputy_the_day_before_nor_the_day_after),
        TEST(a_deputy_s_first_day_begins_at_midnight),
        TEST(a_deputy_has_a_supervisor_s_menu_until_the_last_day_is_over),
        TEST(a_deputy_agrees_to_nothing_of_their_own),
        TEST(the_book_brings_banks_and_issued_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

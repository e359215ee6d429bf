/*
 * What the book tells of cash: a hand-over that was taken on another terminal waits here no more,
 * a difference that the office explained is not explained once more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "text.h"

static struct handheld h;

/* One receipt of 186.42 over 100.00 of opening cash, all of it counted at the close. */
#define HELD_MINOR 28642
#define HELD "286.42"
#define COUNT_RIGHT "2 ok 1 ok 1 ok 1 ok 1 ok 1 ok * 4 2 ok"

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok cancel f1 ok " COUNT_RIGHT " f1 ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "shift");
    free(handheld_tear_off(&h));
    return 0;
}

static void log_in(const char *user, const char *pin)
{
    handheld_expect_screen(&h, "login");
    handheld_type(&h, user);
    handheld_keys(&h, "ok");
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
}

static void publish(void)
{
    uint64_t before = h.utility->revision;
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    assert_true(h.utility->revision > before);
    assert_int_equal(handheld_fold(&h)->book_revision, h.utility->revision);
}

static enum till_status commit(const struct flow_carry *carry)
{
    struct entry entry;
    return ledger_carry(h.app, carry, &entry);
}

/* ---- hand-overs ------------------------------------------------------------------------------ */

/* All of it to the supervisor; both papers come out. The number of the record; the screen is the
 * login's. */
static uint64_t hand_over(void)
{
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "down 1 ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok ok ok ok");
    handheld_expect_screen(&h, "handover_after");
    handheld_keys(&h, "cancel cancel cancel");
    return head + 1;
}

static void tell_taken(uint64_t given, const char *user)
{
    struct book_taken *t = &h.utility->taken[0];
    *t = (struct book_taken){.given = given, .seq = 7, .at_s = h.app->facts.now_s - 600};
    text_copy(t->terminal, sizeof t->terminal, "0032");
    text_copy(t->user, sizeof t->user, user);
    h.utility->taken_count = 1;
}

static void open_receive_as_supervisor(void)
{
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "down 2");
    handheld_expect_screen(&h, "receive");
}

static void what_was_taken_elsewhere_waits_for_nobody_here(void **state)
{
    (void)state;
    uint64_t given = hand_over();
    open_receive_as_supervisor();
    handheld_expect(&h, _("Waits for you here"));
    handheld_keys(&h, "cancel");
    handheld_expect(&h, "1 to count");
    handheld_keys(&h, "cancel");
    tell_taken(given, UTILITY_SUPERVISOR);
    publish();
    handheld_keys(&h, "down");
    handheld_expect_screen(&h, "custody");
    handheld_expect_not(&h, "1 to count");
    handheld_keys(&h, "2");
    handheld_expect_screen(&h, "receive");
    handheld_expect_not(&h, _("Waits for you here"));
    handheld_keys(&h, "cancel cancel cancel");
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_keys(&h, "down 5"); /* nor is it on its way for who gave it */
    handheld_expect_screen(&h, "custody");
}

static void taking_it_is_refused_with_who_took_it_where_and_when(void **state)
{
    char code[PROOF_TEXT_MAX];
    struct flow_carry carry = {.kind = KIND_HANDOVER_TAKEN, .count = {.attempt = 1}};
    (void)state;
    uint64_t given = hand_over();
    tell_taken(given, UTILITY_SUPERVISOR);
    publish();
    open_receive_as_supervisor();
    uint64_t head = handheld_head(&h);
    handheld_scan(&h, handheld_code(&h, given, code));
    handheld_expect_screen(&h, "receive");
    handheld_expect(&h, _("Not taken over"));
    handheld_expect(&h, "Taken over already on another terminal, by 赵敏 (2001), 2026-");
    handheld_expect(&h, "0032-0000007");
    carry.as.taken.seq = given;
    assert_int_equal(commit(&carry), TILL_UNCHANGED);
    text_copy(carry.as.taken.text, sizeof carry.as.taken.text, code);
    assert_int_equal(commit(&carry), TILL_UNCHANGED);
    assert_int_equal(handheld_head(&h), head);
    tell_taken(given, ""); /* nobody knows who */
    publish();
    handheld_scan(&h, code);
    handheld_expect(&h, "Taken over already on another terminal, 2026-");
}

/* The office undid that taking. */
static void it_waits_again_once_a_delta_takes_that_away(void **state)
{
    (void)state;
    h.utility->deltas = true;
    uint64_t given = hand_over();
    tell_taken(given, UTILITY_SUPERVISOR);
    publish();
    assert_true(h.utility->is_delta);
    open_receive_as_supervisor();
    handheld_expect_not(&h, _("Waits for you here"));
    handheld_keys(&h, "cancel cancel");
    h.utility->taken_count = 0;
    publish();
    assert_true(h.utility->is_delta);
    handheld_keys(&h, "down 2");
    handheld_expect(&h, _("Waits for you here"));
}

/* How much it is was counted there: its receiver may see it here. */
static void its_sum_is_hidden_no_more(void **state)
{
    struct blind blind;
    (void)state;
    uint64_t given = hand_over();
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    blind_look(h.app, &blind);
    assert_int_equal(blind.count, 1);
    tell_taken(given, UTILITY_SUPERVISOR);
    publish();
    blind_look(h.app, &blind);
    assert_int_equal(blind.count, 0);
}

/* The book tells of sixty days; what is older the office knows. */
static void one_that_was_given_long_ago_is_not_offered(void **state)
{
    struct carry_view view;
    (void)state;
    (void)hand_over();
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    assert_int_equal(carry_look(h.app, &view), TILL_OK);
    assert_int_equal(view.given_count, 1);
    h.app->facts.now_s += (int64_t)BOOK_TAKEN_DAYS * 86400 + 3600;
    assert_int_equal(carry_look(h.app, &view), TILL_OK);
    assert_int_equal(view.given_count, 0);
}

/* ---- differences ----------------------------------------------------------------------------- */

/* 100.00 of it was a false note: the bank's slip says 186.42. The number of the record; the screen
 * is that of cash. */
static uint64_t deposit_short(void)
{
    struct entry e;
    uint64_t seq = handheld_head(&h) + 3;
    handheld_keys(&h, "down 3 " COUNT_RIGHT " 1 0 0 f1 2 8 8 0 0 1 ok ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "custody");
    do
        handheld_entry(&h, --seq, &e);
    while (e.kind != KIND_DEPOSIT);
    return seq;
}

static void tell_explained(uint64_t seq, int64_t amount_minor)
{
    struct book_explained *e = &h.utility->explained[0];
    *e = (struct book_explained){.seq = seq, .amount_minor = amount_minor};
    text_copy(e->user, sizeof e->user, UTILITY_USER);
    h.utility->explained_count = 1;
}

static void what_the_office_explained_of_a_difference_is_off_it(void **state)
{
    struct flow_carry explain = {
        .kind = KIND_VARIANCE_EXPLAINED,
        .as.explained = {.amount_minor = 6001, .reason = VARIANCE_LOST, .owner = UTILITY_USER}};
    (void)state;
    uint64_t seq = deposit_short();
    handheld_expect(&h, "100.00");
    handheld_keys(&h, "cancel");
    tell_explained(seq, 4000);
    publish();
    handheld_keys(&h, "down");
    handheld_expect_screen(&h, "custody");
    handheld_expect(&h, "60.00");
    handheld_expect_not(&h, "100.00");
    handheld_keys(&h, "4");
    handheld_expect(&h, "60.00");
    explain.as.explained.seq = seq;
    assert_int_equal(commit(&explain), TILL_TOO_LARGE);
    explain.as.explained.amount_minor = 6000;
    assert_int_equal(commit(&explain), TILL_OK);
    handheld_keys(&h, "cancel 4");
    handheld_expect(&h, _("Nothing is open"));
}

static void one_that_is_explained_whole_leaves_the_list_and_is_not_explained_again(void **state)
{
    struct flow_carry explain = {
        .kind = KIND_VARIANCE_EXPLAINED,
        .as.explained = {.amount_minor = 1, .reason = VARIANCE_LOST, .owner = UTILITY_USER}};
    (void)state;
    uint64_t seq = deposit_short();
    handheld_keys(&h, "cancel");
    tell_explained(seq, 10000);
    publish();
    handheld_keys(&h, "down");
    handheld_expect_screen(&h, "custody");
    handheld_expect_not(&h, "100.00");
    handheld_keys(&h, "4");
    handheld_expect(&h, _("Nothing is open"));
    explain.as.explained.seq = seq;
    assert_int_equal(commit(&explain), TILL_NOT_FOUND);
}

static void the_report_of_exceptions_tells_it_as_explained(void **state)
{
    (void)state;
    uint64_t seq = deposit_short();
    handheld_keys(&h, "cancel ok");
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "7 6");
    handheld_expect(&h, _("not explained"));
    handheld_keys(&h, "cancel cancel");
    tell_explained(seq, 10000);
    publish();
    handheld_keys(&h, "7 6");
    handheld_expect(&h, _("explained"));
    handheld_expect_not(&h, _("not explained"));
}

/* The device had explained it before the book came: nothing turns round. */
static void what_both_explained_is_no_difference_the_other_way(void **state)
{
    struct carry_view view;
    struct flow_carry explain = {
        .kind = KIND_VARIANCE_EXPLAINED,
        .as.explained = {.amount_minor = 7000, .reason = VARIANCE_LOST, .owner = UTILITY_USER}};
    (void)state;
    explain.as.explained.seq = deposit_short();
    assert_int_equal(commit(&explain), TILL_OK);
    tell_explained(explain.as.explained.seq, 8000);
    publish();
    assert_int_equal(carry_look(h.app, &view), TILL_OK);
    assert_int_equal(view.open_count, 0);
}

static void anothers_difference_takes_nothing_off(void **state)
{
    struct carry_view view;
    (void)state;
    tell_explained(deposit_short(), 10000);
    text_copy(h.utility->explained[0].user, sizeof h.utility->explained[0].user, "1002");
    publish();
    assert_int_equal(carry_look(h.app, &view), TILL_OK);
    assert_int_equal(view.open_count, 1);
    assert_int_equal(view.open[0].open_minor, 10000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_taken_elsewhere_waits_for_nobody_here),
        TEST(taking_it_is_refused_with_who_took_it_where_and_when),
        TEST(it_waits_again_once_a_delta_takes_that_away),
        TEST(its_sum_is_hidden_no_more),
        TEST(one_that_was_given_long_ago_is_not_offered),
        TEST(what_the_office_explained_of_a_difference_is_off_it),
        TEST(one_that_is_explained_whole_leaves_the_list_and_is_not_explained_again),
        TEST(the_report_of_exceptions_tells_it_as_explained),
        TEST(what_both_explained_is_no_difference_the_other_way),
        TEST(anothers_difference_takes_nothing_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

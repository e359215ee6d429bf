/*
 * Cash on its way: who sees how much it is, who takes it back, what the lists of it say.
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

static void log_in(struct handheld *who, const char *user, const char *pin)
{
    handheld_expect_screen(who, "login");
    handheld_type(who, user);
    handheld_keys(who, "ok");
    handheld_type(who, pin);
    handheld_keys(who, "ok");
}

static const struct fold_user *user_of(struct handheld *who, const char *number)
{
    const struct fold *fold = handheld_fold(who);
    for (size_t i = 0; i < fold->user_count; i++)
        if (strcmp(fold->users[i].user, number) == 0)
            return &fold->users[i];
    fail_msg("%s has never worked here", number);
    return NULL;
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

/* All of it to the supervisor; both papers come out. Returns the number of the record. */
static uint64_t hand_over(void)
{
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "handover_after");
    return head + 1;
}

/* The list has room for eight: it says when there are more, of those that wait alone. */
static void a_list_of_what_is_on_its_way_says_that_more_wait(void **state)
{
    struct flow_carry give = {
        .kind = KIND_HANDOVER_GIVEN,
        .as.given = {.amount_minor = 100, .receiver = UTILITY_SUPERVISOR, .source = CASH_HELD}};
    struct flow_carry back = {.kind = KIND_HANDOVER_TAKEN, .count = {.attempt = 1}};
    struct entry e;
    uint64_t first = 0;
    (void)state;
    for (unsigned i = 0; i <= CARRY_GIVEN_MAX; i++) {
        assert_int_equal(ledger_carry(h.app, &give, &e), TILL_OK);
        first = i == 0 ? e.seq : first;
    }
    handheld_keys(&h, "down 5");
    handheld_expect(&h, _("Older ones wait too"));
    handheld_keys(&h, "cancel");
    back.as.taken.seq = first;
    assert_int_equal(ledger_carry(h.app, &back, &e), TILL_OK);
    handheld_keys(&h, "cancel down 5");
    handheld_expect_not(&h, _("Older ones wait too"));
}

/* Twelve have room: of thirteen days it says so, and not where the first was handed over. */
static void a_list_of_day_closes_says_that_there_are_more(void **state)
{
    struct flow_carry give = {.kind = KIND_HANDOVER_GIVEN,
                              .as.given = {.amount_minor = 10000,
                                           .receiver = UTILITY_SUPERVISOR,
                                           .closes = "2",
                                           .source = CASH_HELD}};
    struct entry e;
    (void)state;
    for (unsigned i = 0; i < CARRY_CLOSES_MAX; i++) {
        handheld_keys(&h, "1 f1 ok f1 ok 1 f1 f1 ok ok");
        handheld_expect_screen(&h, "paper");
        handheld_keys(&h, "ok");
        free(handheld_tear_off(&h));
    }
    open_handover();
    handheld_expect(&h, _("The newest 12 of more"));
    handheld_keys(&h, "cancel cancel");
    assert_int_equal(ledger_carry(h.app, &give, &e), TILL_OK);
    open_handover();
    handheld_expect(&h, _("The newest 12 of more")); /* the first is among the others */
    handheld_keys(&h, "cancel cancel");
}

/* Lists, details, copies and reports tell no amount of it, nor of its day close. */
static void until_it_is_counted_no_list_tells_how_much_it_is(void **state)
{
    struct flow_effect copy = {.type = EFFECT_COMMIT};
    struct flow_event event;
    struct entry e;
    (void)state;
    uint64_t seq = hand_over();
    handheld_keys(&h, "cancel cancel cancel");
    log_in(&h, "1002", "1357"); /* not even who it is not meant for */
    handheld_keys(&h, "ok 3");
    handheld_expect_screen(&h, "duplicate");
    handheld_expect(&h, _("Handed over"));
    handheld_expect(&h, _("Day close"));
    handheld_expect_not(&h, HELD);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, _("Not counted yet"));
    handheld_expect_not(&h, HELD);
    handheld_keys(&h, "ok down ok");
    handheld_expect(&h, _("Not counted yet"));
    handheld_expect_not(&h, HELD);
    handheld_keys(&h, "cancel cancel 6 0 ok");
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok 3");
    handheld_expect_not(&h, HELD);
    copy.as.commit.kind = KIND_DUPLICATE;
    copy.as.commit.print = (struct body_print){.seq = seq, .copy = 2};
    ledger_commit(h.app, &copy, &event, &e);
    assert_int_equal(event.status, TILL_REFUSED);
    handheld_keys(&h, "cancel 7 7 f1"); /* all shifts */
    handheld_expect(&h, "Z 1");
    handheld_expect_not(&h, HELD);
    handheld_expect_not(&h, "186.42");
    handheld_keys(&h, "down down ok");
    handheld_expect(&h, _("told once the cash is counted"));
    handheld_expect_not(&h, HELD);
    handheld_keys(&h, "cancel cancel cancel 6");
    handheld_choose(&h, _("Hand-over, deposit"));
    handheld_keys(&h, "2 ok");
    handheld_expect_screen(&h, "receive_begin");
    handheld_keys(&h, "ok " COUNT_RIGHT " f1 ok ok ok ok cancel cancel cancel 3");
    handheld_expect(&h, HELD); /* counted: it is told */
}

/* Ten are missing at the close: how much should be there would follow from it. */
static void until_it_is_counted_no_exception_tells_how_much_was_short(void **state)
{
    (void)state;
    handheld_keys(&h, "f1 ok 2 ok 1 ok 1 ok ok 1 ok 1 ok * 4 2 ok f1 ok");
    handheld_expect_screen(&h, "close_result");
    handheld_keys(&h, "ok 5 ok ok");
    hand_over();
    handheld_keys(&h, "cancel cancel cancel");
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok 7 6");
    handheld_expect(&h, _(report_exception_text(REPORT_OVER_SHORT)));
    handheld_expect_not(&h, "10.00");
    handheld_keys(&h, "cancel cancel 6");
    handheld_choose(&h, _("Hand-over, deposit"));
    handheld_keys(&h, "2 ok ok 2 ok 1 ok 1 ok ok 1 ok 1 ok * 4 2 ok f1 ok ok ok ok");
    handheld_expect_screen(&h, "custody");
    handheld_keys(&h, "cancel cancel cancel 7 6");
    handheld_expect(&h, "10.00"); /* counted: it is told */
}

static void its_giver_sees_it_all_the_time(void **state)
{
    (void)state;
    hand_over();
    handheld_keys(&h, "cancel cancel ok 3");
    handheld_expect_screen(&h, "duplicate");
    handheld_expect(&h, HELD);
}

static void the_giver_takes_back_what_nobody_took(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    uint64_t seq = hand_over();
    handheld_keys(&h, "cancel 2");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_expect(&h, "You gave it to user 2001");
    handheld_keys(&h, "cancel cancel 5");
    handheld_expect_screen(&h, "custody_way");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "receive_begin");
    handheld_expect(&h, "You gave it to user 2001");
    handheld_keys(&h, "ok " COUNT_RIGHT " f1 ok ok ok ok");
    assert_int_equal(handheld_count(&h, KIND_HANDOVER_TAKEN), 1);
    assert_int_equal(handheld_fold(&h)->transit_minor, 0);
    assert_int_equal(user_of(&h, UTILITY_USER)->kept_minor, HELD_MINOR);
    handheld_expect_screen(&h, "custody");
    handheld_keys(&h, "1"); /* and it can be given again */
    handheld_expect(&h, HELD);
}

static void what_was_taken_back_counts_against_the_cash_limit_again(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    uint64_t seq = hand_over();
    facts_refresh(h.app);
    assert_int_equal(h.app->facts.used.value[LIMIT_CASH], 0);
    handheld_keys(&h, "cancel 2");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_keys(&h, "cancel cancel 5 f1 ok " COUNT_RIGHT " f1 ok ok ok ok");
    facts_refresh(h.app);
    assert_int_equal(h.app->facts.used.value[LIMIT_CASH], HELD_MINOR);
}

/* Others' cash that a supervisor gathers is not what their own collecting is limited by. */
static void what_a_supervisor_received_does_not_count_against_their_limit(void **state)
{
    (void)state;
    hand_over();
    handheld_keys(&h, "cancel cancel cancel");
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok 6");
    handheld_choose(&h, _("Hand-over, deposit"));
    handheld_keys(&h, "2 ok ok " COUNT_RIGHT " f1 ok ok ok ok");
    assert_int_equal(user_of(&h, UTILITY_SUPERVISOR)->kept_minor, HELD_MINOR);
    facts_refresh(h.app);
    assert_int_equal(h.app->facts.used.value[LIMIT_CASH], 0);
}

/* The supervisor had it in hand when they agreed. */
static void what_was_dropped_is_not_taken_back(void **state)
{
    (void)state;
    handheld_free(&h);
    handheld_begin_day(&h, NULL);
    handheld_keys(&h, "5 f1 1 5 0 ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    uint64_t seq = handheld_fold(&h)->last_receipt_seq;
    struct flow_carry carry = {.kind = KIND_HANDOVER_TAKEN, .count = {.attempt = 1}};
    struct entry e;
    carry.as.taken.seq = seq;
    assert_int_equal(ledger_carry(h.app, &carry, &e), TILL_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_of_what_is_on_its_way_says_that_more_wait,
                                        begin_closed, end),
        cmocka_unit_test_setup_teardown(a_list_of_day_closes_says_that_there_are_more, begin_closed,
                                        end),
        cmocka_unit_test_setup_teardown(until_it_is_counted_no_list_tells_how_much_it_is,
                                        begin_closed, end),
        cmocka_unit_test_setup_teardown(until_it_is_counted_no_exception_tells_how_much_was_short,
                                        begin, end),
        cmocka_unit_test_setup_teardown(its_giver_sees_it_all_the_time, begin_closed, end),
        cmocka_unit_test_setup_teardown(the_giver_takes_back_what_nobody_took, begin_closed, end),
        cmocka_unit_test_setup_teardown(what_was_taken_back_counts_against_the_cash_limit_again,
                                        begin_closed, end),
        cmocka_unit_test_setup_teardown(
            what_a_supervisor_received_does_not_count_against_their_limit, begin_closed, end),
        cmocka_unit_test_setup_teardown(what_was_dropped_is_not_taken_back, begin_closed, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Two handhelds and a telephone: the collector's terminal asks, the supervisor's answers, and
 * nothing passes between them but digits that people read out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "approval.h"
#include "handheld.h"
#include "parts.h"
#include "text.h"

#define OTHER_TERMINAL "0045"

static struct handheld collector, supervisor;
static uint64_t seq;
static char challenge[16], code[16];

static void log_in_supervisor(void)
{
    const struct handheld_setup setup = {.terminal = OTHER_TERMINAL, .beside = true};
    handheld_make(&supervisor, &setup);
    handheld_enrol(&supervisor);
    struct book_team *team = &supervisor.utility->team[0];
    text_copy(team->terminal, sizeof team->terminal, UTILITY_TERMINAL);
    assert_int_equal(
        approval_key((struct span){collector.utility->secret, HASH_SIZE}, team->approval_key),
        TILL_OK);
    supervisor.utility->team_count = 1;
    utility_publish(supervisor.utility);
    handheld_wait(&supervisor, 1100);
    handheld_type(&supervisor, UTILITY_SUPERVISOR);
    handheld_keys(&supervisor, "ok");
    handheld_type(&supervisor, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&supervisor, "ok");
    handheld_open_shift(&supervisor, "");
}

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&collector, NULL);
    log_in_supervisor();
    handheld_open_customer(&collector, CUSTOMER_PLAIN);
    handheld_keys(&collector, "ok ok ok");
    seq = handheld_fold(&collector)->last_receipt_seq;
    handheld_open_customer(&collector, CUSTOMER_TWO);
    handheld_keys(&collector, "ok ok ok");
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&supervisor);
    handheld_free(&collector);
    return 0;
}

/* ---- what is read out ------------------------------------------------------------------------ */

/* Digits in groups, after a mark on the screen. */
static void hear(const struct handheld *h, const char *mark, size_t digits, char *out)
{
    const char *at = strstr(handheld_text(h), mark);
    size_t count = 0;
    if (!at)
        fail_msg("no \"%s\" on:\n%s", mark, handheld_text(h));
    for (at += strlen(mark); *at && count < digits; at++)
        if (*at >= '0' && *at <= '9')
            out[count++] = *at;
    out[count] = '\0';
    assert_int_equal(count, digits);
}

static void hear_challenge(void)
{
    char mark[SCREEN_TEXT_MAX];
    snprintf(mark, sizeof mark, _("Terminal %s. Read out:"), UTILITY_TERMINAL);
    hear(&collector, mark, 10, challenge);
}

/* The collector, from home to the question; the older of the two receipts. */
static void ask_for_reversal(void)
{
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)seq);
    handheld_keys(&collector, "6 4");
    handheld_type(&collector, number);
    handheld_keys(&collector, "ok f1 4 1");
    handheld_expect_screen(&collector, "reversal");
    hear_challenge();
}

/* The supervisor, from home to the code. */
static void answer(const char *what, const char *value)
{
    handheld_keys(&supervisor, "6 up ok"); /* below the digits, for supervisors only */
    handheld_expect_screen(&supervisor, "approve");
    handheld_type(&supervisor, UTILITY_TERMINAL);
    handheld_keys(&supervisor, "ok");
    handheld_type(&supervisor, what);
    handheld_type(&supervisor, value);
    handheld_keys(&supervisor, "ok");
    handheld_type(&supervisor, challenge);
    handheld_keys(&supervisor, "ok");
    handheld_expect(&supervisor, "for this record only");
    hear(&supervisor, _("Code"), 8, code);
    handheld_expect(&supervisor, UTILITY_SUPERVISOR);
    handheld_keys(&supervisor, "ok cancel");
    handheld_expect_screen(&supervisor, "home");
}

static void type_code(const char *approver)
{
    handheld_type(&collector, approver);
    handheld_keys(&collector, "ok");
    handheld_type(&collector, code);
    handheld_keys(&collector, "ok");
}

/* ---- reversal -------------------------------------------------------------------------------- */

static void a_code_read_over_the_telephone_undoes_that_receipt(void **state)
{
    struct entry e;
    struct body_reversal body;
    (void)state;
    ask_for_reversal();
    answer("1", "186*42");
    type_code(UTILITY_SUPERVISOR);
    handheld_expect(&collector, _("Give back in cash"));
    handheld_expect(&collector, "¥186.42");
    handheld_keys(&collector, "ok");
    handheld_entry(&collector, journal_reversed_by(collector.app->journal, seq), &e);
    assert_int_equal(entry_read_reversal(&e, &body), TILL_OK);
    assert_int_equal(body.way, REVERSAL_CODE);
    assert_string_equal(body.approver, UTILITY_SUPERVISOR);
    handheld_expect_paper(&collector, "赵敏");
    assert_int_equal(handheld_cash(&collector), 10000 + 13370);
}

static void another_sum_gives_another_code(void **state)
{
    (void)state;
    ask_for_reversal();
    answer("1", "186*43");
    type_code(UTILITY_SUPERVISOR);
    handheld_expect(&collector, "The code does not fit");
    assert_int_equal(handheld_count(&collector, KIND_LOGIN_FAILED), 1);
    answer("1", "186*42"); /* the question stands: the call need not begin anew */
    handheld_type(&collector, code);
    handheld_keys(&collector, "ok");
    handheld_expect(&collector, _("Give back in cash"));
}

static void another_purpose_gives_another_code(void **state)
{
    (void)state;
    ask_for_reversal();
    answer("2", "186*42");
    type_code(UTILITY_SUPERVISOR);
    handheld_expect(&collector, "The code does not fit");
}

static void a_code_is_bound_to_who_gave_it(void **state)
{
    (void)state;
    ask_for_reversal();
    answer("1", "186*42");
    type_code("0");
    handheld_expect(&collector, "The code does not fit");
    handheld_keys(&collector, "cancel clear");
    type_code("1002"); /* a colleague */
    handheld_expect(&collector, "Only another supervisor may approve this");
    assert_int_equal(handheld_count(&collector, KIND_REVERSAL), 0);
}

static void a_code_does_not_serve_for_another_receipt(void **state)
{
    char number[24];
    (void)state;
    ask_for_reversal();
    answer("1", "186*42");
    handheld_keys(&collector, "cancel cancel cancel cancel cancel");
    handheld_open_customer(&collector, CUSTOMER_KEEP);
    handheld_keys(&collector, "ok ok ok");
    snprintf(number, sizeof number, "%llu",
             (unsigned long long)handheld_fold(&collector)->last_receipt_seq);
    handheld_keys(&collector, "6 4");
    handheld_type(&collector, number);
    handheld_keys(&collector, "ok f1 4 1");
    type_code(UTILITY_SUPERVISOR);
    handheld_expect(&collector, "The code does not fit");
}

static void the_office_answers_by_the_same_digits(void **state)
{
    uint8_t key[HASH_SIZE];
    char given[APPROVAL_CODE_MAX];
    (void)state;
    ask_for_reversal();
    assert_int_equal(approval_key((struct span){collector.utility->secret, HASH_SIZE}, key),
                     TILL_OK);
    assert_int_equal(approval_code(key, challenge, APPROVAL_REVERSAL, 18642, "0", given), TILL_OK);
    memcpy(code, given, sizeof given);
    type_code("0");
    handheld_keys(&collector, "ok");
    assert_int_equal(handheld_count(&collector, KIND_REVERSAL), 1);
}

static void wrong_codes_are_waited_for_like_wrong_pins(void **state)
{
    (void)state;
    ask_for_reversal();
    text_copy(code, sizeof code, "00000000");
    type_code(UTILITY_SUPERVISOR);
    for (int i = 0; i < 4; i++) {
        handheld_type(&collector, code);
        handheld_keys(&collector, "ok");
    }
    assert_int_equal(handheld_count(&collector, KIND_LOGIN_FAILED), 5);
    answer("1", "186*42");
    handheld_type(&collector, code);
    handheld_keys(&collector, "ok");
    handheld_expect(&collector, "Too many wrong PINs or codes");
    handheld_wait(&collector, 61 * 1000);
    handheld_type(&collector, code);
    handheld_keys(&collector, "ok");
    handheld_expect(&collector, _("Give back in cash"));
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void ask_for_limit(void)
{
    collector.app->ordered.serial = 1;
    collector.app->ordered.value[LIMIT_CASH] = 40000;
    handheld_keys(&collector, "5 ok f1");
    handheld_expect(&collector, "¥800.00");
    hear_challenge();
}

static void a_limit_is_lifted_until_the_day_ends(void **state)
{
    (void)state;
    ask_for_limit();
    answer("2", "800");
    type_code(UTILITY_SUPERVISOR);
    handheld_expect_screen(&collector, "limits");
    handheld_expect(&collector, _("raised for today"));
    handheld_expect(&collector, "¥800.00");
    handheld_keys(&collector, "cancel");
    handheld_open_customer(&collector, CUSTOMER_KEEP);
    handheld_keys(&collector, "ok ok");
    handheld_expect_screen(&collector, "paper");
}

static void a_wrong_code_does_not_change_the_question(void **state)
{
    char first[16];
    (void)state;
    ask_for_limit();
    memcpy(first, challenge, sizeof first);
    text_copy(code, sizeof code, "00000000");
    type_code(UTILITY_SUPERVISOR);
    handheld_expect(&collector, "The code does not fit");
    handheld_keys(&collector, "cancel cancel cancel cancel");
    ask_for_limit();
    assert_string_equal(challenge, first);
}

static void a_code_serves_once(void **state)
{
    (void)state;
    ask_for_limit();
    answer("2", "800");
    type_code(UTILITY_SUPERVISOR);
    handheld_keys(&collector, "cancel");
    collector.app->ordered.value[LIMIT_CASH] = 20000; /* so that the same sum is asked for */
    char first[16];
    memcpy(first, challenge, sizeof first);
    handheld_keys(&collector, "5");
    handheld_wait(&collector, 1100);
    struct flow_effect effect = {.type = EFFECT_CHALLENGE};
    struct flow_event event = {.type = EVENT_CHALLENGE};
    char room[APPROVAL_CHALLENGE_MAX];
    effect.as.ask.purpose = APPROVAL_LIMIT;
    effect.as.ask.limit = LIMIT_CASH;
    effect.as.ask.value = 80000;
    approval_ask(collector.app, &effect, &event, room);
    assert_int_equal(event.status, TILL_OK);
    assert_string_not_equal(room, first);
    text_copy(effect.as.ask.approver, USER_MAX, UTILITY_SUPERVISOR);
    text_copy(effect.as.ask.code, sizeof effect.as.ask.code, code);
    approval_try(collector.app, &effect, &event);
    assert_int_equal(event.status, TILL_WRONG_PIN);
}

/* ---- the supervisor's side ------------------------------------------------------------------- */

static void a_terminal_of_another_team_gets_no_code(void **state)
{
    (void)state;
    handheld_keys(&supervisor, "6 up ok");
    handheld_type(&supervisor, "0099");
    handheld_keys(&supervisor, "ok 1 1 0 ok");
    handheld_type(&supervisor, "0123456789");
    handheld_keys(&supervisor, "ok");
    handheld_expect(&supervisor, "not of your team");
}

static void a_collector_has_no_codes_to_give(void **state)
{
    struct flow_effect effect = {.type = EFFECT_CODE};
    struct flow_event event = {.type = EVENT_CODE};
    char room[APPROVAL_CHALLENGE_MAX];
    (void)state;
    effect.as.ask.purpose = APPROVAL_REVERSAL;
    effect.as.ask.value = 18642;
    text_copy(effect.as.ask.terminal, TERMINAL_MAX, UTILITY_TERMINAL);
    text_copy(effect.as.ask.challenge, sizeof effect.as.ask.challenge, "0123456789");
    approval_give(collector.app, &effect, &event, room);
    assert_int_equal(event.status, TILL_REFUSED);
    assert_string_equal(room, "");
    handheld_keys(&collector, "6 up ok");
    assert_string_not_equal(handheld_screen(&collector), "approve");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_code_read_over_the_telephone_undoes_that_receipt),
        TEST(another_sum_gives_another_code),
        TEST(another_purpose_gives_another_code),
        TEST(a_code_is_bound_to_who_gave_it),
        TEST(a_code_does_not_serve_for_another_receipt),
        TEST(the_office_answers_by_the_same_digits),
        TEST(wrong_codes_are_waited_for_like_wrong_pins),
        TEST(a_limit_is_lifted_until_the_day_ends),
        TEST(a_wrong_code_does_not_change_the_question),
        TEST(a_code_serves_once),
        TEST(a_terminal_of_another_team_gets_no_code),
        TEST(a_collector_has_no_codes_to_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

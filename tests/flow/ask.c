/*
 * Questions to the office: what a receipt is worth, what a customer owes now, what the team took.
 * None blocks, none changes the book, and each has words for what stands in its way.
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

static void collect(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

/* ---- what a customer owes -------------------------------------------------------------------- */

static void a_balance_that_agrees_is_said(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right");
    handheld_expect_screen(&h, "balance");
    handheld_expect(&h, _("√ The same as in the book"));
    handheld_expect(&h, "¥186.42");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, "Office 11-");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
}

static void what_was_paid_elsewhere_is_asked_about_before_money_is_taken(void **state)
{
    (void)state;
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 18642;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 9");
    handheld_expect_screen(&h, "balance");
    handheld_expect(&h, "¥186.42 less than in the book");
    handheld_expect(&h, _("Perhaps it was paid elsewhere: ask before you take money. This book "
                          "stays as it is; the next book will have it."));
    handheld_keys(&h, "ok cancel");
    handheld_expect_screen(&h, "customer");
    handheld_expect(&h, "¥186.42"); /* the book's */
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender_maybe");
    handheld_expect(&h, "due ¥0.00");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
}

static void a_part_and_a_basket_are_asked_about_too(void **state)
{
    (void)state;
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 10000;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right ok f2 5 0 ok");
    handheld_expect_screen(&h, "tender_maybe");
    handheld_keys(&h, "cancel cancel f1 2 ok");
    handheld_expect_screen(&h, "basket");
}

static void what_the_office_has_more_is_collected_by_the_book(void **state)
{
    (void)state;
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 10000;
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 0;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right");
    handheld_expect(&h, "¥100.00 more than in the book");
    handheld_expect(&h, _("Collect by the book; the next book will have the rest."));
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "tender");
}

static void a_newer_book_or_a_payment_ends_what_was_said(void **state)
{
    (void)state;
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 18642;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right ok");
    handheld_expect(&h, "Office 11-");
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
    handheld_expect_not(&h, "Office 11-");
    handheld_keys(&h, "cancel cancel");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "right ok ok ok ok");
    handheld_expect_screen(&h, "home");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_expect_not(&h, "Office 11-");
}

static void without_a_line_it_is_said_at_once(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right");
    handheld_expect(&h, _("The line is down"));
    handheld_expect(&h, _("Until then the book holds."));
    assert_int_equal(h.utility->questions, 0);
    sim_network_set(h.world, NETWORK_NONE, 0, true);
    handheld_wait(&h, 1100);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Airplane mode"));
    handheld_signal(&h, NETWORK_4G);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("√ The same as in the book"));
}

static void each_refusal_has_words(void **state)
{
    (void)state;
    static const struct {
        enum till_status status;
        const char *words;
    } cases[] = {{TILL_NOT_FOUND, N_("The office does not know it")},
                 {TILL_REVOKED, N_("The office has blocked this terminal")},
                 {TILL_TIMEOUT, N_("No answer within 20 seconds")},
                 {TILL_BUSY, N_("The office is at it")},
                 {TILL_DISK_FULL, N_("The office gave no answer")}};
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        h.utility->refuses = cases[i].status;
        handheld_keys(&h, "f1");
        handheld_expect(&h, _(cases[i].words));
    }
    h.utility->refuses = 0;
    handheld_keys(&h, "ok");
    handheld_expect(&h, "¥186.42");
}

static void nobody_waits_longer_than_twenty_seconds(void **state)
{
    (void)state;
    h.utility->silent = true;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right");
    handheld_expect(&h, _("Asking the office"));
    handheld_wait(&h, 19000);
    handheld_expect(&h, _("Asking the office"));
    handheld_wait(&h, 3000);
    handheld_expect(&h, _("No answer within 20 seconds"));
    utility_answer(h.utility, h.utility->question_id);
    handheld_wait(&h, 100);
    handheld_expect(&h, _("No answer within 20 seconds"));
}

static void cancel_ends_the_waiting_and_a_late_answer_is_dropped(void **state)
{
    (void)state;
    h.utility->silent = true;
    h.utility->elsewhere_minor[CUSTOMER_PLAIN] = 18642;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right cancel");
    handheld_expect_screen(&h, "customer");
    uint32_t first = h.utility->question_id;
    utility_answer(h.utility, first);
    handheld_wait(&h, 100);
    handheld_expect_not(&h, "Office 11-");
    /* Nor is it taken for the answer to the next question, about somebody else. */
    handheld_keys(&h, "cancel cancel");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "right");
    h.utility->question.what = QUERY_CUSTOMER;
    utility_account(CUSTOMER_PLAIN, h.utility->question.argument);
    utility_answer(h.utility, first);
    handheld_wait(&h, 100);
    handheld_expect(&h, _("Asking the office"));
    utility_answer(h.utility, h.utility->question_id); /* the right number, the wrong customer */
    handheld_wait(&h, 100);
    handheld_expect(&h, _("The answer can't be read"));
}

static void help_and_a_lock_over_the_question_do_not_lose_the_answer(void **state)
{
    (void)state;
    h.utility->silent = true;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right #");
    handheld_expect_screen(&h, "help");
    utility_answer(h.utility, h.utility->question_id);
    handheld_wait(&h, 100);
    handheld_expect_screen(&h, "balance");
    handheld_expect(&h, _("√ The same as in the book"));
}

static void a_line_that_breaks_meanwhile_is_said(void **state)
{
    (void)state;
    h.utility->silent = true;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "right");
    utility_restart_line(h.utility);
    handheld_wait(&h, 10);
    handheld_expect(&h, _("The line is down"));
}

/* ---- what a receipt is worth ----------------------------------------------------------------- */

static void a_receipt_of_ours_is_asked_about(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    collect(CUSTOMER_PLAIN);
    uint64_t seq = handheld_fold(&h)->last_receipt_seq;
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_expect_screen(&h, "receipt");
    handheld_keys(&h, "down");
    handheld_expect(&h, _("√ Recorded and counted by the office"));
    handheld_expect(&h, "As the office knows it, 11-");
}

static void every_word_of_the_office_is_said(void **state)
{
    static const struct {
        enum query_state said;
        const char *words;
    } cases[] = {{QUERY_UNKNOWN, N_("It has not come to the office")},
                 {QUERY_ACKNOWLEDGED, N_("√ Recorded and counted by the office")},
                 {QUERY_SET_ASIDE, N_("Recorded, and looked at by the office")},
                 {QUERY_OTHER, N_("The office has another record of this number")},
                 {QUERY_REVERSED, N_("Reversed already")},
                 {QUERY_CORRECTING, N_("A correction is under way")},
                 {QUERY_CORRECTED, N_("Corrected")},
                 {QUERY_REFUNDED, N_("Refunded")},
                 {QUERY_CANCELLED, N_("Cancelled by the office")}};
    char code[PROOF_TEXT_MAX];
    (void)state;
    _Static_assert(sizeof cases / sizeof cases[0] == QUERY_STATES, "each has words");
    collect(CUSTOMER_PLAIN);
    uint64_t seq = handheld_fold(&h)->last_receipt_seq;
    handheld_scan(&h, handheld_code(&h, seq, code));
    h.utility->told.seq = seq;
    text_copy(h.utility->told.terminal, sizeof h.utility->told.terminal, UTILITY_TERMINAL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        h.utility->told.state = cases[i].said;
        utility_account(CUSTOMER_TWO, h.utility->told.account);
        handheld_keys(&h, "down");
        handheld_expect(&h, _(cases[i].words));
        if (cases[i].said == QUERY_CORRECTED)
            handheld_expect(&h, "Moved to account 6101");
    }
}

static void of_a_foreign_number_alone_little_is_said(void **state)
{
    (void)state;
    handheld_keys(&h, "6 4 0 0 3 2 * 1 7 ok");
    handheld_expect_screen(&h, "receipt");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("It has not come to the office"));
    h.utility->told = (struct query_receipt){
        .terminal = "0032", .seq = 17, .state = QUERY_OTHER, .recorded_at_s = SIM_START_S - 3600};
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("The office has a record of this number"));
    handheld_expect(&h, "Scan the paper's code to see whether it is this one.");
}

static void a_dispute_goes_on_from_there(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    collect(CUSTOMER_PLAIN);
    handheld_scan(&h, handheld_code(&h, handheld_fold(&h)->last_receipt_seq, code));
    handheld_keys(&h, "down f2");
    handheld_expect_screen(&h, "dispute");
}

static void offline_the_receipt_shows_what_is_known_here(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    collect(CUSTOMER_PLAIN);
    handheld_scan(&h, handheld_code(&h, handheld_fold(&h)->last_receipt_seq, code));
    handheld_expect(&h, _("√ Recorded on this terminal"));
    handheld_keys(&h, "down");
    handheld_expect(&h, _("The line is down"));
    handheld_expect(&h, _("What is known here stands above."));
    h.utility->silent = true;
    handheld_signal(&h, NETWORK_4G);
    handheld_keys(&h, "down");
    handheld_expect(&h, _("Asking the office"));
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, _("√ Confirmed by the office"));
}

/* ---- the team -------------------------------------------------------------------------------- */

static void add_member(const char *terminal, const char *user, int64_t cash_minor,
                       int64_t other_minor, int64_t seen_at_s)
{
    struct query_team *team = &h.utility->team_today;
    struct query_takings *one = &team->terminals[team->count++];
    *one = (struct query_takings){
        .count = 3, .cash_minor = cash_minor, .other_minor = other_minor, .seen_at_s = seen_at_s};
    text_copy(one->terminal, sizeof one->terminal, terminal);
    text_copy(one->user, sizeof one->user, user);
}

static void log_in_the_supervisor(void)
{
    handheld_keys(&h, "6 0 ok");
    handheld_expect_screen(&h, "login");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_open_shift(&h, "0");
}

static void open_team(void)
{
    handheld_keys(&h, "6");
    handheld_choose(&h, _("Team today"));
    handheld_expect_screen(&h, "team");
}

static void a_supervisor_sees_what_the_team_took_today(void **state)
{
    (void)state;
    h.utility->team_today = (struct query_team){.at_s = SIM_START_S, .date = 20261123};
    add_member("0031", UTILITY_USER, 18642, 0, SIM_START_S);
    add_member("0032", "1002", 5000, 1234, 0);
    h.utility->team_today.terminals[1].reversed = 1;
    log_in_the_supervisor();
    open_team();
    handheld_expect(&h, "2 terminals, 6 receipts");
    handheld_expect(&h, "¥248.76");
    handheld_expect(&h, "¥62.34");
    handheld_expect(&h, "never seen · cash ¥50.00 · other ¥12.34");
    handheld_expect(&h, "[reversed 1]");
    handheld_expect(&h, _("never seen"));
    handheld_expect(&h, "office 11-");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "more");
}

static void asking_again_keeps_the_place(void **state)
{
    char number[TERMINAL_MAX];
    (void)state;
    h.utility->team_today = (struct query_team){.at_s = SIM_START_S, .date = 20261123};
    for (unsigned i = 0; i < QUERY_TERMINALS_MAX; i++) {
        snprintf(number, sizeof number, "%04u", 31 + i);
        add_member(number, "-", i * 100, 0, 0);
    }
    log_in_the_supervisor();
    open_team();
    handheld_keys(&h, "right right down");
    handheld_expect(&h, "> 0040");
    /* A terminal was added before it. */
    text_copy(h.utility->team_today.terminals[9].terminal, TERMINAL_MAX, "0099");
    text_copy(h.utility->team_today.terminals[20].terminal, TERMINAL_MAX, "0040");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "> 0040");
    h.utility->silent = true;
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Asking the office"));
    handheld_keys(&h, "cancel");
    handheld_expect(&h, "> 0040");
    handheld_signal(&h, NETWORK_NONE);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("The line is down"));
    handheld_expect(&h, _("Below stands what it said before."));
    handheld_expect(&h, "> 0040");
}

static void a_collector_is_not_shown_the_team(void **state)
{
    struct flow_effect effect = {.type = EFFECT_ASK};
    (void)state;
    handheld_keys(&h, "6");
    for (int i = 0; i < 20; i++) {
        handheld_expect_not(&h, _("Team today"));
        handheld_keys(&h, "down");
    }
    effect.as.query.what = QUERY_TEAM;
    perform(h.app, &effect);
    handheld_wait(&h, 100);
    effect.as.query.what = QUERY_REPORT;
    perform(h.app, &effect);
    handheld_wait(&h, 100);
    assert_int_equal(h.utility->questions, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_balance_that_agrees_is_said),
        TEST(what_was_paid_elsewhere_is_asked_about_before_money_is_taken),
        TEST(a_part_and_a_basket_are_asked_about_too),
        TEST(what_the_office_has_more_is_collected_by_the_book),
        TEST(a_newer_book_or_a_payment_ends_what_was_said),
        TEST(without_a_line_it_is_said_at_once),
        TEST(each_refusal_has_words),
        TEST(nobody_waits_longer_than_twenty_seconds),
        TEST(cancel_ends_the_waiting_and_a_late_answer_is_dropped),
        TEST(help_and_a_lock_over_the_question_do_not_lose_the_answer),
        TEST(a_line_that_breaks_meanwhile_is_said),
        TEST(a_receipt_of_ours_is_asked_about),
        TEST(every_word_of_the_office_is_said),
        TEST(of_a_foreign_number_alone_little_is_said),
        TEST(a_dispute_goes_on_from_there),
        TEST(offline_the_receipt_shows_what_is_known_here),
        TEST(a_supervisor_sees_what_the_team_took_today),
        TEST(asking_again_keeps_the_place),
        TEST(a_collector_is_not_shown_the_team),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A team's reports, as the office tells them page by page: what is asked and when, what is kept,
 * what stands where no answer comes, and what is printed and taken away of them.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"
#include "handheld.h"
#include "parts.h"
#include "report.h"
#include "text.h"

enum { AT_S = SIM_START_S + 600, DAYS = 60 };

static struct handheld h;
static char dir[64];
static struct command done;

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

static int begin(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/flow_team.XXXXXX");
    assert_non_null(mkdtemp(dir));
    handheld_begin_day(&h, NULL);
    log_in_the_supervisor();
    free(handheld_tear_off(&h));
    sim_stick_set(h.world, dir);
    h.utility->team_page = (struct query_page){.at_s = SIM_START_S,
                                               .heard_at_s = SIM_START_S - 3600,
                                               .terminals = 2,
                                               .exceptions = 3,
                                               .unsettled = 1};
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    command_run(&done, (const char *const[]){"rm", "-rf", dir, NULL});
    return 0;
}

static struct query_row *add_row(void)
{
    return &h.utility->team_rows[h.utility->team_page.total++];
}

static void add_takings(const char *key, int64_t receipts, int64_t amount_minor)
{
    struct query_report_row *row = &add_row()->as.takings;
    *row = (struct query_report_row){.receipts = receipts, .amount_minor = amount_minor};
    text_copy(row->key, sizeof row->key, key);
}

/* The newest first: 2026-11-30 and before. */
static void add_days(int count)
{
    char key[16];
    for (int i = 0; i < count; i++) {
        snprintf(key, sizeof key, "%d", (i < 30 ? 20261130 - i : 20261031 - (i - 30)));
        add_takings(key, 1, 100 + i);
    }
}

static void open_menu(void)
{
    handheld_keys(&h, "6");
    handheld_choose(&h, _("Team today"));
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "team_report");
}

static void assert_asked(const char *question)
{
    assert_int_equal(h.utility->question.what, QUERY_REPORT);
    assert_string_equal(h.utility->question.argument, question);
}

/* ---- on the screen --------------------------------------------------------------------------- */

static void a_supervisor_sees_what_the_team_took(void **state)
{
    (void)state;
    h.utility->team_page.sum.as.takings =
        (struct query_report_row){.receipts = 5, .amount_minor = 24876};
    add_takings(UTILITY_USER, 3, 18642);
    h.utility->team_rows[0].as.takings.reversals = 1;
    add_takings("-", 2, 6234);
    open_menu();
    handheld_keys(&h, "2");
    handheld_expect_screen(&h, "report");
    assert_asked("collector/20261123/20261123/0/0-0");
    handheld_expect(&h, _("By collector"));
    handheld_expect(&h, _("Team"));
    handheld_expect(&h, "office 09:00");
    handheld_expect(&h, "¥248.76");
    handheld_expect(&h, "¥186.42");
    handheld_expect(&h, "reversed 1");
    handheld_expect(&h, _("nobody logged in"));
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Unsettled shifts"));
    handheld_keys(&h, "down");
    handheld_expect(&h, _("All heard of since"));
    handheld_expect(&h, "2026-11-23 08:00");
    handheld_keys(&h, "cancel f1 f1 f1");
    assert_asked("type/20261123/20261123/0/0-0");
    handheld_keys(&h, "f1");
    assert_asked("terminal/20261123/20261123/0/0-0");
    handheld_expect(&h, _("By terminal"));
    handheld_keys(&h, "cancel 9 9 2");
    assert_asked("collector/20261101/20261130/0/0-0");
}

static void a_day_opens_its_collectors(void **state)
{
    (void)state;
    add_days(3);
    open_menu();
    handheld_keys(&h, "9 9 1 down ok ok");
    assert_asked("collector/20261130/20261130/0/0-0");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "report_row");
    handheld_expect(&h, "2026-11-30");
}

static void pages_are_asked_for_as_they_are_turned_to_and_kept(void **state)
{
    (void)state;
    add_days(DAYS);
    open_menu();
    handheld_keys(&h, "9 9 1");
    assert_asked("day/20261101/20261130/0/0-0");
    unsigned asked = h.utility->questions;
    handheld_keys(&h, "right right right");
    assert_int_equal(h.utility->questions, asked);
    handheld_keys(&h, "9"); /* to the end: the page between is not asked for */
    char question[80];
    snprintf(question, sizeof question, "day/20261101/20261130/0/%lld-48", (long long)SIM_START_S);
    assert_asked(question);
    assert_int_equal(h.utility->questions, asked + 1);
    handheld_expect(&h, "2026-10-02");
    handheld_signal(&h, NETWORK_NONE); /* what is here needs no line */
    handheld_keys(&h, "0");
    handheld_expect(&h, "2026-11-30");
    assert_int_equal(h.utility->questions, asked + 1);
}

static void without_a_line_what_stands_stays(void **state)
{
    (void)state;
    add_days(DAYS);
    open_menu();
    handheld_keys(&h, "9 9 1 right");
    handheld_expect(&h, "2026-11-25");
    handheld_signal(&h, NETWORK_NONE);
    handheld_keys(&h, "9");
    handheld_expect(&h, _("The line is down"));
    handheld_expect(&h, _("Below stands what it said before."));
    handheld_expect(&h, "2026-11-25");
    handheld_keys(&h, "down");
    handheld_expect_not(&h, _("The line is down"));
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "team_report");
    handheld_keys(&h, "4");
    handheld_expect(&h, _("The line is down"));
    handheld_signal(&h, NETWORK_4G);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("By tender"));
    assert_asked("tender/20261101/20261130/0/0-0");
}

static void a_report_that_was_made_anew_takes_the_place_of_what_was_kept(void **state)
{
    (void)state;
    add_days(DAYS);
    open_menu();
    handheld_keys(&h, "9 9 1");
    h.utility->team_page.at_s = AT_S;
    h.utility->team_rows[0].as.takings.amount_minor = 777700;
    handheld_keys(&h, "9");
    handheld_expect(&h, "office 09:10");
    unsigned asked = h.utility->questions;
    handheld_keys(&h, "0"); /* the first page was of another time */
    assert_int_equal(h.utility->questions, asked + 1);
    handheld_expect(&h, "¥7,777.00");
}

static void a_slow_answer_can_be_left_and_the_page_stays(void **state)
{
    (void)state;
    add_days(DAYS);
    open_menu();
    handheld_keys(&h, "9 9 1");
    h.utility->silent = true;
    handheld_keys(&h, "9");
    handheld_expect(&h, _("Asking the office"));
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "report");
    handheld_expect(&h, "2026-11-30");
    utility_answer(h.utility, h.utility->question_id); /* too late */
    handheld_wait(&h, 100);
    handheld_expect(&h, "2026-11-30");
    handheld_keys(&h, "9");
    handheld_wait(&h, 22000);
    handheld_expect(&h, _("No answer within 20 seconds"));
    handheld_expect(&h, "2026-11-30");
}

static void why_there_is_none_is_said(void **state)
{
    (void)state;
    open_menu();
    h.utility->refuses = TILL_BUSY;
    handheld_keys(&h, "1");
    handheld_expect(&h, _("The office is at it"));
    h.utility->refuses = TILL_NOT_FOUND;
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("The office has no report of a team"));
    h.utility->refuses = 0;
    h.utility->silent = true;
    handheld_keys(&h, "ok");
    text_copy(h.utility->question.argument, sizeof h.utility->question.argument,
              "tender/20261122/20261122/0/0-0");
    utility_answer(h.utility, h.utility->question_id);
    handheld_wait(&h, 100);
    handheld_expect(&h, _("The answer can't be read"));
    h.utility->silent = false;
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Nothing of it at the office"));
}

static void exceptions_name_terminal_and_hide_what_waits(void **state)
{
    (void)state;
    struct query_exception *e = &add_row()->as.exception;
    *e = (struct query_exception){.terminal = "0032",
                                  .kind = REPORT_OVER_SHORT,
                                  .seq = 120,
                                  .at_s = SIM_START_S,
                                  .date = 20261123,
                                  .hidden = true,
                                  .user = UTILITY_USER};
    e = &add_row()->as.exception;
    *e = (struct query_exception){.terminal = "0033",
                                  .kind = REPORT_REVERSAL,
                                  .seq = 12,
                                  .about = 9,
                                  .at_s = SIM_START_S - 60,
                                  .date = 20261123,
                                  .user = "-",
                                  .account = "6101000137",
                                  .amount_minor = 13370};
    open_menu();
    handheld_keys(&h, "6");
    assert_asked("exceptions/20261123/20261123/0/0-0");
    handheld_expect(&h, _(report_exception_text(REPORT_OVER_SHORT)));
    handheld_expect(&h, "0032#120");
    handheld_expect(&h, "—");
    handheld_expect(&h, "¥133.70");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("told once the cash is counted"));
    handheld_expect(&h, "0032-0000120");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "report"); /* its paper is not here */
    handheld_keys(&h, "f1");
    handheld_choose(&h, _(report_exception_text(REPORT_REVERSAL)));
    handheld_keys(&h, "f1");
    assert_asked("exceptions/20261123/20261123/2/0-0");
}

static void shifts_that_wait_have_no_amount(void **state)
{
    (void)state;
    add_row()->as.shift = (struct query_shift){.terminal = "0032",
                                               .z = 12,
                                               .user = UTILITY_USER,
                                               .date = 20261122,
                                               .since_s = SIM_START_S - 600,
                                               .state = QUERY_SHIFT_WAITING};
    add_row()->as.shift = (struct query_shift){
        .terminal = "0033", .z = 3, .user = "1002", .date = 20261121, .state = QUERY_SHIFT_HELD};
    open_menu();
    handheld_keys(&h, "7");
    assert_asked("shifts/20261123/20261123/0/0-0");
    handheld_expect(&h, "11-22 · terminal 0032 · Z 12");
    handheld_expect(&h, _("waits to be counted"));
    handheld_expect(&h, _("cash not handed over"));
    handheld_expect_not(&h, "¥");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Given on"));
    handheld_expect(&h, "08:50");
    handheld_expect(&h, _("told once the cash is counted"));
    handheld_expect_not(&h, "¥");
    unsigned asked = h.utility->questions;
    handheld_keys(&h, "cancel f1");
    assert_int_equal(h.utility->questions, asked + 1);
}

static void add_arrears(void)
{
    add_row()->as.arrears = (struct query_arrears){.meter_book = "CX01",
                                                   .name = "城东一册",
                                                   .customers = 420,
                                                   .owing = 37,
                                                   .owed_minor = {24100, 1840, 0, 9210},
                                                   .paid_minor = {87120, 1840, 0, 0}};
    h.utility->team_page.sum.as.arrears = h.utility->team_rows[0].as.arrears;
}

static void arrears_have_their_age_and_a_rate(void **state)
{
    (void)state;
    add_arrears();
    open_menu();
    handheld_keys(&h, "8");
    assert_asked("arrears/20261123/20261123/0/0-0");
    handheld_expect(&h, "CX01 城东一册");
    handheld_expect(&h, "¥351.50");
    handheld_expect(&h, "71.6 %");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "¥92.10");
    handheld_keys(&h, "down");
    handheld_expect(&h, "37 / 420");
}

static void nobody_sees_the_team_while_somebody_counts(void **state)
{
    (void)state;
    add_days(3);
    open_menu();
    handheld_keys(&h, "cancel cancel cancel f1 ok");
    handheld_expect_screen(&h, "close_notes");
    struct flow_report_ask ask = {
        .of = REPORT_OF_TAKINGS,
        .team = true,
        .question = {.by = REPORT_BY_DAY, .from = 20261123, .to = 20261123}};
    unsigned asked = h.utility->questions;
    report_ask(h.app, &ask);
    handheld_wait(&h, 100);
    assert_int_equal(h.utility->questions, asked);
}

/* ---- on paper and away ----------------------------------------------------------------------- */

static void all_pages_are_fetched_and_printed(void **state)
{
    (void)state;
    add_days(DAYS);
    open_menu();
    handheld_keys(&h, "9 9 1");
    unsigned asked = h.utility->questions;
    handheld_keys(&h, "f2");
    handheld_wait(&h, 200);
    handheld_expect_screen(&h, "report_out");
    assert_int_equal(h.utility->questions, asked + 2);
    handheld_signal(&h, NETWORK_NONE);
    handheld_keys(&h, "1");
    handheld_wait(&h, 20000);
    handheld_expect(&h, _("The report is printed"));
    char *paper = handheld_tear_off(&h);
    assert_non_null(strstr(paper, "2026-11-30"));
    assert_non_null(strstr(paper, "2026-10-02"));
    assert_non_null(strstr(paper, _("All heard of since")));
    assert_non_null(strstr(paper, "the team, 2 terminals"));
    assert_null(strstr(paper, _("Up to record")));
    free(paper);
    handheld_keys(&h, "ok 2");
    handheld_wait(&h, 20000);
    handheld_expect(&h, _("The report is printed"));
}

static const char *only_file(const char *pattern)
{
    static char path[256];
    char wanted[256];
    glob_t found;
    snprintf(wanted, sizeof wanted, "%s/fieldtill/report/%s", dir, pattern);
    assert_int_equal(glob(wanted, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
    globfree(&found);
    return path;
}

static void it_goes_to_the_stick_as_table_and_sheet(void **state)
{
    (void)state;
    struct query_exception *e = &add_row()->as.exception;
    *e = (struct query_exception){.terminal = "0032",
                                  .kind = REPORT_OVER_SHORT,
                                  .seq = 120,
                                  .at_s = SIM_START_S,
                                  .date = 20261123,
                                  .hidden = true,
                                  .user = UTILITY_USER};
    open_menu();
    handheld_keys(&h, "6 f2 3");
    handheld_wait(&h, 1000);
    handheld_expect(&h, _("The report is on the stick"));
    command_run(&done, (const char *const[]){
                           "cat", only_file("0031-team-exceptions-20261123-20261123.csv"), NULL});
    assert_non_null(strstr(done.output, "0032-0000120"));
    assert_non_null(strstr(done.output, _("All heard of since")));
    assert_non_null(strstr(done.output, "2026-11-23 08:00"));
    handheld_keys(&h, "ok 4");
    handheld_wait(&h, 1000);
    handheld_expect(&h, _("The report is on the stick"));
    command_run(&done, (const char *const[]){
                           "pdftotext", "-layout",
                           only_file("0031-team-exceptions-20261123-20261123.pdf"), "-", NULL});
    assert_non_null(strstr(done.output, "0032-0000120"));
    assert_non_null(strstr(done.output, "the team, 2 terminals"));
}

static void a_line_that_breaks_while_pages_are_fetched_is_said(void **state)
{
    (void)state;
    add_days(DAYS);
    open_menu();
    handheld_keys(&h, "9 9 1");
    h.utility->silent = true;
    handheld_keys(&h, "f2");
    handheld_expect(&h, _("Asking the office"));
    handheld_keys(&h, "cancel");
    handheld_expect(&h, "2026-11-30");
    handheld_signal(&h, NETWORK_NONE);
    handheld_keys(&h, "f2");
    handheld_expect(&h, _("The line is down"));
    handheld_expect(&h, "2026-11-30");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_supervisor_sees_what_the_team_took),
        TEST(a_day_opens_its_collectors),
        TEST(pages_are_asked_for_as_they_are_turned_to_and_kept),
        TEST(without_a_line_what_stands_stays),
        TEST(a_report_that_was_made_anew_takes_the_place_of_what_was_kept),
        TEST(a_slow_answer_can_be_left_and_the_page_stays),
        TEST(why_there_is_none_is_said),
        TEST(exceptions_name_terminal_and_hide_what_waits),
        TEST(shifts_that_wait_have_no_amount),
        TEST(arrears_have_their_age_and_a_rate),
        TEST(nobody_sees_the_team_while_somebody_counts),
        TEST(all_pages_are_fetched_and_printed),
        TEST(it_goes_to_the_stick_as_table_and_sheet),
        TEST(a_line_that_breaks_while_pages_are_fetched_is_said),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The reports of a terminal, from a day with a reversal, a copy and a shortage: on the screen, on
 * paper, on a stick; for a supervisor, for a collector, while somebody counts.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "cut_vfs.h"
#include "handheld.h"
#include "parts.h"
#include "text.h"

static struct handheld h;
static char dir[64];
static struct command done;
static uint64_t first_receipt, reversed_receipt;

/* 186.42, twice on paper; 133.70, undone; 102.00 with 2.00 of late fee: 288.42 is kept. With 100.00
 * of opening cash 388.42 should be there. */
#define FIRST "186.42"
#define UNDONE "133.70"
#define KEPT "288.42"
/* 3 of 100, 1 of 50, 1 of 20, 1 of 5, 3 of 1, 0.42: a note of 10 is missing. */
#define COUNT_SHORT "3 ok 1 ok 1 ok ok 1 ok 3 ok * 4 2 ok"

/* ---- the day --------------------------------------------------------------------------------- */

static void take_money(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

static void undo_latest(void)
{
    char code[PROOF_TEXT_MAX];
    reversed_receipt = handheld_fold(&h)->last_receipt_seq;
    handheld_code(&h, reversed_receipt, code);
    handheld_keys(&h, "6 4");
    handheld_scan(&h, code);
    handheld_keys(&h, "f1 1 1");
    handheld_scan(&h, code);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok cancel cancel");
    handheld_expect_screen(&h, "home");
}

static void log_in(const char *user, const char *pin)
{
    handheld_expect_screen(&h, "login");
    handheld_type(&h, user);
    handheld_keys(&h, "ok");
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
}

/* The shift stays open, and a supervisor with an empty bag takes over. */
static void supervisor_comes(void)
{
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

static void close_short(void)
{
    handheld_keys(&h, "f1 ok " COUNT_SHORT " f1 ok");
    handheld_expect_screen(&h, "close_result");
    handheld_keys(&h, "ok 5 ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
}

static int begin_with(const struct handheld_setup *setup)
{
    snprintf(dir, sizeof dir, "/tmp/flow_reports.XXXXXX");
    assert_non_null(mkdtemp(dir));
    handheld_begin_day(&h, setup);
    take_money(CUSTOMER_PLAIN);
    first_receipt = handheld_fold(&h)->last_receipt_seq;
    handheld_keys(&h, "3 ok ok");
    take_money(CUSTOMER_TWO);
    undo_latest();
    take_money(CUSTOMER_LATE);
    free(handheld_tear_off(&h));
    sim_stick_set(h.world, dir);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    return begin_with(NULL);
}

static int begin_supervised(void **state)
{
    int result = begin(state);
    close_short();
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "ok");
    supervisor_comes();
    return result;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    command_run(&done, (const char *const[]){"rm", "-rf", dir, NULL});
    assert_int_equal(done.exit_code, 0);
    return 0;
}

/* From home to one of the reports of today. */
static void open_report(char digit)
{
    const char key[2] = {digit, '\0'};
    handheld_keys(&h, "7");
    handheld_expect_screen(&h, "reports");
    handheld_type(&h, key);
    handheld_expect_screen(&h, "report");
}

/* ---- takings --------------------------------------------------------------------------------- */

static void a_day_s_takings_leave_out_what_was_undone(void **state)
{
    (void)state;
    open_report('1');
    handheld_expect(&h, _("All together"));
    handheld_expect(&h, "¥" KEPT);
    handheld_expect(&h, "2026-11-23");
    handheld_expect(&h, "reversed 1");
    handheld_keys(&h, "down ok");
    handheld_expect_screen(&h, "report_row");
    handheld_expect(&h, UNDONE);
    handheld_expect(&h, "¥2.00");
}

static void every_page_says_when_its_data_is_from_and_how_far_it_reaches(void **state)
{
    char reach[48];
    (void)state;
    for (char digit = '1'; digit <= '8'; digit++) {
        uint64_t head = handheld_head(&h);
        open_report(digit);
        snprintf(reach, sizeof reach, "09:%02d to #%llu",
                 (int)((h.app->facts.now_s - SIM_START_S) / 60), (unsigned long long)head);
        handheld_expect(&h, reach);
        handheld_keys(&h, "cancel cancel");
        handheld_expect_screen(&h, "home");
    }
}

static void the_divisions_follow_one_another_by_one_key(void **state)
{
    (void)state;
    open_report('2');
    handheld_expect(&h, "1001");
    handheld_keys(&h, "f1");
    handheld_expect(&h, "CX01");
    handheld_keys(&h, "f1");
    handheld_expect(&h, _("Cash"));
    handheld_keys(&h, "f1");
    handheld_expect(&h, _("Electricity"));
    handheld_expect(&h, _("Late fees"));
    handheld_expect(&h, "¥286.42");
    handheld_keys(&h, "f1");
    handheld_expect(&h, "2026-11-23");
}

static void a_collector_s_row_opens_their_own_report_and_back_comes_to_that_row(void **state)
{
    (void)state;
    open_report('2');
    handheld_keys(&h, "down ok");
    handheld_expect_screen(&h, "report_row");
    handheld_expect(&h, "1001");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "report");
    handheld_expect(&h, _("By tender"));
    handheld_expect(&h, "¥" KEPT);
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "report_row");
    handheld_expect(&h, "1001");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "report");
    assert_int_equal(h.app->screen.selected, 1);
}

static void yesterday_and_last_month_are_empty_and_say_so(void **state)
{
    (void)state;
    handheld_keys(&h, "7 left");
    handheld_expect(&h, _("yesterday"));
    handheld_expect(&h, "11-22");
    handheld_keys(&h, "1");
    handheld_expect(&h, _("Nothing taken"));
    handheld_keys(&h, "cancel 9");
    handheld_expect(&h, "11-23–11-29");
    handheld_keys(&h, "9 left");
    handheld_expect(&h, "10-01–10-31");
    handheld_keys(&h, "1");
    handheld_expect(&h, _("Nothing taken"));
}

static void other_dates_are_typed_and_a_wrong_one_is_asked_again(void **state)
{
    (void)state;
    handheld_keys(&h, "7 0");
    handheld_expect_screen(&h, "reports_date");
    handheld_type(&h, "20261301");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("No such date"));
    handheld_keys(&h, "clear clear clear clear");
    handheld_type(&h, "0101");
    handheld_keys(&h, "ok");
    handheld_type(&h, "20251231");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("No such date"));
    handheld_keys(&h, "clear clear clear clear clear clear clear clear");
    handheld_type(&h, "20261231");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "reports");
    handheld_expect(&h, "01-01–12-31");
    handheld_keys(&h, "1");
    handheld_expect(&h, "¥" KEPT);
}

/* ---- exceptions, shifts, arrears ------------------------------------------------------------- */

static void the_day_s_exceptions_name_reversal_copy_and_shortage(void **state)
{
    (void)state;
    open_report('6');
    handheld_expect(&h, _(report_exception_text(REPORT_REVERSAL)));
    handheld_expect(&h, UNDONE);
    handheld_expect(&h, _(report_exception_text(REPORT_DUPLICATE)));
    handheld_expect(&h, _(report_exception_text(REPORT_OVER_SHORT)));
}

static void kinds_can_be_chosen(void **state)
{
    (void)state;
    open_report('6');
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "report_kinds");
    handheld_choose(&h, _(report_exception_text(REPORT_DUPLICATE)));
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "report");
    handheld_expect(&h, _(report_exception_text(REPORT_DUPLICATE)));
    handheld_expect_not(&h, _(report_exception_text(REPORT_REVERSAL)));
    handheld_keys(&h, "f1 up up up up up up up up up up up up up up up up ok");
    handheld_keys(&h, "f1");
}

static void an_exception_opens_what_is_known_of_its_paper(void **state)
{
    char number[RECEIPT_NUMBER_MAX];
    (void)state;
    open_report('6');
    handheld_keys(&h, "f1");
    handheld_choose(&h, _(report_exception_text(REPORT_DUPLICATE)));
    handheld_keys(&h, "f1 ok");
    handheld_expect_screen(&h, "report_row");
    handheld_expect(&h, handheld_number(first_receipt, number));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, number);
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "report_row");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "report");
}

static void a_closed_shift_stays_unsettled_until_its_cash_is_handed_over(void **state)
{
    (void)state;
    open_report('7');
    handheld_expect(&h, _("cash not handed over"));
    handheld_expect(&h, "Z 1");
    assert_false(handheld_sees(&h, KEPT));
    assert_false(handheld_sees(&h, _("short")));
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("told once the cash is counted"));
    assert_false(handheld_sees(&h, "388.42"));
    assert_false(handheld_sees(&h, "378.42"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receipt");
}

static void who_counted_sees_their_own_count(void **state)
{
    (void)state;
    close_short();
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    open_report('7');
    handheld_expect(&h, _("short"));
    handheld_keys(&h, "ok");
    handheld_expect(&h, "388.42");
    handheld_expect(&h, "378.42");
    handheld_keys(&h, "cancel cancel 6");
    handheld_expect(&h, "¥10.00");
}

/* The bank kept a note of 100.00 as false: 278.42 of 378.42 on its slip. */
static void a_deposit_that_differs_is_found_among_the_exceptions(void **state)
{
    char number[RECEIPT_NUMBER_MAX];
    (void)state;
    close_short();
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "down 3 " COUNT_SHORT " 1 0 0 f1 2 8 8 0 0 1 ok");
    handheld_expect(&h, "278.42");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    uint64_t deposit = handheld_head(&h);
    struct entry e;
    do
        handheld_entry(&h, deposit--, &e);
    while (e.kind != KIND_DEPOSIT);
    handheld_keys(&h, "ok cancel cancel ok");
    supervisor_comes();
    open_report('6');
    handheld_expect(&h, _(report_exception_text(REPORT_VARIANCE)));
    handheld_expect(&h, "short · not explained");
    handheld_expect(&h, "¥100.00");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, handheld_number(e.seq, number));
    handheld_keys(&h, "cancel cancel cancel 7");
    handheld_expect_not(&h, _("cash not handed over"));
}

static void arrears_are_told_by_meter_book(void **state)
{
    (void)state;
    open_report('8');
    handheld_expect(&h, "CX01");
    handheld_expect(&h, "CX02");
    handheld_expect(&h, " %");
    handheld_keys(&h, "down ok");
    handheld_expect(&h, _("Recovery rate"));
    handheld_expect(&h, _("Outstanding"));
}

/* ---- who may --------------------------------------------------------------------------------- */

static void a_collector_sees_their_own_and_no_arrears(void **state)
{
    (void)state;
    supervisor_comes();
    take_money(CUSTOMER_LARGE);
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_USER, UTILITY_PIN);
    open_report('1');
    handheld_expect(&h, "¥" KEPT);
    handheld_expect_not(&h, "412.88");
    handheld_keys(&h, "cancel 2");
    handheld_expect_screen(&h, "reports");
    handheld_keys(&h, "8");
    handheld_expect_screen(&h, "reports");
    handheld_keys(&h, "7");
    handheld_expect(&h, "1001");
    handheld_expect_not(&h, "2001");
}

static void nobody_gets_figures_while_somebody_counts(void **state)
{
    (void)state;
    handheld_keys(&h, "f1 ok 1 cancel f1");
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    for (char digit = '1'; digit <= '8'; digit++) {
        open_report(digit);
        handheld_expect(&h, _("Not while somebody counts"));
        handheld_expect_not(&h, KEPT);
        handheld_keys(&h, "cancel cancel");
    }
    handheld_keys(&h, "6");
    handheld_expect_screen(&h, "more");
}

static void a_technician_has_no_reports(void **state)
{
    (void)state;
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_keys(&h, "7");
    handheld_expect_screen(&h, "home");
}

/* ---- paper ----------------------------------------------------------------------------------- */

static void it_is_printed_compact_and_full(void **state)
{
    (void)state;
    open_report('6');
    free(handheld_tear_off(&h));
    handheld_keys(&h, "f2");
    handheld_expect_screen(&h, "report_out");
    handheld_keys(&h, "1");
    handheld_expect(&h, _("The report is printed"));
    handheld_expect_paper(&h, _("Exceptions"));
    handheld_expect_paper(&h, UNDONE);
    handheld_expect_paper(&h, _("Up to record"));
    free(handheld_tear_off(&h));
    handheld_keys(&h, "ok 2");
    handheld_expect_paper(&h, _("is about"));
    handheld_keys(&h, "ok cancel");
    handheld_expect_screen(&h, "report");
}

static void paper_that_ends_is_told_and_it_goes_on_from_there(void **state)
{
    (void)state;
    open_report('2');
    handheld_keys(&h, "f2");
    sim_printer_set(h.world, SIM_PRINTER_OUT);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "1");
    handheld_expect(&h, _("The report was not printed"));
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("The report is printed"));
}

/* ---- bad days -------------------------------------------------------------------------------- */

static void a_terminal_that_took_nothing_has_empty_reports(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    open_report('1');
    handheld_expect(&h, _("Nothing taken"));
    handheld_keys(&h, "ok down right 5 cancel 6");
    handheld_expect(&h, _("No exceptions"));
    handheld_keys(&h, "ok cancel 7");
    handheld_expect(&h, "1001");
    handheld_keys(&h, "cancel cancel");
    handheld_expect_screen(&h, "home");
}

static void a_clock_before_the_first_record_finds_nothing_and_says_of_when_it_is(void **state)
{
    (void)state;
    sim_set_clock(h.world, INT64_C(1262304000)); /* the first of January 2010 */
    handheld_wait(&h, 1000);
    open_report('1');
    handheld_expect(&h, _("Nothing taken"));
    handheld_expect(&h, "01-01");
    handheld_keys(&h, "cancel 9 9 left left left 6");
    handheld_expect_screen(&h, "report");
    handheld_keys(&h, "cancel 0");
    handheld_type(&h, "20260101");
    handheld_keys(&h, "ok");
    handheld_type(&h, "20991231");
    handheld_keys(&h, "ok 1");
    handheld_expect(&h, "¥" KEPT);
}

static void a_lost_or_spoilt_file_is_made_anew(void **state)
{
    char path[256];
    (void)state;
    open_report('1');
    handheld_expect(&h, "¥" KEPT);
    handheld_stop(&h);
    snprintf(path, sizeof path, "%s/" REPORT_FILE, h.state_dir);
    size_t size = 0;
    uint8_t *bytes = cut_vfs_bytes(path, &size);
    assert_non_null(bytes);
    memset(bytes + size / 3, 0x5A, size / 3);
    handheld_start(&h);
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    open_report('1');
    handheld_expect(&h, "¥" KEPT);
}

static void a_full_disk_makes_no_report_and_stops_nothing_else(void **state)
{
    (void)state;
    cut_vfs_fill(1);
    handheld_keys(&h, "7 1");
    handheld_expect(&h, _("No room for the report"));
    handheld_keys(&h, "ok");
    handheld_expect(&h, "¥" KEPT);
}

static void it_is_read_on_while_nobody_works_and_not_before(void **state)
{
    (void)state;
    assert_null(h.app->report_work);
    handheld_wait(&h, 59 * 1000);
    assert_null(h.app->report_work);
    handheld_wait(&h, 2 * 1000);
    assert_non_null(h.app->report_work);
    assert_false(report_is_busy(h.app));
    open_report('1');
    handheld_expect(&h, "¥" KEPT);
}

/* ---- stick ----------------------------------------------------------------------------------- */

static const char *only_file(const char *pattern)
{
    static char path[256];
    char where[192];
    glob_t found;
    snprintf(where, sizeof where, "%s/fieldtill/report/%s", dir, pattern);
    assert_int_equal(glob(where, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
    globfree(&found);
    return path;
}

/* What Python's reader makes of it: cells with | between, a row a line. */
static void read_table(const char *path)
{
    static const char program[] = "import csv,sys\n"
                                  "data=open(sys.argv[1],'rb').read()\n"
                                  "assert data[:3]==b'\\xef\\xbb\\xbf'\n"
                                  "assert data.count(b'\\n')==data.count(b'\\r\\n')\n"
                                  "for row in csv.reader(open(sys.argv[1],encoding='utf-8-sig',"
                                  "newline='')): print('|'.join(row))\n";
    command_run(&done, (const char *const[]){"python3", "-c", program, path, NULL});
    if (done.exit_code != 0)
        fail_msg("%s", done.output);
}

static void a_table_on_the_stick_is_read_back_as_it_was(void **state)
{
    (void)state;
    open_report('2');
    handheld_keys(&h, "f2 3");
    handheld_expect(&h, _("The report is on the stick"));
    handheld_expect(&h, "0031-collectors-20261123-20261123.csv");
    read_table(only_file("0031-collectors-20261123-20261123.csv"));
    assert_non_null(strstr(done.output, "1001|"));
    assert_non_null(strstr(done.output, "|" KEPT "|2.00|0.00|1|" UNDONE "|0031|2026-11-23|"));
}

static void a_second_one_gets_a_number_and_overwrites_nothing(void **state)
{
    (void)state;
    open_report('6');
    handheld_keys(&h, "f2 3 ok 3");
    handheld_expect(&h, "0031-exceptions-20261123-20261123-2.csv");
    (void)only_file("0031-exceptions-20261123-20261123.csv");
    read_table(only_file("0031-exceptions-20261123-20261123-2.csv"));
    assert_non_null(strstr(done.output, UNDONE));
}

static void a_sheet_on_the_stick_says_the_same(void **state)
{
    (void)state;
    open_report('2');
    handheld_keys(&h, "f2 4");
    handheld_expect(&h, _("The report is on the stick"));
    const char *path = only_file("0031-collectors-20261123-20261123.pdf");
    command_run(&done, (const char *const[]){"pdftotext", "-layout", path, "-", NULL});
    assert_int_equal(done.exit_code, 0);
    assert_non_null(strstr(done.output, _("Takings by collector")));
    assert_non_null(strstr(done.output, KEPT));
    assert_non_null(strstr(done.output, "0031"));
    char left[192];
    snprintf(left, sizeof left, "%s/report.pdf", h.state_dir);
    assert_int_not_equal(access(left, F_OK), 0);
}

static void no_number_of_a_sheet_is_cut(void **state)
{
    (void)state;
    open_report('6');
    handheld_keys(&h, "f2 4");
    handheld_expect(&h, _("The report is on the stick"));
    const char *path = only_file("0031-exceptions-20261123-20261123.pdf");
    command_run(&done, (const char *const[]){"pdftotext", "-layout", path, "-", NULL});
    assert_non_null(strstr(done.output, UNDONE));
    assert_non_null(strstr(done.output, "11-23 09:"));
    char number[RECEIPT_NUMBER_MAX];
    receipt_number_format("0031", first_receipt, number);
    assert_non_null(strstr(done.output, number));
    assert_null(strstr(done.output, "…"));
}

static void that_there_is_nothing_is_written_and_printed_too(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    snprintf(dir, sizeof dir, "/tmp/flow_reports.XXXXXX");
    assert_non_null(mkdtemp(dir));
    sim_stick_set(h.world, dir);
    open_report('6');
    handheld_expect(&h, _("No exceptions"));
    handheld_keys(&h, "f2 3");
    handheld_expect(&h, _("The report is on the stick"));
    read_table(only_file("0031-exceptions-20261123-20261123-1001.csv"));
    assert_null(strstr(strchr(done.output, '\n'), "|"));
    handheld_keys(&h, "ok 4");
    command_run(&done, (const char *const[]){
                           "pdftotext", "-layout",
                           only_file("0031-exceptions-20261123-20261123-1001.pdf"), "-", NULL});
    assert_non_null(strstr(done.output, _("Exceptions")));
    handheld_keys(&h, "ok 1");
    handheld_expect(&h, _("The report is printed"));
}

static void no_table_tells_what_is_still_to_be_counted(void **state)
{
    (void)state;
    open_report('7');
    handheld_keys(&h, "f2 3");
    read_table(only_file("0031-unsettled-20261123-20261123.csv"));
    assert_non_null(strstr(done.output, "|||||0031|"));
    assert_null(strstr(done.output, KEPT));
    assert_null(strstr(done.output, "378.42"));
    handheld_keys(&h, "ok cancel cancel 6"); /* nor by how much it is short */
    handheld_expect(&h, "—");
    handheld_expect_not(&h, "10.00");
    handheld_keys(&h, "f2 3");
    read_table(only_file("0031-exceptions-20261123-20261123.csv"));
    assert_null(strstr(done.output, "10.00"));
}

static void a_shift_that_is_open_has_nothing_counted(void **state)
{
    (void)state;
    open_report('7');
    handheld_keys(&h, "f2 3");
    handheld_expect(&h, _("The report is on the stick"));
    read_table(only_file("0031-unsettled-20261123-20261123-1001.csv"));
    assert_non_null(strstr(done.output, "|open|"));
    assert_non_null(strstr(done.output, "|" KEPT "||||0031|"));
}

static void a_file_where_our_folder_belongs_is_named(void **state)
{
    char where[256];
    (void)state;
    snprintf(where, sizeof where, "%s/fieldtill", dir);
    FILE *file = fopen(where, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    open_report('2');
    handheld_keys(&h, "f2 3");
    handheld_expect(&h, _("Something is in the way on this stick"));
    assert_int_equal(unlink(where), 0);
    handheld_keys(&h, "ok 3");
    handheld_expect(&h, _("The report is on the stick"));
}

static void a_stick_that_fails_is_named_and_the_report_stays(void **state)
{
    (void)state;
    open_report('2');
    handheld_keys(&h, "f2");
    sim_stick_fault(h.world, true, -1, -1);
    handheld_keys(&h, "3");
    handheld_expect(&h, _("The stick is write-protected"));
    sim_stick_set(h.world, dir);
    sim_stick_fault(h.world, false, 10, -1);
    handheld_keys(&h, "ok 3");
    handheld_expect(&h, _("The stick is full"));
    for (int calls = 1; calls <= 3; calls++) {
        sim_stick_set(h.world, dir);
        sim_stick_fault(h.world, false, -1, calls);
        handheld_keys(&h, "ok 3");
        handheld_expect(&h, _("The stick was taken out too early"));
    }
    sim_stick_set(h.world, NULL);
    handheld_keys(&h, "ok 4");
    handheld_expect(&h, _("There is no stick"));
    sim_stick_set(h.world, dir);
    handheld_keys(&h, "ok 3");
    handheld_expect(&h, _("The report is on the stick"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_supervised, end)
#define COLLECTOR_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* ---- the office ------------------------------------------------------------------------------ */

static void a_table_goes_to_the_office_with_its_mark(void **state)
{
    (void)state;
    open_report('2');
    handheld_keys(&h, "f2 5");
    handheld_expect(&h, _("The office has the report"));
    assert_int_equal(h.utility->reports, 1);
    assert_string_equal(h.utility->report.name, "0031-collectors-20261123-20261123.csv");
    assert_string_equal(h.utility->report.user, UTILITY_SUPERVISOR);
    assert_true(h.utility->report.at_s >= SIM_START_S);
    assert_memory_equal(h.utility->report_text, "\xEF\xBB\xBF", 3);
    assert_non_null(strstr(h.utility->report_text, "," KEPT ",2.00,0.00,1," UNDONE ","));
    handheld_keys(&h, "ok cancel");
    handheld_expect_screen(&h, "report");
}

static void whoever_does_not_wait_is_told_no_more(void **state)
{
    (void)state;
    open_report('2');
    h.utility->silent = true;
    handheld_keys(&h, "f2 5");
    handheld_expect(&h, _("On its way to the office"));
    handheld_keys(&h, "cancel");
    handheld_expect(&h, _("Table to the office"));
    utility_take_report(h.utility, h.utility->report_id);
    handheld_wait(&h, 100);
    handheld_expect(&h, _("Table to the office"));
    handheld_keys(&h, "5");
    handheld_expect(&h, _("On its way to the office"));
    utility_take_report(h.utility, h.utility->report_id - 1); /* of the one before */
    handheld_wait(&h, 100);
    handheld_expect(&h, _("On its way to the office"));
    h.utility->refuses = TILL_NOT_FOUND;
    utility_take_report(h.utility, h.utility->report_id);
    handheld_wait(&h, 100);
    handheld_expect(&h, _("The office takes no reports"));
}

static void why_it_is_not_there_is_said(void **state)
{
    (void)state;
    open_report('2');
    h.utility->refuses = TILL_TOO_LARGE;
    handheld_keys(&h, "f2 5");
    handheld_expect(&h, _("Too long for the line"));
    h.utility->refuses = TILL_DISK_FULL;
    handheld_keys(&h, "ok 5");
    handheld_expect(&h, _("The report was not sent"));
    handheld_expect(&h, _(status_text(TILL_DISK_FULL)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_day_s_takings_leave_out_what_was_undone),
        TEST(every_page_says_when_its_data_is_from_and_how_far_it_reaches),
        TEST(the_divisions_follow_one_another_by_one_key),
        TEST(a_collector_s_row_opens_their_own_report_and_back_comes_to_that_row),
        TEST(yesterday_and_last_month_are_empty_and_say_so),
        TEST(other_dates_are_typed_and_a_wrong_one_is_asked_again),
        TEST(the_day_s_exceptions_name_reversal_copy_and_shortage),
        TEST(kinds_can_be_chosen),
        TEST(an_exception_opens_what_is_known_of_its_paper),
        TEST(a_closed_shift_stays_unsettled_until_its_cash_is_handed_over),
        COLLECTOR_TEST(a_deposit_that_differs_is_found_among_the_exceptions),
        TEST(arrears_are_told_by_meter_book),
        COLLECTOR_TEST(a_collector_sees_their_own_and_no_arrears),
        COLLECTOR_TEST(nobody_gets_figures_while_somebody_counts),
        COLLECTOR_TEST(a_technician_has_no_reports),
        TEST(it_is_printed_compact_and_full),
        TEST(paper_that_ends_is_told_and_it_goes_on_from_there),
        cmocka_unit_test_teardown(a_terminal_that_took_nothing_has_empty_reports, end),
        TEST(a_clock_before_the_first_record_finds_nothing_and_says_of_when_it_is),
        TEST(a_lost_or_spoilt_file_is_made_anew),
        TEST(a_full_disk_makes_no_report_and_stops_nothing_else),
        COLLECTOR_TEST(it_is_read_on_while_nobody_works_and_not_before),
        TEST(a_table_on_the_stick_is_read_back_as_it_was),
        TEST(a_second_one_gets_a_number_and_overwrites_nothing),
        TEST(a_sheet_on_the_stick_says_the_same),
        TEST(no_number_of_a_sheet_is_cut),
        TEST(a_file_where_our_folder_belongs_is_named),
        TEST(no_table_tells_what_is_still_to_be_counted),
        COLLECTOR_TEST(a_shift_that_is_open_has_nothing_counted),
        COLLECTOR_TEST(who_counted_sees_their_own_count),
        cmocka_unit_test_teardown(that_there_is_nothing_is_written_and_printed_too, end),
        TEST(a_table_goes_to_the_office_with_its_mark),
        TEST(whoever_does_not_wait_is_told_no_more),
        TEST(why_it_is_not_there_is_said),
        TEST(a_stick_that_fails_is_named_and_the_report_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

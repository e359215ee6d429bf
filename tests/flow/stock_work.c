/*
 * What people do with numbered paper: ranges that come and go, numbers that end, a number that
 * differs, receipts written by hand, invoices that are wanted, and the count inside the close. Half
 * of it is what must not work.
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
#include "when.h"

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

static void receive(int type, const char *series, uint64_t first, uint64_t last)
{
    struct entry e;
    struct body_stock_range body = {.type = type, .first = first, .last = last, .other = "0"};
    text_copy(body.series, sizeof body.series, series);
    assert_int_equal(entry_write_stock_range(&e, KIND_STATIONERY_RECEIVED, &body), TILL_OK);
    assert_int_equal(ledger_append(h.app, &e), TILL_OK);
}

static int begin_numbered(void **state)
{
    begin(state);
    h.app->settings.numbered_receipts = true;
    receive(STOCK_RECEIPT, "B", 101, 200);
    return 0;
}

static uint64_t take_money(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    sim_paper_tear_off(h.world);
    return handheld_fold(&h)->last_receipt_seq;
}

static void expect_range(size_t i, uint64_t next, uint32_t used, uint32_t voided, uint32_t spoiled)
{
    assert_true(i < handheld_fold(&h)->stock_count);
    const struct fold_stock *r = &handheld_fold(&h)->stock[i];
    assert_int_equal(r->next, next);
    assert_int_equal(r->used, used);
    assert_int_equal(r->voided, voided);
    assert_int_equal(r->spoiled, spoiled);
}

static void open_stock(void)
{
    handheld_keys(&h, "6");
    handheld_choose(&h, _("Numbered paper"));
    handheld_expect_screen(&h, "stock");
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static void an_issued_range_is_offered_and_taken_over_by_one_key(void **state)
{
    struct book_stock *issue = &h.utility->stock[0];
    (void)state;
    *issue = (struct book_stock){.issue = 3, .type = STOCK_RECEIPT, .first = 1001, .last = 1100};
    text_copy(issue->series, sizeof issue->series, "KX");
    text_copy(issue->user, sizeof issue->user, UTILITY_USER);
    h.utility->stock_count = 1;
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
    uint64_t before = handheld_head(&h);
    open_stock();
    handheld_expect(&h, _("No numbered paper in hand"));
    handheld_keys(&h, "f1");
    handheld_expect(&h, "KX-00001001");
    handheld_keys(&h, "1");
    handheld_expect_not(&h, _("Not issued to this terminal"));
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1, "stationery_received");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "KX-00001001");
    handheld_expect(&h, "100 left");
    handheld_keys(&h, "f1"); /* what came is not offered again */
    handheld_expect_not(&h, "KX-00001001");
}

/* Receipt paper, series B (the 2 turned twice). */
static void type_first(const char *digits)
{
    handheld_keys(&h, "f1 1 2 up up *");
    handheld_type(&h, digits);
    handheld_keys(&h, "ok");
}

static void a_range_that_was_not_issued_is_taken_over_and_told_to_the_office(void **state)
{
    struct body_anomaly anomaly;
    struct entry e;
    (void)state;
    uint64_t before = handheld_head(&h);
    open_stock();
    type_first("501");
    handheld_type(&h, "600");
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "B-00000501");
    handheld_expect(&h, _("Not issued to this terminal"));
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1, "stationery_received anomaly");
    handheld_entry(&h, before + 2, &e);
    assert_int_equal(entry_read_anomaly(&e, &anomaly), TILL_OK);
    assert_non_null(strstr(anomaly.text, "B-00000501"));
    expect_range(0, 501, 0, 0, 0);
}

static void what_is_no_range_is_not_taken_over(void **state)
{
    (void)state;
    uint64_t before = handheld_head(&h);
    open_stock();
    handheld_keys(&h, "f1 1 * ok"); /* a dash alone */
    handheld_expect(&h, _("A series and digits, as on the paper: B-00012345."));
    handheld_keys(&h, "clear 2 up up ok"); /* a letter alone */
    handheld_expect(&h, _("A series and digits, as on the paper: B-00012345."));
    handheld_scan(&h, "https://example.org/?q=B-1");
    handheld_expect(&h, _("A series and digits, as on the paper: B-00012345."));
    handheld_keys(&h, "* 0 ok"); /* number 0 */
    handheld_expect(&h, _("A series and digits, as on the paper: B-00012345."));
    handheld_keys(&h, "clear");
    handheld_type(&h, "501");
    handheld_keys(&h, "ok");
    handheld_type(&h, "500"); /* before the first */
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("The last number of the same series, not before the first."));
    handheld_keys(&h, "clear clear clear");
    handheld_type(&h, "10501"); /* one too many */
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("At most 10,000 at once: take them over in parts."));
    handheld_keys(&h, "clear clear clear clear clear");
    handheld_type(&h, "999999999999"); /* and far too many */
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("At most 10,000 at once: take them over in parts."));
    handheld_keys(&h, "cancel cancel cancel cancel cancel");
    handheld_expect_kinds(&h, before + 1, "");
}

static void ranges_that_overlap_are_refused(void **state)
{
    (void)state;
    open_stock();
    type_first("150");
    handheld_type(&h, "300");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Some of these are in hand already."));
    assert_int_equal(handheld_fold(&h)->stock_count, 1);
}

static void numbers_that_were_used_here_never_come_again(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    open_stock();
    type_first("50");
    handheld_type(&h, "101");
    handheld_keys(&h, "ok 0 ok ok");
    handheld_expect(&h, _("Some of these numbers were used here before."));
    assert_int_equal(handheld_fold(&h)->stock_count, 1);
}

static void the_unused_end_goes_back_and_what_was_used_stays(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    open_stock();
    handheld_keys(&h, "ok 2"); /* give back; the next number is offered */
    handheld_expect(&h, "B-00000102");
    handheld_keys(&h, "2 up up * 1 0 1 ok");
    handheld_expect(&h, _("Only unused numbers of this range go back, up to its end."));
    for (int i = 0; i < 5; i++)
        handheld_keys(&h, "clear");
    handheld_keys(&h, "2 up up * 1 5 1 ok 0 ok ok");
    handheld_expect(&h, _("Recorded"));
    assert_int_equal(handheld_fold(&h)->stock[0].last, 150);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "49 left");
}

/* ---- numbers that end ------------------------------------------------------------------------ */

static void a_torn_number_ends_unused_and_the_next_print_passes_it(void **state)
{
    (void)state;
    open_stock();
    handheld_keys(&h, "f2"); /* the next number is offered */
    handheld_expect(&h, "B-00000101");
    handheld_keys(&h, "ok 5"); /* nobody can give back what they never had */
    handheld_expect_screen(&h, "stock_end");
    handheld_keys(&h, "4 ok");
    handheld_expect(&h, _("Recorded"));
    expect_range(0, 102, 0, 0, 1);
    handheld_keys(&h, "ok f2");
    for (int i = 0; i < 12; i++)
        handheld_keys(&h, "clear");
    handheld_keys(&h, "2 up up * 1 0 1 ok");
    handheld_expect(&h, _("That number has ended already."));
    for (int i = 0; i < 5; i++)
        handheld_keys(&h, "clear");
    handheld_keys(&h, "2 up up * 1 5 0 ok");
    handheld_expect(&h, _("Unused ones end in their order"));
    handheld_keys(&h, "clear clear clear 9 9 9 ok");
    handheld_expect(&h, _("This terminal never had that number."));
    expect_range(0, 102, 0, 0, 1);
}

static void a_number_whose_payment_stands_ends_only_with_its_receipt(void **state)
{
    struct flow_entries entries = {.count = 1};
    struct body_stock_ended body = {.number = {.type = STOCK_RECEIPT, .series = "B", .number = 101},
                                    .reason = SPOIL_WITHDRAWN};
    struct entry first;
    (void)state;
    body.seq = take_money(CUSTOMER_PLAIN);
    uint64_t before = handheld_head(&h);
    open_stock();
    handheld_keys(&h, "f2 2 up up * 1 0 1 ok");
    handheld_expect(&h, _("Its payment stands"));
    handheld_expect(&h, "¥186.42");
    handheld_keys(&h, "5");
    handheld_expect(&h, _("Its payment stands"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, _("Reverse"));
    handheld_expect_kinds(&h, before + 1, "");
    /* nor behind the screen's back */
    assert_int_equal(entry_write_stock_ended(&entries.list[0], KIND_STATIONERY_VOIDED, &body),
                     TILL_OK);
    assert_int_equal(ledger_commit_entries(h.app, &entries, &first), TILL_REFUSED);
    handheld_keys(&h, "ok 5 ok"); /* the reprint voids it */
    expect_range(0, 103, 1, 1, 0);
    handheld_keys(&h, "ok cancel");
    handheld_keys(&h, "f2 2 up up * 1 0 1 ok");
    handheld_expect(&h, _("That number has ended already."));
    expect_range(0, 103, 1, 1, 0);
}

/* ---- screen against hand --------------------------------------------------------------------- */

static void what_lies_in_the_printer_counts_forwards_and_back(void **state)
{
    (void)state;
    open_stock();
    handheld_keys(&h, "ok 4 1 1 0 ok 3");
    handheld_expect(&h, _("Number in hand"));
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Recorded"));
    expect_range(0, 110, 0, 0, 9);
    handheld_keys(&h, "ok ok 4 1 0 5 ok 6 ok");
    handheld_expect(&h, _("Recorded"));
    expect_range(0, 105, 0, 0, 4);
    handheld_keys(&h, "ok cancel cancel");
    take_money(CUSTOMER_PLAIN);
    open_stock();
    handheld_keys(&h, "ok 4 1 0 5 ok 6 ok"); /* that one is with a customer */
    handheld_expect(&h, _("Some of these numbers were used, or never came here."));
    expect_range(0, 106, 1, 0, 4);
    handheld_keys(&h, "cancel cancel clear clear clear 9 0 ok 6 ok"); /* never ours */
    handheld_expect(&h, _("Some of these numbers were used, or never came here."));
    handheld_keys(&h, "cancel cancel clear clear 2 0 2 ok");
    handheld_expect(&h, _("Beyond the end of this range. Take the other range over."));
    handheld_keys(&h, "clear 1 ok 6 ok"); /* 201: all are gone */
    expect_range(0, 201, 1, 0, 99);
}

/* ---- by hand --------------------------------------------------------------------------------- */

static void open_manual(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "f1");
    handheld_choose(&h, _("Manual receipt"));
    handheld_expect_screen(&h, "manual");
}

static void a_paper_written_by_hand_is_entered_with_its_own_time(void **state)
{
    struct body_manual_receipt body;
    struct entry e;
    struct customer_view view;
    char account[ACCOUNT_MAX];
    (void)state;
    receive(STOCK_MANUAL, "", 7, 9);
    uint64_t before = handheld_head(&h);
    open_manual(CUSTOMER_PLAIN);
    handheld_expect(&h, "00000007");
    handheld_keys(&h, "ok 1 0 0 ok 1 1 2 3 0 8 1 5 ok 1");
    handheld_expect(&h, "¥100.00");
    handheld_expect_not(&h, _("It can be entered; the office will ask."));
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1, "manual_receipt");
    handheld_entry(&h, before + 1, &e);
    assert_int_equal(entry_read_manual_receipt(&e, &body), TILL_OK);
    assert_string_equal(body.number, "00000007");
    assert_int_equal(body.taken_at_s, e.at_s - e.at_s % 60 - 45 * 60);
    assert_int_equal(handheld_cash(&h), 10000 + 10000);
    expect_range(0, 8, 1, 0, 0);
    utility_account(CUSTOMER_PLAIN, account);
    assert_int_equal(roster_customer(h.app, account, &view), TILL_OK);
    assert_int_equal(view.arrears.due_minor, 8642);
    handheld_keys(&h, "ok");
    open_manual(CUSTOMER_PLAIN);
    handheld_keys(&h, "7 ok");
    handheld_expect(&h, _("That paper was entered already."));
    for (int i = 0; i < 8; i++)
        handheld_keys(&h, "clear");
    handheld_keys(&h, "9 ok");
    handheld_expect(&h, _("Papers before it are not entered"));
}

static void the_late_fee_of_a_manual_receipt_stops_when_the_money_was_taken(void **state)
{
    struct body_manual_receipt body;
    struct entry e;
    (void)state;
    receive(STOCK_MANUAL, "", 7, 9);
    open_manual(CUSTOMER_LATE); /* 100.00 and 20 days of fee today */
    handheld_keys(&h, "ok 1 0 2 ok 1 1 2 0 1 0 0 0 ok 2 ok");
    handheld_entry(&h, handheld_head(&h) - 1, &e);
    assert_int_equal(entry_read_manual_receipt(&e, &body), TILL_OK);
    assert_in_range(body.late_fee_minor, 1, 199);
}

static void an_unissued_number_or_an_old_day_is_entered_and_marked(void **state)
{
    struct body_anomaly anomaly;
    struct entry e;
    (void)state;
    uint64_t before = handheld_head(&h);
    open_manual(CUSTOMER_PLAIN);
    handheld_keys(&h, "8 8 8 ok 5 0 ok 1 1 2 1 1 2 0 0 ok 5");
    handheld_expect(&h, _("A number not issued here, and taken before this shift's day"));
    handheld_expect(&h, _("It can be entered; the office will ask."));
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1, "manual_receipt anomaly");
    handheld_entry(&h, before + 2, &e);
    assert_int_equal(entry_read_anomaly(&e, &anomaly), TILL_OK);
    assert_non_null(strstr(anomaly.text, "00000888"));
    assert_non_null(strstr(anomaly.text, "not issued"));
    assert_non_null(strstr(anomaly.text, "old day"));
}

static void what_is_no_manual_receipt_is_not_entered(void **state)
{
    (void)state;
    uint64_t before = handheld_head(&h);
    open_manual(CUSTOMER_PLAIN);
    handheld_keys(&h, "* ok");
    handheld_expect(&h, _("A series and digits, as on the paper: B-00012345."));
    handheld_keys(&h, "clear 5 ok 0 ok");
    handheld_expect(&h, _("Type the sum; * is the decimal point."));
    handheld_keys(&h, "clear 5 ok 1 3 4 0 9 9 9 9 ok"); /* no such day */
    handheld_expect(&h, "8 digits, not in the future");
    for (int i = 0; i < 8; i++)
        handheld_keys(&h, "clear");
    handheld_keys(&h, "1 1 2 4 1 0 0 0 ok"); /* tomorrow */
    handheld_expect(&h, "8 digits, not in the future");
    for (int i = 0; i < 8; i++)
        handheld_keys(&h, "clear");
    handheld_keys(&h, "0 8 0 1 1 0 0 0 ok"); /* in August */
    handheld_expect(&h, "8 digits, not in the future");
    handheld_keys(&h, "cancel cancel cancel");
    handheld_expect_kinds(&h, before + 1, "");
}

/* As it is done at the office's desk: the sum on paper, typed with a digit too many. */
static void a_sum_far_above_what_is_owed_is_asked_about_twice(void **state)
{
    (void)state;
    uint64_t before = handheld_head(&h);
    open_manual(CUSTOMER_PLAIN); /* owes 186.42 */
    handheld_keys(&h, "8 8 8 ok 9 3 2 * 1 1 ok");
    handheld_expect(&h, _("Is this sum right?"));
    handheld_keys(&h, "cancel clear 0 ok"); /* five times what is owed */
    handheld_expect(&h, _("When: month day hour minute"));
    handheld_keys(&h, "cancel clear clear clear clear clear clear 9 9 9 ok ok"); /* it is right */
    handheld_expect(&h, _("When: month day hour minute"));
    handheld_expect_kinds(&h, before + 1, "");
}

static void the_limit_of_one_receipt_holds_for_one_written_by_hand(void **state)
{
    struct flow_entries entries = {.count = 1};
    struct body_manual_receipt body = {
        .amount_minor = 50001, .number = "00000888", .reason = "x", .taken_at_s = 0};
    struct entry first;
    (void)state;
    h.app->ordered.serial = 1;
    h.app->ordered.value[LIMIT_RECEIPT] = 50000;
    h.app->ordered.value[LIMIT_CASH] = 20000;
    open_manual(CUSTOMER_PLAIN);
    handheld_keys(&h, "8 8 8 ok 5 0 0 * 0 1 ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, "¥500.00 at most");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "limits");
    utility_account(CUSTOMER_PLAIN, body.account);
    body.taken_at_s = h.app->facts.now_s;
    assert_int_equal(entry_write_manual_receipt(&entries.list[0], &body), TILL_OK);
    assert_int_equal(ledger_commit_entries(h.app, &entries, &first), TILL_LIMIT_REACHED);
    assert_int_equal(handheld_count(&h, KIND_MANUAL_RECEIPT), 0);
    /* cash above its limit hinders nothing: it is there */
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "manual");
    handheld_keys(&h, "clear clear clear clear clear clear 4 9 9 ok 1 1 2 3 0 8 1 5 ok 1");
    handheld_expect(&h, "hand cash in next");
    handheld_expect(&h, _("A number that was not issued here"));
    handheld_keys(&h, "ok");
    assert_int_equal(handheld_count(&h, KIND_MANUAL_RECEIPT), 1);
}

static uint64_t write_by_hand(void)
{
    receive(STOCK_MANUAL, "M", 7, 9);
    open_manual(CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 3 0 0 ok 1 1 2 3 0 8 1 5 ok 1 ok");
    uint64_t seq = handheld_head(&h);
    handheld_keys(&h, "ok cancel cancel cancel cancel");
    handheld_expect_screen(&h, "home");
    return seq;
}

static void what_was_written_by_hand_is_found_again_and_corrected_by_the_office(void **state)
{
    char text[32];
    (void)state;
    uint64_t seq = write_by_hand();
    handheld_keys(&h, "6 4");
    snprintf(text, sizeof text, "%llu", (unsigned long long)seq);
    handheld_type(&h, text);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Manual receipt"));
    handheld_expect(&h, "M-00000007");
    handheld_expect(&h, "08:15");
    handheld_expect(&h, "¥300.00");
    handheld_expect_not(&h, _("Print again"));
    handheld_keys(&h, "cancel 4");
    handheld_scan(&h, "M-00000007"); /* the paper's own number */
    handheld_expect(&h, _("Manual receipt"));
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "correction");
    handheld_keys(&h, "2 ok");
    assert_int_equal(handheld_count(&h, KIND_CORRECTION_REQUEST), 1);
}

/* Of 300.00 the bill takes 186.42: the rest is an advance, in Z and reports as at the office. */
static void what_was_written_by_hand_is_counted_as_what_it_paid(void **state)
{
    struct shift_sums sums;
    struct body_shift_totals totals = {0};
    struct entry e;
    (void)state;
    (void)write_by_hand();
    const struct fold_user *user = fold_current(handheld_fold(&h));
    assert_int_equal(shift_work(h.app, user, &sums), TILL_OK);
    assert_int_equal(shift_sums_write(&sums, &totals, &e), TILL_OK);
    assert_int_equal(totals.advance_minor, 30000 - 18642);
    assert_string_equal(totals.types, "1:18642");
    assert_string_equal(totals.months, "202610:18642");
}

/* ---- invoices -------------------------------------------------------------------------------- */

static void who_wants_an_invoice_is_noted(void **state)
{
    struct body_invoice_request body;
    struct entry e;
    (void)state;
    uint64_t seq = take_money(CUSTOMER_PLAIN);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 0");
    handheld_expect_screen(&h, "invoice");
    handheld_keys(&h, "1");
    handheld_scan(&h, "翠湖食品有限公司");
    handheld_expect(&h, "翠湖食品有限公司");
    handheld_keys(&h, "ok 9 1 5 3 2 up ok");
    handheld_scan(&h, "cw@example.cn");
    handheld_keys(&h, "ok ok");
    handheld_expect(&h, _("√ Noted"));
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_invoice_request(&e, &body), TILL_OK);
    assert_int_equal(body.seq, seq);
    assert_true(body.electronic);
    assert_string_equal(body.title, "翠湖食品有限公司");
    assert_string_equal(body.tax_number, "9153A");
    assert_string_equal(body.send_to, "cw@example.cn");
}

static void no_second_invoice_is_asked_for_while_one_stands(void **state)
{
    (void)state;
    h.app->settings.numbered_invoices = true;
    h.utility->papers[CUSTOMER_RESIDENT] = SITE_PAPER_BOTH;
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
    receive(STOCK_INVOICE, "C", 1, 9);
    take_money(CUSTOMER_PLAIN);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "f1 0 1 ok ok 1 3 8 0 0 1 ok ok");
    handheld_expect(&h, _("Not noted"));
    assert_int_equal(handheld_count(&h, KIND_INVOICE_REQUEST), 0);
}

/* ---- the count ------------------------------------------------------------------------------- */

static void begin_close(void)
{
    handheld_keys(&h, "f1 ok");
    handheld_expect_screen(&h, "close_notes");
    handheld_keys(&h, "f1 f1");
    handheld_expect_screen(&h, "close_stock");
}

static void the_close_counts_each_series_and_tells_no_sum(void **state)
{
    struct body_stock_counted body;
    struct entry e;
    (void)state;
    receive(STOCK_INVOICE, "C", 1, 9);
    take_money(CUSTOMER_PLAIN);
    uint64_t second = take_money(CUSTOMER_TWO);
    take_money(CUSTOMER_LARGE);
    handheld_keys(&h, "3 down ok"); /* the second is printed anew: its paper tore */
    handheld_expect_screen(&h, "stock_end");
    handheld_keys(&h, "4 ok ok");
    assert_true(second > 0);
    begin_close();
    handheld_expect(&h, "B-00000105");
    handheld_expect_not(&h, "186.42");
    handheld_expect_not(&h, "732.99");
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "C-00000001");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "close_stands");
    handheld_expect_kinds(&h, before + 1, "stationery_counted stationery_counted cash_count");
    handheld_entry(&h, before + 1, &e);
    assert_int_equal(entry_read_stock_counted(&e, &body), TILL_OK);
    assert_int_equal(body.used, 3);
    assert_int_equal(body.spoiled, 1);
    assert_int_equal(body.voided, 0);
    assert_int_equal(body.unused, 96);
    assert_int_equal(body.face_minor, 18642 + 13370 + 41288);
}

static void a_number_that_differs_at_the_count_is_corrected_there(void **state)
{
    struct body_stock_counted body;
    struct entry e;
    (void)state;
    begin_close();
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "f1 1 0 3 ok 3 ok ok");
    handheld_expect_screen(&h, "close_stock");
    handheld_expect(&h, "B-00000103");
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1, "stationery_adjusted stationery_counted cash_count");
    handheld_entry(&h, before + 2, &e);
    assert_int_equal(entry_read_stock_counted(&e, &body), TILL_OK);
    assert_int_equal(body.spoiled, 2);
}

/* The end of the first is the beginning of the second: each has its own figures. */
static void what_is_used_up_is_counted_and_forgotten(void **state)
{
    struct body_stock_counted first, second;
    struct entry e;
    (void)state;
    h.app->settings.numbered_receipts = true;
    receive(STOCK_RECEIPT, "B", 101, 101);
    receive(STOCK_RECEIPT, "B", 102, 103);
    take_money(CUSTOMER_PLAIN);
    uint64_t before = handheld_head(&h) + 1; /* the count begins */
    handheld_keys(&h, "f1 ok f1 f1 ok");
    handheld_expect(&h, "B-00000102");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "close_stands");
    handheld_entry(&h, before + 1, &e);
    assert_int_equal(entry_read_stock_counted(&e, &first), TILL_OK);
    handheld_entry(&h, before + 2, &e);
    assert_int_equal(entry_read_stock_counted(&e, &second), TILL_OK);
    assert_int_equal(first.used, 1);
    assert_int_equal(first.unused, 0);
    assert_int_equal(first.face_minor, 18642);
    assert_int_equal(second.used, 0);
    assert_int_equal(second.unused, 2);
    assert_int_equal(second.face_minor, 0);
    assert_int_equal(handheld_fold(&h)->stock_count, 1);
    expect_range(0, 102, 0, 0, 0);
}

static void a_supervisor_alone_switches_to_plain_paper(void **state)
{
    (void)state;
    open_stock();
    handheld_keys(&h, "ok 6");
    assert_true(h.app->settings.numbered_receipts);
    handheld_keys(&h, "cancel cancel 6 f1");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    if (strcmp(handheld_screen(&h), "shift") == 0)
        handheld_keys(&h, "ok");
    open_stock();
    handheld_keys(&h, "ok 6");
    assert_false(h.app->settings.numbered_receipts);
    assert_int_equal(handheld_count(&h, KIND_SETTINGS_CHANGED), 1);
}

static void the_sheet_says_what_is_in_hand(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    open_stock();
    handheld_keys(&h, "ok 5");
    handheld_expect_paper(&h, _("Stationery sheet"));
    handheld_expect_paper(&h, "B-00000102");
    handheld_expect_paper(&h, "186.42");
}

/* After the close the sheet of what is in hand begins anew: its count is in the journal. */
static void the_sheet_of_the_last_count_says_what_the_close_counted(void **state)
{
    (void)state;
    open_stock();
    handheld_keys(&h, "ok 8");
    handheld_expect(&h, "No numbers were counted yet");
    handheld_keys(&h, "cancel cancel cancel");
    take_money(CUSTOMER_PLAIN);
    begin_close();
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "close_result");
    handheld_keys(&h, "ok 5 ok");
    handheld_expect_screen(&h, "paper");
    free(handheld_tear_off(&h));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "ok");
    open_stock();
    handheld_keys(&h, "ok 8");
    handheld_expect_paper(&h, "As counted");
    handheld_expect_paper(&h, "B-00000102");
    handheld_expect_paper(&h, "186.42");
}

/* ---- exceptions ------------------------------------------------------------------------------ */

/* The exceptions of one kind, the newest opened. */
static void open_exception(enum report_exception_kind kind)
{
    handheld_keys(&h, "7 6 f1");
    handheld_choose(&h, _(report_exception_text(kind)));
    handheld_keys(&h, "f1 ok");
    handheld_expect_screen(&h, "report_row");
}

static void close_exception(void)
{
    handheld_keys(&h, "cancel cancel cancel cancel cancel cancel");
    handheld_expect_screen(&h, "home");
}

static void an_exception_about_numbers_names_them_and_why(void **state)
{
    (void)state;
    open_stock();
    handheld_keys(&h, "f2 ok 4 ok ok");         /* 101 is torn */
    handheld_keys(&h, "ok 4 1 0 9 ok 3 ok ok"); /* 102 to 108 are passed over */
    handheld_keys(&h, "ok 4 1 0 2 ok 6 ok ok"); /* and come back */
    handheld_keys(&h, "cancel cancel cancel");
    open_exception(REPORT_STATIONERY);
    handheld_expect(&h, "B-00000102 – B-00000108");
    handheld_expect(&h, _("Came back"));
    handheld_keys(&h, "right");
    handheld_expect(&h, "B-00000102 – B-00000108");
    handheld_expect(&h, _("Passed over"));
    handheld_keys(&h, "right");
    handheld_expect(&h, "B-00000101");
    handheld_expect(&h, _(spoil_reason_text(SPOIL_TORN)));
    close_exception();
}

static void an_exception_about_a_receipt_by_hand_says_what_is_odd(void **state)
{
    (void)state;
    open_manual(CUSTOMER_PLAIN);
    handheld_keys(&h, "8 8 8 ok 5 0 ok 1 1 2 1 1 2 0 5 ok 2 ok ok");
    handheld_keys(&h, "cancel cancel cancel cancel");
    open_exception(REPORT_MANUAL);
    handheld_expect(&h, "00000888");
    handheld_expect(&h, "11-21 12:05");
    handheld_expect(&h, _("Terminal broken"));
    close_exception();
    open_exception(REPORT_ANOMALY);
    handheld_expect(&h, "00000888");
    handheld_expect(&h, _("By hand on a number not issued here, on an earlier day"));
    handheld_expect_not(&h, _("Not found. Check what was typed."));
    close_exception();
    open_stock();
    type_first("501");
    handheld_type(&h, "600");
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok ok ok cancel cancel cancel");
    open_exception(REPORT_ANOMALY);
    handheld_expect(&h, "B-00000501 +99");
    handheld_expect(&h, _("Taken over, though not issued here"));
}

#define PLAIN(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_numbered, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(an_issued_range_is_offered_and_taken_over_by_one_key),
        PLAIN(a_range_that_was_not_issued_is_taken_over_and_told_to_the_office),
        PLAIN(what_is_no_range_is_not_taken_over),
        TEST(ranges_that_overlap_are_refused),
        TEST(numbers_that_were_used_here_never_come_again),
        TEST(the_unused_end_goes_back_and_what_was_used_stays),
        TEST(a_torn_number_ends_unused_and_the_next_print_passes_it),
        TEST(a_number_whose_payment_stands_ends_only_with_its_receipt),
        TEST(what_lies_in_the_printer_counts_forwards_and_back),
        PLAIN(a_paper_written_by_hand_is_entered_with_its_own_time),
        PLAIN(the_late_fee_of_a_manual_receipt_stops_when_the_money_was_taken),
        PLAIN(an_unissued_number_or_an_old_day_is_entered_and_marked),
        PLAIN(what_is_no_manual_receipt_is_not_entered),
        PLAIN(a_sum_far_above_what_is_owed_is_asked_about_twice),
        PLAIN(the_limit_of_one_receipt_holds_for_one_written_by_hand),
        PLAIN(what_was_written_by_hand_is_found_again_and_corrected_by_the_office),
        PLAIN(what_was_written_by_hand_is_counted_as_what_it_paid),
        PLAIN(who_wants_an_invoice_is_noted),
        TEST(no_second_invoice_is_asked_for_while_one_stands),
        TEST(the_close_counts_each_series_and_tells_no_sum),
        TEST(a_number_that_differs_at_the_count_is_corrected_there),
        PLAIN(what_is_used_up_is_counted_and_forgotten),
        TEST(a_supervisor_alone_switches_to_plain_paper),
        TEST(the_sheet_says_what_is_in_hand),
        TEST(the_sheet_of_the_last_count_says_what_the_close_counted),
        TEST(an_exception_about_numbers_names_them_and_why),
        PLAIN(an_exception_about_a_receipt_by_hand_says_what_is_odd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

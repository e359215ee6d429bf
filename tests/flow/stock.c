/*
 * Numbered paper: which number each paper takes, what becomes of it when the paper is no good, what
 * is done when numbers run out, and what people do with ranges and numbers.
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
static uint64_t seq; /* of the receipt */

static void publish(void)
{
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
}

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

/* Receipts on paper B 101 to 200. */
static int begin_numbered(void **state)
{
    begin(state);
    h.app->settings.numbered_receipts = true;
    receive(STOCK_RECEIPT, "B", 101, 200);
    return 0;
}

static void take_money(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    seq = handheld_fold(&h)->last_receipt_seq;
}

static const struct fold_stock *range(size_t i)
{
    assert_true(i < handheld_fold(&h)->stock_count);
    return &handheld_fold(&h)->stock[i];
}

static void expect_range(size_t i, uint64_t next, uint32_t used, uint32_t voided, uint32_t spoiled)
{
    const struct fold_stock *r = range(i);
    assert_int_equal(r->next, next);
    assert_int_equal(r->used, used);
    assert_int_equal(r->voided, voided);
    assert_int_equal(r->spoiled, spoiled);
}

static void expect_paper_with(const char *text, const char *without)
{
    char *paper = handheld_tear_off(&h);
    if (!strstr(paper, text) || (without && strstr(paper, without)))
        fail_msg("\"%s\" and not \"%s\" should be on:\n%s", text, without ? without : "", paper);
    free(paper);
}

/* ---- what a print takes ---------------------------------------------------------------------- */

static void a_receipt_takes_the_next_number_in_its_own_transaction(void **state)
{
    (void)state;
    uint64_t before = handheld_head(&h);
    take_money(CUSTOMER_PLAIN);
    handheld_expect_kinds(&h, before + 1, "collection stationery_used print_done");
    expect_paper_with("B-00000101", NULL);
    expect_range(0, 102, 1, 0, 0);
    handheld_keys(&h, "ok");
    take_money(CUSTOMER_TWO);
    expect_paper_with("B-00000102", NULL);
}

static void plain_paper_takes_no_number(void **state)
{
    (void)state;
    receive(STOCK_RECEIPT, "B", 101, 200);
    uint64_t before = handheld_head(&h);
    take_money(CUSTOMER_PLAIN);
    handheld_expect_kinds(&h, before + 1, "collection print_done");
    expect_paper_with(_("Electricity receipt"), "B-0");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "paper");
    expect_paper_with("DUPLICATE 1", "B-0");
}

static void training_takes_no_number(void **state)
{
    (void)state;
    h.app->training = true;
    take_money(CUSTOMER_PLAIN);
    handheld_expect(&h, _("√ Training: not counted"));
    handheld_expect_not(&h, _("√ Money taken"));
    handheld_expect_not(&h, "of the shift");
    expect_paper_with("TRAINING", "B-0");
    handheld_keys(&h, "f1");
    expect_paper_with("DUPLICATE 1", "B-0");
    expect_range(0, 101, 0, 0, 0);
}

static void each_receipt_of_a_basket_takes_its_own(void **state)
{
    (void)state;
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "6 3 8 4 0 ok 8 7 7 ok 9 1 4 ok ok 1 0 0 ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_kinds(&h, before + 1,
                          "collection collection collection stationery_used print_done "
                          "stationery_used print_done stationery_used print_done");
    char *paper = handheld_tear_off(&h);
    assert_int_equal(handheld_times(paper, "B-00000101"), 1);
    assert_int_equal(handheld_times(paper, "B-00000102"), 1);
    assert_int_equal(handheld_times(paper, "B-00000103"), 1);
    free(paper);
}

static void a_basket_for_which_the_numbers_do_not_last_is_not_taken(void **state)
{
    (void)state;
    h.app->settings.numbered_receipts = true;
    receive(STOCK_RECEIPT, "B", 101, 102);
    handheld_keys(&h, "6 3 8 4 0 ok 8 7 7 ok 9 1 4 ok ok 1 0 0 ok");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 0);
    handheld_expect(&h, "numbered paper");
}

/* ---- papers that are no good ----------------------------------------------------------------- */

static void mend_printer(void)
{
    sim_printer_set(h.world, SIM_PRINTER_OK);
    sim_paper_tear_off(h.world);
    handheld_wait(&h, 1000);
}

static void a_jammed_paper_spoils_its_number_and_the_reprint_takes_the_next(void **state)
{
    (void)state;
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    handheld_expect(&h, "B-00000101 counts as spoiled");
    uint64_t before = handheld_head(&h);
    mend_printer();
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1,
                          "stationery_spoiled duplicate stationery_used print_done");
    expect_paper_with("B-00000102", "B-00000101");
    expect_range(0, 103, 1, 0, 1);
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 1);
}

static void a_paper_that_jams_twice_spoils_two(void **state)
{
    (void)state;
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    mend_printer();
    sim_paper_left(h.world, 300, -1);
    handheld_keys(&h, "ok");
    mend_printer();
    handheld_keys(&h, "ok");
    expect_paper_with("B-00000103", "B-00000102");
    expect_range(0, 104, 1, 0, 2);
}

static void a_number_of_which_nothing_came_out_stays(void **state)
{
    (void)state;
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    mend_printer();
    handheld_keys(&h, "f2");
    expect_paper_with("B-00000101", NULL);
    expect_range(0, 102, 1, 0, 0);
}

static void a_jam_that_is_left_for_later_asks_from_the_list(void **state)
{
    (void)state;
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    handheld_keys(&h, "f1");
    mend_printer();
    handheld_keys(&h, "3 ok");
    handheld_expect_screen(&h, "stock_end");
    handheld_keys(&h, "1 ok");
    handheld_expect_screen(&h, "paper");
    expect_paper_with("B-00000102", "B-00000101");
    expect_range(0, 103, 1, 0, 1);
}

static void a_paper_that_was_handed_over_is_printed_again_only_when_it_is_void(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "stock_end");
    handheld_expect(&h, "B-00000101");
    assert_int_equal(handheld_count(&h, KIND_DUPLICATE), 0);
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "paper");
    handheld_expect_no_paper(&h);
    handheld_keys(&h, "f1 5");
    handheld_expect(&h, "with all its copies?");
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_kinds(&h, before + 1, "stationery_voided duplicate stationery_used print_done");
    expect_paper_with("B-00000102", "B-00000101");
    expect_range(0, 103, 1, 1, 0);
}

static void the_challenge_tells_the_number_and_asks_for_it_before_a_copy(void **state)
{
    (void)state;
    take_money(CUSTOMER_PLAIN);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok 3 f1");
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, "B-00000101");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "stock_end");
    handheld_keys(&h, "2 ok");
    expect_paper_with("B-00000102", NULL);
    expect_range(0, 103, 1, 0, 1);
}

/* ---- power ----------------------------------------------------------------------------------- */

static void stop_while_it_prints(void)
{
    int64_t wait_ms;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    sim_print_speed(h.world, 0, 100);
    sim_advance(h.world, PERSON_MS);
    sim_press(h.world, PAD_OK);
    for (int i = 0; i < 2; i++)
        app_step(h.app, &wait_ms);
    handheld_cut_power(&h);
    sim_print_speed(h.world, 0, 0);
    handheld_audit(&h, true);
    handheld_start(&h);
    handheld_login(&h);
    handheld_expect_screen(&h, "paper");
}

static void after_a_power_cut_the_number_is_named_and_ok_takes_the_next(void **state)
{
    (void)state;
    h.app->settings.numbered_receipts = true;
    assert_int_equal(kept_save(h.app), TILL_OK);
    receive(STOCK_RECEIPT, "B", 101, 200);
    stop_while_it_prints();
    handheld_expect(&h, "B-00000101 counts as spoiled");
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    expect_paper_with("B-00000102", "B-00000101");
    expect_range(0, 103, 1, 0, 1);
}

static void after_a_power_cut_a_whole_paper_keeps_its_number(void **state)
{
    (void)state;
    h.app->settings.numbered_receipts = true;
    assert_int_equal(kept_save(h.app), TILL_OK);
    receive(STOCK_RECEIPT, "B", 101, 200);
    stop_while_it_prints();
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "home");
    expect_range(0, 102, 1, 0, 0);
}

/* ---- the end of a series --------------------------------------------------------------------- */

static void the_last_twenty_are_told_and_the_end_shows_the_way_on(void **state)
{
    (void)state;
    h.app->settings.numbered_receipts = true;
    receive(STOCK_RECEIPT, "B", 101, 101);
    take_money(CUSTOMER_PLAIN);
    expect_paper_with("B-00000101", NULL);
    handheld_keys(&h, "ok");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, "The numbered paper is used up");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 1);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "stock");
    /* the end of one range is the beginning of the next */
    receive(STOCK_RECEIPT, "B", 102, 110);
    handheld_keys(&h, "cancel cancel");
    handheld_keys(&h, "cancel cancel cancel cancel");
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "Receipt paper: 9 numbers left");
    handheld_keys(&h, "ok");
    expect_paper_with("B-00000102", NULL);
}

/* ---- receipts and invoices ------------------------------------------------------------------- */

static void a_class_that_gets_both_gets_a_paper_of_each(void **state)
{
    (void)state;
    h.app->settings.numbered_invoices = true;
    receive(STOCK_INVOICE, "C", 7, 20);
    h.utility->papers[CUSTOMER_RESIDENT] = SITE_PAPER_BOTH;
    publish();
    uint64_t before = handheld_head(&h);
    take_money(CUSTOMER_PLAIN);
    handheld_expect_kinds(&h, before + 1, "collection stationery_used stationery_used print_done");
    char *paper = handheld_tear_off(&h);
    assert_int_equal(handheld_times(paper, "B-00000101"), 1);
    assert_int_equal(handheld_times(paper, "C-00000007"), 1);
    assert_int_equal(handheld_times(paper, _("Electricity invoice")), 1);
    assert_int_equal(handheld_times(paper, "[QR"), 2);
    free(paper);
}

static void a_class_that_gets_invoices_gets_no_receipt_beside(void **state)
{
    (void)state;
    h.app->settings.numbered_invoices = true;
    receive(STOCK_INVOICE, "C", 7, 20);
    h.utility->papers[CUSTOMER_RESIDENT] = SITE_PAPER_INVOICE;
    publish();
    take_money(CUSTOMER_PLAIN);
    expect_paper_with("C-00000007", "B-0");
    expect_range(0, 101, 0, 0, 0);
}

static void a_copy_of_a_plain_receipt_leaves_the_invoice_that_stands(void **state)
{
    (void)state;
    h.app->settings.numbered_invoices = true;
    receive(STOCK_INVOICE, "C", 7, 20);
    h.utility->papers[CUSTOMER_RESIDENT] = SITE_PAPER_BOTH;
    publish();
    take_money(CUSTOMER_PLAIN);
    expect_paper_with("C-00000007", NULL);
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "f1");
    handheld_expect_kinds(&h, before + 1, "duplicate print_done");
    expect_paper_with("DUPLICATE 1", "C-0");
}

static void invoices_that_are_not_numbered_here_are_receipts(void **state)
{
    (void)state;
    h.utility->papers[CUSTOMER_RESIDENT] = SITE_PAPER_INVOICE;
    publish();
    take_money(CUSTOMER_PLAIN);
    expect_paper_with(_("Electricity receipt"), _("Electricity invoice"));
}

static void a_reversal_asks_the_paper_back_and_voids_its_number(void **state)
{
    char code[PROOF_TEXT_MAX];
    struct body_stock_ended body;
    struct entry e;
    (void)state;
    take_money(CUSTOMER_PLAIN);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok 6 4");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_keys(&h, "f1 1 1");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_expect(&h, "B-00000101");
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1, "reversal stationery_voided print_done");
    handheld_entry(&h, before + 2, &e);
    assert_int_equal(entry_read_stock_ended(&e, &body), TILL_OK);
    assert_int_equal(body.seq, seq);
    assert_int_equal(body.reason, SPOIL_WITHDRAWN);
    assert_true(body.all_copies);
    expect_range(0, 102, 0, 1, 0);
}

/* Its own latest, with its paper. */
static void reverse(void)
{
    char code[PROOF_TEXT_MAX];
    handheld_keys(&h, "6 4");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_keys(&h, "f1 1 1");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_keys(&h, "ok");
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok cancel cancel");
    handheld_expect_screen(&h, "home");
}

static void what_was_reversed_is_not_printed_again_and_its_slip_is(void **state)
{
    struct flow_effect again = {.type = EFFECT_COMMIT};
    char number[RECEIPT_NUMBER_MAX];
    struct entry e;
    (void)state;
    take_money(CUSTOMER_PLAIN);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    reverse();
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "3 down ok"); /* behind its reversal */
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, _("Reversed already"));
    handheld_expect_kinds(&h, before + 1, "");
    handheld_expect_no_paper(&h);
    again.as.commit.kind = KIND_DUPLICATE;
    again.as.commit.print = (struct body_print){.seq = seq, .copy = 1};
    assert_int_equal(ledger_duplicate(h.app, &again, &e), TILL_UNCHANGED);
    expect_range(0, 102, 0, 1, 0);
    handheld_keys(&h, "ok"); /* its slip */
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, handheld_number(seq + 3, number));
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, before + 1, "duplicate print_done");
    expect_paper_with("DUPLICATE 1", "B-0");
}

/* The jammed paper never left: one is with the customer. */
static void a_reversal_asks_for_the_papers_that_are_out(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    mend_printer();
    handheld_keys(&h, "ok");
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok 6 4");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_keys(&h, "f1 1 1");
    handheld_expect(&h, _("Keep it: it goes to the office with the slip."));
    handheld_keys(&h, "cancel cancel cancel cancel cancel cancel");
    h.app->settings.numbered_receipts = false;
    take_money(CUSTOMER_TWO); /* on plain paper each copy is one more */
    handheld_keys(&h, "f1 ok 6 4");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_keys(&h, "f1 1 1");
    handheld_expect(&h, "It was printed 2 times");
}

static void numbers_that_are_used_up_are_told_at_a_reprint_with_the_way_out(void **state)
{
    (void)state;
    h.app->settings.numbered_receipts = true;
    receive(STOCK_RECEIPT, "B", 101, 101);
    take_money(CUSTOMER_PLAIN);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    h.app->settings.numbered_receipts = false;
    take_money(CUSTOMER_TWO); /* on plain paper */
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok");
    h.app->settings.numbered_receipts = true;
    handheld_keys(&h, "3 ok");
    handheld_expect(&h, "The numbered paper is used up");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "stock");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "duplicate");
    handheld_expect_not(&h, _("Out of paper. Put in a new roll."));
    handheld_keys(&h, "f1 ok");
    handheld_expect(&h, "The numbered paper is used up");
}

static void a_jam_on_the_last_number_is_told_as_that(void **state)
{
    (void)state;
    h.app->settings.numbered_receipts = true;
    receive(STOCK_RECEIPT, "B", 101, 101);
    sim_paper_left(h.world, 200, -1);
    take_money(CUSTOMER_PLAIN);
    mend_printer();
    handheld_keys(&h, "ok");
    handheld_expect(&h, "The numbered paper is used up");
    receive(STOCK_RECEIPT, "B", 102, 110);
    handheld_keys(&h, "ok cancel");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    expect_paper_with("B-00000102", "B-00000101");
}

#define PLAIN(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_numbered, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_receipt_takes_the_next_number_in_its_own_transaction),
        PLAIN(plain_paper_takes_no_number),
        TEST(training_takes_no_number),
        TEST(each_receipt_of_a_basket_takes_its_own),
        PLAIN(a_basket_for_which_the_numbers_do_not_last_is_not_taken),
        TEST(a_jammed_paper_spoils_its_number_and_the_reprint_takes_the_next),
        TEST(a_paper_that_jams_twice_spoils_two),
        TEST(a_number_of_which_nothing_came_out_stays),
        TEST(a_jam_that_is_left_for_later_asks_from_the_list),
        TEST(a_paper_that_was_handed_over_is_printed_again_only_when_it_is_void),
        TEST(the_challenge_tells_the_number_and_asks_for_it_before_a_copy),
        PLAIN(after_a_power_cut_the_number_is_named_and_ok_takes_the_next),
        PLAIN(after_a_power_cut_a_whole_paper_keeps_its_number),
        PLAIN(the_last_twenty_are_told_and_the_end_shows_the_way_on),
        TEST(a_class_that_gets_both_gets_a_paper_of_each),
        TEST(a_class_that_gets_invoices_gets_no_receipt_beside),
        PLAIN(a_copy_of_a_plain_receipt_leaves_the_invoice_that_stands),
        TEST(invoices_that_are_not_numbered_here_are_receipts),
        TEST(a_reversal_asks_the_paper_back_and_voids_its_number),
        TEST(what_was_reversed_is_not_printed_again_and_its_slip_is),
        TEST(a_reversal_asks_for_the_papers_that_are_out),
        PLAIN(numbers_that_are_used_up_are_told_at_a_reprint_with_the_way_out),
        PLAIN(a_jam_on_the_last_number_is_told_as_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

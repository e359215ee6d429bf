/*
 * Two handhelds without a line: a meter book goes from one to the other, and with it the list of
 * whom the first one collected from. The list marks; it moves no money.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "handheld.h"
#include "parts.h"
#include "text.h"

#define EARLIER "0032"

static struct handheld giver, taker;
static char dir[64]; /* the stick */

static void name_holder(void)
{
    struct book_holder *holder = &taker.utility->holders[0];
    *holder = (struct book_holder){
        .meter_book = "CX01", .terminal = EARLIER, .through_s = taker.utility->now_s - 3600};
    memcpy(holder->journal_key, giver.utility->journal_public, sizeof holder->journal_key);
    taker.utility->holder_count = 1;
}

static void renew_the_book(void)
{
    utility_publish(taker.utility);
    handheld_wait(&taker, 1100);
    assert_int_equal(handheld_fold(&taker)->book_revision, taker.utility->revision);
}

static int begin(void **state)
{
    const struct handheld_setup setup = {.terminal = EARLIER, .beside = true};
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/fieldtill-list-XXXXXX");
    assert_non_null(mkdtemp(dir));
    handheld_begin_day(&taker, NULL);
    handheld_begin_day(&giver, &setup);
    name_holder();
    renew_the_book();
    handheld_signal(&giver, NETWORK_NONE);
    handheld_signal(&taker, NETWORK_NONE);
    return 0;
}

static int end(void **state)
{
    static struct command done;
    (void)state;
    handheld_free(&giver);
    handheld_free(&taker);
    command_run(&done, (const char *const[]){"rm", "-rf", dir, NULL});
    assert_int_equal(done.exit_code, 0);
    return 0;
}

static void collect(unsigned customer)
{
    handheld_open_customer(&giver, customer);
    handheld_keys(&giver, "ok ok");
    handheld_expect_screen(&giver, "paper");
    handheld_keys(&giver, "ok");
    handheld_expect_screen(&giver, "home");
}

/* From home to the choice of codes or stick, for CX01. */
static void make_list(void)
{
    handheld_keys(&giver, "6");
    handheld_choose(&giver, _("Collected list"));
    handheld_expect_screen(&giver, "give");
    handheld_keys(&giver, "1 ok");
}

static void leave(struct handheld *h)
{
    for (int i = 0; i < 6 && strcmp(handheld_screen(h), "home") != 0; i++)
        handheld_keys(h, "cancel");
    handheld_expect_screen(h, "home");
}

static void read_code(char out[COLLECTED_TEXT_MAX])
{
    const char *at = strstr(handheld_text(&giver), "% FTC1:");
    if (!at)
        fail_msg("no code on:\n%s", handheld_text(&giver));
    size_t size = strcspn(at + 2, " \n");
    assert_true(size < COLLECTED_TEXT_MAX);
    memcpy(out, at + 2, size);
    out[size] = '\0';
}

static void open_take(void)
{
    handheld_keys(&taker, "6");
    handheld_choose(&taker, _("Collected list"));
    handheld_keys(&taker, "2");
    handheld_expect_screen(&taker, "take");
}

/* A page as the earlier holder would sign it; accounts of customers first, first + 1 … */
static void write_page(unsigned page, unsigned pages, unsigned first, size_t count, int64_t at_s,
                       char out[COLLECTED_TEXT_MAX])
{
    struct collected_page p = {
        .at_s = at_s, .page = (uint8_t)page, .pages = (uint8_t)pages, .count = count};
    text_copy(p.terminal, sizeof p.terminal, EARLIER);
    for (size_t i = 0; i < count; i++)
        utility_account(first + (unsigned)i, p.accounts[i]);
    assert_int_equal(collected_write(&giver.app->sealer, &p, out), TILL_OK);
}

static void scan(const char *text, const char *says)
{
    handheld_scan(&taker, text);
    handheld_expect(&taker, says);
}

static bool file_is_there(void)
{
    char path[HANDHELD_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/collected", taker.state_dir);
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    int byte = fgetc(file);
    assert_int_equal(fclose(file), 0);
    return byte != EOF;
}

static void expect_marked(unsigned customer, bool marked)
{
    handheld_open_customer(&taker, customer);
    if (marked)
        handheld_expect(&taker, "Collected by 0032, says its list of 11-");
    else
        handheld_expect(&taker, "Perhaps paid at terminal 0032");
    handheld_keys(&taker, "cancel cancel cancel");
    handheld_expect_screen(&taker, "home");
}

/* ---- the good day ---------------------------------------------------------------------------- */

static void a_list_goes_from_screen_to_scanner(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    collect(CUSTOMER_PLAIN);
    collect(CUSTOMER_TWO);
    make_list();
    handheld_expect(&giver, "2 customers collected from");
    handheld_keys(&giver, "1");
    handheld_expect_screen(&giver, "give_code");
    handheld_expect(&giver, "1 / 1");
    read_code(code);
    open_take();
    scan(code, "2 customers are marked as collected");
    handheld_keys(&taker, "ok");
    leave(&taker);
    expect_marked(CUSTOMER_PLAIN, true);
    expect_marked(CUSTOMER_LARGE, false);
    handheld_walk(&taker, 0);
    handheld_expect(&taker, "collected by 0032");
    handheld_expect(&taker, _("perhaps collected"));
    handheld_expect(&taker, "¥186.42"); /* a mark: what is owed is the book's */
}

static void the_question_before_money_names_the_list(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(1, 1, CUSTOMER_PLAIN, 1, giver.utility->now_s, code);
    open_take();
    scan(code, "1 customers are marked as collected");
    handheld_keys(&taker, "ok");
    leave(&taker);
    handheld_open_customer(&taker, CUSTOMER_PLAIN);
    handheld_keys(&taker, "ok");
    handheld_expect_screen(&taker, "tender_maybe");
    handheld_expect(&taker, "Collected by 0032, says its list of 11-");
    handheld_keys(&taker, "ok");
    handheld_expect_screen(&taker, "tender");
    handheld_expect(&taker, "186.42");
}

static void pages_come_in_any_order_and_more_than_once(void **state)
{
    char code[3][COLLECTED_TEXT_MAX];
    int64_t at_s = giver.utility->now_s;
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        write_page(i + 1, 3, 2 * i, 2, at_s, code[i]);
    open_take();
    scan(code[2], "1 of 3");
    scan(code[2], "1 of 3");
    scan(code[0], "2 of 3");
    assert_false(file_is_there());
    scan(code[1], "6 customers are marked as collected");
    assert_true(file_is_there());
}

static void half_a_list_marks_nobody(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(2, 2, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    open_take();
    scan(code, "1 of 2");
    handheld_keys(&taker, "cancel");
    handheld_expect(&taker, "Only 1 of 2 codes are here");
    handheld_keys(&taker, "ok");
    handheld_expect(&taker, "1 of 2");
    handheld_keys(&taker, "cancel f1");
    handheld_expect_screen(&taker, "give");
    handheld_keys(&taker, "2");
    handheld_expect_not(&taker, "1 of 2"); /* forgotten */
    leave(&taker);
    expect_marked(CUSTOMER_PLAIN, false);
}

static void a_page_that_is_scanned_at_home_begins_the_list(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(1, 2, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    handheld_scan(&taker, code);
    handheld_expect_screen(&taker, "take");
    handheld_expect(&taker, "1 of 2");
}

static void the_marks_survive_a_restart_and_go_with_the_report(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(1, 1, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    open_take();
    scan(code, "2 customers are marked as collected");
    handheld_stop(&taker);
    handheld_start(&taker);
    handheld_login(&taker);
    expect_marked(CUSTOMER_PLAIN, true);
    handheld_signal(&taker, NETWORK_4G);
    taker.utility->holder_count = 0; /* it has reported */
    renew_the_book();
    assert_false(file_is_there());
    handheld_open_customer(&taker, CUSTOMER_PLAIN);
    handheld_expect_not(&taker, "ollected by 0032");
}

static void a_book_that_knows_later_reports_ends_it_too(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(1, 1, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    open_take();
    scan(code, "2 customers are marked as collected");
    handheld_keys(&taker, "ok");
    leave(&taker);
    handheld_signal(&taker, NETWORK_4G);
    taker.utility->holders[0].through_s = taker.utility->now_s + 60;
    renew_the_book();
    expect_marked(CUSTOMER_PLAIN, false);
    open_take();
    scan(code, _("The list is too old"));
}

/* ---- who is on it ---------------------------------------------------------------------------- */

static void who_got_their_money_back_is_not_on_it(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    collect(CUSTOMER_PLAIN);
    handheld_keys(&giver, "6 4");
    handheld_scan(&giver, handheld_code(&giver, handheld_fold(&giver)->last_receipt_seq, code));
    handheld_keys(&giver, "f1 2 1 ok ok ok");
    assert_int_equal(handheld_count(&giver, KIND_REVERSAL), 1);
    leave(&giver);
    make_list();
    handheld_expect(&giver, _("Nobody to pass on"));
    leave(&giver);
    collect(CUSTOMER_TWO);
    make_list();
    handheld_expect(&giver, "1 customers collected from");
}

static void who_paid_by_a_paper_written_by_hand_is_on_it(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    handheld_open_customer(&giver, CUSTOMER_PLAIN);
    handheld_keys(&giver, "f1");
    handheld_choose(&giver, _("Manual receipt"));
    handheld_keys(&giver, "8 8 8 ok 1 8 6 * 4 2 ok 1 1 2 1 1 2 0 0 ok 5 ok ok");
    assert_int_equal(handheld_count(&giver, KIND_MANUAL_RECEIPT), 1);
    leave(&giver);
    make_list();
    handheld_expect(&giver, "1 customers collected from");
    handheld_keys(&giver, "1");
    read_code(code);
    open_take();
    scan(code, "1 customers are marked as collected");
    handheld_keys(&taker, "ok");
    leave(&taker);
    expect_marked(CUSTOMER_PLAIN, true);
}

static void training_and_other_meter_books_are_not_on_it(void **state)
{
    (void)state;
    collect(UTILITY_FIRST_BOOK); /* of CX02 */
    handheld_keys(&giver, "6 8 ok");
    leave(&giver);
    collect(CUSTOMER_PLAIN);
    handheld_keys(&giver, "6 8 ok");
    leave(&giver);
    make_list();
    handheld_expect(&giver, _("Nobody to pass on"));
    handheld_keys(&giver, "down ok");
    handheld_expect(&giver, "1 customers collected from");
}

static void what_the_book_has_but_is_of_today_is_on_it(void **state)
{
    (void)state;
    handheld_signal(&giver, NETWORK_4G);
    collect(CUSTOMER_PLAIN);
    handheld_wait(&giver, 1000);
    utility_publish(giver.utility);
    handheld_wait(&giver, 1100);
    make_list();
    handheld_expect(&giver, "1 customers collected from");
    leave(&giver);
    handheld_wait(&giver, INT64_C(25) * 3600 * 1000);
    make_list();
    handheld_expect(&giver, _("Nobody to pass on"));
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void a_forged_page_is_refused(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(1, 1, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    size_t last = strlen(code) - 20;
    code[last] = code[last] == 'A' ? 'B' : 'A';
    open_take();
    scan(code, "Altered, or not of terminal 0032");
    memset(taker.utility->holders[0].journal_key + 1, 7, 64); /* and a key that is none */
    leave(&taker);
    handheld_signal(&taker, NETWORK_4G);
    renew_the_book();
    write_page(1, 1, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    open_take();
    scan(code, "Altered, or not of terminal 0032");
    leave(&taker);
    expect_marked(CUSTOMER_PLAIN, false);
}

static void a_terminal_that_held_none_of_our_books_is_not_believed(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    text_copy(taker.utility->holders[0].terminal, TERMINAL_MAX, "0077");
    handheld_signal(&taker, NETWORK_4G);
    renew_the_book();
    write_page(1, 1, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    open_take();
    scan(code, "Terminal 0032 held none of your books");
    scan("6100200002", _("This is no whole list"));
    scan("FTC1:AAAA", _("This is no whole list"));
    assert_false(file_is_there());
}

static void a_stale_list_is_refused(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(1, 1, CUSTOMER_PLAIN, 2, taker.utility->holders[0].through_s, code);
    open_take();
    scan(code, _("The list is too old"));
}

static void a_list_of_other_customers_is_refused(void **state)
{
    char code[COLLECTED_TEXT_MAX];
    (void)state;
    /* CX02 was never that terminal's. */
    write_page(1, 1, UTILITY_FIRST_BOOK, 2, giver.utility->now_s, code);
    open_take();
    scan(code, _("None of its customers is in your books"));
    assert_false(file_is_there());
    handheld_keys(&taker, "ok");
    write_page(1, 1, CUSTOMER_PLAIN, 1, giver.utility->now_s, code);
    scan(code, "1 customers are marked as collected");
    handheld_keys(&taker, "ok 2");
    scan(code, _("This list was taken already"));
}

static void pages_of_two_lists_are_not_mixed(void **state)
{
    char older[COLLECTED_TEXT_MAX], newer[COLLECTED_TEXT_MAX];
    (void)state;
    write_page(1, 2, CUSTOMER_PLAIN, 2, giver.utility->now_s, older);
    write_page(1, 3, CUSTOMER_PLAIN, 3, giver.utility->now_s + 60, newer);
    open_take();
    scan(older, "1 of 2");
    scan(newer, "1 of 3"); /* made anew over there */
    scan(older, "A page of another list, of terminal 0032");
    handheld_keys(&taker, "ok");
    handheld_expect(&taker, "1 of 3");
}

static void a_damaged_file_is_dropped(void **state)
{
    char code[COLLECTED_TEXT_MAX], path[HANDHELD_PATH_MAX + 32];
    (void)state;
    write_page(1, 1, CUSTOMER_PLAIN, 2, giver.utility->now_s, code);
    open_take();
    scan(code, "2 customers are marked as collected");
    handheld_stop(&taker);
    snprintf(path, sizeof path, "%s/collected", taker.state_dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    code[60] = code[60] == 'A' ? 'B' : 'A';
    fprintf(file, "%s\nrubbish\n\n\n%s", code, code);
    assert_int_equal(fclose(file), 0);
    handheld_start(&taker);
    handheld_login(&taker);
    expect_marked(CUSTOMER_PLAIN, false);
    assert_false(file_is_there());
}

/* ---- by stick -------------------------------------------------------------------------------- */

static void give_by_stick(void)
{
    make_list();
    handheld_keys(&giver, "2");
    handheld_settle(&giver);
}

static void take_by_stick(const char *says)
{
    open_take();
    handheld_keys(&taker, "f1");
    handheld_settle(&taker);
    handheld_expect(&taker, says);
    handheld_keys(&taker, "ok");
    leave(&taker);
}

static void a_list_goes_by_stick(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    sim_stick_set(giver.world, dir);
    give_by_stick();
    handheld_expect(&giver, "The list of 1 customers is on the stick");
    sim_stick_set(taker.world, dir);
    take_by_stick("1 customers are marked as collected");
    expect_marked(CUSTOMER_PLAIN, true);
    take_by_stick(_("This list was taken already"));
}

static void what_ails_a_stick_is_said(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    give_by_stick();
    handheld_expect(&giver, _("There is no stick"));
    sim_stick_set(giver.world, dir);
    sim_stick_fault(giver.world, true, -1, -1);
    handheld_keys(&giver, "ok 2");
    handheld_expect(&giver, _("The stick is write-protected"));
    take_by_stick(_("There is no stick"));
    sim_stick_set(taker.world, dir);
    take_by_stick(_("No list for your meter books is here"));
}

static void what_was_changed_on_a_stick_is_not_taken(void **state)
{
    char code[2][COLLECTED_TEXT_MAX], name[STICK_FILE_NAME_MAX], path[STICK_PATH_MAX];
    char text[2 * COLLECTED_TEXT_MAX + 2];
    (void)state;
    sim_stick_set(taker.world, dir);
    write_page(1, 2, CUSTOMER_PLAIN, 1, giver.utility->now_s, code[0]);
    write_page(2, 2, CUSTOMER_TWO, 1, giver.utility->now_s, code[1]);
    stick_list_name(EARLIER, giver.utility->now_s, name);
    snprintf(path, sizeof path, STICK_LIST "/%s", name);
    struct span half = {(const uint8_t *)text,
                        (size_t)snprintf(text, sizeof text, "%s\n", code[0])};
    assert_int_equal(stick_write(taker.board.stick, path, half), TILL_OK);
    take_by_stick(_("This is no whole list"));
    size_t last = strlen(code[1]) - 20; /* in the signature */
    code[1][last] = code[1][last] == 'A' ? 'B' : 'A';
    struct span forged = {(const uint8_t *)text,
                          (size_t)snprintf(text, sizeof text, "%s\n%s\n", code[0], code[1])};
    assert_int_equal(stick_write(taker.board.stick, path, forged), TILL_OK);
    take_by_stick(_("Altered, or of somebody else"));
    assert_false(file_is_there());
    expect_marked(CUSTOMER_PLAIN, false);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_list_goes_from_screen_to_scanner),
        TEST(the_question_before_money_names_the_list),
        TEST(pages_come_in_any_order_and_more_than_once),
        TEST(half_a_list_marks_nobody),
        TEST(a_page_that_is_scanned_at_home_begins_the_list),
        TEST(the_marks_survive_a_restart_and_go_with_the_report),
        TEST(a_book_that_knows_later_reports_ends_it_too),
        TEST(who_got_their_money_back_is_not_on_it),
        TEST(who_paid_by_a_paper_written_by_hand_is_on_it),
        TEST(training_and_other_meter_books_are_not_on_it),
        TEST(what_the_book_has_but_is_of_today_is_on_it),
        TEST(a_forged_page_is_refused),
        TEST(a_terminal_that_held_none_of_our_books_is_not_believed),
        TEST(a_stale_list_is_refused),
        TEST(a_list_of_other_customers_is_refused),
        TEST(pages_of_two_lists_are_not_mixed),
        TEST(a_damaged_file_is_dropped),
        TEST(a_list_goes_by_stick),
        TEST(what_ails_a_stick_is_said),
        TEST(what_was_changed_on_a_stick_is_not_taken),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}

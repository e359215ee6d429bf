/*
 * The end of a shift: blind count, difference, Z; cash in and out, X; a close in absence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "handheld.h"
#include "money.h"
#include "parts.h"
#include "text.h"

static struct handheld h;

/* One receipt of 186.42 over 100.00 of opening cash: 286.42 should be there. */
#define TAKEN_MINOR 18642
#define SHOULD_BE "286.42"
#define TAKEN "186.42"
/* 2 of 100, 1 of 50, 1 of 20, 1 of 10, 1 of 5, 1 of 1, 0.42 in coins */
#define COUNT_RIGHT "2 ok 1 ok 1 ok 1 ok 1 ok 1 ok * 4 2 ok"
/* the note of 10 is missing */
#define COUNT_SHORT "2 ok 1 ok 1 ok ok 1 ok 1 ok * 4 2 ok"

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
    handheld_keys(&h, "ok ok ok cancel");
    handheld_expect_screen(&h, "home");
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

static const struct fold_user *collector(void)
{
    return &handheld_fold(&h)->users[0];
}

static void begin_count(void)
{
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "close");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "close_notes");
}

static void close_right(void)
{
    begin_count();
    handheld_keys(&h, COUNT_RIGHT " f1");
    handheld_expect_screen(&h, "close_stands");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "close_result");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

static void read_totals(uint64_t seq, struct body_shift_totals *out)
{
    struct entry e;
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_shift_totals(&e, out), TILL_OK);
}

static void read_z(uint64_t seq, struct body_shift_closed *out)
{
    struct entry e;
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_shift_closed(&e, out), TILL_OK);
}

/* ---- a day that agrees ----------------------------------------------------------------------- */

static void a_day_that_agrees_is_closed_and_printed(void **state)
{
    struct body_shift_totals totals;
    struct body_shift_closed z;
    (void)state;
    uint64_t head = handheld_head(&h);
    close_right();
    handheld_expect_kinds(
        &h, head + 1, "count_begun cash_count count_accepted shift_totals shift_closed print_done");
    read_totals(head + 4, &totals);
    assert_string_equal(totals.tenders, "0:18642");
    assert_int_equal(totals.opening_minor, 10000);
    assert_int_equal(totals.reason, 0);
    read_z(head + 5, &z);
    assert_int_equal(z.z, 1);
    assert_int_equal(z.expected_minor, 10000 + TAKEN_MINOR);
    assert_int_equal(z.counted_minor, z.expected_minor);
    assert_int_equal(z.taken_minor, TAKEN_MINOR);
    assert_int_equal(z.receipts, 1);
    handheld_expect_paper(&h, _("Day close"));
    handheld_expect_paper(&h, "Z 1");
    handheld_expect_paper(&h, SHOULD_BE);
    assert_false(collector()->shift_open);
    assert_int_equal(collector()->held_minor, 10000 + TAKEN_MINOR);
}

static void the_next_shift_starts_at_zero(void **state)
{
    (void)state;
    close_right();
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    assert_int_equal(handheld_cash(&h), 0);
    assert_int_equal(collector()->receipts, 0);
    assert_int_equal(collector()->shift, 2);
    handheld_expect(&h, "¥0.00");
}

static void it_closes_without_a_line_and_says_what_is_not_sent(void **state)
{
    struct body_shift_totals totals;
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    handheld_open_customer(&h, CUSTOMER_SMALL);
    handheld_keys(&h, "ok ok ok cancel");
    free(handheld_tear_off(&h));
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "f1");
    handheld_expect(&h, "2 records are not sent yet");
    handheld_keys(&h, "ok f1 f1 ok ok 5 ok");
    handheld_expect_screen(&h, "paper");
    read_totals(head + 4, &totals);
    assert_true(totals.unsent >= 2);
    handheld_expect_paper(&h, _("Not yet sent"));
}

static void the_z_is_printed_again_as_a_duplicate(void **state)
{
    (void)state;
    close_right();
    free(handheld_tear_off(&h));
    handheld_keys(&h, "f1");
    handheld_expect_paper(&h, "DUPLICATE 1");
    handheld_expect_paper(&h, "Z 1");
    free(handheld_tear_off(&h));
    /* And from the list, once the next shift is open. */
    handheld_keys(&h, "ok ok 3");
    handheld_expect(&h, _("Day close"));
    handheld_keys(&h, "ok ok");
    handheld_expect_paper(&h, "DUPLICATE 2");
}

static void the_code_on_the_z_is_known_to_the_challenge(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    close_right();
    uint64_t z = handheld_fold(&h)->seq - 1;
    handheld_keys(&h, "ok ok");
    handheld_scan(&h, handheld_code(&h, z, code));
    handheld_expect_screen(&h, "receipt");
    handheld_expect(&h, "286.42");
}

/* ---- a day that does not --------------------------------------------------------------------- */

static void a_shortage_needs_a_reason(void **state)
{
    struct body_shift_totals totals;
    struct body_shift_closed z;
    (void)state;
    uint64_t head = handheld_head(&h);
    begin_count();
    handheld_keys(&h, COUNT_SHORT " f1 ok");
    handheld_expect(&h, "Short | ¥10.00"); /* side by side: four lines have room for it */
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "close_reason");
    handheld_keys(&h, "4");
    handheld_expect_screen(&h, "close_confirm");
    handheld_expect(&h, _("Lost"));
    handheld_keys(&h, "ok");
    read_totals(head + 4, &totals);
    assert_int_equal(totals.reason, VARIANCE_LOST);
    read_z(head + 5, &z);
    assert_int_equal(z.counted_minor, z.expected_minor - 1000);
    assert_int_equal(collector()->held_minor, z.counted_minor);
    handheld_expect_paper(&h, _("Short"));
    handheld_expect_paper(&h, _("Lost"));
}

static void a_false_note_needs_the_number_of_its_slip(void **state)
{
    struct body_shift_totals totals;
    (void)state;
    uint64_t head = handheld_head(&h);
    begin_count();
    handheld_keys(&h, COUNT_SHORT " f1 ok ok 1");
    handheld_expect_screen(&h, "close_slip");
    handheld_keys(&h, "1 2 ok");
    handheld_expect_screen(&h, "close_slip");
    handheld_keys(&h, "3 4 ok");
    handheld_expect_screen(&h, "close_confirm");
    handheld_keys(&h, "cancel 4 cancel 1");
    handheld_expect(&h, "1234"); /* nothing that was typed is lost */
    handheld_keys(&h, "ok ok");
    read_totals(head + 4, &totals);
    assert_string_equal(totals.slip, "1234");
    handheld_expect_paper(&h, "1234");
}

/* 3 of 100 are too many by 100.00 - 86.42. */
static void what_is_over_was_neither_lost_nor_false_nor_torn(void **state)
{
    (void)state;
    begin_count();
    handheld_keys(&h, "3 f1 f1 ok ok");
    handheld_expect_screen(&h, "close_reason");
    handheld_expect(&h, _("Wrong change"));
    handheld_expect_not(&h, _("Lost"));
    handheld_expect_not(&h, "False note");
    handheld_keys(&h, "1 2 4");
    handheld_expect_screen(&h, "close_reason");
    handheld_keys(&h, "3");
    handheld_expect_screen(&h, "close_confirm");
}

static void a_recount_is_recorded(void **state)
{
    struct entry e;
    struct body_cash_count count;
    (void)state;
    uint64_t head = handheld_head(&h);
    begin_count();
    handheld_keys(&h, COUNT_SHORT " f1 f1");
    handheld_expect_screen(&h, "close_notes");
    handheld_expect(&h, "¥0.00"); /* the first count does not help the second */
    handheld_keys(&h, COUNT_RIGHT " f1 ok");
    handheld_expect(&h, _("No difference"));
    handheld_expect_kinds(&h, head + 1, "count_begun cash_count cash_count count_accepted");
    handheld_entry(&h, head + 3, &e);
    assert_int_equal(entry_read_cash_count(&e, &count), TILL_OK);
    assert_int_equal(count.attempt, 2);
    assert_string_equal(count.notes, "10000:2,5000:1,2000:1,1000:1,500:1,100:1,1:42");
}

static void doubtful_notes_and_slips_are_counted_blind(void **state)
{
    struct entry e;
    struct body_cash_count count;
    (void)state;
    uint64_t head = handheld_head(&h);
    begin_count();
    handheld_keys(&h, COUNT_RIGHT);
    handheld_expect_screen(&h, "close_slips");
    handheld_keys(&h, "1 0 0 ok 5 0 ok 7 5 * 5 0 ok f1");
    handheld_entry(&h, head + 2, &e);
    assert_int_equal(entry_read_cash_count(&e, &count), TILL_OK);
    assert_int_equal(count.suspect_minor, 10000);
    assert_int_equal(count.damaged_minor, 5000);
    assert_string_equal(count.tenders, "3:7550");
}

static void more_doubtful_notes_than_were_counted_are_refused(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    begin_count();
    handheld_keys(&h, COUNT_RIGHT "  2 0 0 ok 2 0 0 f1");
    handheld_expect_screen(&h, "close_slips");
    handheld_expect(&h, _("The false and torn notes are more than was counted."));
    assert_int_equal(handheld_head(&h), head + 1);
}

/* ---- blind ----------------------------------------------------------------------------------- */

static bool blind_broken;
static unsigned blind_looks;

/* From the beginning of the count to its acceptance nothing tells what should be there. */
static void look_blind(void *context, struct handheld *handheld)
{
    const struct fold *fold =
        handheld->app && handheld->app->journal ? handheld_fold(handheld) : NULL;
    const struct fold_user *user = fold ? &fold->users[0] : NULL;
    (void)context;
    if (!user || !user->counting || user->counted)
        return;
    blind_looks++;
    if (handheld_sees(handheld, SHOULD_BE) || handheld_sees(handheld, TAKEN) ||
        (fold->current == 0 && handheld->app->screen.bar.cash != BAR_CASH_NONE)) {
        print_message("%s\n", handheld_text(handheld));
        blind_broken = true;
    }
}

static void nothing_shows_what_should_be_there(void **state)
{
    (void)state;
    h.watch = look_blind;
    blind_broken = false;
    blind_looks = 0;
    begin_count();
    handheld_keys(&h, "1 ok down up cancel cancel"); /* the count is left */
    handheld_expect_screen(&h, "close_leave");
    handheld_keys(&h, "ok # cancel f1 f1 f1 cancel f1"); /* counted as nothing; left, logged out */
    handheld_expect_screen(&h, "login");
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect_screen(&h, "close_stands");
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_settle(&h);
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect_screen(&h, "close_stands");
    handheld_expect_no_paper(&h);
    h.watch = NULL;
    assert_false(blind_broken);
    assert_true(blind_looks > 10);
}

static void another_user_sees_their_own_and_the_count_waits(void **state)
{
    (void)state;
    begin_count();
    handheld_keys(&h, COUNT_SHORT " f1");
    handheld_expect_screen(&h, "close_stands");
    handheld_keys(&h, "cancel f1");
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    handheld_expect(&h, "¥0.00");
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect_screen(&h, "close_stands"); /* where it was left */
    handheld_expect(&h, "276.42");
}

static void the_count_goes_on_from_the_journal(void **state)
{
    (void)state;
    begin_count();
    handheld_keys(&h, COUNT_SHORT " f1 ok");
    handheld_expect_screen(&h, "close_result");
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_settle(&h);
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect_screen(&h, "close_result");
    handheld_keys(&h, "ok 5 ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(handheld_fold(&h)->last_z, 1);
}

static void training_closes_nothing(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "6 8 ok cancel f1");
    handheld_expect(&h, _("Not while training"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    assert_int_equal(handheld_head(&h), head);
}

static void a_disk_that_is_full_closes_nothing_and_says_so(void **state)
{
    (void)state;
    begin_count();
    handheld_keys(&h, COUNT_RIGHT " f1 ok");
    uint64_t head = handheld_head(&h);
    cut_vfs_fill(1);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Not recorded"));
    assert_int_equal(handheld_head(&h), head);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

/* ---- X --------------------------------------------------------------------------------------- */

static void the_x_slip_is_journalled_and_tells_at_length(void **state)
{
    struct entry e;
    struct body_x_report x;
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "6 5 1");
    handheld_expect_kinds(&h, head + 1, "x_report");
    handheld_entry(&h, head + 1, &e);
    assert_int_equal(entry_read_x_report(&e, &x), TILL_OK);
    assert_int_equal(x.taken_minor, TAKEN_MINOR);
    handheld_expect_paper(&h, _("Taken, by means"));
    handheld_expect_paper(&h, _("Bills by month"));
    handheld_expect_paper(&h, SHOULD_BE);
}

/* ---- cash in and out ------------------------------------------------------------------------- */

static void open_cash_move(void)
{
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "6 up up ok");
    handheld_expect_screen(&h, "cashmove");
}

static void own_pin(void)
{
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_PIN);
    handheld_keys(&h, "ok");
}

static void a_sum_that_no_record_holds_is_refused_in_words(void **state)
{
    (void)state;
    open_cash_move();
    handheld_keys(&h, "1 1 9 9 9 9 9 9 9 9 9 9 9 9 ok");
    handheld_expect(&h, "Too large. Check what was typed.");
    handheld_keys(&h, "cancel cancel 2 1 ok");
    handheld_expect(&h, "That is more than is in hand.");
    assert_int_equal(handheld_count(&h, KIND_CASH_IN), 0);
}

static void change_money_comes_in_by_one_s_own_pin(void **state)
{
    struct entry e;
    struct body_cash_move move;
    (void)state;
    uint64_t head = handheld_head(&h);
    open_cash_move();
    handheld_keys(&h, "1 1 5 0 ok");
    own_pin();
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, head + 1, "cash_in print_done");
    handheld_entry(&h, head + 1, &e);
    assert_int_equal(entry_read_cash_move(&e, &move), TILL_OK);
    assert_int_equal(move.amount_minor, 5000);
    assert_int_equal(move.reason, CASH_CHANGE);
    assert_string_equal(move.approver, UTILITY_USER);
    assert_int_equal(handheld_cash(&h), 10000 + TAKEN_MINOR + 5000);
    handheld_expect_paper(&h, _("Cash put in"));
    handheld_expect_paper(&h, "50.00");
}

static void an_expense_is_paid_out_by_a_supervisor_s_pin(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    open_cash_move();
    handheld_keys(&h, "2 2 1 2 * 5 ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok ok");
    handheld_expect_kinds(&h, head + 1, "cash_out print_done");
    assert_int_equal(handheld_cash(&h), 10000 + TAKEN_MINOR - 1250);
    handheld_expect_paper(&h, _("Cash paid out"));
    handheld_expect_paper(&h, _("Expense"));
}

static void more_than_is_in_the_bag_is_not_paid_out(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    open_cash_move();
    handheld_keys(&h, "2 2 2 8 6 * 4 3 ok");
    handheld_expect(&h, _("That is more than is in hand."));
    handheld_keys(&h, "clear 2 ok");
    own_pin();
    handheld_expect(&h, "286.42");
    assert_int_equal(handheld_head(&h), head);
}

static void a_wrong_pin_moves_no_cash(void **state)
{
    (void)state;
    open_cash_move();
    handheld_keys(&h, "1 1 5 0 ok");
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok 1 1 1 1 ok");
    handheld_expect(&h, _("Not agreed"));
    assert_int_equal(handheld_count(&h, KIND_CASH_IN), 0);
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 1);
}

static void the_z_tells_what_was_put_in_and_paid_out(void **state)
{
    struct body_shift_totals totals;
    (void)state;
    open_cash_move();
    handheld_keys(&h, "1 1 5 0 ok");
    own_pin();
    handheld_keys(&h, "ok ok cancel");
    uint64_t head = handheld_head(&h);
    begin_count();
    handheld_keys(&h, "3 "
                      "ok ok 1 ok 1 ok 1 ok 1 ok * 4 2 f1 f1 ok");
    handheld_expect(&h, _("No difference"));
    handheld_keys(&h, "ok");
    read_totals(head + 4, &totals);
    assert_int_equal(totals.paid_in_minor, 5000);
}

/* ---- absence --------------------------------------------------------------------------------- */

/* The collector is gone; a supervisor closes, the technician is the witness. */
static void choose_absent(void)
{
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_keys(&h, "6 up up up ok");
    handheld_expect_screen(&h, "absence");
    handheld_expect(&h, UTILITY_USER);
    handheld_keys(&h, "1");
}

static void witness(const char *user, const char *pin)
{
    handheld_type(&h, user);
    handheld_keys(&h, "ok");
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
}

static void close_absent(void)
{
    choose_absent();
    witness(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_expect_screen(&h, "close");
    handheld_keys(&h, "ok " COUNT_SHORT " f1 ok");
    handheld_expect_screen(&h, "close_result");
    handheld_keys(&h, "ok 5 ok");
    handheld_expect_screen(&h, "paper");
}

static void a_supervisor_closes_with_a_witness(void **state)
{
    struct entry e;
    struct body_closed_in_absence z;
    struct body_cash_count count;
    (void)state;
    close_absent();
    uint64_t head = handheld_head(&h);
    handheld_expect_kinds(
        &h, head - 5,
        "count_begun cash_count count_accepted shift_totals closed_in_absence print_done");
    handheld_entry(&h, head - 4, &e);
    assert_int_equal(entry_read_cash_count(&e, &count), TILL_OK);
    assert_int_equal(count.purpose, COUNT_ABSENCE);
    handheld_entry(&h, head - 1, &e);
    assert_int_equal(entry_read_closed_in_absence(&e, &z), TILL_OK);
    assert_string_equal(z.owner, UTILITY_USER);
    assert_string_equal(z.witness, UTILITY_TECHNICIAN);
    assert_int_equal(z.counted_minor, 10000 + TAKEN_MINOR - 1000);
    assert_false(collector()->shift_open);
    assert_int_equal(collector()->held_minor, 0);
    assert_int_equal(handheld_fold(&h)->users[1].kept_minor, z.counted_minor);
    handheld_expect_paper(&h, _("Day close in absence"));
    handheld_expect_paper(&h, _("Witness"));
}

static void the_owner_accepts_before_anything_else(void **state)
{
    struct entry e;
    struct body_absence_answered answer;
    (void)state;
    close_absent();
    handheld_keys(&h, "ok cancel 6 0 ok");
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect_screen(&h, "absent");
    handheld_expect(&h, "276.42");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "shift");
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_absence_answered(&e, &answer), TILL_OK);
    assert_int_equal(answer.z, 1);
    assert_false(answer.disputed);
}

static void the_owner_disputes(void **state)
{
    struct entry e;
    struct body_absence_answered answer;
    (void)state;
    close_absent();
    handheld_keys(&h, "ok cancel 6 0 ok");
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect(&h, _("I dispute it"));
    handheld_keys(&h, "f1 cancel");
    handheld_expect_screen(&h, "absent");
    handheld_keys(&h, "f1 f1");
    handheld_expect_screen(&h, "shift");
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_absence_answered(&e, &answer), TILL_OK);
    assert_true(answer.disputed);
}

static void neither_owner_nor_supervisor_is_the_witness(void **state)
{
    (void)state;
    choose_absent();
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("The witness is neither the owner nor you."));
    handheld_keys(&h, "clear clear clear clear");
    witness(UTILITY_USER, UTILITY_PIN);
    handheld_expect(&h, _("The witness is neither the owner nor you."));
    handheld_expect_screen(&h, "absence");
    assert_int_equal(handheld_count(&h, KIND_COUNT_BEGUN), 0);
}

/* What the owner had counted is not used, whether it stood or not. */
static void in_absence_the_owner_s_count_is_counted_anew(void **state)
{
    struct flow_entries accept = {.count = 1};
    struct entry e;
    (void)state;
    for (int stood = 0; stood < 2; stood++) {
        if (stood > 0) {
            end(state);
            begin(state);
        }
        begin_count();
        handheld_keys(&h, COUNT_RIGHT " f1");
        uint64_t theirs = handheld_head(&h);
        handheld_keys(&h, stood > 0 ? "ok cancel f1" : "cancel f1");
        log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
        handheld_keys(&h, "ok 6 up up up ok 1");
        witness(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
        handheld_expect_screen(&h, "close_notes");
        struct body_count_accepted body = {.seq = theirs};
        assert_int_equal(entry_write_count_accepted(&accept.list[0], &body), TILL_OK);
        assert_int_equal(ledger_commit_entries(h.app, &accept, &e), TILL_REFUSED);
        handheld_keys(&h, COUNT_SHORT " f1");
        handheld_expect_screen(&h, "close_stands");
        handheld_keys(&h, "ok");
        handheld_expect_screen(&h, "close_result");
        handheld_expect(&h, "¥276.42");
        handheld_keys(&h, "ok 5 ok");
        handheld_expect_screen(&h, "paper");
        assert_int_equal(collector()->absent_z, 1);
    }
}

/* One's own count in absence goes on where it was. */
static void a_count_in_absence_that_was_left_stands(void **state)
{
    (void)state;
    choose_absent();
    witness(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_keys(&h, "ok " COUNT_SHORT " f1");
    handheld_expect_screen(&h, "close_stands");
    handheld_keys(&h, "cancel f1");
    handheld_expect_screen(&h, "more");
    handheld_keys(&h, "ok 1");
    witness(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_expect_screen(&h, "close_stands");
}

static void a_collector_has_no_close_in_absence(void **state)
{
    (void)state;
    handheld_keys(&h, "6 up");
    handheld_expect(&h, _("Day close"));
    handheld_expect_not(&h, _("Close in absence"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_day_that_agrees_is_closed_and_printed),
        TEST(the_next_shift_starts_at_zero),
        TEST(it_closes_without_a_line_and_says_what_is_not_sent),
        TEST(the_z_is_printed_again_as_a_duplicate),
        TEST(the_code_on_the_z_is_known_to_the_challenge),
        TEST(a_shortage_needs_a_reason),
        TEST(a_false_note_needs_the_number_of_its_slip),
        TEST(what_is_over_was_neither_lost_nor_false_nor_torn),
        TEST(a_recount_is_recorded),
        TEST(doubtful_notes_and_slips_are_counted_blind),
        TEST(more_doubtful_notes_than_were_counted_are_refused),
        TEST(nothing_shows_what_should_be_there),
        TEST(another_user_sees_their_own_and_the_count_waits),
        TEST(the_count_goes_on_from_the_journal),
        TEST(training_closes_nothing),
        TEST(a_disk_that_is_full_closes_nothing_and_says_so),
        TEST(the_x_slip_is_journalled_and_tells_at_length),
        TEST(a_sum_that_no_record_holds_is_refused_in_words),
        TEST(change_money_comes_in_by_one_s_own_pin),
        TEST(an_expense_is_paid_out_by_a_supervisor_s_pin),
        TEST(more_than_is_in_the_bag_is_not_paid_out),
        TEST(a_wrong_pin_moves_no_cash),
        TEST(the_z_tells_what_was_put_in_and_paid_out),
        TEST(a_supervisor_closes_with_a_witness),
        TEST(the_owner_accepts_before_anything_else),
        TEST(the_owner_disputes),
        TEST(neither_owner_nor_supervisor_is_the_witness),
        TEST(in_absence_the_owner_s_count_is_counted_anew),
        TEST(a_count_in_absence_that_was_left_stands),
        TEST(a_collector_has_no_close_in_absence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Cash from hand to hand after the day close: given with a paper for each, counted blind by who
 * receives it, on this terminal or on another one.
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

static struct handheld h, other;

/* One receipt of 186.42 over 100.00 of opening cash, all of it counted at the close. */
#define HELD_MINOR 28642
#define HELD "286.42"
#define COUNT_RIGHT "2 ok 1 ok 1 ok 1 ok 1 ok 1 ok * 4 2 ok"
#define COUNT_SHORT "2 ok 1 ok 1 ok ok 1 ok 1 ok * 4 2 ok"

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    if (other.world)
        handheld_free(&other);
    memset(&other, 0, sizeof other);
    return 0;
}

static void close_day(struct handheld *who)
{
    handheld_keys(who, "f1 ok " COUNT_RIGHT " f1 ok ok");
    handheld_expect_screen(who, "paper");
    handheld_keys(who, "ok");
    handheld_expect_screen(who, "shift");
    free(handheld_tear_off(who));
}

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok cancel");
    close_day(&h);
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

static void read_given(uint64_t seq, struct body_handover_given *out)
{
    struct entry e;
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_handover_given(&e, out), TILL_OK);
}

/* ---- given ----------------------------------------------------------------------------------- */

static void what_is_held_is_given_with_a_paper_for_each(void **state)
{
    struct body_handover_given given;
    (void)state;
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_expect(&h, HELD);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "赵敏 (2001)");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_paper(&h, "赵敏");
    handheld_expect_paper(&h, HELD);
    free(handheld_tear_off(&h));
    handheld_keys(&h, "ok");
    handheld_expect_paper(&h, _("Copy 2 of 2")); /* by rule, so no duplicate */
    handheld_expect(&h, _("It is the other's copy."));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "handover_after");
    handheld_expect_kinds(&h, head + 1, "handover_given print_done duplicate print_done");
    read_given(head + 1, &given);
    assert_int_equal(given.amount_minor, HELD_MINOR);
    assert_string_equal(given.receiver, UTILITY_SUPERVISOR);
    assert_string_equal(given.closes, "1");
    assert_int_equal(given.source, CASH_HELD);
    assert_int_equal(user_of(&h, UTILITY_USER)->held_minor, 0);
    assert_int_equal(handheld_fold(&h)->transit_minor, HELD_MINOR);
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "custody");
    handheld_keys(&h, "5");
    handheld_expect_screen(&h, "custody_way");
    handheld_expect(&h, "赵敏 (2001)");
}

static void a_part_may_be_given_and_the_rest_stays(void **state)
{
    struct body_handover_given given;
    (void)state;
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_keys(&h, "2 0 0 ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok ok");
    read_given(head + 1, &given);
    assert_int_equal(given.amount_minor, 20000);
    assert_int_equal(user_of(&h, UTILITY_USER)->held_minor, HELD_MINOR - 20000);
}

static void more_than_is_held_is_not_given(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_keys(&h, "2 8 6 * 4 3 ok");
    handheld_expect(&h, _("That is more than you hold."));
    handheld_keys(&h, "clear clear clear clear clear clear ok");
    handheld_expect(&h, _("Type the sum; * is the decimal point."));
    assert_int_equal(handheld_head(&h), head);
}

static void a_receiver_whom_the_book_does_not_know_is_refused(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_keys(&h, "ok 7 7 7 7 ok");
    handheld_expect(&h, "has nobody of that number");
    handheld_keys(&h, "clear clear clear clear");
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("That is you. Type who receives it."));
    handheld_keys(&h, "clear clear clear clear");
    handheld_type(&h, UTILITY_TECHNICIAN);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "They have no cash of customers");
    handheld_expect_screen(&h, "handover");
    assert_int_equal(handheld_head(&h), head);
}

static void who_is_known_here_is_offered(void **state)
{
    (void)state;
    handheld_keys(&h, "cancel");
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "cancel");
    log_in(&h, UTILITY_USER, UTILITY_PIN);
    open_handover();
    handheld_keys(&h, "ok down");
    handheld_expect(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "赵敏 (2001)");
}

static void training_gives_nothing(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "ok 6 8 ok");
    handheld_choose(&h, _("Hand-over, deposit"));
    handheld_keys(&h, "1");
    handheld_expect(&h, _("Not while training"));
    handheld_keys(&h, "ok 2");
    handheld_expect(&h, _("Not while training"));
    handheld_keys(&h, "ok 3");
    handheld_expect(&h, _("Not while training"));
    handheld_keys(&h, "ok 4");
    handheld_expect(&h, _("Not while training"));
    handheld_expect_kinds(&h, head + 1, "shift_opened");
}

static void what_is_in_the_bag_is_not_given_before_the_close(void **state)
{
    (void)state;
    handheld_free(&h);
    handheld_begin_day(&h, NULL);
    handheld_keys(&h, "6");
    handheld_choose(&h, _("Hand-over, deposit"));
    handheld_keys(&h, "1");
    handheld_expect(&h, _("Nothing is counted yet"));
    handheld_keys(&h, "ok 6");
    handheld_expect_screen(&h, "drop");
}

static void without_paper_the_second_is_not_begun(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    sim_paper_left(h.world, 400, -1);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "handover_after");
    handheld_expect_kinds(&h, head + 1, "handover_given print_uncertain");
}

static void a_full_disk_gives_nothing_and_says_so(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    open_handover();
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    cut_vfs_fill(1);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Not recorded"));
    assert_int_equal(handheld_head(&h), head);
    assert_int_equal(user_of(&h, UTILITY_USER)->held_minor, HELD_MINOR);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

static void a_clock_that_went_back_stops_no_hand_over(void **state)
{
    (void)state;
    sim_set_clock(h.world, h.app->facts.now_s - 3 * 86400);
    handheld_wait(&h, 1000);
    uint64_t seq = hand_over();
    assert_int_equal(user_of(&h, UTILITY_USER)->held_minor, 0);
    assert_true(handheld_head(&h) > seq);
}

/* ---- taken here ------------------------------------------------------------------------------ */

static bool blind_broken;
static unsigned blind_looks;

/* From the receiver's PIN on until they have counted. */
static void look_blind(void *context, struct handheld *who)
{
    (void)context;
    const struct fold *fold = who->app && who->app->journal ? handheld_fold(who) : NULL;
    if (!fold || fold->current < 0 ||
        strcmp(fold->users[fold->current].user, UTILITY_SUPERVISOR) != 0 ||
        fold->users[fold->current].kept_minor > 0)
        return;
    blind_looks++;
    if (handheld_sees(who, HELD)) {
        print_message("%s\n", handheld_text(who));
        blind_broken = true;
    }
}

static void let_receiver_in(void)
{
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receive_begin");
}

static void the_receiver_counts_blind_on_the_same_terminal(void **state)
{
    struct entry e;
    struct body_handover_taken taken;
    struct body_cash_count count;
    (void)state;
    uint64_t given = hand_over();
    free(handheld_tear_off(&h));
    uint64_t head = handheld_head(&h);
    blind_broken = false;
    blind_looks = 0;
    h.watch = look_blind;
    let_receiver_in();
    handheld_expect(&h, "李建国 (1001)");
    handheld_keys(&h, "ok 1 f1 f1 f1"); /* counted again */
    handheld_expect_screen(&h, "receive_notes");
    handheld_keys(&h, COUNT_SHORT " # cancel f1");
    h.watch = NULL;
    handheld_expect_screen(&h, "receive_stands");
    assert_false(blind_broken);
    assert_true(blind_looks > 10);
    handheld_keys(&h, "ok ok ok");
    handheld_expect_screen(&h, "receive_result");
    handheld_expect(&h, _("Short"));
    handheld_expect(&h, HELD);
    handheld_expect_kinds(
        &h, head + 1, "user_switched cash_count handover_taken print_done duplicate print_done");
    handheld_entry(&h, head + 2, &e);
    assert_int_equal(entry_read_cash_count(&e, &count), TILL_OK);
    assert_int_equal(count.purpose, COUNT_TAKEN);
    assert_int_equal(count.attempt, 2);
    handheld_entry(&h, head + 3, &e);
    assert_int_equal(entry_read_handover_taken(&e, &taken), TILL_OK);
    assert_int_equal(taken.seq, given);
    assert_int_equal(taken.counted_minor, HELD_MINOR - 1000);
    assert_int_equal(handheld_fold(&h)->transit_minor, 0);
    assert_int_equal(user_of(&h, UTILITY_SUPERVISOR)->kept_minor, HELD_MINOR - 1000);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "shift"); /* the receiver's */
}

static void a_shortage_is_told_after_the_count_and_stays_open(void **state)
{
    (void)state;
    hand_over();
    let_receiver_in();
    handheld_keys(&h, "ok " COUNT_SHORT " f1 ok ok ok");
    handheld_expect_screen(&h, "receive_result");
    handheld_expect(&h, _("Short"));
    handheld_expect(&h, "¥10.00");
    assert_int_equal(user_of(&h, UTILITY_SUPERVISOR)->kept_minor, HELD_MINOR - 1000);
    assert_int_equal(user_of(&h, UTILITY_SUPERVISOR)->variance_minor, 1000);
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "explain");
    handheld_expect(&h, "10.00");
    /* A supervisor may name the giver alone. */
    handheld_keys(&h, "ok 3 clear clear clear clear");
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok ok");
    handheld_expect(&h, "李建国 (1001)");
    handheld_expect(&h, _("√ Explained"));
    assert_int_equal(user_of(&h, UTILITY_SUPERVISOR)->variance_minor, 0);
}

static void try_to_retire(const char *why_not)
{
    handheld_stop(&h);
    handheld_start(&h);
    log_in(&h, UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_settle(&h);
    handheld_keys(&h, "6 up ok");
    handheld_expect_screen(&h, "retire");
    handheld_expect(&h, why_not);
    handheld_keys(&h, "1 ok ok");
    assert_int_equal(handheld_count(&h, KIND_RETIRED), 0);
}

/* Nothing follows the end of a number, so no hand-over either. */
static void a_terminal_is_not_retired_while_counted_cash_is_on_it(void **state)
{
    (void)state;
    try_to_retire("1001 has counted cash here. Hand it over or deposit it first.");
    handheld_stop(&h);
    handheld_start(&h);
    log_in(&h, UTILITY_USER, UTILITY_PIN);
    hand_over();
    let_receiver_in();
    handheld_keys(&h, "ok " COUNT_RIGHT " f1 ok ok ok");
    assert_int_equal(user_of(&h, UTILITY_USER)->held_minor, 0);
    try_to_retire("2001 has counted cash here. Hand it over or deposit it first.");
}

static void a_wrong_pin_lets_nobody_take(void **state)
{
    (void)state;
    hand_over();
    handheld_keys(&h, "ok 1 2 ok");
    handheld_expect(&h, _("A PIN has at least 4 digits."));
    handheld_keys(&h, "1 1 ok");
    handheld_expect(&h, _("Not agreed"));
    handheld_expect_screen(&h, "handover_after");
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 1);
    assert_int_equal(handheld_count(&h, KIND_HANDOVER_TAKEN), 0);
}

static void it_waits_for_the_receiver_over_a_restart(void **state)
{
    (void)state;
    hand_over();
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_settle(&h);
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "down");
    handheld_expect_screen(&h, "custody");
    handheld_expect(&h, "1 to count");
    handheld_expect_not(&h, HELD);
    handheld_keys(&h, "2");
    handheld_expect_screen(&h, "receive");
    handheld_expect(&h, _("Waits for you here"));
    handheld_expect_not(&h, HELD);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "receive_begin");
    handheld_keys(&h, "ok " COUNT_RIGHT " f1 ok ok ok ok");
    assert_int_equal(user_of(&h, UTILITY_SUPERVISOR)->kept_minor, HELD_MINOR);
    /* And no second time. */
    handheld_expect_screen(&h, "custody");
    handheld_expect_not(&h, "1 to count");
}

static void a_restart_in_the_count_takes_nothing(void **state)
{
    static const char *const upto[] = {"", "ok", "ok 1 ok", "ok f1", "ok f1 f1"};
    (void)state;
    uint64_t seq = hand_over();
    let_receiver_in();
    for (size_t i = 0; i < sizeof upto / sizeof upto[0]; i++) {
        char code[PROOF_TEXT_MAX];
        handheld_keys(&h, upto[i][0] ? upto[i] : "#");
        handheld_cut_power(&h);
        handheld_start(&h);
        handheld_settle(&h);
        assert_int_equal(handheld_count(&h, KIND_HANDOVER_TAKEN), 0);
        assert_int_equal(handheld_fold(&h)->transit_minor, HELD_MINOR);
        log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
        handheld_keys(&h, "down");
        handheld_scan(&h, handheld_code(&h, seq, code));
        handheld_expect_screen(&h, "receive_begin");
    }
}

static void cash_that_was_dropped_to_a_supervisor_is_taken_too(void **state)
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
    handheld_keys(&h, "ok cancel cancel 6 0 ok");
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "down 2 ok ok ok 1 f1 f1 ok ok ok");
    handheld_expect(&h, _("No difference"));
    assert_int_equal(user_of(&h, UTILITY_SUPERVISOR)->kept_minor, 5000);
    assert_int_equal(handheld_fold(&h)->transit_minor, 0);
}

/* ---- papers that are none, or not theirs ----------------------------------------------------- */

static void open_receive(struct handheld *who)
{
    handheld_keys(who, "down 2");
    handheld_expect_screen(who, "receive");
}

static void a_wrong_paper_is_told_and_takes_nothing(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    uint64_t seq = hand_over();
    handheld_keys(&h, "cancel cancel cancel");
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    open_receive(&h);
    uint64_t head = handheld_head(&h);
    uint64_t z = seq;
    struct entry e;
    do
        handheld_entry(&h, --z, &e);
    while (e.kind != KIND_SHIFT_CLOSED);
    handheld_scan(&h, handheld_code(&h, z, code));
    handheld_expect(&h, "This is no hand-over.");
    handheld_scan(&h, "https://example.org/");
    handheld_expect(&h, "This is no receipt of this system.");
    handheld_code(&h, seq, code);
    code[strlen(code) / 2] = code[strlen(code) / 2] == 'A' ? 'B' : 'A';
    handheld_scan(&h, code);
    handheld_expect(&h, _("Not taken over"));
    handheld_type(&h, "0032*0000007");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "A number alone does not say how much it is.");
    handheld_expect_screen(&h, "receive");
    assert_int_equal(handheld_head(&h), head);
}

static void what_was_taken_is_not_taken_again(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    uint64_t seq = hand_over();
    let_receiver_in();
    handheld_keys(&h, "ok " COUNT_RIGHT " f1 ok ok ok ok");
    open_receive(&h);
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_expect(&h, "It was taken over here already");
    assert_int_equal(handheld_count(&h, KIND_HANDOVER_TAKEN), 1);
}

static void somebody_else_takes_it_only_after_a_warning(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    uint64_t seq = hand_over();
    handheld_keys(&h, "cancel cancel cancel");
    log_in(&h, "1002", "1357");
    open_receive(&h);
    handheld_expect_not(&h, _("Waits for you here"));
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_expect_screen(&h, "receive_begin");
    handheld_expect(&h, "It was meant for user 2001");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "receive");
}

static void the_challenge_of_the_receiver_s_own_paper_begins_the_count(void **state)
{
    char code[PROOF_TEXT_MAX];
    (void)state;
    uint64_t seq = hand_over();
    handheld_keys(&h, "cancel cancel cancel");
    log_in(&h, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    handheld_scan(&h, handheld_code(&h, seq, code));
    handheld_expect_screen(&h, "receive_begin");
    handheld_expect_not(&h, HELD);
}

/* ---- between two terminals ------------------------------------------------------------------- */

/* The supervisor is at theirs; neither has a line. */
static void begin_other(void)
{
    const struct handheld_setup setup = {.terminal = "0032", .beside = true};
    handheld_begin_day(&other, &setup);
    handheld_signal(&other, NETWORK_NONE);
    handheld_signal(&h, NETWORK_NONE);
    handheld_keys(&other, "6 0 ok");
    log_in(&other, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    handheld_expect_screen(&other, "shift");
}

static void the_other_terminal_scans_the_screen_and_counts(void **state)
{
    struct entry given, e;
    struct body_handover_taken taken;
    char code[PROOF_TEXT_MAX];
    (void)state;
    begin_other();
    uint64_t seq = hand_over();
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "handover_code");
    assert_non_null(strstr(handheld_text(&h), "HTTPS://R.OFFICE.EXAMPLE/"));
    handheld_code(&h, seq, code);
    assert_non_null(strstr(handheld_text(&h), code));
    open_receive(&other);
    handheld_scan(&other, code);
    handheld_expect_screen(&other, "receive_begin");
    handheld_expect(&other, UTILITY_TERMINAL);
    handheld_expect_not(&other, HELD);
    uint64_t head = handheld_head(&other);
    handheld_keys(&other, "ok " COUNT_SHORT " f1 ok");
    handheld_expect_screen(&other, "paper");
    handheld_entry(&h, seq, &given);
    handheld_entry(&other, head + 2, &e);
    assert_int_equal(entry_read_handover_taken(&e, &taken), TILL_OK);
    assert_memory_equal(taken.hash, given.hash, HASH_SIZE);
    assert_int_equal(taken.amount_minor, HELD_MINOR);
    assert_int_equal(taken.counted_minor, HELD_MINOR - 1000);
    assert_int_equal(taken.seq, 0);
    handheld_keys(&other, "ok ok");
    handheld_expect_screen(&other, "receive_result");
    handheld_keys(&other, "ok 2");
    handheld_scan(&other, code);
    handheld_expect(&other, "It was taken over here already");
    assert_int_equal(handheld_count(&other, KIND_HANDOVER_TAKEN), 1);
}

static void an_altered_code_of_a_known_terminal_is_refused(void **state)
{
    char code[PROOF_TEXT_MAX], altered[PROOF_TEXT_MAX];
    (void)state;
    const struct handheld_setup setup = {.terminal = "0032", .beside = true};
    handheld_begin_day(&other, &setup);
    other.utility->holders[0] =
        (struct book_holder){.meter_book = "CX01", .terminal = UTILITY_TERMINAL};
    memcpy(other.utility->holders[0].journal_key, h.utility->journal_public, PUBLIC_KEY_SIZE);
    other.utility->holder_count = 1;
    utility_publish(other.utility);
    handheld_wait(&other, 1100);
    handheld_keys(&other, "6 0 ok");
    log_in(&other, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    open_receive(&other);
    handheld_code(&h, hand_over(), code);
    for (size_t back = 1; back < 60; back += 7) { /* the body stands at the end */
        text_copy(altered, sizeof altered, code);
        char *at = altered + strlen(altered) - back;
        *at = *at == 'A' ? 'B' : 'A';
        handheld_scan(&other, altered);
        handheld_expect_screen(&other, "receive");
        handheld_expect(&other, _("Not taken over"));
    }
    handheld_scan(&other, code);
    handheld_expect_screen(&other, "receive_begin");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_held_is_given_with_a_paper_for_each),
        TEST(a_part_may_be_given_and_the_rest_stays),
        TEST(more_than_is_held_is_not_given),
        TEST(a_receiver_whom_the_book_does_not_know_is_refused),
        TEST(who_is_known_here_is_offered),
        TEST(training_gives_nothing),
        TEST(what_is_in_the_bag_is_not_given_before_the_close),
        TEST(without_paper_the_second_is_not_begun),
        TEST(a_full_disk_gives_nothing_and_says_so),
        TEST(a_clock_that_went_back_stops_no_hand_over),
        TEST(the_receiver_counts_blind_on_the_same_terminal),
        TEST(a_shortage_is_told_after_the_count_and_stays_open),
        TEST(a_terminal_is_not_retired_while_counted_cash_is_on_it),
        TEST(a_wrong_pin_lets_nobody_take),
        TEST(it_waits_for_the_receiver_over_a_restart),
        TEST(a_restart_in_the_count_takes_nothing),
        TEST(cash_that_was_dropped_to_a_supervisor_is_taken_too),
        TEST(a_wrong_paper_is_told_and_takes_nothing),
        TEST(what_was_taken_is_not_taken_again),
        TEST(somebody_else_takes_it_only_after_a_warning),
        TEST(the_challenge_of_the_receiver_s_own_paper_begins_the_count),
        TEST(the_other_terminal_scans_the_screen_and_counts),
        TEST(an_altered_code_of_a_known_terminal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

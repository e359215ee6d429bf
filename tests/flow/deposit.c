/*
 * Cash into the bank: by its slip, with what differs left open; and a difference that is explained.
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

/* One receipt of 186.42 over 100.00 of opening cash, all of it counted at the close. */
#define HELD_MINOR 28642
#define COUNT_RIGHT "2 ok 1 ok 1 ok 1 ok 1 ok 1 ok * 4 2 ok"
#define COUNT_200 "2"

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void close_day(void)
{
    handheld_keys(&h, "f1 ok " COUNT_RIGHT " f1 ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "shift");
    free(handheld_tear_off(&h));
}

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok cancel");
    close_day();
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

static void open_deposit(void)
{
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "down 3");
}

static void set_banks(bool known)
{
    h.utility->no_banks = !known;
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    assert_int_equal(handheld_fold(&h)->book_revision, h.utility->revision);
    assert_int_equal(h.app->facts.site->bank_count > 0, known);
}

/* The newest one. */
static void read_deposit(struct body_deposit *deposit, struct body_cash_count *count)
{
    struct entry e;
    uint64_t seq = handheld_head(&h);
    do
        handheld_entry(&h, seq--, &e);
    while (e.kind != KIND_DEPOSIT);
    assert_int_equal(entry_read_deposit(&e, deposit), TILL_OK);
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_cash_count(&e, count), TILL_OK);
    assert_int_equal(count->purpose, COUNT_DEPOSIT);
}

/* 100.00 of it was a false note: the bank's slip says 186.42. */
static void deposit_short(const char *slip)
{
    open_deposit();
    handheld_keys(&h, COUNT_RIGHT " 1 0 0 f1 2");
    handheld_type(&h, slip);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "186.42");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Short"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

/* ---- deposits -------------------------------------------------------------------------------- */

static void a_deposit_that_agrees_is_recorded_with_its_count(void **state)
{
    struct body_deposit deposit;
    struct body_cash_count count;
    (void)state;
    uint64_t head = handheld_head(&h);
    open_deposit();
    handheld_expect_screen(&h, "deposit_notes");
    handheld_keys(&h, COUNT_RIGHT);
    handheld_expect_screen(&h, "deposit_slips");
    handheld_keys(&h, "f1");
    handheld_expect(&h, "工商银行翠湖支行");
    handheld_keys(&h, "1 8 8 0 0 1 ok");
    handheld_expect(&h, "286.42");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("No difference"));
    handheld_expect(&h, "88001");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect_kinds(&h, head + 1, "cash_count deposit print_done");
    handheld_expect_paper(&h, "工商银行翠湖支行");
    handheld_expect_paper(&h, "88001");
    read_deposit(&deposit, &count);
    assert_string_equal(deposit.bank, "ICBC");
    assert_string_equal(deposit.slip, "88001");
    assert_string_equal(deposit.closes, "1");
    assert_int_equal(deposit.amount_minor, HELD_MINOR);
    assert_int_equal(deposit.expected_minor, HELD_MINOR);
    assert_string_equal(count.notes, "10000:2,5000:1,2000:1,1000:1,500:1,100:1,1:42");
    assert_int_equal(collector()->held_minor, 0);
    assert_int_equal(collector()->variance_minor, 0);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "custody");
    handheld_keys(&h, "3");
    handheld_expect(&h, _("You hold no cash"));
}

static void a_note_that_the_bank_kept_is_a_difference_that_stays_open(void **state)
{
    struct body_deposit deposit;
    struct body_cash_count count;
    (void)state;
    deposit_short("88001");
    read_deposit(&deposit, &count);
    assert_int_equal(deposit.amount_minor, 18642);
    assert_int_equal(deposit.expected_minor, HELD_MINOR);
    assert_int_equal(count.suspect_minor, 10000);
    assert_int_equal(collector()->held_minor, 0);
    assert_int_equal(collector()->variance_minor, 10000);
    handheld_expect_paper(&h, "100.00");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "deposit_result");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "custody");
    handheld_expect(&h, "¥100.00");
}

static void a_part_may_be_deposited_and_the_rest_stays(void **state)
{
    struct body_deposit deposit;
    struct body_cash_count count;
    (void)state;
    open_deposit();
    handheld_keys(&h, COUNT_200 " f1 f1");
    handheld_expect(&h, _("The rest stays with me"));
    handheld_keys(&h, "1 2 8 8 0 0 1 ok ok");
    handheld_expect(&h, _("No difference"));
    handheld_keys(&h, "ok");
    read_deposit(&deposit, &count);
    assert_string_equal(deposit.bank, "RCU");
    assert_int_equal(deposit.amount_minor, 20000);
    assert_int_equal(deposit.expected_minor, 20000);
    assert_int_equal(collector()->held_minor, HELD_MINOR - 20000);
    assert_int_equal(collector()->variance_minor, 0);
}

static void what_is_missing_goes_out_of_hand_as_a_difference(void **state)
{
    struct body_deposit deposit;
    struct body_cash_count count;
    (void)state;
    open_deposit();
    handheld_keys(&h, COUNT_200 " f1 f1 2 1 8 8 0 0 1 ok ok");
    handheld_expect(&h, "86.42");
    handheld_keys(&h, "ok");
    read_deposit(&deposit, &count);
    assert_int_equal(deposit.amount_minor, 20000);
    assert_int_equal(deposit.expected_minor, HELD_MINOR);
    assert_int_equal(collector()->held_minor, 0);
    assert_int_equal(collector()->variance_minor, 8642);
}

static void more_than_was_held_is_over(void **state)
{
    (void)state;
    open_deposit();
    handheld_keys(&h, "3 f1 f1"); /* 300.00: it can't be from what is held besides */
    handheld_keys(&h, "1 8 8 0 0 1 ok ok");
    handheld_expect(&h, _("Over"));
    handheld_expect(&h, "13.58");
    handheld_keys(&h, "ok");
    assert_int_equal(collector()->variance_minor, -1358);
}

static void too_large_a_sum_is_told_how_large_it_may_be(void **state)
{
    (void)state;
    open_deposit();
    handheld_keys(&h, COUNT_RIGHT " f1 1 8 8 0 0 1 ok");
    handheld_type(&h, "999999999999");
    handheld_keys(&h, "ok");
    handheld_expect(&h, "9,999,999,999.99");
    handheld_keys(&h, "ok");
    handheld_expect_not(&h, _("Type the sum; * is the decimal point."));
}

static void what_was_over_is_not_explained_as_lost(void **state)
{
    (void)state;
    open_deposit();
    handheld_keys(&h, "3 f1 f1 1 8 8 0 0 1 ok ok ok ok f1 ok");
    handheld_expect(&h, _("Over: why?"));
    handheld_expect_not(&h, _("Lost"));
    handheld_keys(&h, "4");
    handheld_expect(&h, _("Over: why?"));
    handheld_keys(&h, "5 ok");
    handheld_expect_not(&h, _("Over: why?"));
}

static void a_slip_is_deposited_once(void **state)
{
    (void)state;
    open_deposit();
    handheld_keys(&h, COUNT_200 " f1 f1 1 1 8 8 0 0 1 ok ok ok ok");
    handheld_expect_screen(&h, "custody");
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "3 ok ok 1 f1 f1 1 1 8 8 0 0 1 ok ok ok");
    handheld_expect(&h, _("A deposit with this slip's number is recorded already."));
    assert_int_equal(handheld_head(&h), head);
    handheld_keys(&h, "cancel cancel clear 2 ok ok ok");
    handheld_expect_screen(&h, "paper");
}

static void a_slip_needs_its_number(void **state)
{
    (void)state;
    open_deposit();
    handheld_keys(&h, COUNT_RIGHT " f1 1 8 8 ok");
    handheld_expect(&h, _("At least 4 digits, as on the slip."));
    handheld_keys(&h, "0 1 ok ok");
    handheld_expect(&h, "8801");
    handheld_keys(&h, "cancel cancel cancel cancel");
    handheld_expect_screen(&h, "deposit_slips"); /* nothing that was counted is lost */
    handheld_keys(&h, "cancel");
    handheld_expect(&h, "286.42");
}

static void without_a_bank_account_it_says_what_to_do(void **state)
{
    (void)state;
    set_banks(false);
    open_deposit();
    handheld_expect_screen(&h, "deposit");
    handheld_expect(&h, _("No bank account is known here"));
    handheld_expect(&h, "Sync with F1");
    /* It comes while somebody looks at that. */
    set_banks(true);
    handheld_expect_screen(&h, "deposit_notes");
}

static void an_account_that_goes_away_meanwhile_is_not_used(void **state)
{
    (void)state;
    open_deposit();
    handheld_keys(&h, COUNT_RIGHT " f1 1 8 8 0 0 1 ok ok");
    uint64_t head = handheld_head(&h);
    set_banks(false);
    handheld_expect(&h, _("No bank account is known here"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "custody");
    assert_int_equal(handheld_count(&h, KIND_DEPOSIT), 0);
    assert_true(handheld_head(&h) > head); /* the book alone */
}

static void two_days_are_deposited_together_or_apart(void **state)
{
    struct body_deposit deposit;
    struct body_cash_count count;
    (void)state;
    handheld_open_shift(&h, "100");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "cancel cancel cancel f1 ok 1 f1 f1 ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    open_deposit();
    handheld_expect_screen(&h, "deposit");
    handheld_expect(&h, "Z 1");
    handheld_expect(&h, "Z 2");
    handheld_expect(&h, "386.42");
    handheld_keys(&h, "f1"); /* not the first */
    handheld_expect(&h, "100.00");
    handheld_keys(&h, "ok 1 f1 f1 1 8 8 0 0 1 ok ok");
    handheld_expect(&h, _("No difference"));
    handheld_keys(&h, "ok");
    read_deposit(&deposit, &count);
    assert_string_equal(deposit.closes, "2");
    assert_int_equal(collector()->held_minor, HELD_MINOR);
    handheld_keys(&h, "ok 3");
    handheld_expect_screen(&h, "deposit_notes"); /* one is left: nothing to choose */
}

static void restarts_lose_no_cash_and_record_nothing(void **state)
{
    static const char *const upto[] = {"",
                                       "2",
                                       "2 f1",
                                       "2 f1 f1",
                                       "2 f1 f1 1",
                                       "2 f1 f1 1 1 8 8 0 0 1 ok",
                                       "2 f1 f1 1 1 8 8 0 0 1 ok ok"};
    (void)state;
    for (size_t i = 0; i < sizeof upto / sizeof upto[0]; i++) {
        open_deposit();
        if (upto[i][0])
            handheld_keys(&h, upto[i]);
        handheld_cut_power(&h);
        handheld_start(&h);
        handheld_settle(&h);
        assert_int_equal(handheld_count(&h, KIND_DEPOSIT), 0);
        assert_int_equal(handheld_count(&h, KIND_CASH_COUNT), 2); /* opening, close */
        assert_int_equal(collector()->held_minor, HELD_MINOR);
        log_in(UTILITY_USER, UTILITY_PIN);
    }
}

static void what_was_received_is_deposited_by_the_supervisor(void **state)
{
    struct body_deposit deposit;
    struct body_cash_count count;
    (void)state;
    handheld_keys(&h, "down 1 ok");
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok ok ok ok ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok ok " COUNT_RIGHT " f1 ok ok ok ok");
    open_deposit();
    handheld_keys(&h, COUNT_RIGHT " f1 1 8 8 0 0 1 ok ok ok");
    handheld_expect_screen(&h, "paper");
    read_deposit(&deposit, &count);
    assert_int_equal(deposit.source, CASH_KEPT);
    assert_string_equal(deposit.closes, "");
    assert_int_equal(handheld_fold(&h)->users[1].kept_minor, 0);
}

/* ---- the limit ------------------------------------------------------------------------------- */

static void the_cash_limit_counts_what_is_held(void **state)
{
    (void)state;
    h.utility->orders.limits.value[LIMIT_CASH] = 30000;
    utility_order(h.utility, NULL);
    handheld_wait(&h, 1100);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    assert_int_equal(h.app->screen.bar.cash_percent, 95);
    handheld_keys(&h, "5");
    handheld_expect(&h, "286.42 / ¥300.00");
    handheld_expect(&h, _("and held from earlier shifts"));
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "custody");
    handheld_keys(&h, "cancel cancel");
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "Limit reached");
}

/* ---- explained ------------------------------------------------------------------------------- */

static void read_explained(struct body_variance_explained *out)
{
    struct entry e;
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_variance_explained(&e, out), TILL_OK);
}

static void a_false_note_is_explained_with_its_slip(void **state)
{
    struct body_variance_explained explained;
    (void)state;
    deposit_short("88001");
    handheld_keys(&h, "ok f1");
    handheld_expect_screen(&h, "explain");
    handheld_expect(&h, "100.00");
    handheld_keys(&h, "ok 1 7 7 ok");
    handheld_expect(&h, _("At least 4 digits, as on the slip."));
    handheld_keys(&h, "1 2 ok ok");
    handheld_expect(&h, "李建国 (1001)");
    handheld_expect(&h, "7712");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("√ Explained"));
    read_explained(&explained);
    assert_int_equal(explained.amount_minor, 10000);
    assert_int_equal(explained.reason, VARIANCE_COUNTERFEIT);
    assert_string_equal(explained.owner, UTILITY_USER);
    assert_string_equal(explained.slip, "7712");
    assert_int_equal(collector()->variance_minor, 0);
    handheld_keys(&h, "ok 4");
    handheld_expect(&h, _("Nothing is open"));
}

static void a_part_is_explained_and_the_rest_stays_open(void **state)
{
    (void)state;
    deposit_short("88001");
    handheld_keys(&h, "ok ok 4 1 0 1 ok");
    handheld_expect(&h, _("That is more than is open."));
    handheld_keys(&h, "clear clear clear 6 0 ok 4 ok ok ok");
    assert_int_equal(collector()->variance_minor, 4000);
    handheld_expect(&h, "¥40.00");
    handheld_keys(&h, "4 ok 5 ok ok ok");
    assert_int_equal(collector()->variance_minor, 0);
}

static void to_name_somebody_else_a_supervisor_agrees(void **state)
{
    struct body_variance_explained explained;
    (void)state;
    deposit_short("88001");
    handheld_keys(&h, "ok f1 ok 4 1 0 0 2 ok");
    handheld_expect(&h, _("Supervisor's user number"));
    uint64_t head = handheld_head(&h);
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok 1 1 1 1 ok");
    handheld_expect(&h, _("Not agreed"));
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "王芳 (1002)");
    handheld_keys(&h, "ok");
    handheld_expect_kinds(&h, head + 1,
                          "login_failed user_switched user_switched variance_explained");
    read_explained(&explained);
    assert_string_equal(explained.owner, "1002");
}

static void a_difference_is_open_over_a_restart_and_another_s_is_not_shown(void **state)
{
    (void)state;
    deposit_short("88001");
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_settle(&h);
    log_in("1002", "1357");
    handheld_keys(&h, "down 4");
    handheld_expect(&h, _("Nothing is open"));
    handheld_keys(&h, "ok cancel cancel");
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_keys(&h, "down 4");
    handheld_expect(&h, "100.00");
    handheld_keys(&h, "ok 4 ok ok");
    handheld_expect(&h, _("√ Explained"));
}

/* ---- at the commit --------------------------------------------------------------------------- */

static enum till_status commit(const struct flow_carry *carry)
{
    struct entry entry;
    uint64_t head = handheld_head(&h);
    enum till_status status = ledger_carry(h.app, carry, &entry);
    assert_int_equal(handheld_head(&h) > head, status == TILL_OK);
    return status;
}

static struct flow_carry give_to(const char *receiver, int64_t amount_minor, const char *closes)
{
    struct flow_carry carry = {.kind = KIND_HANDOVER_GIVEN};
    carry.as.given.amount_minor = amount_minor;
    carry.as.given.source = CASH_HELD;
    text_copy(carry.as.given.receiver, sizeof carry.as.given.receiver, receiver);
    text_copy(carry.as.given.closes, sizeof carry.as.given.closes, closes);
    return carry;
}

/* Neither on the screen nor past it. */
static void cheques_that_were_not_counted_are_not_deposited(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    open_deposit();
    handheld_keys(&h, COUNT_RIGHT " down down 5 0 0 f1 1 8 8 0 0 1 ok ok ok");
    handheld_expect(&h, _("That is more than you hold."));
    assert_int_equal(handheld_head(&h), head);
}

static void what_a_screen_asks_is_looked_at_once_more(void **state)
{
    struct flow_carry carry;
    (void)state;
    carry = give_to(UTILITY_SUPERVISOR, HELD_MINOR + 1, "1");
    assert_int_equal(commit(&carry), TILL_TOO_LARGE);
    carry = give_to(UTILITY_USER, 100, "1");
    assert_int_equal(commit(&carry), TILL_REFUSED);
    carry = give_to("7777", 100, "1");
    assert_int_equal(commit(&carry), TILL_NOT_FOUND);
    carry = give_to(UTILITY_SUPERVISOR, 100, "2");
    assert_int_equal(commit(&carry), TILL_BAD_INPUT);
    carry = give_to(UTILITY_SUPERVISOR, 100, "1-3");
    assert_int_equal(commit(&carry), TILL_BAD_INPUT);
    carry = give_to(UTILITY_SUPERVISOR, 100, "1");
    carry.as.given.source = CASH_KEPT;
    assert_int_equal(commit(&carry), TILL_TOO_LARGE);
    carry.kind = KIND_COLLECTION;
    assert_int_equal(commit(&carry), TILL_BAD_INPUT);
    h.app->training = true;
    carry = give_to(UTILITY_SUPERVISOR, 100, "1");
    assert_int_equal(commit(&carry), TILL_REFUSED);
    h.app->training = false;
    assert_int_equal(commit(&carry), TILL_OK);
    assert_int_equal(commit(&carry), TILL_BAD_INPUT); /* that Z is covered */
    carry = (struct flow_carry){.kind = KIND_HANDOVER_TAKEN};
    carry.as.taken.seq = handheld_head(&h);
    carry.count.attempt = 1;
    assert_int_equal(commit(&carry), TILL_OK); /* taken back by who gave it */
    assert_int_equal(commit(&carry), TILL_UNCHANGED);
    carry.as.taken.seq = 3;
    assert_int_equal(commit(&carry), TILL_NOT_FOUND);
}

static void a_deposit_and_its_difference_are_looked_at_once_more(void **state)
{
    struct flow_carry carry = {.kind = KIND_DEPOSIT,
                               .as.deposit = {.bank = "ICBC",
                                              .slip = "8801",
                                              .amount_minor = 100,
                                              .expected_minor = HELD_MINOR + 1,
                                              .source = CASH_HELD},
                               .count = {.attempt = 1}};
    struct flow_carry explain = {
        .kind = KIND_VARIANCE_EXPLAINED,
        .as.explained = {.amount_minor = 200, .reason = VARIANCE_LOST, .owner = UTILITY_USER}};
    (void)state;
    assert_int_equal(commit(&carry), TILL_TOO_LARGE);
    carry.as.deposit.expected_minor = 200;
    text_copy(carry.as.deposit.bank, sizeof carry.as.deposit.bank, "NONE");
    assert_int_equal(commit(&carry), TILL_NOT_FOUND);
    text_copy(carry.as.deposit.bank, sizeof carry.as.deposit.bank, "ICBC");
    text_copy(carry.as.deposit.closes, sizeof carry.as.deposit.closes, "9");
    assert_int_equal(commit(&carry), TILL_BAD_INPUT);
    carry.as.deposit.closes[0] = '\0';
    assert_int_equal(commit(&carry), TILL_OK);
    assert_int_equal(commit(&carry), TILL_UNCHANGED);
    explain.as.explained.seq = handheld_head(&h);
    assert_int_equal(commit(&explain), TILL_TOO_LARGE);
    explain.as.explained.amount_minor = -100;
    assert_int_equal(commit(&explain), TILL_TOO_LARGE);
    explain.as.explained.amount_minor = 100;
    text_copy(explain.as.explained.owner, sizeof explain.as.explained.owner, "7777");
    assert_int_equal(commit(&explain), TILL_NOT_FOUND);
    text_copy(explain.as.explained.owner, sizeof explain.as.explained.owner, UTILITY_USER);
    handheld_keys(&h, "cancel");
    log_in(UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN);
    assert_int_equal(commit(&explain), TILL_NOT_FOUND); /* another's */
    handheld_keys(&h, "cancel");
    log_in(UTILITY_USER, UTILITY_PIN);
    assert_int_equal(commit(&explain), TILL_OK);
    assert_int_equal(commit(&explain), TILL_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_deposit_that_agrees_is_recorded_with_its_count),
        TEST(a_note_that_the_bank_kept_is_a_difference_that_stays_open),
        TEST(a_part_may_be_deposited_and_the_rest_stays),
        TEST(what_is_missing_goes_out_of_hand_as_a_difference),
        TEST(more_than_was_held_is_over),
        TEST(too_large_a_sum_is_told_how_large_it_may_be),
        TEST(what_was_over_is_not_explained_as_lost),
        TEST(a_slip_is_deposited_once),
        TEST(a_slip_needs_its_number),
        TEST(without_a_bank_account_it_says_what_to_do),
        TEST(an_account_that_goes_away_meanwhile_is_not_used),
        TEST(two_days_are_deposited_together_or_apart),
        TEST(restarts_lose_no_cash_and_record_nothing),
        TEST(what_was_received_is_deposited_by_the_supervisor),
        TEST(the_cash_limit_counts_what_is_held),
        TEST(a_false_note_is_explained_with_its_slip),
        TEST(a_part_is_explained_and_the_rest_stays_open),
        TEST(to_name_somebody_else_a_supervisor_agrees),
        TEST(a_difference_is_open_over_a_restart_and_another_s_is_not_shown),
        TEST(cheques_that_were_not_counted_are_not_deposited),
        TEST(what_a_screen_asks_is_looked_at_once_more),
        TEST(a_deposit_and_its_difference_are_looked_at_once_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

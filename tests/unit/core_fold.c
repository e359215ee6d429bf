/* The fold: scripted days, and what may not follow what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close_story.h"
#include "fold.h"

enum { DAY_MAX = 64 };
#define CLOSED "{\"n\":1,\"s\":1,\"e\":20000,\"t\":0,\"r\":0}"

/* A journal in memory and the fold that follows it. */
struct day {
    struct entry entries[DAY_MAX];
    size_t count;
    int64_t later_s; /* of the entries to come */
    struct fold fold;
    struct fold_touch payment;
};

static struct day the_day;

static enum till_status append(struct day *d, struct entry *e)
{
    assert_true(d->count < DAY_MAX);
    e->seq = d->fold.seq + 1;
    e->at_s = 1795311660 + (int64_t)d->count * 40 + d->later_s;
    enum till_status status = fold_apply(&d->fold, e, &d->payment);
    if (status == TILL_OK) {
        d->entries[d->count++] = *e;
    }
    return status;
}

static struct entry enrolled_entry(void)
{
    struct body_enrolled b = {
        .terminal = "0031", .currency = "CNY", .exponent = 2, .zone = "CST-8"};
    struct entry e = {0};
    b.public_key[0] = 0x04;
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_OK);
    return e;
}

static enum till_status person(struct day *d, enum entry_kind kind, const char *user)
{
    struct entry e = {0};
    struct body_login b = {0};
    (void)snprintf(b.user, sizeof(b.user), "%s", user);
    assert_int_equal(entry_write_login(&e, kind, &b), TILL_OK);
    return append(d, &e);
}

static enum till_status open_shift(struct day *d, uint32_t shift, int64_t opening_minor)
{
    struct entry e = {0};
    struct body_shift_opened b = {20261122, shift, opening_minor};
    assert_int_equal(entry_write_shift_opened(&e, &b), TILL_OK);
    return append(d, &e);
}

static enum till_status take(struct day *d, int64_t amount_minor, enum tender tender,
                             uint16_t training)
{
    struct entry e = {0};
    struct body_collection b = {.account = "6100234567",
                                .amount_minor = amount_minor,
                                .tendered_minor = amount_minor,
                                .late_fee_minor = amount_minor / 100,
                                .tender = (int)tender};
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
    e.kind |= training;
    return append(d, &e);
}

static enum till_status paper(struct day *d, enum entry_kind kind, uint64_t seq, uint32_t copy)
{
    struct entry e = {0};
    struct body_print b = {.seq = seq, .copy = copy};
    assert_int_equal(entry_write_print(&e, kind, &b), TILL_OK);
    return append(d, &e);
}

static enum till_status other(struct day *d, uint16_t kind, const char *body)
{
    struct entry e = {.kind = kind};
    e.body_size = (uint16_t)strlen(body);
    memcpy(e.body, body, e.body_size + 1u);
    return append(d, &e);
}

static enum till_status append_of(void *context, struct entry *e)
{
    return append(context, e);
}

static enum till_status close_shift(struct day *d, int64_t over_minor)
{
    return close_story(&d->fold, over_minor, append_of, d);
}

/* Enrolled, 1001 logged in, shift 1 open with 200.00. */
static int begin_day(void **state)
{
    memset(&the_day, 0, sizeof(the_day));
    fold_init(&the_day.fold);
    struct entry e = enrolled_entry();
    assert_int_equal(append(&the_day, &e), TILL_OK);
    assert_int_equal(person(&the_day, KIND_LOGIN, "1001"), TILL_OK);
    assert_int_equal(open_shift(&the_day, 1, 20000), TILL_OK);
    *state = &the_day;
    return 0;
}

/* ---- people ---------------------------------------------------------------------------------- */

static void enrolled_comes_first_and_only_first(void **state)
{
    (void)state;
    static struct day d;
    fold_init(&d.fold);
    assert_int_equal(person(&d, KIND_LOGIN, "1001"), TILL_E_PROTOCOL);
    assert_int_equal(other(&d, 0x3FFF, "{}"), TILL_E_PROTOCOL);
    struct entry e = enrolled_entry();
    e.kind |= KIND_TRAINING;
    assert_int_equal(append(&d, &e), TILL_E_PROTOCOL);
    e = enrolled_entry();
    assert_int_equal(append(&d, &e), TILL_OK);
    assert_string_equal(d.fold.enrolled.terminal, "0031");
    e = enrolled_entry();
    assert_int_equal(append(&d, &e), TILL_E_PROTOCOL);
}

static void a_number_that_is_not_the_next_is_refused(void **state)
{
    struct day *d = *state;
    struct entry e = d->entries[1];
    struct fold before = d->fold;
    assert_int_equal(fold_apply(&d->fold, &e, NULL), TILL_E_CHAIN);
    e.seq = d->fold.seq + 2;
    assert_int_equal(fold_apply(&d->fold, &e, NULL), TILL_E_CHAIN);
    assert_memory_equal(&before, &d->fold, sizeof(before));
}

/* Wrong ones in a row at that number. */
static uint32_t failures(const struct day *d, const char *user)
{
    const struct fold_failures *row = fold_failures_of(&d->fold, user);
    return row == NULL ? 0 : row->count;
}

static void failed_logins_count_until_one_succeeds(void **state)
{
    struct day *d = *state;
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "9999"), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "9999"), TILL_OK);
    assert_int_equal(failures(d, "9999"), 2);
    assert_int_equal(d->fold.user_count, 1);
    assert_int_equal(person(d, KIND_LOGIN, "9999"), TILL_OK);
    assert_int_equal(failures(d, "9999"), 0);
}

static void a_login_ends_nobody_elses_failures(void **state)
{
    struct day *d = *state;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(person(d, KIND_LOGIN_FAILED, "2001"), TILL_OK);
    }
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "1001"), TILL_OK);
    assert_int_equal(person(d, KIND_USER_SWITCHED, "1001"), TILL_OK);
    assert_int_equal(failures(d, "1001"), 0);
    assert_int_equal(failures(d, "2001"), 4);
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "2001"), TILL_OK);
    assert_int_equal(failures(d, "2001"), 5);
}

static void numbers_for_which_there_is_no_room_share_one_count(void **state)
{
    struct day *d = *state;
    char user[USER_MAX];
    for (int i = 0; i < FOLD_FAILURES_MAX; i++) {
        (void)snprintf(user, sizeof(user), "90%02d", i);
        assert_int_equal(person(d, KIND_LOGIN_FAILED, user), TILL_OK);
        assert_int_equal(failures(d, "2001"), 0);
    }
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "2001"), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "2002"), TILL_OK);
    assert_int_equal(failures(d, "2001"), 2);
    assert_int_equal(failures(d, "9000"), 1);
    assert_int_equal(person(d, KIND_LOGIN, "2001"), TILL_OK);
    assert_int_equal(failures(d, "2001"), 2);
}

static void wrong_ones_a_day_ago_are_forgotten(void **state)
{
    struct day *d = *state;
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "2001"), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "2001"), TILL_OK);
    d->later_s = FOLD_FAILURES_LAST_S;
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "9999"), TILL_OK);
    assert_int_equal(failures(d, "2001"), 0);
    assert_int_equal(failures(d, "9999"), 1);
}

static void a_clock_that_is_set_makes_no_failure_older(void **state)
{
    struct day *d = *state;
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "2001"), TILL_OK);
    d->later_s = FOLD_FAILURES_LAST_S;
    struct body_clock_changed b = {1795311660, 1795311660 + FOLD_FAILURES_LAST_S};
    struct entry e = {0};
    assert_int_equal(entry_write_clock_changed(&e, &b), TILL_OK);
    assert_int_equal(append(d, &e), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "2001"), TILL_OK);
    assert_int_equal(failures(d, "2001"), 2);
}

static void only_who_is_logged_in_can_log_out(void **state)
{
    struct day *d = *state;
    assert_int_equal(person(d, KIND_LOGOUT, "1002"), TILL_E_PROTOCOL);
    assert_int_equal(person(d, KIND_LOGOUT, "1001"), TILL_OK);
    assert_null(fold_current(&d->fold));
    assert_int_equal(person(d, KIND_LOGOUT, "1001"), TILL_E_PROTOCOL);
}

/* Places are full: 1001 to 1016, each with a shift that is open, or all without. */
static void fill_places(struct day *d, bool shifts)
{
    if (!shifts) {
        d->fold.users[0].shift_open = false;
        d->fold.users[0].cash_minor = 0;
    }
    for (int i = 2; i <= FOLD_USERS_MAX; i++) {
        char user[USER_MAX];
        (void)snprintf(user, sizeof(user), "10%02d", i);
        assert_int_equal(person(d, KIND_LOGIN, user), TILL_OK);
        if (shifts) {
            assert_int_equal(open_shift(d, (uint32_t)i, 0), TILL_OK);
        }
    }
}

static void a_seventeenth_user_with_all_shifts_open_is_refused_and_changes_nothing(void **state)
{
    struct day *d = *state;
    fill_places(d, true);
    struct fold before = d->fold;
    assert_int_equal(person(d, KIND_LOGIN, "1017"), TILL_TOO_LARGE);
    assert_memory_equal(&before, &d->fold, sizeof(before));
    assert_int_equal(person(d, KIND_LOGIN, "1016"), TILL_OK);
}

static void a_seventeenth_user_takes_the_place_of_who_was_seen_longest_ago(void **state)
{
    struct day *d = *state;
    fill_places(d, false);
    assert_int_equal(person(d, KIND_LOGIN, "1001"), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN, "1017"), TILL_OK);
    assert_int_equal(d->fold.user_count, FOLD_USERS_MAX);
    assert_string_equal(d->fold.users[0].user, "1001");
    assert_string_equal(d->fold.users[1].user, "1017");
    assert_ptr_equal(fold_current(&d->fold), &d->fold.users[1]);
}

static void who_has_anything_open_keeps_their_place(void **state)
{
    struct day *d = *state;
    fill_places(d, false);
    d->fold.users[0].held_minor = 1;
    d->fold.users[1].kept_minor = 1;
    d->fold.users[2].variance_minor = -1;
    d->fold.users[3].absent_z = 1;
    d->fold.users[4].shift_open = true;
    d->fold.users[5].cash_minor = 1;
    assert_int_equal(person(d, KIND_LOGIN, "1017"), TILL_OK);
    assert_string_equal(d->fold.users[6].user, "1017");
}

/* ---- money ----------------------------------------------------------------------------------- */

static void cash_goes_to_the_bag_and_a_card_payment_does_not(void **state)
{
    struct day *d = *state;
    const struct fold_user *user = fold_current(&d->fold);
    assert_int_equal(user->cash_minor, 20000);
    assert_int_equal(take(d, 18642, TENDER_CASH, 0), TILL_OK);
    assert_string_equal(d->payment.account, "6100234567");
    assert_int_equal(d->payment.amount_minor, 18642);
    assert_int_equal(d->payment.late_fee_minor, 186);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 4, 0), TILL_OK);
    assert_string_equal(d->payment.account, "");
    assert_int_equal(take(d, 5000, TENDER_CARD, 0), TILL_OK);
    user = fold_current(&d->fold);
    assert_int_equal(user->cash_minor, 38642);
    assert_int_equal(user->taken_minor, 23642);
    assert_int_equal(user->receipts, 2);
}

static void two_users_each_have_their_own_cash_and_shift(void **state)
{
    struct day *d = *state;
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(person(d, KIND_USER_SWITCHED, "1002"), TILL_OK);
    assert_int_equal(take(d, 1000, TENDER_CASH, 0), TILL_E_PROTOCOL);
    assert_int_equal(open_shift(d, 2, 0), TILL_OK);
    assert_int_equal(take(d, 1000, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(fold_current(&d->fold)->cash_minor, 1000);
    assert_int_equal(fold_current(&d->fold)->shift, 2);
    assert_int_equal(person(d, KIND_USER_SWITCHED, "1001"), TILL_OK);
    assert_int_equal(take(d, 10, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(fold_current(&d->fold)->cash_minor, 20110);
    assert_int_equal(fold_current(&d->fold)->receipts, 2);
    assert_int_equal(d->fold.users[1].cash_minor, 1000);
}

static void money_outside_an_open_shift_is_refused(void **state)
{
    struct day *d = *state;
    assert_int_equal(close_shift(d, 0), TILL_OK);
    assert_int_equal(fold_current(&d->fold)->cash_minor, 0);
    assert_false(fold_current(&d->fold)->shift_open);
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_E_PROTOCOL);
    assert_int_equal(other(d, KIND_SHIFT_CLOSED, CLOSED), TILL_E_PROTOCOL);
    assert_int_equal(person(d, KIND_LOGOUT, "1001"), TILL_OK);
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_E_PROTOCOL);
}

static void a_shift_opens_once_by_who_is_logged_in_with_the_next_number(void **state)
{
    struct day *d = *state;
    assert_int_equal(open_shift(d, 2, 0), TILL_E_PROTOCOL);
    assert_int_equal(close_shift(d, 0), TILL_OK);
    assert_int_equal(open_shift(d, 1, 0), TILL_E_PROTOCOL);
    assert_int_equal(open_shift(d, 3, 0), TILL_E_PROTOCOL);
    assert_int_equal(open_shift(d, 2, 700), TILL_OK);
    assert_int_equal(fold_current(&d->fold)->receipts, 0);
    assert_int_equal(fold_current(&d->fold)->cash_minor, 700);
    assert_int_equal(person(d, KIND_LOGOUT, "1001"), TILL_OK);
    assert_int_equal(open_shift(d, 3, 0), TILL_E_PROTOCOL);
}

static void training_takes_numbers_but_moves_no_money(void **state)
{
    struct day *d = *state;
    struct fold_user before = *fold_current(&d->fold);
    assert_int_equal(take(d, 18642, TENDER_CASH, KIND_TRAINING), TILL_OK);
    assert_string_equal(d->payment.account, "");
    assert_int_equal(d->payment.amount_minor, 0);
    assert_int_equal(d->fold.seq, 4);
    assert_int_equal(d->fold.paper_seq, 4);
    struct fold_user after = *fold_current(&d->fold);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_int_equal(other(d, KIND_SHIFT_CLOSED | KIND_TRAINING, CLOSED), TILL_OK);
    assert_true(fold_current(&d->fold)->shift_open);
    assert_int_equal(other(d, KIND_SHIFT_OPENED | KIND_TRAINING, "{\"d\":20261122,\"s\":9}"),
                     TILL_OK);
    assert_int_equal(d->fold.last_shift, 1);
}

static void training_needs_no_shift(void **state)
{
    struct day *d = *state;
    assert_int_equal(close_shift(d, 0), TILL_OK);
    assert_int_equal(take(d, 18642, TENDER_CASH, KIND_TRAINING), TILL_OK);
}

/* ---- paper ----------------------------------------------------------------------------------- */

static void a_receipt_is_the_start_of_its_paper_and_print_done_its_end(void **state)
{
    struct day *d = *state;
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(d->fold.paper_seq, 4);
    assert_int_equal(d->fold.paper_copy, 0);
    assert_int_equal(d->fold.last_receipt_seq, 4);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 4, 0), TILL_OK);
    assert_int_equal(d->fold.paper_seq, 0);
    assert_int_equal(d->fold.last_receipt_seq, 4);
}

static void an_uncertain_paper_stays_uncertain_until_a_duplicate(void **state)
{
    struct day *d = *state;
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_UNCERTAIN, 4, 0), TILL_OK);
    assert_true(d->fold.paper_uncertain);
    assert_int_equal(d->fold.paper_seq, 4);
    assert_int_equal(person(d, KIND_LOGIN, "1001"), TILL_OK);
    assert_true(d->fold.paper_uncertain);
    assert_int_equal(paper(d, KIND_DUPLICATE, 4, 1), TILL_OK);
    assert_false(d->fold.paper_uncertain);
    assert_int_equal(d->fold.paper_copy, 1);
    assert_int_equal(d->fold.last_receipt_copies, 1);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 4, 1), TILL_OK);
    assert_int_equal(d->fold.paper_seq, 0);
}

static void a_later_receipt_supersedes_an_uncertain_paper(void **state)
{
    struct day *d = *state;
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_UNCERTAIN, 4, 0), TILL_OK);
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(d->fold.paper_seq, 6);
    assert_false(d->fold.paper_uncertain);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 4, 0), TILL_OK);
    assert_int_equal(d->fold.paper_seq, 6);
}

static void an_uncertain_paper_that_was_found_may_still_be_done(void **state)
{
    struct day *d = *state;
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_UNCERTAIN, 4, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 4, 0), TILL_OK);
    assert_false(d->fold.paper_uncertain);
    assert_int_equal(d->fold.paper_seq, 0);
}

static void a_paper_that_never_began_cannot_end(void **state)
{
    struct day *d = *state;
    assert_int_equal(paper(d, KIND_PRINT_DONE, 3, 0), TILL_E_PROTOCOL);
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 4, 1), TILL_E_PROTOCOL);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 5, 0), TILL_E_PROTOCOL);
    assert_int_equal(paper(d, KIND_PRINT_UNCERTAIN, 5, 0), TILL_E_PROTOCOL);
}

static void copies_are_counted_without_a_gap(void **state)
{
    struct day *d = *state;
    assert_int_equal(paper(d, KIND_DUPLICATE, 3, 1), TILL_E_PROTOCOL);
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_DUPLICATE, 4, 2), TILL_E_PROTOCOL);
    assert_int_equal(paper(d, KIND_DUPLICATE, 4, 1), TILL_OK);
    assert_int_equal(paper(d, KIND_DUPLICATE, 4, 1), TILL_E_PROTOCOL);
    assert_int_equal(paper(d, KIND_DUPLICATE, 4, 2), TILL_OK);
    assert_int_equal(d->fold.last_receipt_copies, 2);
    assert_int_equal(take(d, 100, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(d->fold.last_receipt_copies, 0);
    /* of an earlier receipt: its count is db's to know */
    assert_int_equal(paper(d, KIND_DUPLICATE, 4, 3), TILL_OK);
    assert_int_equal(d->fold.last_receipt_copies, 0);
    assert_int_equal(d->fold.paper_seq, 4);
    assert_int_equal(d->fold.paper_copy, 3);
}

/* ---- others ---------------------------------------------------------------------------------- */

static void a_book_sets_the_revision(void **state)
{
    struct day *d = *state;
    struct entry e = {0};
    struct body_book_applied b = {.revision = 12, .customers = 2000};
    assert_int_equal(entry_write_book_applied(&e, &b), TILL_OK);
    assert_int_equal(append(d, &e), TILL_OK);
    assert_int_equal(d->fold.book_revision, 12);
}

static void a_newer_kind_changes_only_number_and_time(void **state)
{
    struct day *d = *state;
    struct fold before = d->fold;
    assert_int_equal(other(d, 0x8123, "{\"a\":\"6100\",\"m\":5}"), TILL_OK);
    assert_int_equal(d->payment.amount_minor, 0);
    before.seq = d->fold.seq;
    before.at_s = d->fold.at_s;
    assert_memory_equal(&before, &d->fold, sizeof(before));
}

static void a_body_that_is_none_is_refused_and_changes_nothing(void **state)
{
    struct day *d = *state;
    struct fold before = d->fold;
    assert_int_equal(other(d, KIND_COLLECTION, "{\"a\":\"6100\"}"), TILL_E_PROTOCOL);
    assert_int_equal(other(d, KIND_OPENED, "{}"), TILL_E_PROTOCOL);
    assert_int_equal(other(d, 0x8123, "x"), TILL_E_PROTOCOL);
    assert_int_equal(other(d, KIND_SHIFT_CLOSED, "x"), TILL_E_PROTOCOL);
    assert_memory_equal(&before, &d->fold, sizeof(before));
}

/* ---- packing --------------------------------------------------------------------------------- */

static struct span pack(const struct fold *f, uint8_t memory[FOLD_PACKED_MAX])
{
    struct buffer b;
    buffer_init(&b, memory, FOLD_PACKED_MAX);
    assert_int_equal(fold_pack(f, &b), TILL_OK);
    return (struct span){b.data, b.size};
}

/* A full day: two users, training, duplicates, an uncertain paper. */
static void full_day(struct day *d)
{
    assert_int_equal(take(d, 18642, TENDER_CASH, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 4, 0), TILL_OK);
    assert_int_equal(take(d, 41288, TENDER_CASH, KIND_TRAINING), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_DONE, 6, 0), TILL_OK);
    assert_int_equal(person(d, KIND_LOGOUT, "1001"), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "1002"), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN, "1002"), TILL_OK);
    assert_int_equal(open_shift(d, 2, 5000), TILL_OK);
    assert_int_equal(take(d, 7730, TENDER_CHEQUE, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_UNCERTAIN, 12, 0), TILL_OK);
    assert_int_equal(paper(d, KIND_DUPLICATE, 12, 1), TILL_OK);
    assert_int_equal(paper(d, KIND_PRINT_UNCERTAIN, 12, 1), TILL_OK);
    assert_int_equal(person(d, KIND_LOGIN_FAILED, "1001"), TILL_OK);
}

static enum till_status set_stopped(struct day *d, const char *value)
{
    struct body_settings_changed b = {.key = "stopped"};
    struct entry e = {0};
    (void)snprintf(b.value, sizeof(b.value), "%s", value);
    assert_int_equal(entry_write_settings_changed(&e, &b), TILL_OK);
    return append(d, &e);
}

static void a_stop_holds_until_it_is_lifted(void **state)
{
    struct day *d = *state;
    uint8_t memory[FOLD_PACKED_MAX];
    struct fold back;
    assert_int_equal(set_stopped(d, "1"), TILL_OK);
    assert_true(d->fold.stopped);
    assert_int_equal(fold_unpack(pack(&d->fold, memory), &back), TILL_OK);
    assert_true(back.stopped);
    assert_int_equal(set_stopped(d, "2"), TILL_E_PROTOCOL);
    assert_true(d->fold.stopped);
    assert_int_equal(set_stopped(d, "0"), TILL_OK);
    assert_false(d->fold.stopped);
}

static void what_was_packed_is_unpacked_unchanged(void **state)
{
    struct day *d = *state;
    full_day(d);
    uint8_t first[FOLD_PACKED_MAX];
    uint8_t second[FOLD_PACKED_MAX];
    struct span packed = pack(&d->fold, first);
    struct fold back;
    assert_int_equal(fold_unpack(packed, &back), TILL_OK);
    assert_int_equal(back.seq, d->fold.seq);
    assert_int_equal(back.at_s, d->fold.at_s);
    assert_int_equal(back.user_count, 2);
    assert_int_equal(back.current, 1);
    assert_int_equal(back.last_shift, 2);
    assert_int_equal(back.failures_count, 1);
    assert_memory_equal(back.failures, d->fold.failures, sizeof(back.failures));
    assert_int_equal(back.users[0].seen_seq, d->fold.users[0].seen_seq);
    assert_int_equal(back.paper_seq, 12);
    assert_int_equal(back.paper_copy, 1);
    assert_true(back.paper_uncertain);
    assert_int_equal(back.last_receipt_seq, 12);
    assert_int_equal(back.last_receipt_copies, 1);
    for (int i = 0; i < 2; i++) {
        const struct fold_user *a = &d->fold.users[i];
        const struct fold_user *b = &back.users[i];
        assert_string_equal(a->user, b->user);
        assert_int_equal(a->shift_open, b->shift_open);
        assert_int_equal(a->shift, b->shift);
        assert_int_equal(a->business_date, b->business_date);
        assert_int_equal(a->shift_opened_at_s, b->shift_opened_at_s);
        assert_int_equal(a->cash_minor, b->cash_minor);
        assert_int_equal(a->receipts, b->receipts);
        assert_int_equal(a->taken_minor, b->taken_minor);
    }
    struct span again = pack(&back, second);
    assert_int_equal(again.size, packed.size);
    assert_memory_equal(again.data, packed.data, packed.size);
}

static void two_users_pack_into_less_than_120_bytes(void **state)
{
    struct day *d = *state;
    full_day(d);
    uint8_t memory[FOLD_PACKED_MAX];
    d->fold.seq = 1000000;
    d->fold.last_receipt_seq = 999999;
    d->fold.paper_seq = 999999;
    d->fold.book_revision = 100000;
    d->fold.users[0].cash_minor = d->fold.users[1].cash_minor = 99999999;
    d->fold.users[0].taken_minor = d->fold.users[1].taken_minor = 99999999;
    assert_true(pack(&d->fold, memory).size < 120);
}

static void a_rebuild_from_the_entries_gives_the_same_bytes(void **state)
{
    struct day *d = *state;
    full_day(d);
    struct fold rebuilt;
    fold_init(&rebuilt);
    for (size_t i = 0; i < d->count; i++) {
        assert_int_equal(fold_apply(&rebuilt, &d->entries[i], NULL), TILL_OK);
    }
    uint8_t first[FOLD_PACKED_MAX];
    uint8_t second[FOLD_PACKED_MAX];
    struct span a = pack(&d->fold, first);
    struct span b = pack(&rebuilt, second);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

/* Stopping at any entry, storing, and going on must not be seen in the result. */
static void packing_between_any_two_entries_changes_nothing(void **state)
{
    struct day *d = *state;
    full_day(d);
    struct fold f;
    fold_init(&f);
    for (size_t i = 0; i < d->count; i++) {
        uint8_t memory[FOLD_PACKED_MAX];
        assert_int_equal(fold_apply(&f, &d->entries[i], NULL), TILL_OK);
        struct body_enrolled enrolled = f.enrolled;
        struct fold back;
        assert_int_equal(fold_unpack(pack(&f, memory), &back), TILL_OK);
        back.enrolled = enrolled;
        f = back;
    }
    uint8_t first[FOLD_PACKED_MAX];
    uint8_t second[FOLD_PACKED_MAX];
    struct span a = pack(&d->fold, first);
    struct span b = pack(&f, second);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

static void an_empty_fold_packs_too(void **state)
{
    (void)state;
    struct fold f;
    struct fold back;
    uint8_t memory[FOLD_PACKED_MAX];
    fold_init(&f);
    assert_int_equal(fold_unpack(pack(&f, memory), &back), TILL_OK);
    assert_int_equal(back.current, -1);
    assert_int_equal(back.seq, 0);
}

static void the_extremes_of_every_number_come_back(void **state)
{
    struct day *d = *state;
    uint8_t memory[FOLD_PACKED_MAX];
    struct fold f = d->fold;
    struct fold back;
    f.at_s = INT64_MIN;
    f.users[0].cash_minor = INT64_MAX;
    f.users[0].taken_minor = INT64_MIN;
    f.last_shift = UINT32_MAX;
    assert_int_equal(fold_unpack(pack(&f, memory), &back), TILL_OK);
    assert_true(back.at_s == INT64_MIN);
    assert_true(back.users[0].cash_minor == INT64_MAX);
    assert_true(back.users[0].taken_minor == INT64_MIN);
    assert_int_equal(back.last_shift, UINT32_MAX);
}

static void a_packed_fold_that_was_cut_or_lengthened_is_refused(void **state)
{
    struct day *d = *state;
    full_day(d);
    uint8_t memory[FOLD_PACKED_MAX];
    struct span packed = pack(&d->fold, memory);
    struct fold back;
    for (size_t size = 0; size < packed.size; size++) {
        assert_int_equal(fold_unpack((struct span){memory, size}, &back), TILL_E_CORRUPT);
    }
    memory[packed.size] = 0;
    assert_int_equal(fold_unpack((struct span){memory, packed.size + 1}, &back), TILL_E_CORRUPT);
}

static void any_bytes_that_unpack_pack_into_themselves(void **state)
{
    struct day *d = *state;
    full_day(d);
    uint8_t memory[FOLD_PACKED_MAX];
    struct span packed = pack(&d->fold, memory);
    for (size_t i = 0; i < packed.size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct fold back;
            uint8_t again[FOLD_PACKED_MAX];
            memory[i] ^= (uint8_t)(1 << bit);
            if (fold_unpack(packed, &back) == TILL_OK) {
                struct span b = pack(&back, again);
                assert_int_equal(b.size, packed.size);
                assert_memory_equal(b.data, memory, packed.size);
            }
            memory[i] ^= (uint8_t)(1 << bit);
        }
    }
}

#define DAY_TEST(name) cmocka_unit_test_setup(name, begin_day)

/* What the audit rests on when it asks the fold alone. */
static void no_body_that_its_reader_refuses_is_folded(void **state)
{
    static const char *const bodies[] = {"", "{", "{\"zz\":1}", "{}", "{\"u\":\"1\"} "};
    static const uint16_t kinds[] = {
#define X(name, number, text) number,
        KIND_LIST(X)
#undef X
            0x3FFF};

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        for (size_t j = 0; j < sizeof(bodies) / sizeof(bodies[0]); j++) {
            struct fold fold;
            fold_init(&fold);
            fold.seq = 1;
            struct entry e = {.seq = 2, .kind = kinds[i]};
            e.body_size = (uint16_t)strlen(bodies[j]);
            memcpy(e.body, bodies[j], strlen(bodies[j]) + 1);
            if (entry_check_body(&e) == TILL_E_PROTOCOL) {
                assert_int_not_equal(fold_apply(&fold, &e, NULL), TILL_OK);
                e.kind |= KIND_TRAINING;
                assert_int_not_equal(fold_apply(&fold, &e, NULL), TILL_OK);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAY_TEST(enrolled_comes_first_and_only_first),
        DAY_TEST(a_number_that_is_not_the_next_is_refused),
        DAY_TEST(failed_logins_count_until_one_succeeds),
        DAY_TEST(only_who_is_logged_in_can_log_out),
        DAY_TEST(a_login_ends_nobody_elses_failures),
        DAY_TEST(numbers_for_which_there_is_no_room_share_one_count),
        DAY_TEST(wrong_ones_a_day_ago_are_forgotten),
        DAY_TEST(a_clock_that_is_set_makes_no_failure_older),
        DAY_TEST(a_seventeenth_user_with_all_shifts_open_is_refused_and_changes_nothing),
        DAY_TEST(a_seventeenth_user_takes_the_place_of_who_was_seen_longest_ago),
        DAY_TEST(who_has_anything_open_keeps_their_place),
        DAY_TEST(a_stop_holds_until_it_is_lifted),
        DAY_TEST(cash_goes_to_the_bag_and_a_card_payment_does_not),
        DAY_TEST(two_users_each_have_their_own_cash_and_shift),
        DAY_TEST(money_outside_an_open_shift_is_refused),
        DAY_TEST(a_shift_opens_once_by_who_is_logged_in_with_the_next_number),
        DAY_TEST(training_takes_numbers_but_moves_no_money),
        DAY_TEST(training_needs_no_shift),
        DAY_TEST(a_receipt_is_the_start_of_its_paper_and_print_done_its_end),
        DAY_TEST(an_uncertain_paper_stays_uncertain_until_a_duplicate),
        DAY_TEST(a_later_receipt_supersedes_an_uncertain_paper),
        DAY_TEST(an_uncertain_paper_that_was_found_may_still_be_done),
        DAY_TEST(a_paper_that_never_began_cannot_end),
        DAY_TEST(copies_are_counted_without_a_gap),
        DAY_TEST(a_book_sets_the_revision),
        DAY_TEST(a_newer_kind_changes_only_number_and_time),
        DAY_TEST(a_body_that_is_none_is_refused_and_changes_nothing),
        DAY_TEST(what_was_packed_is_unpacked_unchanged),
        DAY_TEST(two_users_pack_into_less_than_120_bytes),
        DAY_TEST(a_rebuild_from_the_entries_gives_the_same_bytes),
        DAY_TEST(packing_between_any_two_entries_changes_nothing),
        DAY_TEST(an_empty_fold_packs_too),
        DAY_TEST(the_extremes_of_every_number_come_back),
        DAY_TEST(a_packed_fold_that_was_cut_or_lengthened_is_refused),
        DAY_TEST(any_bytes_that_unpack_pack_into_themselves),
        cmocka_unit_test(no_body_that_its_reader_refuses_is_folded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

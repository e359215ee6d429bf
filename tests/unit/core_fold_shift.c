/* The fold over a shift's end: cash in and out, X, count, Z, absence; what can't follow is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close_story.h"
#include "fold.h"
#include "text.h"

static struct fold f;

static enum till_status append(struct entry *e)
{
    struct fold before = f;
    e->seq = f.seq + 1;
    e->at_s = 1795311660 + (int64_t)f.seq * 40;
    enum till_status status = fold_apply(&f, e, NULL);
    if (status != TILL_OK)
        assert_memory_equal(&before, &f, sizeof f);
    return status;
}

static enum till_status append_of(void *context, struct entry *e)
{
    (void)context;
    return append(e);
}

#define APPEND(type, body)                                                                         \
    __extension__({                                                                                \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, body), TILL_OK);                                  \
        append(&e_);                                                                               \
    })

static void person(enum entry_kind kind, const char *user)
{
    struct entry e = {0};
    struct body_login b = {0};
    text_copy(b.user, sizeof b.user, user);
    assert_int_equal(entry_write_login(&e, kind, &b), TILL_OK);
    assert_int_equal(append(&e), TILL_OK);
}

static enum till_status pay(int64_t amount_minor)
{
    struct entry e = {0};
    struct body_collection b = {
        .account = "6100234567", .amount_minor = amount_minor, .tendered_minor = amount_minor};
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
    return append(&e);
}

static enum till_status move(enum entry_kind kind, int64_t amount_minor)
{
    struct entry e = {0};
    struct body_cash_move b = {
        .amount_minor = amount_minor, .reason = CASH_OTHER, .approver = "2001"};
    assert_int_equal(entry_write_cash_move(&e, kind, &b), TILL_OK);
    return append(&e);
}

static enum till_status begin_count(uint32_t shift)
{
    struct body_count_begun b = {shift};
    return APPEND(count_begun, &b);
}

static enum till_status count(int purpose, uint32_t shift, uint32_t attempt, int64_t amount_minor)
{
    struct body_cash_count b = {
        .purpose = purpose, .shift = shift, .attempt = attempt, .amount_minor = amount_minor};
    return APPEND(cash_count, &b);
}

static enum till_status accept(uint64_t seq)
{
    struct body_count_accepted b = {seq};
    return APPEND(count_accepted, &b);
}

static struct body_shift_totals totals(void)
{
    return (struct body_shift_totals){.shift = 1,
                                      .business_date = 20261122,
                                      .first_seq = 3,
                                      .first_receipt_seq = 4,
                                      .last_receipt_seq = 4,
                                      .opening_minor = 20000,
                                      .tenders = "0:5000",
                                      .types = "1:5000",
                                      .months = "202610:5000",
                                      .grand_minor = 5000};
}

/* 200.00 of opening cash and one receipt of 50.00. */
static int begin(void **state)
{
    struct entry e = {0};
    struct body_enrolled b = {
        .terminal = "0031", .currency = "CNY", .exponent = 2, .zone = "CST-8"};
    struct body_shift_opened opened = {20261122, 1, 20000};
    (void)state;
    b.public_key[0] = 4;
    fold_init(&f);
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_OK);
    assert_int_equal(append(&e), TILL_OK);
    person(KIND_LOGIN, "1001");
    assert_int_equal(APPEND(shift_opened, &opened), TILL_OK);
    assert_int_equal(pay(5000), TILL_OK);
    return 0;
}

static void count_and_accept(int64_t amount_minor)
{
    assert_int_equal(begin_count(1), TILL_OK);
    assert_int_equal(count(COUNT_CLOSING, 1, 1, amount_minor), TILL_OK);
    assert_int_equal(accept(f.seq), TILL_OK);
}

/* ---- cash in and out, X ---------------------------------------------------------------------- */

static void cash_in_and_out_change_the_bag_and_not_what_was_taken(void **state)
{
    (void)state;
    assert_int_equal(move(KIND_CASH_IN, 3000), TILL_OK);
    assert_int_equal(move(KIND_CASH_OUT, 28000), TILL_OK);
    assert_int_equal(f.users[0].cash_minor, 0);
    assert_int_equal(f.users[0].taken_minor, 5000);
    assert_int_equal(move(KIND_CASH_OUT, 1), TILL_E_PROTOCOL);
    assert_int_equal(f.paper_seq, f.seq);
}

static void an_x_report_says_what_the_shift_took(void **state)
{
    (void)state;
    struct body_x_report b = {1, 5000};
    assert_int_equal(APPEND(x_report, &b), TILL_OK);
    b.taken_minor = 4999;
    assert_int_equal(APPEND(x_report, &b), TILL_E_PROTOCOL);
    b = (struct body_x_report){2, 5000};
    assert_int_equal(APPEND(x_report, &b), TILL_E_PROTOCOL);
}

/* ---- the count ------------------------------------------------------------------------------- */

static void from_the_count_on_nothing_is_taken(void **state)
{
    (void)state;
    struct body_x_report x = {1, 5000};
    assert_int_equal(begin_count(1), TILL_OK);
    assert_true(f.users[0].counting);
    assert_int_equal(pay(100), TILL_E_PROTOCOL);
    assert_int_equal(move(KIND_CASH_IN, 100), TILL_E_PROTOCOL);
    assert_int_equal(APPEND(x_report, &x), TILL_E_PROTOCOL);
    assert_int_equal(begin_count(1), TILL_E_PROTOCOL);
    assert_int_equal(begin_count(2), TILL_E_PROTOCOL);
}

static void another_goes_on_while_one_is_counted(void **state)
{
    (void)state;
    struct body_shift_opened opened = {20261122, 2, 0};
    assert_int_equal(begin_count(1), TILL_OK);
    person(KIND_USER_SWITCHED, "1002");
    assert_int_equal(APPEND(shift_opened, &opened), TILL_OK);
    assert_int_equal(pay(100), TILL_OK);
    assert_int_equal(f.users[1].cash_minor, 100);
    assert_true(f.users[0].counting);
}

static void who_closes_in_absence_counts_what_the_owner_had_counted(void **state)
{
    (void)state;
    count_and_accept(25000);
    person(KIND_USER_SWITCHED, "2001");
    assert_int_equal(count(COUNT_CLOSING, 1, 2, 24000), TILL_E_PROTOCOL);
    assert_int_equal(count(COUNT_ABSENCE, 1, 2, 24000), TILL_OK);
    assert_false(f.users[0].counted);
    assert_int_equal(f.users[0].counted_minor, 24000);
    assert_int_equal(accept(f.seq), TILL_OK);
    assert_true(f.users[0].counted);
}

static void recounts_are_numbered_and_the_last_one_stands(void **state)
{
    (void)state;
    assert_int_equal(count(COUNT_CLOSING, 1, 1, 100), TILL_E_PROTOCOL); /* not begun */
    assert_int_equal(begin_count(1), TILL_OK);
    assert_int_equal(count(COUNT_CLOSING, 1, 2, 100), TILL_E_PROTOCOL);
    assert_int_equal(count(COUNT_CLOSING, 1, 1, 24000), TILL_OK);
    uint64_t first = f.seq;
    assert_int_equal(count(COUNT_CLOSING, 1, 1, 25000), TILL_E_PROTOCOL);
    assert_int_equal(count(COUNT_CLOSING, 1, 2, 25000), TILL_OK);
    assert_int_equal(accept(first), TILL_E_PROTOCOL);
    assert_int_equal(accept(f.seq), TILL_OK);
    assert_int_equal(f.users[0].counted_minor, 25000);
    assert_int_equal(count(COUNT_CLOSING, 1, 3, 25000), TILL_E_PROTOCOL); /* it stands */
    assert_int_equal(accept(f.seq - 1), TILL_E_PROTOCOL);
}

static void counts_of_other_purposes_change_nothing(void **state)
{
    (void)state;
    struct fold_user before = f.users[0];
    assert_int_equal(count(COUNT_OPENING, 0, 1, 100), TILL_OK);
    assert_int_equal(count(COUNT_TAKEN, 0, 1, 100), TILL_OK);
    assert_int_equal(count(COUNT_DEPOSIT, 0, 1, 100), TILL_OK);
    assert_memory_equal(&before, &f.users[0], sizeof before);
}

static void the_owner_closes_and_others_close_in_absence(void **state)
{
    (void)state;
    assert_int_equal(begin_count(1), TILL_OK);
    assert_int_equal(count(COUNT_ABSENCE, 1, 1, 100), TILL_E_PROTOCOL);
    person(KIND_USER_SWITCHED, "2001");
    assert_int_equal(count(COUNT_CLOSING, 1, 1, 100), TILL_E_PROTOCOL);
    assert_int_equal(count(COUNT_ABSENCE, 1, 1, 100), TILL_OK);
}

/* ---- the Z ----------------------------------------------------------------------------------- */

static void a_z_closes_and_what_was_counted_is_held(void **state)
{
    (void)state;
    assert_int_equal(close_story(&f, -300, append_of, NULL), TILL_OK);
    assert_false(f.users[0].shift_open || f.users[0].counting || f.users[0].counted);
    assert_int_equal(f.users[0].cash_minor, 0);
    assert_int_equal(f.users[0].held_minor, 24700);
    assert_int_equal(f.last_z, 1);
    assert_int_equal(f.grand_minor, 5000);
    assert_int_equal(f.paper_seq, f.seq);
    assert_int_equal(pay(100), TILL_E_PROTOCOL);
    struct body_shift_opened opened = {20261122, 2, 0};
    assert_int_equal(APPEND(shift_opened, &opened), TILL_OK);
    assert_int_equal(f.users[0].receipts, 0);
    assert_int_equal(f.users[0].taken_minor, 0);
    assert_int_equal(f.users[0].held_minor, 24700);
}

static void totals_of_other_figures_are_refused(void **state)
{
    (void)state;
    struct body_shift_totals b = totals();
    assert_int_equal(APPEND(shift_totals, &b), TILL_E_PROTOCOL); /* nothing was counted */
    count_and_accept(25000);
    b.opening_minor = 19999;
    assert_int_equal(APPEND(shift_totals, &b), TILL_E_PROTOCOL);
    b = totals();
    b.grand_minor = 4999;
    assert_int_equal(APPEND(shift_totals, &b), TILL_E_PROTOCOL);
    b = totals();
    b.dropped_minor = b.paid_in_minor = 100;
    assert_int_equal(APPEND(shift_totals, &b), TILL_E_PROTOCOL);
    b = totals();
    b.business_date = 20261123;
    assert_int_equal(APPEND(shift_totals, &b), TILL_E_PROTOCOL);
    b = totals();
    b.reason = VARIANCE_LOST; /* of nothing */
    assert_int_equal(APPEND(shift_totals, &b), TILL_E_PROTOCOL);
    b = totals();
    assert_int_equal(APPEND(shift_totals, &b), TILL_OK);
}

static void a_difference_without_a_reason_closes_nothing(void **state)
{
    (void)state;
    struct body_shift_totals b = totals();
    count_and_accept(24000);
    assert_int_equal(APPEND(shift_totals, &b), TILL_E_PROTOCOL);
    b.reason = VARIANCE_LOST;
    assert_int_equal(APPEND(shift_totals, &b), TILL_OK);
}

static struct body_shift_closed z_of(uint32_t z, int64_t counted_minor)
{
    return (struct body_shift_closed){z, 1, 25000, counted_minor, 5000, 1};
}

static void a_z_stands_right_behind_its_totals(void **state)
{
    (void)state;
    struct body_shift_totals b = totals();
    struct body_shift_closed z = z_of(1, 25000);
    count_and_accept(25000);
    assert_int_equal(APPEND(shift_closed, &z), TILL_E_PROTOCOL);
    assert_int_equal(APPEND(shift_totals, &b), TILL_OK);
    person(KIND_LOGIN, "1001"); /* something came between */
    assert_int_equal(APPEND(shift_closed, &z), TILL_E_PROTOCOL);
    assert_int_equal(APPEND(shift_totals, &b), TILL_OK);
    z = z_of(2, 25000);
    assert_int_equal(APPEND(shift_closed, &z), TILL_E_PROTOCOL);
    z = z_of(1, 24999);
    assert_int_equal(APPEND(shift_closed, &z), TILL_E_PROTOCOL);
    z = z_of(1, 25000);
    z.receipts = 2;
    assert_int_equal(APPEND(shift_closed, &z), TILL_E_PROTOCOL);
    z.receipts = 1;
    z.taken_minor = 4999;
    assert_int_equal(APPEND(shift_closed, &z), TILL_E_PROTOCOL);
    z = z_of(1, 25000);
    assert_int_equal(APPEND(shift_closed, &z), TILL_OK);
    assert_int_equal(APPEND(shift_closed, &z), TILL_E_PROTOCOL); /* once */
}

/* ---- absence --------------------------------------------------------------------------------- */

static struct body_closed_in_absence absence(const char *owner, const char *witness)
{
    struct body_closed_in_absence b = {.z = 1,
                                       .shift = 1,
                                       .expected_minor = 25000,
                                       .counted_minor = 25000,
                                       .taken_minor = 5000,
                                       .receipts = 1};
    text_copy(b.owner, sizeof b.owner, owner);
    text_copy(b.witness, sizeof b.witness, witness);
    return b;
}

static void in_absence_the_cash_is_the_supervisor_s_to_keep(void **state)
{
    (void)state;
    struct body_shift_totals t = totals();
    struct body_absence_answered answer = {.z = 1};
    person(KIND_USER_SWITCHED, "2001");
    assert_int_equal(begin_count(1), TILL_OK);
    assert_int_equal(count(COUNT_ABSENCE, 1, 1, 25000), TILL_OK);
    assert_int_equal(accept(f.seq), TILL_OK);
    assert_int_equal(APPEND(shift_totals, &t), TILL_OK);
    struct body_closed_in_absence z = absence("1002", "3001");
    assert_int_equal(APPEND(closed_in_absence, &z), TILL_E_PROTOCOL); /* not the owner */
    z = absence("1001", "2001");
    assert_int_equal(APPEND(closed_in_absence, &z), TILL_E_PROTOCOL); /* witness and closer */
    z = absence("1001", "3001");
    assert_int_equal(APPEND(closed_in_absence, &z), TILL_OK);
    assert_int_equal(f.users[0].held_minor, 0);
    assert_int_equal(f.users[1].kept_minor, 25000);
    assert_int_equal(f.users[0].absent_z, 1);
    assert_int_equal(APPEND(absence_answered, &answer), TILL_E_PROTOCOL); /* not theirs */
    person(KIND_USER_SWITCHED, "1001");
    answer.z = 2;
    assert_int_equal(APPEND(absence_answered, &answer), TILL_E_PROTOCOL);
    answer.z = 1;
    assert_int_equal(APPEND(absence_answered, &answer), TILL_OK);
    assert_int_equal(f.users[0].absent_z, 0);
    assert_int_equal(APPEND(absence_answered, &answer), TILL_E_PROTOCOL);
}

/* ---- whose cash it is ------------------------------------------------------------------------ */

static void cash_has_a_holder_until_it_is_with_somebody_else(void **state)
{
    (void)state;
    struct fold plain = f;
    struct fold_user *user = &plain.users[0];
    assert_ptr_equal(fold_cash_holder(&plain), user);
    user->cash_minor = 0; /* nothing but what came by QR: the shift itself must be closed */
    assert_ptr_equal(fold_cash_holder(&plain), user);
    user->shift_open = false;
    assert_null(fold_cash_holder(&plain));
    user->cash_minor = 1;
    assert_ptr_equal(fold_cash_holder(&plain), user);
    user->cash_minor = 0;
    user->held_minor = 1;
    assert_ptr_equal(fold_cash_holder(&plain), user);
    user->held_minor = 0;
    user->kept_minor = 1;
    assert_ptr_equal(fold_cash_holder(&plain), user);
}

static void a_z_makes_the_cash_held_and_the_bank_takes_it(void **state)
{
    (void)state;
    assert_int_equal(close_story(&f, 0, append_of, NULL), TILL_OK);
    assert_ptr_equal(fold_cash_holder(&f), &f.users[0]);
    struct body_deposit b = {.amount_minor = f.users[0].held_minor,
                             .expected_minor = f.users[0].held_minor,
                             .bank = "ICBC",
                             .slip = "77",
                             .source = CASH_HELD};
    assert_int_equal(APPEND(deposit, &b), TILL_OK);
    assert_null(fold_cash_holder(&f));
}

static void a_counted_shift_comes_back_from_the_packed_fold(void **state)
{
    uint8_t memory[FOLD_PACKED_MAX];
    struct buffer out;
    struct fold back;
    (void)state;
    count_and_accept(24000);
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(fold_pack(&f, &out), TILL_OK);
    assert_int_equal(fold_unpack((struct span){out.data, out.size}, &back), TILL_OK);
    assert_true(back.users[0].counting && back.users[0].counted);
    assert_int_equal(back.users[0].counted_minor, 24000);
    assert_int_equal(back.users[0].count_seq, f.users[0].count_seq);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cash_in_and_out_change_the_bag_and_not_what_was_taken),
        TEST(an_x_report_says_what_the_shift_took),
        TEST(from_the_count_on_nothing_is_taken),
        TEST(another_goes_on_while_one_is_counted),
        TEST(who_closes_in_absence_counts_what_the_owner_had_counted),
        TEST(recounts_are_numbered_and_the_last_one_stands),
        TEST(counts_of_other_purposes_change_nothing),
        TEST(the_owner_closes_and_others_close_in_absence),
        TEST(a_z_closes_and_what_was_counted_is_held),
        TEST(totals_of_other_figures_are_refused),
        TEST(a_difference_without_a_reason_closes_nothing),
        TEST(a_z_stands_right_behind_its_totals),
        TEST(in_absence_the_cash_is_the_supervisor_s_to_keep),
        TEST(cash_has_a_holder_until_it_is_with_somebody_else),
        TEST(a_z_makes_the_cash_held_and_the_bank_takes_it),
        TEST(a_counted_shift_comes_back_from_the_packed_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "close_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* 202610, electricity: the tests' one bill. */
static void put_taken(const struct fold_user *user, struct body_shift_totals *totals)
{
    int64_t bag_minor = user->cash_minor + user->dropped_minor;
    int64_t cash_minor = user->taken_minor < bag_minor ? user->taken_minor : bag_minor;
    struct heaps tenders = {0}, bills = {0}, months = {0};
    assert_int_equal(heaps_add(&tenders, TENDER_CASH, cash_minor), TILL_OK);
    assert_int_equal(heaps_add(&tenders, TENDER_CARD, user->taken_minor - cash_minor), TILL_OK);
    assert_int_equal(heaps_add(&bills, 1, user->taken_minor), TILL_OK);
    assert_int_equal(heaps_add(&months, 202610, user->taken_minor), TILL_OK);
    assert_int_equal(heaps_write(&tenders, totals->tenders), TILL_OK);
    assert_int_equal(heaps_write(&bills, totals->types), TILL_OK);
    assert_int_equal(heaps_write(&months, totals->months), TILL_OK);
    totals->opening_minor = bag_minor - cash_minor;
}

static enum till_status close_it(const struct fold *fold, struct fold_user user,
                                 int64_t counted_minor, close_append *append, void *context)
{
    struct entry e = {0};
    struct body_shift_totals totals = {.shift = user.shift,
                                       .business_date = user.business_date,
                                       .first_seq = 2,
                                       .dropped_minor = user.dropped_minor,
                                       .grand_minor = fold->grand_minor,
                                       .reason =
                                           counted_minor != user.cash_minor ? VARIANCE_OTHER : 0};
    struct body_shift_closed closed = {.z = fold->last_z + 1,
                                       .shift = user.shift,
                                       .expected_minor = user.cash_minor,
                                       .counted_minor = counted_minor,
                                       .taken_minor = user.taken_minor,
                                       .receipts = user.receipts};
    put_taken(&user, &totals);
    assert_int_equal(entry_write_shift_totals(&e, &totals), TILL_OK);
    enum till_status status = append(context, &e);
    e = (struct entry){0};
    assert_int_equal(entry_write_shift_closed(&e, &closed), TILL_OK);
    return status == TILL_OK ? append(context, &e) : status;
}

enum till_status close_story(const struct fold *fold, int64_t over_minor, close_append *append,
                             void *context)
{
    const struct fold_user *current = fold_current(fold);
    struct entry e = {0};
    if (current == NULL || !current->shift_open) {
        return TILL_E_PROTOCOL;
    }
    struct fold_user user = *current;
    struct body_count_begun begun = {user.shift};
    struct body_cash_count count = {.purpose = COUNT_CLOSING,
                                    .shift = user.shift,
                                    .attempt = user.attempts + 1,
                                    .amount_minor = user.cash_minor + over_minor};
    assert_int_equal(entry_write_count_begun(&e, &begun), TILL_OK);
    enum till_status status = append(context, &e);
    e = (struct entry){0};
    assert_int_equal(entry_write_cash_count(&e, &count), TILL_OK);
    status = status == TILL_OK ? append(context, &e) : status;
    struct body_count_accepted accepted = {e.seq};
    e = (struct entry){0};
    if (status != TILL_OK) {
        return status;
    }
    assert_int_equal(entry_write_count_accepted(&e, &accepted), TILL_OK);
    status = append(context, &e);
    return status == TILL_OK ? close_it(fold, user, count.amount_minor, append, context) : status;
}

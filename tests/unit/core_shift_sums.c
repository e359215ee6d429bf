/* What a shift has done, added up: against the fold, which knows the balances by other means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fold.h"
#include "shift_sums.h"
#include "text.h"

enum { ENTRIES_MAX = 96, LINES_MAX = 4 };

static struct fold f;
static struct entry entries[ENTRIES_MAX];
static struct {
    struct allocation_line lines[LINES_MAX];
    size_t count;
    bool unknown;
} papers[ENTRIES_MAX];
static struct shift_sums sums;

static uint64_t append(struct entry *e)
{
    e->seq = f.seq + 1;
    e->at_s = 1795311660 + (int64_t)f.seq * 40;
    assert_true(e->seq < ENTRIES_MAX);
    assert_int_equal(fold_apply(&f, e, NULL), TILL_OK);
    entries[e->seq] = *e;
    return e->seq;
}

static void person(enum entry_kind kind, const char *user)
{
    struct entry e = {0};
    struct body_login b = {0};
    text_copy(b.user, sizeof b.user, user);
    assert_int_equal(entry_write_login(&e, kind, &b), TILL_OK);
    append(&e);
}

static uint64_t open_shift(uint32_t shift, int64_t opening_minor)
{
    struct entry e = {0};
    struct body_shift_opened b = {20261122, shift, opening_minor};
    assert_int_equal(entry_write_shift_opened(&e, &b), TILL_OK);
    return append(&e);
}

static int begin(void **state)
{
    struct entry e = {0};
    struct body_enrolled b = {
        .terminal = "0031", .currency = "CNY", .exponent = 2, .zone = "CST-8"};
    b.public_key[0] = 4;
    (void)state;
    fold_init(&f);
    memset(entries, 0, sizeof entries);
    memset(papers, 0, sizeof papers);
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_OK);
    append(&e);
    person(KIND_LOGIN, "1001");
    open_shift(1, 20000);
    return 0;
}

/* What was paid, in lines of month and sum. */
static void line(uint64_t seq, int32_t month, int16_t type, int64_t amount_minor, int64_t fee_minor)
{
    papers[seq].lines[papers[seq].count++] = (struct allocation_line){
        .month = month, .type = type, .amount_minor = amount_minor, .late_fee_minor = fee_minor};
}

static uint64_t pay(int64_t amount_minor, int64_t fee_minor, int tender, uint16_t training)
{
    struct entry e = {0};
    struct body_collection b = {.amount_minor = amount_minor,
                                .late_fee_minor = fee_minor,
                                .tendered_minor = amount_minor,
                                .tender = tender};
    text_copy(b.account, sizeof b.account, "6100234567");
    if (tender != TENDER_CASH)
        text_copy(b.reference, sizeof b.reference, "778899");
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
    e.kind |= training;
    return append(&e);
}

static void reverse(uint64_t seq, int64_t amount_minor, int64_t cash_minor)
{
    struct entry e = {0};
    struct body_reversal b = {.seq = seq,
                              .account = "6100234567",
                              .amount_minor = amount_minor,
                              .cash_minor = cash_minor,
                              .way = REVERSAL_SUPERVISOR,
                              .reason = 1,
                              .approver = "2001"};
    assert_int_equal(entry_write_reversal(&e, &b), TILL_OK);
    append(&e);
}

static void printed(enum entry_kind kind, uint64_t seq, uint32_t copy)
{
    struct entry e = {0};
    struct body_print b = {.seq = seq, .copy = copy};
    assert_int_equal(entry_write_print(&e, kind, &b), TILL_OK);
    append(&e);
}

static void cash_agreed(enum entry_kind kind, int64_t amount_minor, const char *approver)
{
    struct entry e = {0};
    struct body_cash_move move = {.amount_minor = amount_minor, .reason = CASH_CHANGE};
    text_copy(move.approver, sizeof move.approver, approver);
    assert_int_equal(entry_write_cash_move(&e, kind, &move), TILL_OK);
    append(&e);
}

static void cash(enum entry_kind kind, int64_t amount_minor)
{
    struct entry e = {0};
    struct body_cash_drop drop = {.amount_minor = amount_minor, .to = 1, .receiver = "2001"};
    if (kind != KIND_CASH_DROP) {
        cash_agreed(kind, amount_minor, "2001");
        return;
    }
    assert_int_equal(entry_write_cash_drop(&e, &drop), TILL_OK);
    append(&e);
}

/* Over all entries from the one that opened the shift. */
static enum till_status add_up(uint64_t opened, const char *user)
{
    enum till_status status = shift_sums_begin(&sums, user, &entries[opened]);
    for (uint64_t seq = opened + 1; seq <= f.seq && status == TILL_OK; seq++) {
        uint64_t needs = shift_sums_needs(&sums, &entries[seq]);
        struct shift_receipt receipt = {&entries[needs], papers[needs].lines, papers[needs].count};
        if (papers[needs].unknown)
            receipt.lines = NULL;
        status = shift_sums_add(&sums, &entries[seq], needs ? &receipt : NULL);
    }
    return status;
}

static struct body_shift_totals written(int64_t grand_minor)
{
    struct entry e = {0};
    struct body_shift_totals b = {.grand_minor = grand_minor}, again;
    assert_int_equal(shift_sums_write(&sums, &b, &e), TILL_OK);
    assert_int_equal(entry_read_shift_totals(&e, &again), TILL_OK);
    assert_memory_equal(&b, &again, sizeof b);
    return b;
}

/* ---- what is counted ------------------------------------------------------------------------- */

static void tenders_types_and_months_are_told_apart(void **state)
{
    (void)state;
    uint64_t a = pay(12000, 300, TENDER_CASH, 0);
    line(a, 202609, 1, 5000, 300);
    line(a, 202610, 1, 6000, 0); /* 700 stay as an advance */
    uint64_t b = pay(5000, 0, TENDER_CHEQUE, 0);
    line(b, 202610, 2, 5000, 0);
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(17000);
    assert_string_equal(t.tenders, "0:12000,3:5000");
    assert_string_equal(t.types, "1:11000,2:5000");
    assert_string_equal(t.months, "202609:5000,202610:11000");
    assert_int_equal(t.late_fee_minor, 300);
    assert_int_equal(t.advance_minor, 700);
    assert_int_equal(t.first_receipt_seq, a);
    assert_int_equal(t.last_receipt_seq, b);
    assert_int_equal(sums.receipts, 2);
}

static void a_bill_that_a_balance_helped_to_pay_lowers_the_advances(void **state)
{
    (void)state;
    uint64_t a = pay(8000, 0, TENDER_CASH, 0);
    line(a, 202610, 1, 10000, 0);
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(8000);
    assert_string_equal(t.types, "1:10000");
    assert_int_equal(t.advance_minor, -2000);
}

static void a_reversal_takes_off_the_very_lines_of_its_receipt(void **state)
{
    (void)state;
    uint64_t a = pay(12000, 300, TENDER_CASH, 0), b = pay(5000, 0, TENDER_CASH, 0);
    line(a, 202609, 1, 11000, 300);
    line(b, 202610, 1, 5000, 0);
    reverse(a, 12000, 12000);
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(5000);
    assert_string_equal(t.tenders, "0:5000");
    assert_string_equal(t.types, "1:5000");
    assert_string_equal(t.months, "202610:5000");
    assert_int_equal(t.late_fee_minor, 0);
    assert_int_equal(t.advance_minor, 0);
    assert_int_equal(t.reversals, 1);
    assert_int_equal(t.reversed_minor, 12000);
    assert_int_equal(sums.receipts, 2);
}

static void what_another_makes_in_between_is_theirs(void **state)
{
    (void)state;
    uint64_t a = pay(1000, 0, TENDER_CASH, 0);
    line(a, 202610, 1, 1000, 0);
    person(KIND_USER_SWITCHED, "1002");
    uint64_t other = open_shift(2, 500);
    uint64_t b = pay(7000, 0, TENDER_CASH, 0);
    line(b, 202610, 1, 7000, 0);
    cash(KIND_CASH_IN, 100);
    printed(KIND_DUPLICATE, b, 1);
    person(KIND_LOGOUT, "1002");
    printed(KIND_PRINT_UNCERTAIN, b, 1); /* at a start, nobody is there */
    person(KIND_LOGIN, "1001");
    uint64_t c = pay(2000, 0, TENDER_CASH, 0);
    line(c, 202610, 1, 2000, 0);
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(10000);
    assert_string_equal(t.tenders, "0:3000");
    assert_int_equal(t.paid_in_minor, 0);
    assert_int_equal(t.duplicates, 0);
    assert_int_equal(t.uncertain, 0);
    assert_int_equal(shift_sums_cash(&sums), f.users[0].cash_minor);
    assert_int_equal(add_up(other, "1002"), TILL_OK);
    t = written(10000);
    assert_string_equal(t.tenders, "0:7000");
    assert_int_equal(t.paid_in_minor, 100);
    assert_int_equal(t.duplicates, 1);
}

static void training_counts_nothing(void **state)
{
    (void)state;
    uint64_t a = pay(1000, 0, TENDER_CASH, KIND_TRAINING);
    line(a, 202610, 1, 1000, 0);
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(0);
    assert_string_equal(t.tenders, "");
    assert_int_equal(t.first_receipt_seq, 0);
    assert_int_equal(sums.receipts, 0);
}

static void cash_in_out_and_handed_in_make_what_should_be_there(void **state)
{
    (void)state;
    uint64_t a = pay(9000, 0, TENDER_CASH, 0);
    line(a, 202610, 1, 9000, 0);
    cash(KIND_CASH_IN, 3000);
    cash(KIND_CASH_OUT, 500);
    cash(KIND_CASH_DROP, 10000);
    cash_agreed(KIND_CASH_IN, 70, "1001");
    cash_agreed(KIND_CASH_OUT, 70, "1001");
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    assert_int_equal(shift_sums_cash(&sums), 20000 + 9000 + 3000 - 500 - 10000);
    assert_int_equal(shift_sums_cash(&sums), f.users[0].cash_minor);
    struct body_shift_totals t = written(9000);
    assert_int_equal(t.paid_in_minor, 3070);
    assert_int_equal(t.paid_out_minor, 570);
    assert_int_equal(t.own_out_minor, 70); /* what nobody else agreed to */
    assert_int_equal(t.dropped_minor, 10000);
}

static void a_print_that_was_found_whole_is_not_uncertain(void **state)
{
    (void)state;
    uint64_t a = pay(1000, 0, TENDER_CASH, 0), b;
    line(a, 202610, 1, 1000, 0);
    printed(KIND_PRINT_UNCERTAIN, a, 0);
    printed(KIND_PRINT_DONE, a, 0);
    b = pay(1000, 0, TENDER_CASH, 0);
    line(b, 202610, 1, 1000, 0);
    printed(KIND_PRINT_UNCERTAIN, b, 0);
    printed(KIND_PRINT_UNCERTAIN, b, 0); /* found again at the next start */
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    assert_int_equal(written(2000).uncertain, 1);
}

static void a_receipt_without_lines_is_told_under_0(void **state)
{
    (void)state;
    uint64_t a = pay(12000, 300, TENDER_CASH, 0);
    papers[a].unknown = true;
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(12000);
    assert_string_equal(t.types, "0:11700");
    assert_string_equal(t.months, "0:11700");
    assert_int_equal(t.late_fee_minor, 300);
}

static void months_beyond_the_newest_are_one_sum(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        uint64_t a = pay(1000 + i, 0, TENDER_CASH, 0);
        line(a, (2023 + i / 12) * 100 + 1 + i % 12, 1, 1000 + i, 0);
    }
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(40000 + 39 * 20);
    struct heaps months;
    int64_t sum_minor;
    assert_true(heaps_read(t.months, &months));
    assert_int_equal(months.count, HEAPS_MAX);
    assert_int_equal(months.list[0].of, 0);
    assert_int_equal(months.list[HEAPS_MAX - 1].of, 202604);
    assert_int_equal(heaps_sum(&months, &sum_minor), TILL_OK);
    assert_int_equal(sum_minor, 40000 + 39 * 20);
}

static void totals_are_cut_until_they_fit_the_body(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        uint64_t a = pay(INT64_C(9000000000) + i, 0, TENDER_CASH, 0);
        line(a, (2021 + i / 12) * 100 + 1 + i % 12, (int16_t)(10000 + i), INT64_C(9000000000) + i,
             0);
    }
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct body_shift_totals t = written(INT64_C(540000000000) + 1770);
    struct heaps months, types;
    int64_t sum_minor;
    assert_true(heaps_read(t.months, &months) && heaps_read(t.types, &types));
    assert_true(months.count >= 12 && months.count < HEAPS_MAX);
    assert_int_equal(months.list[0].of, 0);
    assert_int_equal(heaps_sum(&types, &sum_minor), TILL_OK);
    assert_int_equal(sum_minor, INT64_C(540000000000) + 1770);
}

static void rows_without_room_are_added_and_taken_off_alike(void **state)
{
    (void)state;
    memset(&sums, 0, sizeof sums);
    assert_int_equal(shift_sums_begin(&sums, "1001", &entries[3]), TILL_OK);
    struct entry e = {0};
    for (int i = 0; i < SHIFT_ROWS_MAX + 10; i++) {
        struct body_collection b = {.account = "6100234567",
                                    .amount_minor = 100,
                                    .tendered_minor = 100,
                                    .tender = TENDER_CASH};
        struct allocation_line one = {.month = 190001 + i, .type = 1, .amount_minor = 100};
        assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
        e.seq = (uint64_t)i + 4;
        struct shift_receipt receipt = {&e, &one, 1};
        assert_int_equal(shift_sums_add(&sums, &e, &receipt), TILL_OK);
    }
    assert_int_equal(sums.months.count, SHIFT_ROWS_MAX);
    int64_t sum_minor = 0;
    for (size_t i = 0; i < sums.months.count; i++)
        sum_minor += sums.months.list[i].value;
    assert_int_equal(sum_minor, 100 * (SHIFT_ROWS_MAX + 10));
}

static void the_fold_takes_the_totals_of_a_shift(void **state)
{
    (void)state;
    uint64_t a = pay(12000, 300, TENDER_CASH, 0), b = pay(5000, 0, TENDER_CHEQUE, 0);
    line(a, 202609, 1, 11700, 300);
    line(b, 202610, 1, 5000, 0);
    cash(KIND_CASH_DROP, 10000);
    reverse(a, 12000, 12000);
    assert_int_equal(add_up(3, "1001"), TILL_OK);
    struct entry e = {0};
    struct body_count_begun begun = {1};
    struct body_cash_count count = {
        .purpose = COUNT_CLOSING, .shift = 1, .attempt = 1, .amount_minor = 10000};
    assert_int_equal(entry_write_count_begun(&e, &begun), TILL_OK);
    append(&e);
    assert_int_equal(entry_write_cash_count(&e, &count), TILL_OK);
    struct body_count_accepted accepted = {append(&e)};
    assert_int_equal(entry_write_count_accepted(&e, &accepted), TILL_OK);
    append(&e);
    struct body_shift_totals t = {.grand_minor = f.grand_minor};
    assert_int_equal(shift_sums_write(&sums, &t, &e), TILL_OK);
    append(&e); /* the fold refuses other figures */
    assert_int_equal(f.totals_shift, 1);
}

static void another_s_receipt_and_false_lines_are_refused(void **state)
{
    (void)state;
    uint64_t a = pay(12000, 300, TENDER_CASH, 0);
    line(a, 202609, 1, 11700, 200); /* the fee is another */
    assert_int_equal(add_up(3, "1001"), TILL_E_CORRUPT);
    struct shift_receipt other = {&entries[3], NULL, 0};
    assert_int_equal(shift_sums_begin(&sums, "1001", &entries[3]), TILL_OK);
    assert_int_equal(shift_sums_add(&sums, &entries[a], &other), TILL_E_PROTOCOL);
    assert_int_equal(shift_sums_add(&sums, &entries[a], NULL), TILL_E_PROTOCOL);
    assert_int_equal(shift_sums_begin(&sums, "1001", &entries[a]), TILL_E_PROTOCOL);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tenders_types_and_months_are_told_apart),
        TEST(a_bill_that_a_balance_helped_to_pay_lowers_the_advances),
        TEST(a_reversal_takes_off_the_very_lines_of_its_receipt),
        TEST(what_another_makes_in_between_is_theirs),
        TEST(training_counts_nothing),
        TEST(cash_in_out_and_handed_in_make_what_should_be_there),
        TEST(a_print_that_was_found_whole_is_not_uncertain),
        TEST(a_receipt_without_lines_is_told_under_0),
        TEST(months_beyond_the_newest_are_one_sum),
        TEST(totals_are_cut_until_they_fit_the_body),
        TEST(rows_without_room_are_added_and_taken_off_alike),
        TEST(the_fold_takes_the_totals_of_a_shift),
        TEST(another_s_receipt_and_false_lines_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

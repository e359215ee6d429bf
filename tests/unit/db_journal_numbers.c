/* Numbers of stationery in a journal: one state a number, one valid number of a type a receipt,
 * and a number is taken for the paper that has just begun. What breaks it is never written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "journal_private.h"
#include "journal_story.h"
#include "text.h"

#define PATH "/journal.db"
enum { SECTOR_SIZE = 512 };

static struct fake_key key;
static struct sealer sealer;
static struct journal_options options;
static struct journal *j;

static int begin(void **state)
{
    (void)state;
    cut_vfs_create(1, SECTOR_SIZE);
    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    options = story_options(CUT_VFS, PATH, &sealer);
    assert_int_equal(story_create(&options, key.public_key, &j), TILL_OK);
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    return 0;
}

/* What was accepted is sound to the audit as well. */
static int end(void **state)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;
    (void)state;
    journal_close(j);
    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    if (verdict.first_bad != 0)
        fail_msg("entry %llu is bad: %s", (unsigned long long)verdict.first_bad, verdict.text);
    return 0;
}

static enum till_status append(struct entry *e)
{
    return journal_append(j, STORY_BEGIN_S + 45 * (int64_t)journal_fold(j)->seq, false,
                          (struct span){NULL, 0}, e);
}

static struct stock_number number(int type, const char *series, uint64_t n)
{
    struct stock_number out = {.type = type, .number = n};
    text_copy(out.series, sizeof out.series, series);
    return out;
}

static enum till_status receive(int type, const char *series, uint64_t first, uint64_t last)
{
    struct entry e;
    struct body_stock_range b = {.type = type, .first = first, .last = last, .other = "0"};
    text_copy(b.series, sizeof b.series, series);
    assert_int_equal(entry_write_stock_range(&e, KIND_STATIONERY_RECEIVED, &b), TILL_OK);
    return append(&e);
}

static enum till_status give_back(int type, const char *series, uint64_t first, uint64_t last)
{
    struct entry e;
    struct body_stock_range b = {.type = type, .first = first, .last = last, .other = "0"};
    text_copy(b.series, sizeof b.series, series);
    assert_int_equal(entry_write_stock_range(&e, KIND_STATIONERY_RETURNED, &b), TILL_OK);
    return append(&e);
}

static enum till_status use(uint64_t n, uint64_t seq, uint32_t copy)
{
    struct entry e;
    const struct body_stock_used b = {number(STOCK_RECEIPT, "B", n), seq, copy};
    assert_int_equal(entry_write_stock_used(&e, &b), TILL_OK);
    return append(&e);
}

static enum till_status finish(enum entry_kind kind, uint64_t n, uint64_t seq)
{
    struct entry e;
    const struct body_stock_ended b = {.number = number(STOCK_RECEIPT, "B", n),
                                       .reason = SPOIL_OTHER,
                                       .seq = seq,
                                       .all_copies = kind == KIND_STATIONERY_VOIDED};
    assert_int_equal(entry_write_stock_ended(&e, kind, &b), TILL_OK);
    return append(&e);
}

static enum till_status spoil(uint64_t n, uint64_t seq)
{
    return finish(KIND_STATIONERY_SPOILED, n, seq);
}

static enum till_status make_void(uint64_t n, uint64_t seq)
{
    return finish(KIND_STATIONERY_VOIDED, n, seq);
}

static enum till_status adjust(uint64_t screen, uint64_t hand)
{
    struct entry e;
    const struct body_stock_adjusted b = {number(STOCK_RECEIPT, "B", screen), hand, SPOIL_SKIPPED};
    assert_int_equal(entry_write_stock_adjusted(&e, &b), TILL_OK);
    return append(&e);
}

static enum till_status duplicate(uint64_t seq, uint32_t copy)
{
    struct entry e;
    const struct body_print b = {.seq = seq, .copy = copy};
    assert_int_equal(entry_write_print(&e, KIND_DUPLICATE, &b), TILL_OK);
    return append(&e);
}

static enum till_status count(uint64_t next, uint32_t used, uint32_t spoiled, uint32_t unused)
{
    struct entry e;
    const struct body_stock_counted b = {.next = number(STOCK_RECEIPT, "B", next),
                                         .used = used,
                                         .spoiled = spoiled,
                                         .unused = unused,
                                         .face_minor = 1};
    assert_int_equal(entry_write_stock_counted(&e, &b), TILL_OK);
    return append(&e);
}

static enum till_status write_by_hand(const char *paper)
{
    struct entry e;
    struct body_manual_receipt b = {
        .account = "6100234567", .amount_minor = 100, .taken_at_s = STORY_BEGIN_S, .reason = "x"};
    text_copy(b.number, sizeof b.number, paper);
    assert_int_equal(entry_write_manual_receipt(&e, &b), TILL_OK);
    return append(&e);
}

static uint64_t collect(uint32_t n)
{
    struct entry e;
    assert_int_equal(story_collect(j, n, &e), TILL_OK);
    return e.seq;
}

static void refused(enum till_status status)
{
    assert_int_equal(status, TILL_E_PROTOCOL);
}

/* ---- used ------------------------------------------------------------------------------------ */

static void a_number_is_taken_for_the_paper_that_has_just_begun(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_RECEIPT, "B", 1, 9), TILL_OK);
    uint64_t first = collect(1);
    refused(use(2, first, 0)); /* not the next */
    refused(use(1, first, 1)); /* that copy has not begun */
    refused(use(1, 2, 0));     /* no payment */
    refused(use(1, first + 5, 0));
    assert_int_equal(use(1, first, 0), TILL_OK);
    assert_int_equal(story_print_done(j), TILL_OK);
    refused(use(2, first, 0)); /* its paper is out */
}

static void a_receipt_has_one_valid_number_of_a_type(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_RECEIPT, "B", 1, 9), TILL_OK);
    uint64_t seq = collect(1);
    assert_int_equal(use(1, seq, 0), TILL_OK);
    refused(use(2, seq, 0));
    assert_int_equal(story_print_done(j), TILL_OK);
    assert_int_equal(duplicate(seq, 1), TILL_OK);
    refused(use(2, seq, 1));
    assert_int_equal(make_void(1, seq), TILL_OK);
    assert_int_equal(use(2, seq, 1), TILL_OK);
    refused(use(3, seq, 1));
}

/* ---- spoiled, voided ------------------------------------------------------------------------- */

static void a_number_ends_once(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_RECEIPT, "B", 1, 9), TILL_OK);
    uint64_t seq = collect(1);
    assert_int_equal(use(1, seq, 0), TILL_OK);
    uint64_t other = collect(2);
    refused(make_void(1, 0));     /* of no receipt */
    refused(make_void(1, other)); /* of another's */
    refused(spoil(2, seq));       /* never used */
    refused(spoil(3, 0));         /* not the next */
    assert_int_equal(spoil(1, seq), TILL_OK);
    refused(spoil(1, seq));
    refused(make_void(1, seq));
    assert_int_equal(spoil(2, 0), TILL_OK);
    refused(spoil(2, 0));
    assert_int_equal(journal_fold(j)->stock[0].spoiled, 2);
    assert_int_equal(journal_fold(j)->stock[0].used, 0);
}

static void a_number_of_a_range_that_was_counted_and_forgotten_still_ends_once(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_RECEIPT, "B", 1, 1), TILL_OK);
    uint64_t seq = collect(1);
    assert_int_equal(use(1, seq, 0), TILL_OK);
    assert_int_equal(count(2, 1, 0, 0), TILL_OK);
    assert_int_equal(journal_fold(j)->stock_count, 0);
    refused(make_void(2, seq));
    assert_int_equal(make_void(1, seq), TILL_OK);
    refused(make_void(1, seq));
    refused(receive(STOCK_RECEIPT, "B", 1, 1)); /* and never comes again */
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static void the_end_of_a_range_may_be_the_beginning_of_the_next(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_RECEIPT, "B", 1, 1), TILL_OK);
    assert_int_equal(receive(STOCK_RECEIPT, "B", 2, 3), TILL_OK);
    uint64_t seq = collect(1);
    assert_int_equal(use(1, seq, 0), TILL_OK);
    seq = collect(2);
    assert_int_equal(use(2, seq, 0), TILL_OK);
    assert_int_equal(adjust(3, 4), TILL_OK);
    refused(count(2, 0, 0, 1));
    assert_int_equal(count(2, 1, 0, 0), TILL_OK); /* the first one */
    assert_int_equal(journal_fold(j)->stock_count, 1);
    assert_int_equal(count(4, 1, 1, 0), TILL_OK);
    assert_int_equal(journal_fold(j)->stock_count, 0);
}

static void what_went_back_unused_may_come_again_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_RECEIPT, "B", 1, 9), TILL_OK);
    refused(receive(STOCK_RECEIPT, "B", 5, 12));
    uint64_t seq = collect(1);
    assert_int_equal(use(1, seq, 0), TILL_OK);
    refused(give_back(STOCK_RECEIPT, "B", 1, 9));
    refused(give_back(STOCK_RECEIPT, "B", 5, 8)); /* the end stays */
    assert_int_equal(give_back(STOCK_RECEIPT, "B", 2, 9), TILL_OK);
    refused(receive(STOCK_RECEIPT, "B", 1, 9));
    assert_int_equal(receive(STOCK_RECEIPT, "B", 2, 9), TILL_OK);
    assert_int_equal(receive(STOCK_INVOICE, "B", 1, 9), TILL_OK); /* another type */
    assert_int_equal(receive(STOCK_RECEIPT, "A", 1, 9), TILL_OK); /* another series */
}

static void one_goes_back_over_what_was_passed_over_alone(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_RECEIPT, "B", 5, 20), TILL_OK);
    refused(adjust(5, 4));  /* never ours */
    refused(adjust(5, 22)); /* beyond the end */
    assert_int_equal(adjust(5, 10), TILL_OK);
    assert_int_equal(adjust(10, 8), TILL_OK);
    uint64_t seq = collect(1);
    assert_int_equal(use(8, seq, 0), TILL_OK);
    refused(adjust(9, 8));
    refused(adjust(9, 6)); /* over one that was used */
    assert_int_equal(adjust(9, 21), TILL_OK);
    refused(adjust(21, 8));
    assert_int_equal(adjust(21, 9), TILL_OK);
    assert_int_equal(journal_fold(j)->stock[0].next, 9);
}

/* ---- by hand, asked for ---------------------------------------------------------------------- */

static void a_paper_written_by_hand_is_entered_once_and_in_order(void **state)
{
    (void)state;
    assert_int_equal(receive(STOCK_MANUAL, "", 7, 9), TILL_OK);
    refused(write_by_hand("00000008"));
    assert_int_equal(write_by_hand("00000007"), TILL_OK);
    refused(write_by_hand("00000007"));
    assert_int_equal(write_by_hand("K-00000500"), TILL_OK); /* unissued, told by the flow */
    refused(write_by_hand("K-00000500"));
    assert_int_equal(journal_fold(j)->stock[0].next, 8);
    refused(receive(STOCK_MANUAL, "K", 500, 500));
}

static enum till_status ask(const char *account, uint64_t seq)
{
    struct entry e;
    struct body_invoice_request b = {.seq = seq, .title = "x", .electronic = true};
    text_copy(b.account, sizeof b.account, account);
    assert_int_equal(entry_write_invoice_request(&e, &b), TILL_OK);
    return append(&e);
}

static void an_invoice_is_asked_for_a_payment_that_stands_and_has_none(void **state)
{
    char account[ACCOUNT_MAX];
    struct entry e;
    (void)state;
    assert_int_equal(receive(STOCK_INVOICE, "C", 1, 9), TILL_OK);
    uint64_t seq = collect(1);
    story_account(1, account);
    const struct body_stock_used used = {number(STOCK_INVOICE, "C", 1), seq, 0};
    assert_int_equal(entry_write_stock_used(&e, &used), TILL_OK);
    assert_int_equal(append(&e), TILL_OK);
    refused(ask(account, seq)); /* its invoice stands */
    const struct body_stock_ended ended = {
        .number = used.number, .reason = SPOIL_WITHDRAWN, .seq = seq, .all_copies = true};
    assert_int_equal(entry_write_stock_ended(&e, KIND_STATIONERY_VOIDED, &ended), TILL_OK);
    assert_int_equal(append(&e), TILL_OK);
    refused(ask("6100299999", seq)); /* another's */
    refused(ask(account, 2));        /* no payment */
    assert_int_equal(ask(account, seq), TILL_OK);
    assert_int_equal(story_reverse(j, 1), TILL_OK);
    refused(ask(account, seq));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_number_is_taken_for_the_paper_that_has_just_begun),
        TEST(a_receipt_has_one_valid_number_of_a_type),
        TEST(a_number_ends_once),
        TEST(a_number_of_a_range_that_was_counted_and_forgotten_still_ends_once),
        TEST(the_end_of_a_range_may_be_the_beginning_of_the_next),
        TEST(what_went_back_unused_may_come_again_and_nothing_else),
        TEST(one_goes_back_over_what_was_passed_over_alone),
        TEST(a_paper_written_by_hand_is_entered_once_and_in_order),
        TEST(an_invoice_is_asked_for_a_payment_that_stands_and_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

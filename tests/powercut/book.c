/*
 * The book under power cuts: at every write, truncation, sync, creation, removal and rename of a
 * new book's making, whole, in slices or as a delta, the power goes, in several ways each. There is
 * always a whole book afterwards: the old one, or the new one once the builder said so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "book.h"
#include "cut_vfs.h"
#include "fake_mac.h"

#define PATH "/book.db"

enum {
    SECTOR_SIZE = 512,
    WAYS = 8, /* cuts tried at each operation */
    BOOKS = 3,
    CUSTOMERS_OF_BOOK = 40,
    CUSTOMERS = BOOKS * CUSTOMERS_OF_BOOK,
    OPERATIONS_MAX = 5000
};

/* ---- a book whose every amount names its revision -------------------------------------------- */

/* Every third customer's bill changes with each revision. */
static bool changes(int n)
{
    return n % 3 == 0;
}

static int64_t amount_of(uint64_t revision, int n)
{
    return (changes(n) ? (int64_t)revision : 1) * 100000 + n;
}

static struct bill bill_of(uint64_t revision, int n)
{
    return (struct bill){
        .month = 202609, .due_date = 20260920, .type = 1, .amount_minor = amount_of(revision, n)};
}

static struct book_customer customer_of(int n)
{
    struct book_customer c = {.order = (uint32_t)(n % CUSTOMERS_OF_BOOK) + 1};

    snprintf(c.account, sizeof(c.account), "6100%06d", n);
    snprintf(c.name, sizeof(c.name), "段%d号", n);
    snprintf(c.address, sizeof(c.address), "喜洲镇周城村%d组%d号", n / 10, n);
    snprintf(c.meter, sizeof(c.meter), "5300010%07d", n);
    snprintf(c.meter_book, sizeof(c.meter_book), "CX%02d", n / CUSTOMERS_OF_BOOK);
    return c;
}

static enum till_status put_rows(struct book_builder *b, uint64_t revision)
{
    struct book_meter_book m = {.name = "喜洲"};
    struct site site;
    enum till_status st;

    site_default(&site);
    snprintf(site.payee, sizeof(site.payee), "大理供电公司");
    snprintf(site.receipt_url, sizeof(site.receipt_url), "HTTPS://R.EXAMPLE/");
    st = book_builder_site(b, &site);
    for (int i = 0; st == TILL_OK && i < BOOKS; i++) {
        snprintf(m.id, sizeof(m.id), "CX%02d", i);
        st = book_builder_meter_book(b, &m);
    }
    for (int n = 0; st == TILL_OK && n < CUSTOMERS; n++) {
        struct book_customer c = customer_of(n);
        struct bill bill = bill_of(revision, n);

        st = book_builder_customer(b, &c);
        if (st == TILL_OK)
            st = book_builder_bill(b, c.account, &bill);
    }
    return st;
}

static enum till_status build(uint64_t revision)
{
    struct book_meta meta = {.terminal = "0031", .revision = revision, .customers = CUSTOMERS};
    struct book_builder *b = NULL;
    enum till_status st = book_builder_open(PATH, CUT_VFS, fake_mac(1), &b);

    if (st != TILL_OK)
        return st;
    st = put_rows(b, revision);
    if (st == TILL_OK)
        return book_builder_finish(b, &meta);
    book_builder_abandon(b);
    return st;
}

static enum till_status build_in_slices(uint64_t revision)
{
    struct book_meta meta = {.terminal = "0031", .revision = revision, .customers = CUSTOMERS};
    struct book_builder *b = NULL;
    enum till_status st = book_builder_open(PATH, CUT_VFS, fake_mac(1), &b);
    bool done = false;

    if (st != TILL_OK)
        return st;
    st = put_rows(b, revision);
    if (st == TILL_OK)
        st = book_builder_end(b, &meta);
    if (st != TILL_OK) {
        book_builder_abandon(b);
        return st;
    }
    while (st == TILL_OK && !done)
        st = book_builder_step(b, 0, &done);
    return st;
}

static enum till_status put_changes(struct book_change *c, uint64_t revision)
{
    enum till_status st = TILL_OK;

    for (int n = 0; st == TILL_OK && n < CUSTOMERS; n++) {
        struct book_customer customer = customer_of(n);
        struct bill bill = bill_of(revision, n);

        if (!changes(n))
            continue;
        st = book_change_customer(c, &customer);
        if (st == TILL_OK)
            st = book_change_bill(c, customer.account, &bill);
    }
    return st;
}

static enum till_status change(uint64_t revision)
{
    struct book_meta meta = {.terminal = "0031", .revision = revision, .customers = CUSTOMERS};
    struct book_change *c = NULL;
    enum till_status st = book_change_open(PATH, CUT_VFS, fake_mac(1), &c);
    bool done = false;

    if (st != TILL_OK)
        return st;
    st = put_changes(c, revision);
    if (st == TILL_OK)
        st = book_change_end(c, &meta);
    if (st != TILL_OK) {
        book_change_abandon(c);
        return st;
    }
    while (st == TILL_OK && !done)
        st = book_change_step(c, 0, &done);
    return st;
}

/* Every row read, all of one revision? 0 = there is no book. */
static bool whole_book(uint64_t *revision_out)
{
    struct book *b = NULL;
    bool whole = true;
    enum till_status st = book_open(PATH, CUT_VFS, fake_mac(1), &b);

    *revision_out = 0;
    if (st == TILL_NO_BOOK)
        return true;
    if (st != TILL_OK) {
        print_error("the book can't be opened: %s\n", status_name(st));
        return false;
    }
    *revision_out = book_meta(b)->revision;
    for (int n = 0; n < CUSTOMERS && whole; n++) {
        struct book_customer expected = customer_of(n);
        struct book_customer c;
        struct arrears a;

        whole = book_customer(b, expected.account, &c) == TILL_OK &&
                strcmp(c.address, expected.address) == 0 && c.order == expected.order &&
                book_arrears(b, expected.account, &a) == TILL_OK && a.count == 1 &&
                a.bills[0].amount_minor == amount_of(*revision_out, n);
        if (!whole)
            print_error("customer %d of revision %u is not whole\n", n, (unsigned)*revision_out);
    }
    book_close(b);
    return whole;
}

/* ---- cuts ------------------------------------------------------------------------------------ */

/* build, build_in_slices or change. */
typedef enum till_status make(uint64_t revision);

/* From one state of the disk, cut the making of the revision after `before` everywhere. */
static void cut_everywhere(const struct cut_snapshot *start, uint64_t before, make *make_it)
{
    unsigned stayed = 0, came = 0;
    uint64_t operation = 1, after = before < 2 ? 2 : before + 1;
    bool ran_whole = false;

    for (; !ran_whole; operation++) {
        assert_true(operation < OPERATIONS_MAX);
        for (uint64_t way = 0; way < WAYS && !ran_whole; way++) {
            uint64_t revision = 0;
            enum till_status st;

            cut_vfs_restore(start, operation * WAYS + way);
            cut_vfs_arm(operation);
            st = make_it(after);
            ran_whole = !cut_vfs_is_cut();
            if (ran_whole)
                assert_int_equal(st, TILL_OK);
            cut_vfs_reboot();
            if (!whole_book(&revision) || (revision != before && revision != after) ||
                (st == TILL_OK && revision != after))
                fail_msg("cut at operation %u, way %u: built %s, revision %u", (unsigned)operation,
                         (unsigned)way, status_name(st), (unsigned)revision);
            revision == after ? came++ : stayed++;
        }
    }
    print_message("%u operations: %u times the old book, %u times the new one\n",
                  (unsigned)operation - 2, stayed, came);
    assert_true(stayed > WAYS);
    assert_true(came > 1);
}

static void a_cut_at_any_operation_leaves_the_old_or_the_new_book(void **state)
{
    struct cut_snapshot *start;

    (void)state;
    cut_vfs_create(1, SECTOR_SIZE);
    assert_int_equal(build(1), TILL_OK);
    start = cut_vfs_save();
    cut_everywhere(start, 1, build);
    cut_everywhere(start, 1, build_in_slices);
    cut_vfs_forget(start);
}

static void a_cut_during_the_first_book_leaves_none_or_a_whole_one(void **state)
{
    struct cut_snapshot *start;

    (void)state;
    cut_vfs_create(2, SECTOR_SIZE);
    start = cut_vfs_save();
    cut_everywhere(start, 0, build);
    cut_vfs_forget(start);
}

static void a_cut_during_a_delta_leaves_the_book_before_or_after_it(void **state)
{
    struct cut_snapshot *start;

    (void)state;
    cut_vfs_create(5, SECTOR_SIZE);
    assert_int_equal(build(1), TILL_OK);
    start = cut_vfs_save();
    cut_everywhere(start, 1, change);
    cut_vfs_forget(start);
}

static void a_cut_during_a_second_delta_leaves_the_first_or_both(void **state)
{
    struct cut_snapshot *start;

    (void)state;
    cut_vfs_create(6, SECTOR_SIZE);
    assert_int_equal(build(1), TILL_OK);
    assert_int_equal(change(2), TILL_OK);
    start = cut_vfs_save();
    cut_everywhere(start, 2, change);
    cut_vfs_forget(start);
}

static void a_cut_as_a_whole_book_replaces_one_with_a_delta_mixes_nothing(void **state)
{
    struct cut_snapshot *start;

    (void)state;
    cut_vfs_create(7, SECTOR_SIZE);
    assert_int_equal(build(1), TILL_OK);
    assert_int_equal(change(2), TILL_OK);
    start = cut_vfs_save();
    cut_everywhere(start, 2, build);
    cut_vfs_forget(start);
}

static void what_a_cut_left_beside_the_book_stops_no_later_builder(void **state)
{
    struct cut_snapshot *start;
    bool ran_whole = false;

    (void)state;
    cut_vfs_create(3, SECTOR_SIZE);
    assert_int_equal(build(1), TILL_OK);
    start = cut_vfs_save();
    for (uint64_t operation = 1; !ran_whole && operation < OPERATIONS_MAX; operation++) {
        uint64_t revision = 0;

        cut_vfs_restore(start, operation);
        cut_vfs_arm(operation);
        (void)!build(2);
        ran_whole = !cut_vfs_is_cut();
        cut_vfs_reboot();
        cut_vfs_arm(0);
        assert_int_equal(build(3), TILL_OK);
        cut_vfs_cut();
        cut_vfs_reboot();
        assert_true(whole_book(&revision));
        assert_int_equal(revision, 3);
    }
    assert_true(ran_whole);
    cut_vfs_forget(start);
}

static void a_full_disk_says_so_and_the_old_book_stays(void **state)
{
    uint64_t revision = 0;

    (void)state;
    cut_vfs_create(4, SECTOR_SIZE);
    assert_int_equal(build(1), TILL_OK);
    cut_vfs_fill(UINT64_MAX);
    assert_int_equal(build(2), TILL_DISK_FULL);
    cut_vfs_fill(0);
    assert_true(whole_book(&revision));
    assert_int_equal(revision, 1);
    assert_int_equal(build(2), TILL_OK);
    assert_true(whole_book(&revision));
    assert_int_equal(revision, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_at_any_operation_leaves_the_old_or_the_new_book),
        cmocka_unit_test(a_cut_during_the_first_book_leaves_none_or_a_whole_one),
        cmocka_unit_test(a_cut_during_a_delta_leaves_the_book_before_or_after_it),
        cmocka_unit_test(a_cut_during_a_second_delta_leaves_the_first_or_both),
        cmocka_unit_test(a_cut_as_a_whole_book_replaces_one_with_a_delta_mixes_nothing),
        cmocka_unit_test(what_a_cut_left_beside_the_book_stops_no_later_builder),
        cmocka_unit_test(a_full_disk_says_so_and_the_old_book_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

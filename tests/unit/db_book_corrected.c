/* Receipts that the office corrected, as a terminal's book has them: whole, over deltas, sealed. */
#include "shelf.h"

#include <stdio.h>
#include <string.h>

#include "fake_mac.h"

static const struct book_corrected moved = {"0031", 4127, BOOK_CORRECTED_MOVED, 20261122};
static const struct book_corrected refunded = {"0040", 9, BOOK_CORRECTED_REFUNDED, 20261123};

static struct book_builder *begin(void)
{
    struct book_builder *b = NULL;
    struct site site = shelf_site();

    assert_int_equal(book_builder_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    shelf_put_meter_book(b, "CX00");
    return b;
}

/* A book of two customers; the first has `c`, where there is one. */
static void build(const struct book_corrected *c)
{
    struct book_builder *b = begin();
    struct book_customer one = shelf_customer(0, 1), two = shelf_customer(0, 2);
    struct book_meta meta = shelf_meta(2);

    shelf_put_customer(b, &one);
    shelf_put_bill(b, one.account, shelf_bill(202610, 9210));
    if (c != NULL)
        assert_int_equal(book_builder_corrected(b, one.account, c), TILL_OK);
    shelf_put_customer(b, &two);
    meta.revision = 1;
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

/* The order-th customer anew, with `c`. */
static void change(uint64_t revision, int order, const struct book_corrected *c)
{
    struct book_change *change = NULL;
    struct book_customer customer = shelf_customer(0, order);
    struct book_meta meta = shelf_meta(2);

    meta.revision = revision;
    assert_int_equal(book_change_open(shelf_path, NULL, fake_mac(1), &change), TILL_OK);
    assert_int_equal(book_change_customer(change, &customer), TILL_OK);
    if (c != NULL)
        assert_int_equal(book_change_corrected(change, customer.account, c), TILL_OK);
    assert_int_equal(book_change_finish(change, &meta), TILL_OK);
}

static enum till_status ask(const char *terminal, uint64_t seq, struct book_corrected *out)
{
    struct book *b = NULL;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    st = book_corrected(b, terminal, seq, out);
    book_close(b);
    return st;
}

static void assert_has(const struct book_corrected *c)
{
    struct book_corrected read;

    assert_int_equal(ask(c->terminal, c->seq, &read), TILL_OK);
    assert_string_equal(read.terminal, c->terminal);
    assert_int_equal(read.seq, c->seq);
    assert_int_equal(read.how, c->how);
    assert_int_equal(read.date, c->date);
}

static void a_book_knows_the_receipt_and_no_other(void **state)
{
    struct book_corrected read;

    (void)state;
    build(&moved);
    assert_has(&moved);
    assert_int_equal(ask("0031", 4128, &read), TILL_NOT_FOUND);
    assert_int_equal(ask("0032", 4127, &read), TILL_NOT_FOUND);
    assert_int_equal(ask("0031", 0, &read), TILL_NOT_FOUND);
    assert_int_equal(ask("0031", UINT64_MAX, &read), TILL_NOT_FOUND);
}

static void a_book_without_any_knows_none(void **state)
{
    struct book_corrected read;

    (void)state;
    build(NULL);
    assert_int_equal(ask("0031", 4127, &read), TILL_NOT_FOUND);
}

static void what_a_delta_brings_lasts_over_the_next_deltas(void **state)
{
    (void)state;
    build(NULL);
    change(2, 1, &moved);
    assert_has(&moved);
    change(3, 2, &refunded);
    assert_has(&moved);
    assert_has(&refunded);
    change(4, 1, NULL);
    assert_has(&moved);
    assert_has(&refunded);
}

static void both_accounts_of_a_transfer_may_name_it(void **state)
{
    struct book_builder *b = begin();
    struct book_customer one = shelf_customer(0, 1), two = shelf_customer(0, 2);
    struct book_meta meta = shelf_meta(2);

    (void)state;
    shelf_put_customer(b, &one);
    assert_int_equal(book_builder_corrected(b, one.account, &moved), TILL_OK);
    shelf_put_customer(b, &two);
    assert_int_equal(book_builder_corrected(b, two.account, &moved), TILL_OK);
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
    assert_has(&moved);
}

static void one_of_nobody_or_of_no_number_is_refused(void **state)
{
    static const struct book_corrected bad[] = {{"0031", 0, BOOK_CORRECTED_MOVED, 20261122},
                                                {"", 1, BOOK_CORRECTED_MOVED, 20261122},
                                                {"0031", 1, (enum book_correction)0, 20261122},
                                                {"0031", 1, (enum book_correction)4, 20261122},
                                                {"0031", 1, BOOK_CORRECTED_MOVED, 20261131}};
    struct book_customer one = shelf_customer(0, 1), two = shelf_customer(0, 2);
    struct book_builder *b;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        b = begin();
        shelf_put_customer(b, &one);
        assert_int_equal(book_builder_corrected(b, one.account, &bad[i]), TILL_E_PROTOCOL);
        book_builder_abandon(b);
    }
    b = begin();
    shelf_put_customer(b, &one);
    assert_int_equal(book_builder_corrected(b, two.account, &moved), TILL_E_PROTOCOL);
    book_builder_abandon(b);
}

static void one_that_was_altered_is_damage(void **state)
{
    struct book_corrected read;
    struct book *b = NULL;

    (void)state;
    build(&moved);
    shelf_tamper("UPDATE corrected SET how = how % 3 + 1");
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_corrected(b, "0031", 4127, &read), TILL_E_CORRUPT);
    book_close(b);
    assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_OK);
    assert_int_equal(book_corrected(b, "0031", 4127, &read), TILL_OK);
    book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(a_book_knows_the_receipt_and_no_other),
        SHELF_TEST(a_book_without_any_knows_none),
        SHELF_TEST(what_a_delta_brings_lasts_over_the_next_deltas),
        SHELF_TEST(both_accounts_of_a_transfer_may_name_it),
        SHELF_TEST(one_of_nobody_or_of_no_number_is_refused),
        SHELF_TEST(one_that_was_altered_is_damage),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}

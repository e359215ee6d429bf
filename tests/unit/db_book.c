/*
 * The book: what is built is what is read, in the order of its lists; what must not become one.
 */
#include "shelf.h"

#include <stdio.h>
#include <string.h>

/* ---- what is built is what is read ----------------------------------------------------------- */

static void the_meta_and_the_site_come_back_as_they_were(void **state)
{
    struct book_meta meta = shelf_meta(SHELF_CUSTOMERS);
    struct site site = shelf_site();
    struct book *b;

    (void)state;
    shelf_build_township(7);
    b = shelf_open();
    assert_string_equal(book_meta(b)->terminal, meta.terminal);
    assert_int_equal(book_meta(b)->revision, meta.revision);
    assert_int_equal(book_meta(b)->as_of_s, meta.as_of_s);
    assert_int_equal(book_meta(b)->applied_seq, meta.applied_seq);
    assert_int_equal(book_meta(b)->unapplied_count, 3);
    assert_int_equal(book_meta(b)->unapplied[1], 4000);
    assert_int_equal(book_meta(b)->unapplied[2], 4127);
    assert_int_equal(book_meta(b)->customers, SHELF_CUSTOMERS);
    assert_memory_equal(book_meta(b)->hash, meta.hash, HASH_SIZE);
    assert_string_equal(book_site(b)->payee, site.payee);
    assert_string_equal(book_site(b)->symbol, site.symbol);
    assert_string_equal(book_site(b)->zone, site.zone);
    assert_string_equal(book_site(b)->receipt_url, site.receipt_url);
    assert_int_equal(book_site(b)->note_count, site.note_count);
    assert_memory_equal(book_site(b)->notes_minor, site.notes_minor, sizeof(site.notes_minor));
    assert_int_equal(book_site(b)->words, site.words);
    assert_int_equal(book_site(b)->receipt_max_minor, site.receipt_max_minor);
    assert_int_equal(book_site(b)->late_fee_cross_year_ppm, site.late_fee_cross_year_ppm);
    book_close(b);
}

static void hostile_texts_of_the_longest_come_back_byte_for_byte(void **state)
{
    struct book_customer c = shelf_customer(0, 1);
    struct book_customer read;
    struct book *b;

    (void)state;
    memset(c.account, 'Z', sizeof(c.account) - 1);
    for (size_t i = 0; i + 3 < sizeof(c.name); i += 3)
        memcpy(c.name + i, "囍", 4);
    snprintf(c.address, sizeof(c.address), "'; DROP TABLE customer; -- %%_\\\"? ?1 𠮷野家");
    memset(c.meter, '%', sizeof(c.meter) - 1);
    c.balance_minor = INT64_C(999999999999);
    c.flags = UINT32_MAX;
    shelf_build_of(&c, 1);
    b = shelf_open();
    assert_int_equal(book_customer(b, c.account, &read), TILL_OK);
    shelf_assert_same_customer(&c, &read);
    assert_int_equal(book_customer(b, "Z", &read), TILL_NOT_FOUND);
    assert_int_equal(book_customer(b, "' OR 1=1", &read), TILL_NOT_FOUND);
    book_close(b);
}

static void a_user_is_found_by_number_with_their_check(void **state)
{
    struct book_builder *builder = shelf_begin();
    struct book_user u = {
        .user = "1001", .name = "杨'丽", .role = 2, .rounds = 20000, .cash_limit_minor = 500000};
    struct book_meta meta = shelf_meta(0);
    struct book_user read;
    struct book *b;

    (void)state;
    memset(u.salt, 7, sizeof(u.salt));
    memset(u.pin_check, 9, sizeof(u.pin_check));
    assert_int_equal(book_builder_user(builder, &u), TILL_OK);
    assert_int_equal(book_builder_finish(builder, &meta), TILL_OK);
    b = shelf_open();
    assert_int_equal(book_find_user(b, "1001", &read), TILL_OK);
    assert_string_equal(read.user, u.user);
    assert_string_equal(read.name, u.name);
    assert_int_equal(read.role, 2);
    assert_int_equal(read.rounds, 20000);
    assert_int_equal(read.cash_limit_minor, 500000);
    assert_memory_equal(read.salt, u.salt, sizeof(u.salt));
    assert_memory_equal(read.pin_check, u.pin_check, sizeof(u.pin_check));
    assert_int_equal(book_find_user(b, "1002", &read), TILL_NOT_FOUND);
    book_close(b);
}

static void bills_come_oldest_first_with_the_balance(void **state)
{
    struct book_builder *builder = shelf_begin();
    struct book_customer c = shelf_customer(0, 5);
    struct book_meta meta = shelf_meta(1);
    struct arrears a;
    struct book *b;

    (void)state;
    shelf_put_meter_book(builder, "CX00");
    shelf_put_customer(builder, &c);
    shelf_put_bill(builder, c.account, shelf_bill(202609, 9210));
    shelf_put_bill(builder, c.account, shelf_bill(202512, 9432));
    shelf_put_bill(builder, c.account, shelf_bill(202608, 1));
    assert_int_equal(book_builder_finish(builder, &meta), TILL_OK);
    b = shelf_open();
    assert_int_equal(book_arrears(b, c.account, &a), TILL_OK);
    assert_int_equal(a.count, 3);
    assert_int_equal(a.balance_minor, 1234);
    assert_int_equal(a.bills[0].month, 202512);
    assert_int_equal(a.bills[0].amount_minor, 9432);
    assert_int_equal(a.bills[0].energy_cwh, 16542);
    assert_int_equal(a.bills[0].due_date, 20251220);
    assert_int_equal(a.bills[0].type, 1);
    assert_int_equal(a.bills[1].month, 202608);
    assert_int_equal(a.bills[2].month, 202609);
    assert_int_equal(book_arrears(b, "6100000006", &a), TILL_NOT_FOUND);
    book_close(b);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void windows_of_any_size_walk_a_meter_book_in_its_order(void **state)
{
    enum { CAPACITY = 7 };
    struct book_line lines[CAPACITY];
    size_t count = 0, seen = 0;
    struct book *b;

    (void)state;
    shelf_build_township(7);
    b = shelf_open();
    do {
        assert_int_equal(book_window(b, "CX03", seen, lines, CAPACITY, &count), TILL_OK);
        for (size_t i = 0; i < count; i++) {
            struct book_customer expected = shelf_customer(3, (int)(seen + i) + 1);
            int n = 3 * SHELF_CUSTOMERS_OF_BOOK + (int)(seen + i);

            shelf_assert_same_customer(&expected, &lines[i].customer);
            assert_int_equal(lines[i].owed_minor, 100 + n + (n % 2 == 0 ? 50 : 0));
            assert_int_equal(lines[i].months, n % 2 == 0 ? 2 : 1);
        }
        seen += count;
    } while (count > 0);
    assert_int_equal(seen, SHELF_CUSTOMERS_OF_BOOK);
    book_close(b);
}

static void a_window_past_the_end_is_empty_and_an_unknown_book_is_not_found(void **state)
{
    struct book_line line;
    size_t count = 9;
    struct book *b;

    (void)state;
    shelf_build_township(7);
    b = shelf_open();
    assert_int_equal(book_window(b, "CX03", SHELF_CUSTOMERS_OF_BOOK, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(book_window(b, "CX03", SIZE_MAX, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(book_window(b, "CX03", SHELF_CUSTOMERS_OF_BOOK - 1, &line, 1, &count),
                     TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(line.customer.order, SHELF_CUSTOMERS_OF_BOOK);
    assert_int_equal(book_window(b, "CX99", 0, &line, 1, &count), TILL_NOT_FOUND);
    book_close(b);
}

static void meter_books_come_by_id_with_their_counted_customers(void **state)
{
    struct book_meter_book m;
    struct book *b;

    (void)state;
    shelf_build_township(7);
    b = shelf_open();
    for (size_t i = 0; i < SHELF_BOOKS; i++) {
        char id[BOOK_ID_MAX];

        snprintf(id, sizeof(id), "CX%02zu", i);
        assert_int_equal(book_meter_book_at(b, i, &m), TILL_OK);
        assert_string_equal(m.id, id);
        assert_int_equal(m.customers, SHELF_CUSTOMERS_OF_BOOK);
    }
    assert_int_equal(book_meter_book_at(b, SHELF_BOOKS, &m), TILL_NOT_FOUND);
    assert_int_equal(book_meter_book_at(b, SIZE_MAX, &m), TILL_NOT_FOUND);
    book_close(b);
}

/* ---- what must not become a book ------------------------------------------------------------- */

static void assert_finish(struct book_builder *b, const struct book_meta *meta,
                          enum till_status expected)
{
    assert_int_equal(book_builder_finish(b, meta), expected);
    shelf_assert_book(3);
}

static void an_incomplete_book_is_refused_and_the_old_one_stays(void **state)
{
    struct book_customer c = shelf_customer(0, 1);
    struct book_customer lost = shelf_customer(5, 1);
    struct bill bill = shelf_bill(202609, 1);
    struct book_meta meta = shelf_meta(1);
    struct book_builder *b;

    (void)state;
    shelf_build_township(3);

    b = shelf_begin_without_site(); /* no site */
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = shelf_begin(); /* a customer without a meter book */
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    assert_int_equal(book_builder_customer(b, &lost), TILL_E_PROTOCOL);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = shelf_begin(); /* a bill without a customer */
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    assert_int_equal(book_builder_bill(b, "6100000002", &bill), TILL_E_PROTOCOL);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = shelf_begin(); /* customers other than meta says */
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    meta.customers = 2;
    assert_finish(b, &meta, TILL_E_PROTOCOL);
}

static void a_meta_that_breaks_its_rules_is_refused(void **state)
{
    struct book_meta meta = shelf_meta(0);

    (void)state;
    shelf_build_township(3);
    meta.unapplied[1] = 1; /* not ascending */
    assert_finish(shelf_begin(), &meta, TILL_E_PROTOCOL);
    meta = shelf_meta(0);
    meta.unapplied[2] = meta.applied_seq + 1;
    assert_finish(shelf_begin(), &meta, TILL_E_PROTOCOL);
    meta = shelf_meta(0);
    meta.terminal[0] = '\0';
    assert_finish(shelf_begin(), &meta, TILL_E_PROTOCOL);
}

static void a_row_that_was_refused_spoils_the_whole_book(void **state)
{
    struct book_customer c = shelf_customer(0, 1);
    struct book_customer d = shelf_customer(0, 2), e;
    struct book_meta meta = shelf_meta(1);
    struct book_builder *b;

    (void)state;
    shelf_build_township(3);

    b = shelf_begin(); /* a place twice */
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    d.order = c.order;
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    d.order = 2;
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = shelf_begin(); /* places that don't ascend */
    shelf_put_meter_book(b, "CX00");
    d.order = 1;
    c.order = 2;
    shelf_put_customer(b, &c);
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    assert_finish(b, &meta, TILL_E_PROTOCOL);
    c.order = 1;

    b = shelf_begin(); /* a meter book in two parts */
    shelf_put_meter_book(b, "CX00");
    shelf_put_meter_book(b, "CX01");
    shelf_put_customer(b, &c);
    e = shelf_customer(1, 1);
    shelf_put_customer(b, &e);
    d.order = 2;
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = shelf_begin(); /* an account twice: seen at the end */
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    d = c;
    d.order = 2;
    shelf_put_customer(b, &d);
    meta.customers = 2;
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = shelf_begin(); /* a bill twice */
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    shelf_put_bill(b, c.account, shelf_bill(202609, 1));
    shelf_put_bill(b, c.account, shelf_bill(202609, 2));
    meta.customers = 1;
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = shelf_begin(); /* a control character in a name */
    snprintf(d.name, sizeof(d.name), "a\nb");
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    shelf_assert_book(3);
}

static void sixty_four_bills_are_kept_and_one_more_is_refused(void **state)
{
    struct book_customer c = shelf_customer(0, 1);
    struct book_meta meta = shelf_meta(1);
    struct bill one_more = shelf_bill(201912, 1);
    struct arrears a;
    struct book *book;

    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        struct book_builder *b = shelf_begin();

        shelf_put_meter_book(b, "CX00");
        shelf_put_customer(b, &c);
        for (int i = 0; i < BILLS_MAX; i++)
            shelf_put_bill(b, c.account,
                           shelf_bill((2020 + i / 12) * 100 + i % 12 + 1, INT64_C(999999999999)));
        if (extra > 0)
            assert_int_equal(book_builder_bill(b, c.account, &one_more), TILL_E_PROTOCOL);
        assert_int_equal(book_builder_finish(b, &meta), extra == 0 ? TILL_OK : TILL_E_PROTOCOL);
    }
    book = shelf_open();
    assert_int_equal(book_arrears(book, c.account, &a), TILL_OK);
    assert_int_equal(a.count, BILLS_MAX);
    assert_int_equal(a.bills[BILLS_MAX - 1].amount_minor, INT64_C(999999999999));
    book_close(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(the_meta_and_the_site_come_back_as_they_were),
        SHELF_TEST(hostile_texts_of_the_longest_come_back_byte_for_byte),
        SHELF_TEST(a_user_is_found_by_number_with_their_check),
        SHELF_TEST(bills_come_oldest_first_with_the_balance),
        SHELF_TEST(windows_of_any_size_walk_a_meter_book_in_its_order),
        SHELF_TEST(a_window_past_the_end_is_empty_and_an_unknown_book_is_not_found),
        SHELF_TEST(meter_books_come_by_id_with_their_counted_customers),
        SHELF_TEST(an_incomplete_book_is_refused_and_the_old_one_stays),
        SHELF_TEST(a_meta_that_breaks_its_rules_is_refused),
        SHELF_TEST(a_row_that_was_refused_spoils_the_whole_book),
        SHELF_TEST(sixty_four_bills_are_kept_and_one_more_is_refused),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}

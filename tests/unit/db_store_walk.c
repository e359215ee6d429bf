/*
 * Long answers of the host's store: they are what one row after the other says, and others go on
 * beside them.
 */
#include "store_walk.h"

#include <stdio.h>
#include <string.h>

#include "store_customers.h"
#include "store_place.h"

enum { MANY = 900 }; /* more than a page of anything */

/* Customers 610…0 to …(MANY-1) in meter book CX01, every third with two bills; a posting for each
 * and one of three lines. */
static void fill(void)
{
    char account[ACCOUNT_MAX], source[48], name[STORE_LEDGER_ACCOUNT_MAX];
    place_begin();
    place_put_meter_book("CX01");
    place_put_meter_book("CX02");
    for (uint32_t i = 0; i < MANY; i++) {
        struct bill late = place_bill(202610, 100 + i), early = place_bill(202609, 7);
        (void)snprintf(account, sizeof(account), "610%07u", i);
        place_put_customer(account, i % 2 == 0 ? "CX01" : "CX02", MANY - i);
        if (i % 3 == 0) {
            assert_int_equal(store_bill_put(place_store, account, &late), TILL_OK);
            assert_int_equal(store_bill_put(place_store, account, &early), TILL_OK);
        }
        (void)snprintf(source, sizeof(source), "import/1/%u", i);
        (void)snprintf(name, sizeof(name), "receivable/%s/1", account);
        assert_int_equal(place_post_two(source, name, "billed/1", i + 1), TILL_OK);
    }
    place_commit();
}

static void postings_come_as_one_after_the_other_says(void **state)
{
    (void)state;
    static struct store_posting p, q;
    struct store_walk *walk = NULL;
    int64_t number = 0, other = 0;
    size_t count = 0;
    fill();
    assert_int_equal(store_begin_whole(place_store), TILL_OK);
    assert_int_equal(store_walk_postings(place_store, &walk), TILL_OK);
    while (store_walk_posting(walk, &number, &p) == TILL_OK) {
        assert_int_equal(store_posting_next(place_store, other, &other, &q), TILL_OK);
        assert_int_equal(number, other);
        assert_string_equal(p.source, q.source);
        assert_int_equal(p.value_at_s, q.value_at_s);
        assert_int_equal(p.count, q.count);
        assert_memory_equal(p.lines, q.lines, p.count * sizeof(p.lines[0]));
        count++;
    }
    store_walk_close(walk);
    assert_int_equal(count, MANY);
    store_rollback(place_store);
}

static void postings_between_two_numbers_come_within_any_transaction(void **state)
{
    (void)state;
    static struct store_posting p, q;
    int64_t number = 0, other = 0;
    size_t count = 0;
    fill();
    place_begin();
    for (int64_t after = 0; after < MANY + 100; after += 400) {
        struct store_walk *walk = NULL;
        enum till_status status;
        assert_int_equal(store_walk_postings_between(place_store, after, after + 400, &walk),
                         TILL_OK);
        while ((status = store_walk_posting(walk, &number, &p)) == TILL_OK) {
            assert_int_equal(store_posting_next(place_store, other, &other, &q), TILL_OK);
            assert_int_equal(number, other);
            assert_string_equal(p.source, q.source);
            assert_int_equal(p.count, q.count);
            assert_memory_equal(p.lines, q.lines, p.count * sizeof(p.lines[0]));
            count++;
        }
        assert_int_equal(status, TILL_NOT_FOUND);
        store_walk_close(walk);
    }
    assert_int_equal(count, MANY);
    place_commit();
}

static void balances_come_by_name(void **state)
{
    (void)state;
    struct store_walk *walk = NULL;
    char name[STORE_LEDGER_ACCOUNT_MAX], before[STORE_LEDGER_ACCOUNT_MAX] = "";
    int64_t balance = 0, sum = 0;
    size_t count = 0;
    fill();
    assert_int_equal(store_begin_whole(place_store), TILL_OK);
    assert_int_equal(store_walk_balances(place_store, &walk), TILL_OK);
    while (store_walk_balance(walk, name, &balance) == TILL_OK) {
        int64_t alone = 0;
        assert_true(strcmp(before, name) < 0);
        assert_int_equal(store_balance(place_store, name, &alone), TILL_OK);
        assert_int_equal(balance, alone);
        memcpy(before, name, sizeof(before));
        sum += balance;
        count++;
    }
    store_walk_close(walk);
    store_rollback(place_store);
    assert_int_equal(count, MANY + 1);
    assert_int_equal(sum, 0);
}

static void assert_same_arrears(const char *account, const struct arrears *a)
{
    struct arrears alone;
    assert_int_equal(store_arrears(place_store, account, &alone), TILL_OK);
    assert_int_equal(a->balance_minor, alone.balance_minor);
    assert_int_equal(a->count, alone.count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->bills[i].month, alone.bills[i].month);
        assert_int_equal(a->bills[i].amount_minor, alone.bills[i].amount_minor);
    }
}

static void customers_come_with_what_they_owe(void **state)
{
    (void)state;
    struct store_walk *walk = NULL;
    char account[ACCOUNT_MAX], before[ACCOUNT_MAX] = "";
    struct arrears a;
    size_t count = 0;
    fill();
    assert_int_equal(store_begin_whole(place_store), TILL_OK);
    assert_int_equal(store_walk_customers(place_store, &walk), TILL_OK);
    while (store_walk_customer(walk, account, &a) == TILL_OK) {
        assert_true(strcmp(before, account) < 0);
        assert_same_arrears(account, &a);
        memcpy(before, account, sizeof(before));
        count++;
    }
    store_walk_close(walk);
    store_rollback(place_store);
    assert_int_equal(count, MANY);
}

static void a_meter_book_comes_in_its_order_page_by_page(void **state)
{
    (void)state;
    struct store_customers *reader = NULL;
    struct book_customer c, one = {.order = 0};
    struct arrears a;
    size_t count = 0;
    fill();
    assert_int_equal(store_begin_view(place_store), TILL_OK);
    assert_int_equal(store_customers_open(place_store, "CX01", &reader), TILL_OK);
    while (store_customers_next(reader, &c, &a) == TILL_OK) {
        assert_int_equal(store_customer_next(place_store, "CX01", one.order, &one), TILL_OK);
        assert_string_equal(c.account, one.account);
        assert_string_equal(c.name, one.name);
        assert_same_arrears(c.account, &a);
        count++;
    }
    store_customers_close(reader);
    store_rollback(place_store);
    assert_int_equal(count, MANY / 2);
}

static void an_empty_store_has_nothing_to_walk(void **state)
{
    (void)state;
    static struct store_posting p;
    struct store_walk *walk = NULL;
    int64_t number = 0;
    assert_int_equal(store_begin_whole(place_store), TILL_OK);
    assert_int_equal(store_walk_postings(place_store, &walk), TILL_OK);
    assert_int_equal(store_walk_posting(walk, &number, &p), TILL_NOT_FOUND);
    assert_int_equal(store_walk_posting(walk, &number, &p), TILL_NOT_FOUND);
    store_walk_close(walk);
    store_rollback(place_store);
}

static void entries_come_from_where_they_are_asked(void **state)
{
    (void)state;
    static struct entry found[4];
    size_t count = 0;
    place_begin();
    place_put_terminal("0031");
    for (uint64_t seq = 1; seq <= 6; seq++) {
        struct entry e = place_entry(seq, (uint8_t)seq);
        assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
    }
    place_commit();
    assert_int_equal(store_entries_above(place_store, "0031", 1, found, 4, &count), TILL_OK);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        struct entry e = place_entry(i + 2, (uint8_t)(i + 2));
        assert_int_equal(found[i].seq, e.seq);
        assert_memory_equal(found[i].hash, e.hash, sizeof(e.hash));
        assert_int_equal(found[i].body_size, e.body_size);
    }
    assert_int_equal(store_entries_above(place_store, "0031", 5, found, 4, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(store_entries_above(place_store, "0032", 0, found, 4, &count), TILL_OK);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(postings_come_as_one_after_the_other_says),
        PLACE_TEST(postings_between_two_numbers_come_within_any_transaction),
        PLACE_TEST(balances_come_by_name),
        PLACE_TEST(customers_come_with_what_they_owe),
        PLACE_TEST(a_meter_book_comes_in_its_order_page_by_page),
        PLACE_TEST(an_empty_store_has_nothing_to_walk),
        PLACE_TEST(entries_come_from_where_they_are_asked),
    };
    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}

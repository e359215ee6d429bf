/* Who held which meter book, on every back end. */
#include "store_holding.h"
#include "store_place.h"

#include <stdio.h>
#include <string.h>

static struct store_holding holding(const char *meter_book, const char *terminal)
{
    struct store_holding h = {.from_s = 1795309200};

    (void)snprintf(h.meter_book, sizeof(h.meter_book), "%s", meter_book);
    (void)snprintf(h.terminal, sizeof(h.terminal), "%s", terminal);
    return h;
}

static int64_t put(const struct store_holding *h)
{
    int64_t id = 0;

    assert_int_equal(store_holding_put(place_store, h, &id), TILL_OK);
    return id;
}

static void a_holding_begins_ends_and_is_reported(void **state)
{
    struct store_holding h = holding("CX01", "0031"), read;

    (void)state;
    place_begin();
    place_put_terminal("0031");
    h.id = put(&h);
    assert_true(h.id > 0);
    h.until_s = h.from_s + 60;
    h.after_revision = 7;
    assert_int_equal(put(&h), h.id);
    h.report = HOLDING_REPORTED;
    h.reported_s = h.until_s + 5;
    h.reported_seq = 4127;
    assert_int_equal(put(&h), h.id);
    place_commit();
    place_reopen();
    assert_int_equal(store_holding_next(place_store, 0, &read), TILL_OK);
    assert_memory_equal(&read, &h, sizeof(h));
    assert_int_equal(store_holding_next(place_store, h.id, &read), TILL_NOT_FOUND);
}

static void holdings_are_found_by_terminal_and_by_meter_book(void **state)
{
    struct store_holding a = holding("CX01", "0031"), b = holding("CX01", "0032"),
                         c = holding("CX02", "0031"), read;

    (void)state;
    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
    a.id = put(&a);
    b.id = put(&b);
    c.id = put(&c);
    place_commit();
    assert_int_equal(store_holding_of_terminal(place_store, "0031", 0, &read), TILL_OK);
    assert_int_equal(read.id, a.id);
    assert_int_equal(store_holding_of_terminal(place_store, "0031", a.id, &read), TILL_OK);
    assert_int_equal(read.id, c.id);
    assert_int_equal(store_holding_of_terminal(place_store, "0031", c.id, &read), TILL_NOT_FOUND);
    assert_int_equal(store_holding_of_book(place_store, "CX01", a.id, &read), TILL_OK);
    assert_int_equal(read.id, b.id);
    assert_int_equal(store_holding_of_book(place_store, "CX09", 0, &read), TILL_NOT_FOUND);
}

static void a_holding_that_can_not_be_is_refused(void **state)
{
    struct store_holding h = holding("CX01", "0031");
    int64_t id;

    (void)state;
    place_begin();
    assert_int_equal(store_holding_put(place_store, &h, &id), TILL_NOT_FOUND);
    place_put_terminal("0031");
    h.until_s = h.from_s - 1;
    assert_int_equal(store_holding_put(place_store, &h, &id), TILL_BAD_INPUT);
    h = holding("CX01", "0031");
    h.report = HOLDING_LOST; /* it holds it still, and no time is named */
    assert_int_equal(store_holding_put(place_store, &h, &id), TILL_BAD_INPUT);
    h = holding("", "0031");
    assert_int_equal(store_holding_put(place_store, &h, &id), TILL_BAD_INPUT);
    h = holding("CX01", "0031");
    h.id = 99;
    assert_int_equal(store_holding_put(place_store, &h, &id), TILL_NOT_FOUND);
    place_commit();
}

static uint64_t changes(const char *id)
{
    uint64_t count = 99;

    assert_int_equal(store_meter_book_changes(place_store, id, &count), TILL_OK);
    return count;
}

static void a_meter_book_counts_the_transactions_that_changed_it(void **state)
{
    struct bill bill = place_bill(202609, 5000);
    struct book_customer c;

    (void)state;
    assert_int_equal(changes("CX01"), 0);
    place_begin();
    place_put_meter_book("CX01");
    place_put_meter_book("CX02");
    place_put_customer("6100000001", "CX01", 1);
    place_put_customer("6100000002", "CX01", 2);
    place_commit();
    assert_int_equal(changes("CX01"), 1);
    assert_int_equal(changes("CX02"), 1);
    place_begin();
    c = place_customer("6100000001", "CX01", 1);
    assert_int_equal(store_customer_put(place_store, &c), TILL_UNCHANGED);
    place_commit();
    assert_int_equal(changes("CX01"), 1);
    place_begin();
    assert_int_equal(store_bill_put(place_store, "6100000001", &bill), TILL_OK);
    place_commit();
    assert_int_equal(changes("CX01"), 2);
    bill.amount_minor = 0;
    place_begin();
    assert_int_equal(store_bill_open_set(place_store, "6100000001", &bill), TILL_OK);
    store_rollback(place_store);
    assert_int_equal(changes("CX01"), 2);
    place_begin();
    assert_int_equal(store_bill_open_set(place_store, "6100000001", &bill), TILL_OK);
    c = place_customer("6100000002", "CX02", 1); /* moves: both know */
    assert_int_equal(store_customer_put(place_store, &c), TILL_OK);
    place_commit();
    assert_int_equal(changes("CX01"), 3);
    assert_int_equal(changes("CX02"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_holding_begins_ends_and_is_reported),
        PLACE_TEST(holdings_are_found_by_terminal_and_by_meter_book),
        PLACE_TEST(a_holding_that_can_not_be_is_refused),
        PLACE_TEST(a_meter_book_counts_the_transactions_that_changed_it),
    };

    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}

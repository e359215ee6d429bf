/* TLS sessions in the host's store, on every back end. */
#include "store_place.h"
#include "store_session.h"

#include <string.h>

static struct store_session session(uint8_t mark, int64_t until_s)
{
    struct store_session v = {.until_s = until_s, .id_size = 32, .body_size = 700};

    memset(v.id, mark, v.id_size);
    memset(v.body, mark, v.body_size);
    return v;
}

static void put(uint8_t mark, int64_t until_s)
{
    struct store_session v = session(mark, until_s);

    assert_int_equal(store_session_put(place_store, &v), TILL_OK);
}

static void sessions_come_back_in_their_order_to_every_handle(void **state)
{
    struct store_session read;
    int64_t n = 0;

    (void)state;
    assert_int_equal(store_session_next(place_store, 0, &read), TILL_NOT_FOUND);
    assert_int_equal(store_session_last(place_store, &n), TILL_OK);
    assert_int_equal(n, 0);
    place_begin();
    put(1, 100);
    put(2, 200);
    put(1, 900); /* the very same again */
    place_commit();
    struct store *other = place_open_again();
    assert_int_equal(store_session_next(other, 0, &read), TILL_OK);
    assert_int_equal(read.until_s, 100);
    assert_int_equal(read.id_size, 32);
    assert_int_equal(read.body_size, 700);
    assert_int_equal(read.body[699], 1);
    assert_int_equal(store_session_next(other, read.n, &read), TILL_OK);
    assert_int_equal(read.id[0], 2);
    assert_int_equal(store_session_last(other, &n), TILL_OK);
    assert_int_equal(store_session_next(other, read.n, &read), TILL_NOT_FOUND);
    store_close(other);
}

static void those_that_are_over_or_too_many_are_forgotten(void **state)
{
    struct store_session read;
    unsigned count = 0;

    (void)state;
    place_begin();
    put(1, 100);
    for (uint8_t i = 2; i <= 9; i++)
        put(i, 1000);
    assert_int_equal(store_session_tidy(place_store, 500, 100), TILL_OK);
    assert_int_equal(store_session_next(place_store, 0, &read), TILL_OK);
    assert_int_equal(read.id[0], 2);
    assert_int_equal(store_session_tidy(place_store, 500, 3), TILL_OK);
    place_commit();
    for (int64_t n = 0; store_session_next(place_store, n, &read) == TILL_OK; n = read.n)
        count++;
    assert_int_equal(count, 3);
}

static void sizes_that_can_not_be_are_refused(void **state)
{
    struct store_session v = session(1, 100);

    (void)state;
    place_begin();
    v.id_size = 0;
    assert_int_equal(store_session_put(place_store, &v), TILL_BAD_INPUT);
    v = session(1, 100);
    v.body_size = sizeof(v.body) + 1;
    assert_int_equal(store_session_put(place_store, &v), TILL_BAD_INPUT);
    place_commit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(sessions_come_back_in_their_order_to_every_handle),
        PLACE_TEST(those_that_are_over_or_too_many_are_forgotten),
        PLACE_TEST(sizes_that_can_not_be_are_refused),
    };
    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}

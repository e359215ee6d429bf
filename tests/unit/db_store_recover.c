/* Papers' records, and what was set aside and released, on every back end. */
#include "store_place.h"
#include "store_recover.h"

#include <string.h>

static struct store_recovered paper(uint64_t seq, uint8_t mark)
{
    struct store_recovered r = {.entry = place_entry(seq, mark), .found_at_s = 1795000000 + mark};

    memset(r.prev, mark + 1, sizeof(r.prev));
    return r;
}

static void put(const char *terminal, uint64_t seq, uint8_t mark, enum till_status expected)
{
    struct store_recovered r = paper(seq, mark);

    assert_int_equal(store_recovered_put(place_store, terminal, &r), expected);
}

static void begin_with_terminals(void)
{
    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
}

static void a_paper_comes_back_whole(void **state)
{
    struct store_recovered r = paper(7, 3), read;

    (void)state;
    begin_with_terminals();
    put("0031", 7, 3, TILL_OK);
    place_commit();
    place_reopen();
    assert_int_equal(store_recovered_next(place_store, "0031", 0, NULL, &read), TILL_OK);
    assert_int_equal(read.entry.seq, 7);
    assert_int_equal(read.entry.at_s, r.entry.at_s);
    assert_int_equal(read.entry.kind, r.entry.kind);
    assert_string_equal(read.entry.body, r.entry.body);
    assert_memory_equal(read.entry.hash, r.entry.hash, HASH_SIZE);
    assert_memory_equal(read.entry.signature, r.entry.signature, SIGNATURE_SIZE);
    assert_memory_equal(read.prev, r.prev, HASH_SIZE);
    assert_int_equal(read.found_at_s, r.found_at_s);
    assert_int_equal(store_recovered_next(place_store, "0031", 7, NULL, &read), TILL_NOT_FOUND);
    assert_int_equal(store_recovered_next(place_store, "0032", 0, NULL, &read), TILL_NOT_FOUND);
}

static void a_paper_is_kept_once_and_another_of_its_number_beside_it(void **state)
{
    struct store_recovered read;

    (void)state;
    begin_with_terminals();
    put("0031", 7, 200, TILL_OK);
    put("0031", 7, 200, TILL_UNCHANGED);
    put("0031", 7, 3, TILL_OK);
    put("0031", 9, 1, TILL_OK);
    put("0099", 7, 1, TILL_NOT_FOUND);
    put("0031", 0, 1, TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_recovered_next(place_store, "0031", 6, NULL, &read), TILL_OK);
    assert_int_equal(read.entry.hash[0], 3);
    assert_int_equal(store_recovered_next(place_store, "0031", 7, read.entry.hash, &read), TILL_OK);
    assert_int_equal(read.entry.hash[0], 200);
    assert_int_equal(store_recovered_next(place_store, "0031", 7, read.entry.hash, &read), TILL_OK);
    assert_int_equal(read.entry.seq, 9);
    assert_int_equal(store_recovered_next(place_store, "0031", 7, NULL, &read), TILL_OK);
    assert_int_equal(read.entry.seq, 9);
}

static void set_aside(const char *terminal, uint64_t seq)
{
    struct entry e = place_entry(seq, (uint8_t)seq);

    assert_int_equal(store_entry_put(place_store, terminal, &e), TILL_OK);
    assert_int_equal(store_quarantine_put(place_store, terminal, seq, place_hostile), TILL_OK);
}

static void what_waits_is_listed_until_it_is_released(void **state)
{
    struct store_aside aside;
    uint64_t seqs[BOOK_UNAPPLIED_MAX], released = 0;
    size_t count = 0;

    (void)state;
    begin_with_terminals();
    set_aside("0031", 5);
    set_aside("0031", 6);
    set_aside("0032", 2);
    assert_int_equal(store_aside_release(place_store, "0031", 5, 1795000000, "2001"), TILL_OK);
    assert_int_equal(store_aside_release(place_store, "0031", 5, 1795000000, "2001"),
                     TILL_NOT_FOUND);
    assert_int_equal(store_aside_release(place_store, "0031", 4, 1795000000, "2001"),
                     TILL_NOT_FOUND);
    assert_int_equal(store_aside_release(place_store, "0031", 6, 1795000000, ""), TILL_BAD_INPUT);
    place_commit();
    place_reopen();
    assert_int_equal(store_quarantined(place_store, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(seqs[0], 6);
    assert_int_equal(store_aside_next(place_store, "", 0, &aside), TILL_OK);
    assert_string_equal(aside.terminal, "0031");
    assert_int_equal(aside.seq, 6);
    assert_string_equal(aside.reason, place_hostile);
    assert_int_equal(store_aside_next(place_store, "0031", 6, &aside), TILL_OK);
    assert_string_equal(aside.terminal, "0032");
    assert_int_equal(store_aside_next(place_store, "0032", 2, &aside), TILL_NOT_FOUND);
    assert_int_equal(store_released_next(place_store, "0031", 0, &released), TILL_OK);
    assert_int_equal(released, 5);
    assert_int_equal(store_released_next(place_store, "0031", 5, &released), TILL_NOT_FOUND);
}

static void what_ended_is_kept_with_who_when_and_why(void **state)
{
    struct store_aside aside;
    int64_t waiting_count = 0, closed_count = 0;

    (void)state;
    begin_with_terminals();
    set_aside("0031", 5);
    set_aside("0031", 6);
    set_aside("0032", 2);
    assert_int_equal(store_aside_close(place_store, "0031", 5, 1795000000, "2001", ""),
                     TILL_BAD_INPUT);
    assert_int_equal(store_aside_close(place_store, "0031", 5, 1795000000, "2001", place_hostile),
                     TILL_OK);
    assert_int_equal(store_aside_close(place_store, "0031", 5, 1795000000, "2001", "again"),
                     TILL_NOT_FOUND);
    assert_int_equal(
        store_aside_release_dated(place_store, "0032", 2, 1795000009, "2002", 1790000000), TILL_OK);
    assert_int_equal(
        store_aside_release_dated(place_store, "0032", 9, 1795000009, "2002", 1790000000),
        TILL_NOT_FOUND);
    place_commit();
    place_reopen();
    assert_int_equal(store_aside_any(place_store, "", 0, &aside), TILL_OK);
    assert_int_equal(aside.seq, 5);
    assert_true(aside.closed);
    assert_string_equal(aside.why, place_hostile);
    assert_string_equal(aside.ended_by, "2001");
    assert_int_equal(aside.ended_at_s, 1795000000);
    assert_int_equal(store_aside_any(place_store, "0031", 5, &aside), TILL_OK);
    assert_int_equal(aside.seq, 6);
    assert_int_equal(aside.ended_at_s, 0);
    assert_false(aside.closed);
    assert_int_equal(store_aside_get(place_store, "0032", 2, &aside), TILL_OK);
    assert_int_equal(aside.value_at_s, 1790000000);
    assert_false(aside.closed);
    assert_int_equal(store_aside_get(place_store, "0032", 1, &aside), TILL_NOT_FOUND);
    assert_int_equal(store_aside_get(place_store, "0032", 0, &aside), TILL_NOT_FOUND);
    assert_int_equal(store_aside_any(place_store, "0032", 2, &aside), TILL_NOT_FOUND);
    assert_int_equal(store_aside_count(place_store, &waiting_count, &closed_count), TILL_OK);
    assert_int_equal(waiting_count, 1);
    assert_int_equal(closed_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_paper_comes_back_whole),
        PLACE_TEST(a_paper_is_kept_once_and_another_of_its_number_beside_it),
        PLACE_TEST(what_waits_is_listed_until_it_is_released),
        PLACE_TEST(what_ended_is_kept_with_who_when_and_why),
    };
    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}

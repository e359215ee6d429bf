/* Who has the cash, on every back end. */
#include "store_custody.h"
#include "store_place.h"
#include "text.h"

#include <string.h>

static struct store_custody given(const char *terminal, uint64_t seq, uint8_t mark)
{
    struct store_custody c = {.seq = seq,
                              .kind = KIND_HANDOVER_GIVEN,
                              .at_s = 1795000000 + mark,
                              .user = "1001",
                              .other = "2001",
                              .amount_minor = 120000,
                              .expected_minor = 120000,
                              .other_minor = 5000,
                              .closes = "12-14,16"};

    text_copy(c.terminal, sizeof(c.terminal), terminal);
    memset(c.hash, mark, sizeof(c.hash));
    return c;
}

static void put(const struct store_custody *c, enum till_status expected)
{
    assert_int_equal(store_custody_put(place_store, c), expected);
}

static void begin_with_terminals(void)
{
    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
}

static void a_row_comes_back_whole_and_is_kept_once(void **state)
{
    struct store_custody c = given("0031", 40, 7), read;

    (void)state;
    memset(c.named, 9, sizeof(c.named));
    c.kind = KIND_DEPOSIT;
    c.z = 4294967295U;
    c.reason = 5;
    c.about = 39;
    text_copy(c.bank, sizeof(c.bank), "ABC1");
    text_copy(c.slip, sizeof(c.slip), "20261122001");
    begin_with_terminals();
    put(&c, TILL_OK);
    put(&c, TILL_UNCHANGED);
    place_commit();
    place_reopen();
    assert_int_equal(store_custody_get(place_store, "0031", 40, &read), TILL_OK);
    assert_memory_equal(&read, &c, sizeof(c));
    assert_int_equal(store_custody_get(place_store, "0031", 41, &read), TILL_NOT_FOUND);
}

static void what_is_not_clean_is_refused(void **state)
{
    struct store_custody c = given("0031", 40, 7);

    (void)state;
    begin_with_terminals();
    c.seq = 0;
    put(&c, TILL_BAD_INPUT);
    c = given("0031", 40, 7);
    text_copy(c.closes, sizeof(c.closes), "14-12");
    put(&c, TILL_BAD_INPUT);
    c = given("0031", 40, 7);
    text_copy(c.other, sizeof(c.other), "a b");
    put(&c, TILL_BAD_INPUT);
    place_commit();
}

static void a_hash_finds_its_record_and_who_names_it(void **state)
{
    struct store_custody c = given("0031", 40, 7), taken = given("0032", 9, 8), read;

    (void)state;
    taken.kind = KIND_HANDOVER_TAKEN;
    memcpy(taken.named, c.hash, HASH_SIZE);
    begin_with_terminals();
    put(&c, TILL_OK);
    put(&taken, TILL_OK);
    taken.seq = 11;
    memset(taken.hash, 10, HASH_SIZE);
    put(&taken, TILL_OK);
    place_commit();
    assert_int_equal(store_custody_of_hash(place_store, c.hash, &read), TILL_OK);
    assert_string_equal(read.terminal, "0031");
    assert_int_equal(store_custody_naming(place_store, c.hash, "", 0, &read), TILL_OK);
    assert_int_equal(read.seq, 9);
    assert_int_equal(store_custody_naming(place_store, c.hash, "0032", 9, &read), TILL_OK);
    assert_int_equal(read.seq, 11);
    assert_int_equal(store_custody_naming(place_store, c.hash, "0032", 11, &read), TILL_NOT_FOUND);
    assert_int_equal(store_custody_of_hash(place_store, read.named, &read), TILL_NOT_FOUND);
}

static void rows_come_by_terminal_and_number(void **state)
{
    static const uint64_t expected[] = {5, 40, 2};
    struct store_custody c = {0}, row;

    (void)state;
    begin_with_terminals();
    row = given("0032", 2, 1);
    put(&row, TILL_OK);
    row = given("0031", 40, 2);
    put(&row, TILL_OK);
    row = given("0031", 5, 3);
    put(&row, TILL_OK);
    place_commit();
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        assert_int_equal(store_custody_next(place_store, c.terminal, c.seq, &c), TILL_OK);
        assert_int_equal(c.seq, expected[i]);
    }
    assert_int_equal(store_custody_next(place_store, c.terminal, c.seq, &c), TILL_NOT_FOUND);
}

static void what_was_explained_adds_up(void **state)
{
    struct store_custody c = given("0031", 40, 7);
    int64_t sum = -1;

    (void)state;
    begin_with_terminals();
    c.kind = KIND_VARIANCE_EXPLAINED;
    c.about = 12;
    c.amount_minor = 700;
    put(&c, TILL_OK);
    c.seq = 41;
    c.amount_minor = -200;
    put(&c, TILL_OK);
    c.seq = 42;
    c.about = 13;
    put(&c, TILL_OK);
    c.seq = 43;
    c.about = 12;
    c.kind = KIND_DEPOSIT;
    put(&c, TILL_OK);
    place_commit();
    assert_int_equal(store_custody_explained(place_store, "0031", 12, &sum), TILL_OK);
    assert_int_equal(sum, 500);
    assert_int_equal(store_custody_explained(place_store, "0032", 12, &sum), TILL_OK);
    assert_int_equal(sum, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_row_comes_back_whole_and_is_kept_once),
        PLACE_TEST(what_is_not_clean_is_refused),
        PLACE_TEST(a_hash_finds_its_record_and_who_names_it),
        PLACE_TEST(rows_come_by_terminal_and_number),
        PLACE_TEST(what_was_explained_adds_up),
    };
    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}

/* What a book's head says of cash that was handed on or did not agree here: whole, over deltas, and
 * in a book that knows nothing of it. */
#include "shelf.h"

#include <stdio.h>
#include <string.h>

#include "fake_mac.h"

static const struct book_taken taken[] = {
    {.given = 41, .terminal = "0032", .seq = 7, .user = "2001", .at_s = 1795397400},
    {.given = 12, .terminal = "0033", .seq = 900, .at_s = 1795311000},
};
static const struct book_explained explained[] = {
    {.seq = 52, .user = "1001", .amount_minor = 800},
    {.seq = 30, .user = "1002", .amount_minor = -250},
};

static void build(size_t count)
{
    struct book_builder *b = NULL;
    const struct site site = shelf_site();
    struct book_customer c = shelf_customer(0, 1);
    struct book_meta meta = shelf_meta(1);

    assert_int_equal(book_builder_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    shelf_put_meter_book(b, "CX00");
    for (size_t i = 0; i < count; i++)
        assert_int_equal(book_builder_taken(b, &taken[i]), TILL_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(book_builder_explained(b, &explained[i]), TILL_OK);
    shelf_put_customer(b, &c);
    meta.revision = 1;
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

static struct book_change *begin_change(void)
{
    struct book_change *c = NULL;

    assert_int_equal(book_change_open(shelf_path, NULL, fake_mac(1), &c), TILL_OK);
    return c;
}

static void put_head(struct book_change *c)
{
    const struct site site = shelf_site();
    struct book_meter_book m = {.id = "CX00", .name = "喜洲"};

    assert_int_equal(book_change_site(c, &site), TILL_OK);
    assert_int_equal(book_change_meter_book(c, &m), TILL_OK);
}

static void finish_change(struct book_change *c, uint64_t revision)
{
    struct book_meta meta = shelf_meta(1);

    meta.revision = revision;
    assert_int_equal(book_change_finish(c, &meta), TILL_OK);
}

static struct book *open_book(void)
{
    struct book *b = NULL;

    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    return b;
}

static void assert_all(void)
{
    struct book *b = open_book();
    struct book_taken t;
    struct book_explained e[BOOK_EXPLAINED_MAX];
    size_t count = 0;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(book_taken(b, taken[i].given, &t), TILL_OK);
        assert_memory_equal(&t, &taken[i], sizeof(t));
    }
    assert_int_equal(book_taken(b, 13, &t), TILL_NOT_FOUND);
    assert_int_equal(t.given, 0);
    assert_int_equal(book_explained(b, e, BOOK_EXPLAINED_MAX, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_memory_equal(&e[0], &explained[1], sizeof(e[0])); /* by record */
    assert_memory_equal(&e[1], &explained[0], sizeof(e[1]));
    assert_int_equal(book_explained(b, e, 1, &count), TILL_OK);
    assert_int_equal(count, 1);
    book_close(b);
}

static void assert_nothing_of_it(void)
{
    struct book *b = open_book();
    struct book_taken t;
    struct book_explained e[BOOK_EXPLAINED_MAX];
    size_t count = 9;

    for (size_t i = 0; i < 2; i++)
        assert_int_equal(book_taken(b, taken[i].given, &t), TILL_NOT_FOUND);
    assert_int_equal(book_explained(b, e, BOOK_EXPLAINED_MAX, &count), TILL_OK);
    assert_int_equal(count, 0);
    book_close(b);
}

static void a_whole_book_tells_what_was_taken_and_explained(void **state)
{
    (void)state;
    build(2);
    assert_all();
}

static void a_book_without_them_tells_nothing(void **state)
{
    (void)state;
    build(0);
    assert_nothing_of_it();
}

static void a_delta_without_a_head_leaves_them(void **state)
{
    (void)state;
    build(2);
    finish_change(begin_change(), 2);
    assert_all();
    finish_change(begin_change(), 3);
    assert_all();
}

static void a_delta_with_a_head_brings_them_and_takes_them_away_again(void **state)
{
    struct book_change *c;

    (void)state;
    build(0);
    c = begin_change();
    put_head(c);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(book_change_taken(c, &taken[i]), TILL_OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(book_change_explained(c, &explained[i]), TILL_OK);
    finish_change(c, 2);
    assert_all();
    finish_change(begin_change(), 3);
    assert_all();
    c = begin_change();
    put_head(c);
    finish_change(c, 4);
    assert_nothing_of_it();
}

static void what_can_not_be_of_them_ends_the_building(void **state)
{
    struct book_taken nobody = taken[0];
    struct book_explained nothing = explained[0];
    struct book_builder *b = shelf_begin();
    struct book_change *c;

    (void)state;
    assert_int_equal(book_builder_taken(b, &taken[0]), TILL_OK);
    assert_int_equal(book_builder_taken(b, &taken[0]), TILL_E_PROTOCOL); /* twice */
    book_builder_abandon(b);
    b = shelf_begin();
    assert_int_equal(book_builder_explained(b, &explained[0]), TILL_OK);
    assert_int_equal(book_builder_explained(b, &explained[0]), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    nobody.terminal[0] = '\0';
    b = shelf_begin();
    assert_int_equal(book_builder_taken(b, &nobody), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    nothing.amount_minor = 0;
    b = shelf_begin();
    assert_int_equal(book_builder_explained(b, &nothing), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    build(0);
    c = begin_change(); /* not of the head */
    assert_int_equal(book_change_taken(c, &taken[0]), TILL_E_PROTOCOL);
    book_change_abandon(c);
    c = begin_change();
    assert_int_equal(book_change_explained(c, &explained[0]), TILL_E_PROTOCOL);
    book_change_abandon(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(a_whole_book_tells_what_was_taken_and_explained),
        SHELF_TEST(a_book_without_them_tells_nothing),
        SHELF_TEST(a_delta_without_a_head_leaves_them),
        SHELF_TEST(a_delta_with_a_head_brings_them_and_takes_them_away_again),
        SHELF_TEST(what_can_not_be_of_them_ends_the_building),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}

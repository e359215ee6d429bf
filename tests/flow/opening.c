/*
 * The opening cash: nothing counted, or counted by denomination, and recorded with the opening.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "handheld.h"

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_make(&h, NULL);
    handheld_enrol(&h);
    handheld_login(&h);
    handheld_expect_screen(&h, "shift");
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void the_opening_cash_may_be_counted_note_by_note(void **state)
{
    struct entry e;
    struct body_cash_count count;
    struct body_shift_opened opened;
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "f2");
    handheld_expect_screen(&h, "shift_notes");
    handheld_keys(&h, "1 ok 2 ok down down down down * 5 0");
    handheld_expect(&h, "¥200.50");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "shift");
    handheld_expect(&h, "200.50");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    handheld_expect_kinds(&h, head + 1, "cash_count shift_opened");
    handheld_entry(&h, head + 1, &e);
    assert_int_equal(entry_read_cash_count(&e, &count), TILL_OK);
    assert_int_equal(count.purpose, COUNT_OPENING);
    assert_string_equal(count.notes, "10000:1,5000:2,1:50");
    handheld_entry(&h, head + 2, &e);
    assert_int_equal(entry_read_shift_opened(&e, &opened), TILL_OK);
    assert_int_equal(opened.opening_minor, 20050);
}

static void expect_opened(const char *kinds, int64_t opening_minor, uint64_t head)
{
    struct entry e;
    struct body_shift_opened opened;
    handheld_expect_screen(&h, "home");
    handheld_expect_kinds(&h, head + 1, kinds);
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_shift_opened(&e, &opened), TILL_OK);
    assert_int_equal(opened.opening_minor, opening_minor);
}

static void nothing_counted_is_no_opening_cash(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_expect(&h, "Opening cash");
    handheld_expect(&h, "none");
    handheld_keys(&h, "ok");
    expect_opened("shift_opened", 0, head);
}

static void a_digit_begins_the_count_of_the_opening_cash(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "1 2");
    handheld_expect_screen(&h, "shift_notes");
    handheld_expect(&h, "¥1,200.00");
    handheld_keys(&h, "ok 3 f1");
    handheld_expect_screen(&h, "shift");
    handheld_expect(&h, "¥1,350.00");
    handheld_expect(&h, "100×12 50×3");
    handheld_keys(&h, "ok");
    expect_opened("cash_count shift_opened", 135000, head);
}

static void the_opening_count_that_is_left_counts_nothing(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "2 ok 1 cancel cancel");
    handheld_expect_screen(&h, "shift");
    handheld_expect(&h, "none");
    handheld_keys(&h, "f2"); /* what was typed is still there */
    handheld_expect(&h, "¥250.00");
    handheld_keys(&h, "cancel ok");
    expect_opened("shift_opened", 0, head);
}

static void a_second_opening_count_takes_the_place_of_the_first(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "2 f1 f2 clear 4 f1 ok");
    expect_opened("cash_count shift_opened", 40000, head);
}

static void a_second_opening_count_that_is_left_changes_nothing(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "2 f1 f2 clear 3 cancel");
    handheld_expect(&h, "¥200.00");
    handheld_keys(&h, "ok");
    expect_opened("cash_count shift_opened", 20000, head);
}

static void notes_counted_away_again_leave_no_opening_cash(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "2 f1 f2 clear f1");
    handheld_expect_screen(&h, "shift");
    handheld_expect(&h, "none");
    handheld_keys(&h, "ok");
    expect_opened("shift_opened", 0, head);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_opening_cash_may_be_counted_note_by_note),
        TEST(nothing_counted_is_no_opening_cash),
        TEST(a_digit_begins_the_count_of_the_opening_cash),
        TEST(the_opening_count_that_is_left_counts_nothing),
        TEST(a_second_opening_count_takes_the_place_of_the_first),
        TEST(a_second_opening_count_that_is_left_changes_nothing),
        TEST(notes_counted_away_again_leave_no_opening_cash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

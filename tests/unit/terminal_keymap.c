/* Keys become actions: the table of each kind of screen, and the fresh press. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keymap.h"

enum { SHOWN_MS = 10000, NO_DIGIT = -1 };

static struct keymap map;
static struct screen screen;
static int digit;

static int begin(void **state)
{
    (void)state;
    keymap_init(&map);
    screen_begin(&screen, "test", KEYS_CARD);
    keymap_shown(&map, SHOWN_MS);
    digit = NO_DIGIT;
    return 0;
}

static enum action down(enum key key, int64_t at_ms)
{
    return keymap_press(&map, &screen, key, true, at_ms, &digit);
}

static enum action up(enum key key, int64_t at_ms)
{
    return keymap_press(&map, &screen, key, false, at_ms, &digit);
}

/* ---- tables ---------------------------------------------------------------------------------- */

struct expected {
    enum screen_keys keys;
    /* in the order of enum key, from PAD_0: a letter an action, '.' for nothing */
    const char *actions;
};

/* D digit, P point, H hash, O ok, B back, E erase, arrows ^ v < >, 1 2 options, S scan */
static const struct expected tables[] = {
    /*               0-9       *#OBE^v<>12S */
    {KEYS_MENU, "DDDDDDDDDD.HOB.^v<>12S"},    {KEYS_LIST, "DDDDDDDDDD.HOB.^v<>12S"},
    {KEYS_CARD, "...........HOB.^v<>12S"},    {KEYS_AMOUNT, "DDDDDDDDDDPHOBE^v<>12."},
    {KEYS_DIGITS, "DDDDDDDDDD.HOBE^v<>12S"},  {KEYS_NUMBER, "DDDDDDDDDDPHOBE^v<>12S"},
    {KEYS_MESSAGE, "...........HOB........"},
};

static char letter_of(enum action action)
{
    static const char letters[] = {
        [ACTION_NONE] = '.',     [ACTION_OK] = 'O',    [ACTION_BACK] = 'B',
        [ACTION_ERASE] = 'E',    [ACTION_UP] = '^',    [ACTION_DOWN] = 'v',
        [ACTION_LEFT] = '<',     [ACTION_RIGHT] = '>', [ACTION_OPTION_1] = '1',
        [ACTION_OPTION_2] = '2', [ACTION_DIGIT] = 'D', [ACTION_POINT] = 'P',
        [ACTION_HASH] = 'H',     [ACTION_SCAN] = 'S',
    };
    return letters[action];
}

static void each_kind_of_screen_takes_its_keys_and_no_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char actions[PAD_COUNT] = "";
        screen_begin(&screen, "test", tables[i].keys);
        for (int key = PAD_0; key < PAD_COUNT; key++) {
            actions[key - PAD_0] = letter_of(down((enum key)key, SHOWN_MS + 1000));
            assert_int_equal(up((enum key)key, SHOWN_MS + 1060), ACTION_NONE);
        }
        assert_string_equal(actions, tables[i].actions);
    }
}

static void a_digit_comes_with_its_value(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_DIGITS);
    for (int i = 0; i <= 9; i++) {
        assert_int_equal(down((enum key)(PAD_0 + i), SHOWN_MS + 1000), ACTION_DIGIT);
        assert_int_equal(digit, i);
    }
}

/* ---- the fresh press ------------------------------------------------------------------------- */

static void ok_before_400_ms_takes_nothing(void **state)
{
    (void)state;
    screen.fresh = true;
    assert_int_equal(down(PAD_OK, SHOWN_MS + 399), ACTION_NONE);
    up(PAD_OK, SHOWN_MS + 450);
    assert_int_equal(down(PAD_OK, SHOWN_MS + 500), ACTION_OK);
}

static void ok_at_400_ms_takes_it(void **state)
{
    (void)state;
    screen.fresh = true;
    assert_int_equal(down(PAD_OK, SHOWN_MS + 400), ACTION_OK);
}

static void where_no_money_is_taken_ok_counts_at_once(void **state)
{
    (void)state;
    assert_int_equal(down(PAD_OK, SHOWN_MS + 1), ACTION_OK);
}

static void a_press_that_waited_in_the_queue_is_not_fresh(void **state)
{
    (void)state;
    screen.fresh = true;
    assert_int_equal(down(PAD_OK, SHOWN_MS - 200), ACTION_NONE);
}

static void a_bouncing_key_takes_nothing(void **state)
{
    (void)state;
    assert_int_equal(down(PAD_OK, SHOWN_MS + 1000), ACTION_OK);
    up(PAD_OK, SHOWN_MS + 1020);
    screen.fresh = true;
    keymap_shown(&map, SHOWN_MS + 1025);
    for (int64_t at_ms = SHOWN_MS + 1030; at_ms < SHOWN_MS + 1400; at_ms += 20) {
        assert_int_equal(down(PAD_OK, at_ms), ACTION_NONE);
        up(PAD_OK, at_ms + 10);
    }
}

static void a_key_held_over_from_the_screen_before_is_stale(void **state)
{
    (void)state;
    assert_int_equal(down(PAD_OK, SHOWN_MS + 1000), ACTION_OK);
    screen.fresh = true;
    keymap_shown(&map, SHOWN_MS + 1010);
    /* It is still down; the pad repeats it much later. */
    assert_int_equal(down(PAD_OK, SHOWN_MS + 9000), ACTION_NONE);
    up(PAD_OK, SHOWN_MS + 9060);
    assert_int_equal(down(PAD_OK, SHOWN_MS + 9500), ACTION_OK);
}

static void a_repeat_of_a_held_key_takes_nothing(void **state)
{
    (void)state;
    screen.fresh = true;
    assert_int_equal(down(PAD_OK, SHOWN_MS + 100), ACTION_NONE);
    assert_int_equal(down(PAD_OK, SHOWN_MS + 600), ACTION_NONE);
    assert_int_equal(down(PAD_OK, SHOWN_MS + 1100), ACTION_NONE);
}

static void only_ok_needs_to_be_fresh(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_AMOUNT);
    screen.fresh = true;
    assert_int_equal(down(PAD_2, SHOWN_MS + 10), ACTION_DIGIT);
    assert_int_equal(down(PAD_CANCEL, SHOWN_MS + 20), ACTION_BACK);
    assert_int_equal(down(PAD_DOWN, SHOWN_MS + 30), ACTION_DOWN);
}

static void another_key_that_is_held_does_not_spoil_ok(void **state)
{
    (void)state;
    assert_int_equal(down(PAD_CANCEL, SHOWN_MS + 10), ACTION_BACK);
    screen.fresh = true;
    keymap_shown(&map, SHOWN_MS + 20);
    assert_int_equal(down(PAD_OK, SHOWN_MS + 500), ACTION_OK);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_screen_takes_its_keys_and_no_others),
        TEST(a_digit_comes_with_its_value),
        TEST(ok_before_400_ms_takes_nothing),
        TEST(ok_at_400_ms_takes_it),
        TEST(where_no_money_is_taken_ok_counts_at_once),
        TEST(a_press_that_waited_in_the_queue_is_not_fresh),
        TEST(a_bouncing_key_takes_nothing),
        TEST(a_key_held_over_from_the_screen_before_is_stale),
        TEST(a_repeat_of_a_held_key_takes_nothing),
        TEST(only_ok_needs_to_be_fresh),
        TEST(another_key_that_is_held_does_not_spoil_ok),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

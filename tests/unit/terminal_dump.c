/* A screen as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dump.h"
#include "text.h"

static struct screen screen;
static char text[DUMP_MAX];

static const char *dump(void)
{
    struct buffer out;
    buffer_init(&out, text, sizeof text - 1);
    assert_int_equal(screen_dump(&screen, &out), TILL_OK);
    text[out.size] = '\0';
    return text;
}

static void blocks_stand_in_their_order_a_line_each(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_CARD);
    screen_title(&screen, "Cash", "somebody");
    screen_line(&screen, "Due", "9.30");
    screen_rule(&screen);
    screen_band(&screen, "Change", "0.70");
    screen_field(&screen, "Handed over", "10", "10 · 20");
    screen_notice(&screen, TONE_LOOK, "Look", "here");
    screen_key(&screen, "OK", "Take");
    screen_key(&screen, "F2", "Keep");
    assert_string_equal(dump(), "[ ↑0 0%]\n"
                                "# Cash | somebody\n"
                                "Due | 9.30\n"
                                "----\n"
                                "= Change | 0.70\n"
                                "Handed over | 10 · 20\n"
                                "_ 10\n"
                                "! Look\n"
                                "! here\n"
                                "(OK) Take  (F2) Keep\n");
}

static void the_selected_row_is_marked(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_LIST);
    screen_list(&screen, 1, 0, 2);
    for (int i = 0; i < 2; i++) {
        struct screen_row *row = screen_row(&screen);
        text_copy(row->name, sizeof row->name, i ? "second" : "first");
        text_copy(row->amount, sizeof row->amount, "1.00");
        text_copy(row->place, sizeof row->place, "street");
        text_copy(row->tag, sizeof row->tag, i ? "mark" : "");
    }
    assert_non_null(strstr(dump(), "  first | 1.00\n    street\n> second [mark] | 1.00\n"));
}

static void the_bar_says_cash_in_figures_only_where_it_may(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_CARD);
    text_copy(screen.bar.cash_text, sizeof screen.bar.cash_text, "¥286.42");
    assert_null(strstr(dump(), "286.42"));
    screen.bar.cash = BAR_CASH_FILL;
    assert_null(strstr(dump(), "286.42"));
    assert_non_null(strstr(dump(), "▮"));
    screen.bar.cash = BAR_CASH_FIGURES;
    assert_non_null(strstr(dump(), "¥286.42"));
}

static void the_bar_says_link_unsent_battery_and_training(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_CARD);
    text_copy(screen.bar.link, sizeof screen.bar.link, "4G");
    screen.bar.unsent = 12;
    screen.bar.battery_percent = 71;
    screen.bar.charging = true;
    screen.bar.training = true;
    assert_non_null(strstr(dump(), "[4G ↑12 71%+ TRAINING]\n"));
}

static void tiles_that_are_off_say_so(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_MENU);
    screen_tiles(&screen);
    screen_tile(&screen, '1', "Walk", "3 left");
    screen_tile(&screen, '3', "Again", "")->off = true;
    assert_non_null(strstr(dump(), "  1 Walk | 3 left\n  3 Again (-)\n"));
}

/* The fullest screen that the model can hold is longer than the dump. */
static void a_screen_that_is_too_long_is_cut_and_said_to_be(void **state)
{
    char most[SCREEN_LONG_MAX];
    struct buffer out;
    (void)state;
    memset(most, 'm', sizeof most - 1);
    most[sizeof most - 1] = '\0';
    screen_begin(&screen, "test", KEYS_LIST);
    for (int i = 0; i < SCREEN_BLOCKS_MAX; i++)
        screen_notice(&screen, TONE_LOOK, most, most);
    buffer_init(&out, text, sizeof text - 1);
    assert_int_equal(screen_dump(&screen, &out), TILL_TOO_LARGE);
    assert_true(out.size < sizeof text);
}

static void what_is_beyond_the_last_block_is_left_out(void **state)
{
    (void)state;
    screen_begin(&screen, "test", KEYS_CARD);
    for (int i = 0; i < SCREEN_BLOCKS_MAX + 3; i++)
        screen_line(&screen, "a line", "");
    assert_int_equal(screen.block_count, SCREEN_BLOCKS_MAX);
    screen_line(&screen, "too much", "")->bold = true;
    assert_null(strstr(dump(), "too much"));
}

static void a_text_is_cut_at_a_character(void **state)
{
    char han[SCREEN_TEXT_MAX + 30] = "";
    (void)state;
    for (int i = 0; i < 50; i++)
        text_copy(han + strlen(han), sizeof han - strlen(han), "电");
    screen_begin(&screen, "test", KEYS_CARD);
    screen_title(&screen, han, "");
    assert_int_equal(strlen(screen.title) % 3, 0);
    assert_in_range(strlen(screen.title), SCREEN_TEXT_MAX - 4, SCREEN_TEXT_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_stand_in_their_order_a_line_each),
        cmocka_unit_test(the_selected_row_is_marked),
        cmocka_unit_test(the_bar_says_cash_in_figures_only_where_it_may),
        cmocka_unit_test(the_bar_says_link_unsent_battery_and_training),
        cmocka_unit_test(tiles_that_are_off_say_so),
        cmocka_unit_test(a_screen_that_is_too_long_is_cut_and_said_to_be),
        cmocka_unit_test(what_is_beyond_the_last_block_is_left_out),
        cmocka_unit_test(a_text_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

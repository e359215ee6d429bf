/*
 * The help of a screen on a display that has four lines: all of it can be read, page by page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow_bench.h"
#include "help.h"
#include "test_language.h"
#include "text.h"

enum { PAGES_MOST = 40, ROOM = 2048, CELLS = 32 };

static const char *const names[] = {"shift",       "shift_notes",  "home",         "close",
                                    "close_notes", "close_stands", "close_reason", "cashmove",
                                    "drop",        "custody",      "handover",     "deposit"};

static const char *page(void)
{
    bench.flow->show(bench.state, &bench.args, &bench.facts, &bench.screen);
    assert_int_equal(bench.screen.blocks[0].kind, BLOCK_NOTICE);
    return bench.screen.blocks[0].as.notice.text;
}

/* Without what parts words and pages. */
static void add_letters(char out[ROOM], const char *text)
{
    size_t size = strlen(out);
    for (; *text; text++)
        if (*text != ' ' && *text != '|' && size + 1 < ROOM)
            out[size++] = *text;
    out[size] = '\0';
}

static unsigned read_help(const char *screen, bool small, char out[ROOM])
{
    unsigned pages = 1;
    bench_begin();
    bench.facts.shows_code = !small;
    text_copy(bench.args.text, sizeof bench.args.text, screen);
    bench_open(FLOW_HELP);
    for (out[0] = '\0';; pages++) {
        assert_true(pages < PAGES_MOST);
        if (small && text_cells(page()) > CELLS)
            fail_msg("too long for two lines: %s", page());
        add_letters(out, page());
        bench_press(ACTION_OK);
        if (bench_has(EFFECT_BACK))
            return pages;
    }
}

static void all_of_a_help_is_read_on_a_small_display(void **state)
{
    static const char *const languages[] = {"en", "zh_CN"};
    char whole[ROOM], read[ROOM];
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        language_set(languages[k]);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            whole[0] = '\0';
            add_letters(whole, help_of(names[i]));
            assert_true(read_help(names[i], true, read) > 1);
            assert_string_equal(read, whole);
        }
    }
    language_set("en");
}

static void a_page_of_a_small_display_ends_between_words(void **state)
{
    (void)state;
    bench_begin();
    text_copy(bench.args.text, sizeof bench.args.text, "shift");
    bench_open(FLOW_HELP);
    assert_string_equal(page(), "Nothing in the bag: OK, and");
    bench_press(ACTION_OK);
    assert_string_equal(page(), "there is no opening cash. Else a");
    bench_press(ACTION_UP);
    assert_string_equal(page(), "Nothing in the bag: OK, and");
}

static void no_page_of_a_small_display_begins_with_a_stop(void **state)
{
    static const char *const stops[] = {"，", "。", "：", "、", "；"};
    (void)state;
    language_set("zh_CN");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bench_begin();
        text_copy(bench.args.text, sizeof bench.args.text, names[i]);
        bench_open(FLOW_HELP);
        for (int n = 0; n < PAGES_MOST && !bench_has(EFFECT_BACK); n++) {
            for (size_t k = 0; k < sizeof stops / sizeof stops[0]; k++)
                assert_true(strncmp(page(), stops[k], strlen(stops[k])) != 0);
            bench_press(ACTION_OK);
        }
    }
    language_set("en");
}

static void a_large_display_shows_a_help_at_once(void **state)
{
    char read[ROOM];
    (void)state;
    assert_int_equal(read_help("shift", false, read), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_a_help_is_read_on_a_small_display),
        cmocka_unit_test(a_page_of_a_small_display_ends_between_words),
        cmocka_unit_test(no_page_of_a_small_display_begins_with_a_stop),
        cmocka_unit_test(a_large_display_shows_a_help_at_once),
    };
    language_set("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

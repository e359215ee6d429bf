/* Which commands the audit log hears of. */
#include "acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 3 };

static bool is_act(const char *command, const char *first, const char *second)
{
    char *words[WORDS_MAX] = {(char *)(uintptr_t)first, (char *)(uintptr_t)second, NULL};
    struct arguments a = {.count = first == NULL ? 0 : second == NULL ? 1 : 2, .at = words};
    return acts_is_act(command, &a);
}

static void a_file_that_is_called_like_a_word_is_no_way_round_the_log(void **state)
{
    static const char *const takers[] = {"import", "backup", "restore", "recover", "stick", "init"};
    static const char *const names[] = {"list", "show", "check", "status", "balance", "count"};
    (void)state;
    for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            assert_true(is_act(takers[i], names[k], NULL));
        }
    }
    assert_true(is_act("loss", "close", "0031"));
    assert_true(is_act("report", "save", "0031/1"));
}

static void what_only_reads_leaves_no_line(void **state)
{
    (void)state;
    assert_false(is_act("terminals", NULL, NULL));
    assert_false(is_act("assign", "--all", NULL));
    assert_false(is_act("cash", "variances", "--open"));
    assert_false(is_act("loss", "0031", NULL));
    assert_false(is_act("day", "2026-11-23", NULL));
    assert_false(is_act("stock", "show", "A-1"));
    assert_true(is_act("terminals", "add", "0031"));
    assert_true(is_act("cash", "explain", "0031"));
}

static void a_command_that_nobody_named_as_reading_is_an_act(void **state)
{
    (void)state;
    assert_true(is_act("something new", "list", NULL));
    assert_true(is_act("something new", NULL, NULL));
}

static const char *spelt(const char *first, const char *second)
{
    static char text[ACTS_TEXT_MAX];
    char *words[WORDS_MAX] = {(char *)(uintptr_t)first, (char *)(uintptr_t)second, NULL};
    struct arguments a = {.count = 2, .at = words};
    acts_spell(&a, text);
    return text;
}

static void what_stands_within_quotes_can_not_end_them(void **state)
{
    (void)state;
    assert_string_equal(spelt("--by", "2001"), "--by 2001");
    assert_string_equal(spelt("--reason", ""), "--reason ''");
    assert_string_equal(spelt("--reason", "x' --by '2002"), "--reason 'x'\\'' --by '\\''2002'");
}

static void what_is_too_long_is_seen_to_be_cut_between_characters(void **state)
{
    static char word[3 * ACTS_TEXT_MAX + 1];
    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        memset(word, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof(word); i += 3) {
            memcpy(word + i, "\xe6\x94\xb6", 4); /* 收 */
        }
        const char *text = spelt("--reason", word);
        size_t size = strlen(text);
        assert_true(size < ACTS_TEXT_MAX && size > ACTS_TEXT_MAX - 8);
        assert_string_equal(text + size - 7, "\xe6\x94\xb6 ...");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_called_like_a_word_is_no_way_round_the_log),
        cmocka_unit_test(what_only_reads_leaves_no_line),
        cmocka_unit_test(a_command_that_nobody_named_as_reading_is_an_act),
        cmocka_unit_test(what_stands_within_quotes_can_not_end_them),
        cmocka_unit_test(what_is_too_long_is_seen_to_be_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

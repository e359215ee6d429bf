/* UTF-8 safety, cell widths, masking, and the small tables of status, keys and log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keys.h"
#include "log.h"
#include "text.h"

static void clean_text_is_utf8_without_control_characters(void **state)
{
    (void)state;
    static const char *const clean[] = {"", "abc ~", "王秀英", "\xc2\xa0", "\xf0\xa0\x80\x80"};
    static const char *const unclean[] = {
        "\x1f",         "\x7f",         "\xc2\x80",         "\xc2\x9f",     "\x80",     "\xc1\xbf",
        "\xe0\x80\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf5\x80\x80", "\xe7\x8e", "a\xff"};
    for (size_t i = 0; i < sizeof(clean) / sizeof(clean[0]); i++) {
        assert_true(text_is_clean(clean[i], strlen(clean[i])));
    }
    for (size_t i = 0; i < sizeof(unclean) / sizeof(unclean[0]); i++) {
        assert_false(text_is_clean(unclean[i], strlen(unclean[i])));
    }
}

static void an_invalid_byte_is_one_replacement_character(void **state)
{
    (void)state;
    const char *text = "\xe7\x8e"
                       "a";
    const char *at = text;
    const char *end = text + 3;
    assert_int_equal(text_next(&at, end), 0xFFFD);
    assert_ptr_equal(at, text + 1);
    assert_int_equal(text_next(&at, end), 0xFFFD);
    assert_int_equal(text_next(&at, end), 'a');
    assert_ptr_equal(at, end);
}

static void cells_are_counted_as_a_thermal_printer_counts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int cells;
    } cases[] = {
        {"", 0},   {"abc", 3},         {"王秀英", 6}, {"186.42元", 8}, {"（大写）", 8},
        {"，", 2}, {"e\xcc\x81", 1},   {"カナ", 4},   {"ｶﾅ", 2},       {"한국", 4},
        {"é", 1},  {"¥", 1},           {"￥", 2},     {"𠀀", 2},       {"a\xe2\x80\x8b b", 3},
        {"⚡", 2},  {"\xef\xb8\x8f", 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (text_cells(cases[i].text) != cases[i].cells) {
            fail_msg("%s: %d cells", cases[i].text, text_cells(cases[i].text));
        }
    }
}

static void fitting_never_cuts_a_character(void **state)
{
    (void)state;
    assert_int_equal(text_fit("王秀英", 0), 0);
    assert_int_equal(text_fit("王秀英", 1), 0);
    assert_int_equal(text_fit("王秀英", 2), 3);
    assert_int_equal(text_fit("王秀英", 5), 6);
    assert_int_equal(text_fit("王秀英", 6), 9);
    assert_int_equal(text_fit("a王", 2), 1);
    assert_int_equal(text_fit("e\xcc\x81x", 1), 3);
}

static void copying_never_leaves_half_a_character(void **state)
{
    (void)state;
    char out[6];
    text_copy(out, sizeof(out), "王秀英");
    assert_string_equal(out, "王");
    text_copy(out, sizeof(out), "abcdef");
    assert_string_equal(out, "abcde");
    text_copy(out, 1, "a");
    assert_string_equal(out, "");
}

static void a_cut_text_ends_in_an_ellipsis(void **state)
{
    (void)state;
    char out[32];
    text_ellipsis(out, sizeof(out), "王秀英", 6);
    assert_string_equal(out, "王秀英");
    text_ellipsis(out, sizeof(out), "王秀英", 5);
    assert_string_equal(out, "王秀…");
    text_ellipsis(out, sizeof(out), "abcdef", 4);
    assert_string_equal(out, "abc…");
    text_ellipsis(out, sizeof(out), "abcdef", 1);
    assert_string_equal(out, "…");
    text_ellipsis(out, sizeof(out), "abcdef", 0);
    assert_string_equal(out, "");
    text_ellipsis(out, 8, "王秀英", 6);
    assert_string_equal(out, "王…");
    text_ellipsis(out, 3, "abcdef", 6);
    assert_string_equal(out, "");
}

static void names_are_masked_but_recognisable(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"王秀英", "王**"},
                                           {"王英", "王*"},
                                           {"欧阳春", "欧**"},
                                           {"欧阳春花", "欧***"},
                                           {"长安区第一水泥制品厂", "长***"},
                                           {"王", "王*"},
                                           {"Wang Xiuying", "Wang X***"},
                                           {"Wang", "W***"},
                                           {"Wang ", "W***"},
                                           {"", ""}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[64];
        text_mask_name(out, sizeof(out), cases[i][0]);
        assert_string_equal(out, cases[i][1]);
    }
}

static void phones_keep_head_and_tail_and_hide_four_digits_at_least(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"13812344417", "138****4417"},   {"8888888", "888****"}, {"88888889", "888****9"},
        {"029123456789", "029*****6789"}, {"888888", "******"},   {"", ""}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[32];
        text_mask_phone(out, sizeof(out), cases[i][0]);
        assert_string_equal(out, cases[i][1]);
    }
}

static void accounts_are_grouped_by_four(void **state)
{
    (void)state;
    char out[48];
    text_group_account(out, sizeof(out), "6100234567");
    assert_string_equal(out, "6100 2345 67");
    text_group_account(out, sizeof(out), "61002345");
    assert_string_equal(out, "6100 2345");
    text_group_account(out, 7, "61002345");
    assert_string_equal(out, "6100 2");
}

static void every_status_has_its_name_and_text(void **state)
{
    (void)state;
    assert_string_equal(status_name(TILL_PAPER_OUT), "TILL_PAPER_OUT");
    assert_string_equal(status_text(TILL_OK), "Done");
    assert_string_equal(status_name(TILL_E_FORK), "TILL_E_FORK");
    assert_string_equal(status_name(12345), "TILL_?");
    assert_string_equal(status_text(-12345), "Unknown status");
}

static void key_names_go_there_and_back(void **state)
{
    (void)state;
    for (int key = 0; key < PAD_COUNT; key++) {
        assert_int_equal(key_from_name(key_name(key)), key);
    }
    assert_int_equal(key_from_name("ok"), PAD_OK);
    assert_int_equal(key_from_name("nonsense"), PAD_NONE);
    assert_string_equal(key_name(-1), "none");
    assert_string_equal(key_name(PAD_COUNT), "none");
}

struct heard {
    int lines;
    char last[600];
};

static void hear(void *context, enum log_level level, const char *line)
{
    struct heard *heard = context;
    (void)level;
    heard->lines++;
    text_copy(heard->last, sizeof(heard->last), line);
}

static void log_lines_pass_by_level_and_cannot_forge_a_second_line(void **state)
{
    (void)state;
    struct heard heard = {0};
    log_to(hear, &heard, LOG_LEVEL_WARNING);
    log_info("not heard");
    assert_int_equal(heard.lines, 0);
    log_error("line %d\n<3>forged", 1);
    assert_int_equal(heard.lines, 1);
    assert_string_equal(heard.last, "line 1?<3>forged");
    log_to(NULL, NULL, LOG_LEVEL_DEBUG);
    log_error("nobody listens");
    assert_int_equal(heard.lines, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_text_is_utf8_without_control_characters),
        cmocka_unit_test(an_invalid_byte_is_one_replacement_character),
        cmocka_unit_test(cells_are_counted_as_a_thermal_printer_counts),
        cmocka_unit_test(fitting_never_cuts_a_character),
        cmocka_unit_test(copying_never_leaves_half_a_character),
        cmocka_unit_test(a_cut_text_ends_in_an_ellipsis),
        cmocka_unit_test(names_are_masked_but_recognisable),
        cmocka_unit_test(phones_keep_head_and_tail_and_hide_four_digits_at_least),
        cmocka_unit_test(accounts_are_grouped_by_four),
        cmocka_unit_test(every_status_has_its_name_and_text),
        cmocka_unit_test(key_names_go_there_and_back),
        cmocka_unit_test(log_lines_pass_by_level_and_cannot_forge_a_second_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Pinyin: characters, surnames, keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pinyin.h"
#include "text.h"

/* "wang/xiu/ying": the first reading of each unit; all of them: "shan,dan,chan". */
static const char *spell(const char *name, bool all)
{
    static char out[256];
    struct pinyin_unit units[PINYIN_UNITS_MAX];
    size_t count = pinyin_name(name, units), size = 0;

    out[0] = '\0';
    for (size_t u = 0; u < count; u++)
        for (size_t r = 0; r < (all ? units[u].count : 1); r++)
            size += (size_t)snprintf(out + size, sizeof(out) - size, "%s%.*s",
                                     r > 0   ? ","
                                     : u > 0 ? "/"
                                             : "",
                                     (int)units[u].readings[r].size, units[u].readings[r].text);
    return out;
}

static void a_name_is_spelled_by_its_usual_readings(void **state)
{
    (void)state;
    assert_string_equal(spell("王秀英", false), "wang/xiu/ying");
    assert_string_equal(spell("李建国", false), "li/jian/guo");
    assert_string_equal(spell("吕绿", false), "lv/lv");
    assert_string_equal(spell("女", false), "nv");
    assert_string_equal(spell("〇", false), "ling");
}

static void surnames_are_read_as_surnames(void **state)
{
    static const char *const names[][2] = {
        {"单雄信", "shan"},    {"仇英", "qiu"},       {"解缙", "xie"},
        {"曾国藩", "zeng"},    {"任正非", "ren"},     {"查良镛", "zha"},
        {"区伟", "ou"},        {"尉迟恭", "yu/chi"},  {"万俟卨", "mo/qi"},
        {"盖叫天", "ge"},      {"朴树", "piao"},      {"翟天临", "zhai"},
        {"冼星海", "xian"},    {"缪荃孙", "miao"},    {"乐毅", "yue"},
        {"华佗", "hua"},       {"欧阳春", "ou/yang"}, {"长孙无忌", "zhang/sun"},
        {"令狐冲", "ling/hu"}, {"单于", "chan/yu"},   {"澹台明", "tan/tai"},
        {"逄", "pang"},        {"覃", "qin"},         {"谌", "chen"},
        {"纪晓岚", "ji"},      {"车胤", "che"},       {"石评梅", "shi"},
        {"沈从文", "shen"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncmp(spell(names[i][0], false), names[i][1], strlen(names[i][1])) != 0)
            fail_msg("%s is read %s", names[i][0], spell(names[i][0], false));
}

static void who_does_not_know_the_surname_finds_it_all_the_same(void **state)
{
    (void)state;
    assert_string_equal(spell("单", true), "shan,dan");
    assert_string_equal(spell("仇", true), "qiu,chou");
    assert_string_equal(spell("万俟", true), "mo,wan/qi");
    /* Within a name it is no surname. */
    assert_string_equal(spell("李单", false), "li/dan");
}

static void a_character_of_several_readings_has_them_all(void **state)
{
    struct pinyin_reading readings[PINYIN_READINGS_MAX];

    (void)state;
    assert_string_equal(spell("小乐", true), "xiao/le,yue");
    assert_string_equal(spell("李重", true), "li/zhong,chong");
    assert_int_equal(pinyin_read(0x957F, readings), 2); /* 长 */
}

static void words_of_letters_are_units_and_what_has_no_sound_is_left_out(void **state)
{
    (void)state;
    assert_string_equal(spell("wang xiuying", false), "wang/xiuying");
    assert_string_equal(spell("段5号", false), "duan/hao");
    assert_string_equal(spell("王 便民-超市", false), "wang/bian/min/chao/shi");
    assert_string_equal(spell("", false), "");
    assert_string_equal(spell("1", false), "");
    assert_string_equal(spell("é", false), "");
}

/* The ends of the two blocks, and general standard characters beyond the first plane. */
static void every_block_has_its_readings(void **state)
{
    static const struct {
        uint32_t code;
        const char *word;
    } cases[] = {
        {0x4E00, "yi"},  {0x9F98, "da"},    {0x4E50, "le"},   {0x3447, "zhou"},
        {0x4DAE, "yan"}, {0x3007, "ling"},  {0x9FCD, "gang"}, {0x20164, "xi"},
        {0x20676, "ou"}, {0x20CD0, "bang"}, {0x2CE88, "yi"},  {0x2CE93, "chu"},
    };
    struct pinyin_reading readings[PINYIN_READINGS_MAX];
    size_t known = 0;

    (void)state;
    for (uint32_t code = 0x4E00; code <= 0x9FA5; code++)
        known += pinyin_read(code, readings) > 0 ? 1 : 0;
    assert_true(known >= 20902 - 300); /* of some, nobody knows */
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t count = pinyin_read(cases[i].code, readings);

        if (count == 0 || readings[0].size != strlen(cases[i].word) ||
            memcmp(readings[0].text, cases[i].word, readings[0].size) != 0)
            fail_msg("U+%X is not read %s", (unsigned)cases[i].code, cases[i].word);
    }
    assert_int_equal(pinyin_read(0x20000 + 0xFFFF, readings), 0);
    assert_int_equal(pinyin_read(UINT32_MAX, readings), 0);
    assert_int_equal(pinyin_read('a', readings), 0);
}

static void letters_lie_on_the_keys_of_a_telephone(void **state)
{
    (void)state;
    for (const char *c = "abcdefghijklmnopqrstuvwxyz"; *c != '\0'; c++)
        assert_int_equal(pinyin_key(*c), "22233344455566677778889999"[*c - 'a']);
    assert_int_equal(pinyin_key('A'), 0);
    assert_int_equal(pinyin_key('5'), 0);
    assert_int_equal(pinyin_key('\0'), 0);
}

static void a_name_of_any_length_stays_within_its_units(void **state)
{
    char name[3 * 80 + 1];
    struct pinyin_unit units[PINYIN_UNITS_MAX];

    (void)state;
    name[0] = '\0';
    for (size_t i = 0; i < 80; i++)
        memcpy(name + 3 * i, "囍", 4);
    assert_int_equal(pinyin_name(name, units), PINYIN_UNITS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_spelled_by_its_usual_readings),
        cmocka_unit_test(surnames_are_read_as_surnames),
        cmocka_unit_test(who_does_not_know_the_surname_finds_it_all_the_same),
        cmocka_unit_test(a_character_of_several_readings_has_them_all),
        cmocka_unit_test(words_of_letters_are_units_and_what_has_no_sound_is_left_out),
        cmocka_unit_test(every_block_has_its_readings),
        cmocka_unit_test(letters_lie_on_the_keys_of_a_telephone),
        cmocka_unit_test(a_name_of_any_length_stays_within_its_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Amounts in figures and words, what people type, what they hand over; the site's own rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "money.h"

static struct site china(void)
{
    struct site site;
    site_default(&site);
    return site;
}

static void sums_that_pass_64_bits_are_refused(void **state)
{
    (void)state;
    int64_t out = 7;
    assert_int_equal(money_add(INT64_MAX, 1, &out), TILL_E_OVERFLOW);
    assert_int_equal(money_sub(INT64_MIN, 1, &out), TILL_E_OVERFLOW);
    assert_int_equal(out, 7);
    assert_int_equal(money_add(18642, -42, &out), TILL_OK);
    assert_int_equal(out, 18600);
    assert_int_equal(money_sub(100, 186, &out), TILL_OK);
    assert_int_equal(out, -86);
}

static void amounts_have_all_decimals_and_groups_where_asked(void **state)
{
    (void)state;
    struct site site = china();
    static const struct {
        int64_t amount;
        const char *plain, *grouped;
    } cases[] = {{0, "0.00", "0.00"},
                 {5, "0.05", "0.05"},
                 {-5, "-0.05", "-0.05"},
                 {18642, "186.42", "186.42"},
                 {124050, "1240.50", "1,240.50"},
                 {100000000, "1000000.00", "1,000,000.00"},
                 {MONEY_MAX_MINOR, "9999999999.99", "9,999,999,999.99"},
                 {INT64_MIN, "-92233720368547758.08", "-92,233,720,368,547,758.08"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[MONEY_TEXT_MAX];
        money_format(&site, cases[i].amount, false, out);
        assert_string_equal(out, cases[i].plain);
        money_format(&site, cases[i].amount, true, out);
        assert_string_equal(out, cases[i].grouped);
    }
}

static void the_symbol_stands_between_sign_and_figures(void **state)
{
    (void)state;
    struct site site = china();
    char out[MONEY_TEXT_MAX];
    money_format_symbol(&site, 124050, out);
    assert_string_equal(out, "¥1,240.50");
    money_format_symbol(&site, -300, out);
    assert_string_equal(out, "-¥3.00");
}

static void the_exponent_is_the_sites(void **state)
{
    (void)state;
    struct site site = china();
    char out[MONEY_TEXT_MAX];
    site.exponent = 0;
    money_format(&site, 124050, true, out);
    assert_string_equal(out, "124,050");
    site.exponent = 3;
    money_format(&site, -50, true, out);
    assert_string_equal(out, "-0.050");
    assert_int_equal(site_unit_minor(&site), 1000);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void chinese_capitals_follow_the_banks_rule(void **state)
{
    (void)state;
    struct site site = china();
    static const struct {
        int64_t amount;
        const char *words;
    } cases[] = {
        {0, "零元整"},
        {5, "伍分"},
        {10, "壹角整"},
        {50, "伍角整"},
        {55, "伍角伍分"},
        {100, "壹元整"},
        {101, "壹元零壹分"},
        {110, "壹元壹角整"},
        {1000, "壹拾元整"},
        {1005, "壹拾元零伍分"},
        {10000, "壹佰元整"},
        {18642, "壹佰捌拾陆元肆角贰分"},
        {10100, "壹佰零壹元整"},
        {100705, "壹仟零柒元零伍分"},
        {140950, "壹仟肆佰零玖元伍角整"},
        {600714, "陆仟零柒元壹角肆分"},
        {168032, "壹仟陆佰捌拾元叁角贰分"},
        {1640902, "壹万陆仟肆佰零玖元零贰分"},
        {10500000, "壹拾万伍仟元整"},
        {10050000, "壹拾万零伍佰元整"},
        {10700053, "壹拾万柒仟元伍角叁分"},
        {100000010, "壹佰万元壹角整"},
        {1000000010, "壹仟万元壹角整"},
        {10000000010, "壹亿元壹角整"},
        {10000000500, "壹亿零伍元整"},
        {10000500000, "壹亿零伍仟元整"},
        {10007000000, "壹亿零柒万元整"},
        {10100000000, "壹亿零壹佰万元整"},
        {MONEY_MAX_MINOR, "玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
        {-18642, "负壹佰捌拾陆元肆角贰分"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[MONEY_WORDS_MAX];
        money_words(&site, cases[i].amount, out);
        assert_string_equal(out, cases[i].words);
    }
}

static void english_words_end_in_a_fraction(void **state)
{
    (void)state;
    struct site site = china();
    site.words = SITE_WORDS_ENGLISH;
    static const struct {
        int64_t amount;
        const char *words;
    } cases[] = {
        {0, "zero yuan 00/100"},
        {5, "zero yuan 05/100"},
        {18642, "one hundred eighty-six yuan 42/100"},
        {100000, "one thousand yuan 00/100"},
        {1301300, "thirteen thousand thirteen yuan 00/100"},
        {2000000000, "twenty million yuan 00/100"},
        {-100, "minus one yuan 00/100"},
        {MONEY_MAX_MINOR,
         "nine billion nine hundred ninety-nine million nine hundred ninety-nine thousand "
         "nine hundred ninety-nine yuan 99/100"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[MONEY_WORDS_MAX];
        money_words(&site, cases[i].amount, out);
        assert_string_equal(out, cases[i].words);
    }
}

static void words_fit_at_every_exponent_and_the_longest_unit(void **state)
{
    (void)state;
    struct site site = china();
    memcpy(site.unit, "fifteen letters", 16);
    for (uint8_t exponent = 0; exponent <= SITE_EXPONENT_MAX; exponent++) {
        site.exponent = exponent;
        for (int words = SITE_WORDS_NONE; words <= SITE_WORDS_ENGLISH; words++) {
            char out[MONEY_WORDS_MAX];
            site.words = (enum site_words)words;
            money_words(&site, -INT64_C(777777777777), out);
            assert_int_equal(strlen(out) == 0, words == SITE_WORDS_NONE);
            money_words(&site, MONEY_MAX_MINOR + 1, out);
            assert_string_equal(out, "");
        }
    }
}

static void smaller_parts_than_a_fen_have_their_words(void **state)
{
    (void)state;
    struct site site = china();
    char out[MONEY_WORDS_MAX];
    site.exponent = 3;
    money_words(&site, 1005, out);
    assert_string_equal(out, "壹元零伍厘");
    site.exponent = 0;
    money_words(&site, 1005, out);
    assert_string_equal(out, "壹仟零伍元整");
}

/* ---- typed ----------------------------------------------------------------------------------- */

static void typed_amounts_are_whole_units_with_up_to_two_decimals(void **state)
{
    (void)state;
    struct site site = china();
    static const struct {
        const char *text;
        int64_t amount;
    } cases[] = {{"0", 0},
                 {"200", 20000},
                 {"186.42", 18642},
                 {"186.4", 18640},
                 {"12.", 1200},
                 {"0.05", 5},
                 {"007", 700},
                 {"000000000000000000000000000001", 100},
                 {"9999999999.99", MONEY_MAX_MINOR}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t amount = -1;
        assert_int_equal(money_parse(&site, cases[i].text, &amount), TILL_OK);
        assert_int_equal(amount, cases[i].amount);
    }
}

static void what_is_no_amount_is_refused(void **state)
{
    (void)state;
    struct site site = china();
    static const char *const bad[] = {"",   ".",    ".5", "1.234", "1.2.3", "-1",
                                      "+1", "1,0",  " 1", "1 ",    "1e3",   "0x1",
                                      "１", "12..", "a",  "1.2a",  "¥1"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int64_t amount = -1;
        if (money_parse(&site, bad[i], &amount) != TILL_BAD_INPUT) {
            fail_msg("accepted: %s", bad[i]);
        }
        assert_int_equal(amount, -1);
    }
    site.exponent = 0;
    int64_t amount = -1;
    assert_int_equal(money_parse(&site, "12.5", &amount), TILL_BAD_INPUT);
    assert_int_equal(money_parse(&site, "12.", &amount), TILL_OK);
    assert_int_equal(amount, 12);
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    struct site site = china();
    static const char *const large[] = {"10000000000", "10000000000.00", "999999999999",
                                        "99999999999999999999999999",
                                        "99999999999999999999999999999999999999999999999999"};
    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
        int64_t amount = -1;
        assert_int_equal(money_parse(&site, large[i], &amount), TILL_TOO_LARGE);
        assert_int_equal(amount, -1);
    }
}

/* ---- likely tenders -------------------------------------------------------------------------- */

static void assert_likely(const struct site *site, int64_t due, const int64_t *expected,
                          size_t count)
{
    int64_t likely[MONEY_LIKELY_MAX] = {0};
    size_t got = money_likely_tenders(site, due, likely);
    if (got != count || memcmp(likely, expected, count * sizeof(*expected)) != 0) {
        fail_msg("%lld: %zu answers: %lld %lld %lld %lld", (long long)due, got,
                 (long long)likely[0], (long long)likely[1], (long long)likely[2],
                 (long long)likely[3]);
    }
}
#define ASSERT_LIKELY(site, due, ...)                                                              \
    assert_likely(site, due, (const int64_t[]){__VA_ARGS__},                                       \
                  sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void likely_tenders_are_the_sum_and_the_notes_that_cover_it(void **state)
{
    (void)state;
    struct site site = china();
    ASSERT_LIKELY(&site, 18642, 18642, 18700, 19000, 20000);
    ASSERT_LIKELY(&site, 41288, 41288, 41300, 42000, 50000);
    ASSERT_LIKELY(&site, 500, 500, 1000, 2000, 5000);
    ASSERT_LIKELY(&site, 6240, 6240, 6300, 7000, 10000);
    ASSERT_LIKELY(&site, 3000, 3000, 5000, 10000);
    ASSERT_LIKELY(&site, 10000, 10000);
    ASSERT_LIKELY(&site, 20000, 20000);
    ASSERT_LIKELY(&site, 10001, 10001, 10100, 11000, 20000);
    ASSERT_LIKELY(&site, 1, 1, 100, 1000, 2000);
    ASSERT_LIKELY(&site, 123456, 123456, 123500, 124000, 130000);
}

static void likely_tenders_are_never_below_the_sum_and_ascend(void **state)
{
    (void)state;
    struct site site = china();
    for (int64_t due = 1; due < 60000; due += 7) {
        int64_t likely[MONEY_LIKELY_MAX];
        size_t count = money_likely_tenders(&site, due, likely);
        assert_in_range(count, 1, MONEY_LIKELY_MAX);
        assert_int_equal(likely[0], due);
        for (size_t i = 1; i < count; i++) {
            assert_true(likely[i] > likely[i - 1]);
        }
    }
}

static void nothing_due_has_no_likely_tender(void **state)
{
    (void)state;
    struct site site = china();
    int64_t likely[MONEY_LIKELY_MAX];
    assert_int_equal(money_likely_tenders(&site, 0, likely), 0);
    assert_int_equal(money_likely_tenders(&site, -5, likely), 0);
    site.note_count = 0;
    ASSERT_LIKELY(&site, 18642, 18642, 18700, 19000);
}

/* ---- the site -------------------------------------------------------------------------------- */

static void the_default_site_passes_its_check(void **state)
{
    (void)state;
    struct site site = china();
    assert_int_equal(site_check(&site), TILL_OK);
    memcpy(site.receipt_url, "HTTPS://R.EXAMPLE/", 19);
    assert_int_equal(site_check(&site), TILL_OK);
}

static void a_site_that_breaks_a_rule_is_refused(void **state)
{
    (void)state;
    enum { CASES = 14 };
    struct site sites[CASES];
    for (int i = 0; i < CASES; i++) {
        sites[i] = china();
    }
    memcpy(sites[0].currency, "cny", 4);
    sites[1].exponent = 5;
    memcpy(sites[2].zone, "Beijing", 8);
    sites[3].note_count = SITE_NOTES_MAX + 1;
    sites[4].notes_minor[1] = 10000;
    sites[5].notes_minor[5] = 0;
    sites[6].words = (enum site_words)7;
    memcpy(sites[7].payee, "a\nb", 4);
    memcpy(sites[8].receipt_url, "https://r.example/", 19);
    memcpy(sites[9].receipt_url, "HTTPS://R.EXAMPLE", 18);
    sites[10].receipt_max_minor = -1;
    sites[11].late_fee_resident_ppm = 1000001;
    sites[12].late_fee_minimum_minor = -1;
    memset(sites[13].branch, 'x', sizeof(sites[13].branch));
    for (int i = 0; i < CASES; i++) {
        if (site_check(&sites[i]) != TILL_BAD_INPUT) {
            fail_msg("accepted: site %d", i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_that_pass_64_bits_are_refused),
        cmocka_unit_test(amounts_have_all_decimals_and_groups_where_asked),
        cmocka_unit_test(the_symbol_stands_between_sign_and_figures),
        cmocka_unit_test(the_exponent_is_the_sites),
        cmocka_unit_test(chinese_capitals_follow_the_banks_rule),
        cmocka_unit_test(english_words_end_in_a_fraction),
        cmocka_unit_test(words_fit_at_every_exponent_and_the_longest_unit),
        cmocka_unit_test(smaller_parts_than_a_fen_have_their_words),
        cmocka_unit_test(typed_amounts_are_whole_units_with_up_to_two_decimals),
        cmocka_unit_test(what_is_no_amount_is_refused),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(likely_tenders_are_the_sum_and_the_notes_that_cover_it),
        cmocka_unit_test(likely_tenders_are_never_below_the_sum_and_ascend),
        cmocka_unit_test(nothing_due_has_no_likely_tender),
        cmocka_unit_test(the_default_site_passes_its_check),
        cmocka_unit_test(a_site_that_breaks_a_rule_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

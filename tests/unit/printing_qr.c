#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "profile.h"
#include "proof.h"
#include "qr.h"

static struct qr qr;

static const char *text_of(size_t size)
{
    static char text[512];
    for (size_t i = 0; i < size; i++) {
        text[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[i * 7 % 32];
    }
    text[size] = '\0';
    return text;
}

static void version_11_m_holds_366_characters_and_no_more(void **state)
{
    (void)state;
    assert_int_equal(qr_encode(text_of(366), &qr), TILL_OK);
    assert_int_equal(qr.side, 61);
    assert_int_equal(qr_encode(text_of(367), &qr), TILL_TOO_LARGE);
    assert_int_equal(PROOF_CHARACTERS_MAX, 366);
}

static void the_side_is_known_before_encoding(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 366; size++) {
        assert_int_equal(qr_encode(text_of(size), &qr), TILL_OK);
        assert_int_equal(qr_side(size), qr.side);
    }
    assert_int_equal(qr_side(367), 0);
}

static void lower_case_is_outside_the_mode(void **state)
{
    (void)state;
    assert_int_equal(qr_encode("https://R.EXAMPLE/", &qr), TILL_BAD_INPUT);
    assert_int_equal(qr_encode("", &qr), TILL_BAD_INPUT);
    assert_true(qr_is_alphanumeric("HTTPS://R.EXAMPLE/A B"));
    assert_false(qr_is_alphanumeric("HTTPS://R.EXAMPLE#A/"));
}

static void modules_are_dark_or_light_and_the_finder_stands(void **state)
{
    (void)state;
    assert_int_equal(qr_encode("HTTPS://R.EXAMPLE/", &qr), TILL_OK);
    static const char *const finder[7] = {"1111111", "1000001", "1011101", "1011101",
                                          "1011101", "1000001", "1111111"};
    for (int y = 0; y < 7; y++) {
        for (int x = 0; x < 7; x++) {
            assert_int_equal(qr.modules[y * qr.side + x], finder[y][x] - '0');
        }
    }
}

static void a_module_is_at_least_four_dots_on_every_paper(void **state)
{
    (void)state;
    static const int widths[] = {384, 576};
    for (size_t w = 0; w < 2; w++) {
        for (int side = 21; side <= QR_SIDE_MAX; side += 4) {
            int module = qr_module_dots(side, widths[w]);
            assert_in_range(module, QR_MODULE_MIN, QR_MODULE_MAX);
            assert_true((side + 2 * QR_QUIET) * module <= widths[w]);
        }
    }
}

static void a_profile_is_found_by_its_name_only(void **state)
{
    (void)state;
    const struct printer_profile *p = NULL;
    assert_int_equal(profile_find("escpos58-gb18030", &p), TILL_OK);
    assert_int_equal(p->dots, 384);
    assert_int_equal(p->columns * 12, p->dots);
    assert_int_equal(profile_find("escpos80-raster", &p), TILL_OK);
    assert_int_equal(p->columns * 12, p->dots);
    assert_int_equal(profile_find("escpos58", &p), TILL_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_11_m_holds_366_characters_and_no_more),
        cmocka_unit_test(the_side_is_known_before_encoding),
        cmocka_unit_test(lower_case_is_outside_the_mode),
        cmocka_unit_test(modules_are_dark_or_light_and_the_finder_stands),
        cmocka_unit_test(a_module_is_at_least_four_dots_on_every_paper),
        cmocka_unit_test(a_profile_is_found_by_its_name_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Printer profiles: each prints all that a paper can hold, on a roll that has no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "escpos.h"
#include "rolls.h"

static struct paper paper;
static struct buffer bytes;
static uint8_t memory[ESCPOS_BYTES_MAX];

static void encode(const struct printer_profile *profile, int darkness)
{
    struct escpos *escpos = NULL;
    assert_int_equal(escpos_open(profile, &escpos), TILL_OK);
    escpos_set_darkness(escpos, darkness);
    buffer_init(&bytes, memory, sizeof memory);
    assert_int_equal(escpos_encode(escpos, &paper, &bytes), TILL_OK);
    escpos_close(escpos);
}

static const struct printer_profile *find(const char *name)
{
    const struct printer_profile *profile = NULL;
    assert_int_equal(profile_find(name, &profile), TILL_OK);
    return profile;
}

static struct roll *print(const struct printer_profile *profile)
{
    struct roll_profile printer;
    roll_profile_of_printer(profile, &printer);
    struct roll *roll = roll_create(&printer);
    assert_non_null(roll);
    size_t used = 0;
    if (roll_put(roll, (struct span){bytes.data, bytes.size}, 0, &used) != TILL_OK) {
        uint64_t offset = 0;
        const char *why = roll_fault(roll, &offset);
        fail_msg("%s: refused at byte %llu: %s", profile->name, (unsigned long long)offset, why);
    }
    assert_true(roll_is_idle(roll));
    return roll;
}

static size_t count_of(const struct roll *roll, enum roll_op_kind kind)
{
    size_t count = 0;
    size_t found = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    for (size_t i = 0; i < count; i++) {
        found += ops[i].kind == kind ? 1u : 0u;
    }
    return found;
}

static bool has(const char *what, size_t size)
{
    return memmem(bytes.data, bytes.size, what, size) != NULL;
}

static void there_are_many_and_each_is_found_by_its_name(void **state)
{
    (void)state;
    const struct printer_profile *none = NULL;
    assert_in_range(profile_count(), 12, 200);
    for (size_t i = 0; i < profile_count(); i++) {
        const struct printer_profile *profile = profile_at(i);
        assert_ptr_equal(find(profile->name), profile);
        assert_in_range(strlen(profile->name), 1, 32);
        assert_true(strlen(profile->about) > 0);
        assert_int_equal(profile->native_qr, profile->qr_bytes > 0);
    }
    assert_int_equal(profile_find("escpos99", &none), TILL_NOT_FOUND);
    assert_null(none);
}

/* All that a paper can hold: each style, both alphabets, a character that no font of a printer has,
 * lines that wrap, a code of the size of a receipt's. */
static void lay_out_everything(void)
{
    char code[301];
    paper_init(&paper);
    for (size_t i = 0; i < sizeof code - 1; i++) {
        code[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i * 7 % 36];
    }
    code[sizeof code - 1] = '\0';
    for (int style = PAPER_NORMAL; style <= PAPER_INVERSE; style++) {
        paper_center(&paper, (enum paper_style)style, "电费收费凭证 RECEIPT");
        paper_sides(&paper, (enum paper_style)style,
                    "用电地址：幸福路一百二十八号三栋二单元五〇二室", "¥123,456,789.01");
        paper_sides(&paper, (enum paper_style)style, "户名 \xF0\xA0\xAE\xB7 $#@ ~", "e\xCC\x81");
        paper_rule(&paper);
    }
    paper_feed(&paper, 300);
    paper_qr(&paper, code);
    paper_cut(&paper);
}

static void everything_comes_out_of_every_printer(void **state)
{
    (void)state;
    for (size_t i = 0; i < profile_count(); i++) {
        const struct printer_profile *profile = profile_at(i);
        for (int dark = PROFILE_DARKNESS_MIN; dark <= PROFILE_DARKNESS_MAX; dark++) {
            lay_out_everything();
            encode(profile, dark);
            struct roll *roll = print(profile);
            assert_int_equal(count_of(roll, ROLL_QR), profile->native_qr ? 1 : 0);
            assert_int_equal(count_of(roll, ROLL_CUT), profile->cutter != PROFILE_CUT_NONE ? 1 : 0);
            assert_int_equal(count_of(roll, ROLL_TEXT) > 0, profile->gb18030);
            roll_destroy(roll);
        }
    }
}

static void darkness_is_said_as_the_printer_understands_it(void **state)
{
    (void)state;
    paper_init(&paper);
    paper_cut(&paper);
    encode(find("tm-t88v"), 2);
    assert_true(has("\x1b@\x1d(K\x02\x00\x31\x02", 9));
    encode(find("tm-t88v"), -2);
    assert_true(has("\x1d(K\x02\x00\x31\xFE", 7));
    encode(find("handheld58-dc2"), 0);
    assert_true(has("\x1b@\x12#\x4C", 5));
    encode(find("pos-5890"), 1);
    assert_true(has("\x1b@\x1b\x37\x07\x78\x02", 7));
    encode(find("escpos58-gb18030"), 2);
    assert_memory_equal(bytes.data, "\x1b@\x1c&\x1b", 5); /* it can't: nothing is said */
}

static void ascii_is_ascii_where_the_printer_has_code_pages(void **state)
{
    (void)state;
    paper_init(&paper);
    paper_cut(&paper);
    encode(find("zj-5870"), 0);
    assert_true(has("\x1b@\x1bR\x00\x1bt\x00", 8));
    encode(find("escpos58-raster"), 0);
    assert_false(has("\x1bt", 2));
}

static void a_blade_that_can_only_cut_through_is_told_so(void **state)
{
    (void)state;
    paper_init(&paper);
    paper_cut(&paper);
    encode(find("escpos80-fullcut"), 0);
    assert_true(has("\x1b\x64\x05\x1dV\x00", 6));
    encode(find("tm-t88v"), 0);
    assert_true(has("\x1dV\x01", 3));
    encode(find("sunmi-v2"), 0);
    assert_false(has("\x1dV", 2));
}

static void a_printer_of_rasters_gets_rasters_and_feeds_only(void **state)
{
    (void)state;
    paper_init(&paper);
    paper_center(&paper, PAPER_LARGE, "电费收费凭证");
    paper_rule(&paper);
    paper_sides(&paper, PAPER_INVERSE, "DUPLICATE", "1");
    paper_feed(&paper, 100);
    paper_cut(&paper);
    const struct printer_profile *strict = find("escpos58-strict");
    encode(strict, 0);
    struct roll *roll = print(strict);
    assert_true(count_of(roll, ROLL_RASTER) >= 3);
    assert_false(has("\x1b"
                     "d",
                     2));
    roll_destroy(roll);
}

static void a_code_too_long_for_the_printer_is_drawn(void **state)
{
    (void)state;
    char text[PAPER_QR_MAX];
    memset(text, 'A', 300);
    text[300] = '\0';
    struct printer_profile small = *find("sunmi-v2");
    small.qr_bytes = 200;
    paper_init(&paper);
    paper_qr(&paper, text);
    paper_cut(&paper);
    encode(&small, 0);
    struct roll *roll = print(&small);
    assert_int_equal(count_of(roll, ROLL_QR), 0);
    assert_true(count_of(roll, ROLL_RASTER) > 0);
    roll_destroy(roll);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_many_and_each_is_found_by_its_name),
        cmocka_unit_test(everything_comes_out_of_every_printer),
        cmocka_unit_test(darkness_is_said_as_the_printer_understands_it),
        cmocka_unit_test(ascii_is_ascii_where_the_printer_has_code_pages),
        cmocka_unit_test(a_blade_that_can_only_cut_through_is_told_so),
        cmocka_unit_test(a_printer_of_rasters_gets_rasters_and_feeds_only),
        cmocka_unit_test(a_code_too_long_for_the_printer_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

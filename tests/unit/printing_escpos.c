#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "escpos.h"
#include "raster.h"
#include "receipts.h"
#include "roll.h"
#include "test_language.h"

static struct paper paper;
static struct buffer bytes;
static uint8_t memory[ESCPOS_BYTES_MAX];
static struct raster_canvas canvas;

static enum till_status encode(const char *name)
{
    const struct printer_profile *profile = NULL;
    struct escpos *escpos = NULL;
    assert_int_equal(profile_find(name, &profile), TILL_OK);
    assert_int_equal(escpos_open(profile, &escpos), TILL_OK);
    buffer_init(&bytes, memory, sizeof memory);
    enum till_status status = escpos_encode(escpos, &paper, &bytes);
    escpos_close(escpos);
    return status;
}

static int begin(void **state)
{
    (void)state;
    paper_init(&paper);
    return 0;
}

static bool has(const char *what, size_t size)
{
    return memmem(bytes.data, bytes.size, what, size) != NULL;
}

/* The operations of a strict roll that takes two-byte characters only. */
static struct roll *rolled(uint16_t rows_max)
{
    struct roll_profile profile;
    roll_profile_58(&profile);
    profile.charset = ROLL_CHARSET_GBK;
    profile.raster_rows_max = rows_max;
    struct roll *roll = roll_create(&profile);
    assert_non_null(roll);
    size_t used = 0;
    enum till_status status = roll_put(roll, (struct span){bytes.data, bytes.size}, 0, &used);
    if (status != TILL_OK) {
        fail_msg("refused: %s", roll_fault(roll, NULL));
    }
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

static void a_job_begins_with_a_reset_and_chinese_mode(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL, "户名", "王**");
    assert_int_equal(encode("escpos58-gb18030"), TILL_OK);
    assert_memory_equal(bytes.data, "\x1B@\x1C&", 4);
    /* GB 18030 of 户名, 25 spaces, 王**. */
    assert_true(has("\xBB\xA7\xC3\xFB                        \xCD\xF5**\n", 33));
}

static void the_narrow_yen_sign_is_printed_wide(void **state)
{
    (void)state;
    paper_center(&paper, PAPER_NORMAL, "¥1.00");
    assert_int_equal(encode("escpos58-gb18030"), TILL_OK);
    assert_true(has("\xA3\xA4"
                    "1.00\n",
                    7));
}

static void a_character_that_no_printer_has_makes_only_its_line_a_raster(void **state)
{
    (void)state;
    static const char *const names[] = {"\xF0\xA0\xAE\xB7", /* U+20BB7: four bytes */
                                        "\xF0\x9F\x8F\xA0", /* an emoji */
                                        "\xEE\x80\x80",     /* private use, a user's row */
                                        "\xEE\x9F\x90",     /* private use amid the symbols */
                                        "e\xCC\x81"};       /* a mark of its own */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        paper_init(&paper);
        paper_sides(&paper, PAPER_NORMAL, "户名", "王秀英");
        paper_sides(&paper, PAPER_NORMAL, "户名", names[i]);
        paper_sides(&paper, PAPER_NORMAL, "户名", "王秀英");
        assert_int_equal(encode("escpos58-gb18030"), TILL_OK);
        struct roll *roll = rolled(255);
        assert_int_equal(count_of(roll, ROLL_RASTER), 1);
        assert_int_equal(count_of(roll, ROLL_TEXT), 6); /* name, spaces, name: twice */
        roll_destroy(roll);
    }
}

static void no_band_is_higher_than_the_printer_takes(void **state)
{
    (void)state;
    language_set("zh_CN");
    struct receipt_sample_paper made;
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    assert_int_equal(receipt_layout(&made.receipt, &made.proof, made.copy, 32, &paper), TILL_OK);
    assert_int_equal(encode("escpos58-raster"), TILL_OK);
    struct roll *roll = rolled(128);
    assert_int_equal(count_of(roll, ROLL_TEXT), 0);
    assert_in_range(count_of(roll, ROLL_RASTER), 20, 60);
    roll_destroy(roll);
}

static void only_a_printer_with_a_cutter_is_told_to_cut(void **state)
{
    (void)state;
    paper_cut(&paper);
    assert_int_equal(encode("escpos80-gb18030"), TILL_OK);
    assert_true(has("\x1DV\x01", 3));
    assert_int_equal(encode("escpos58-gb18030"), TILL_OK);
    assert_false(has("\x1DV", 2));
}

static void the_printers_own_qr_is_model_2_level_m_at_five_dots(void **state)
{
    (void)state;
    char text[301];
    memset(text, 'A', 300);
    text[300] = '\0';
    paper_qr(&paper, text);
    assert_int_equal(encode("escpos58-gb18030"), TILL_OK);
    struct roll *roll = rolled(255);
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    const struct roll_op *qr = NULL;
    for (size_t i = 0; i < count; i++) {
        qr = ops[i].kind == ROLL_QR ? &ops[i] : qr;
    }
    assert_non_null(qr);
    assert_int_equal(qr->level, 'M');
    assert_int_equal(qr->module, 5);
    assert_int_equal(qr->modules, 57);
    assert_int_equal(qr->x, (384 - 57 * 5) / 2);
    assert_in_range(qr->y, 20, 60); /* the quiet zone above it */
    assert_in_range(roll_height(roll) - qr->y - qr->height, 20, 60);
    roll_destroy(roll);
}

static void a_paper_that_overflowed_is_not_printed(void **state)
{
    (void)state;
    paper.overflow = true;
    assert_int_equal(encode("escpos58-gb18030"), TILL_TOO_LARGE);
}

static void a_buffer_too_small_is_said(void **state)
{
    (void)state;
    const struct printer_profile *profile = NULL;
    struct escpos *escpos = NULL;
    assert_int_equal(profile_find("escpos58-gb18030", &profile), TILL_OK);
    assert_int_equal(escpos_open(profile, &escpos), TILL_OK);
    paper_sides(&paper, PAPER_NORMAL, "Account", "6100 2345 67");
    for (size_t capacity = 0; capacity < 40; capacity++) {
        buffer_init(&bytes, memory, capacity);
        assert_int_equal(escpos_encode(escpos, &paper, &bytes), TILL_TOO_LARGE);
    }
    escpos_close(escpos);
}

static void the_largest_receipt_fits_the_buffer_on_every_printer(void **state)
{
    (void)state;
    language_set("en");
    struct receipt_sample_paper made;
    receipt_sample_make(SAMPLE_LONG, "en", &made);
    struct receipt *r = &made.receipt;
    struct body_collection body = {.account = "6100234567", .tender = TENDER_CASH};
    for (r->item_count = 0; r->item_count < RECEIPT_ITEMS_MAX; r->item_count++) {
        r->items[r->item_count] = (struct allocation_line){.month = 202609,
                                                           .type = 1,
                                                           .energy_cwh = 1234567,
                                                           .late_days = 365,
                                                           .amount_minor = 123456789,
                                                           .late_fee_minor = 12345678};
        body.amount_minor += 123456789 + 12345678;
        body.late_fee_minor += 12345678;
    }
    body.tendered_minor = body.amount_minor;
    assert_int_equal(entry_write_collection(&made.proof.entry, KIND_COLLECTION, &body), TILL_OK);
    made.copy = (struct receipt_copy){.number = 99, .training = true};
    static const char *const names[] = {"escpos58-gb18030", "escpos58-gb18030-rasterqr",
                                        "escpos58-raster",  "escpos58-raster-qr",
                                        "escpos80-gb18030", "escpos80-raster"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct printer_profile *profile = NULL;
        assert_int_equal(profile_find(names[i], &profile), TILL_OK);
        assert_int_equal(receipt_layout(r, &made.proof, made.copy, profile->columns, &paper),
                         TILL_OK);
        assert_int_equal(encode(names[i]), TILL_OK);
    }
}

static size_t black(const struct raster_canvas *c)
{
    size_t count = 0;
    for (int i = 0; i < c->stride * c->rows; i++) {
        count += (size_t)__builtin_popcount(c->bits[i]);
    }
    return count;
}

static void draw_one(struct raster *raster, uint32_t c)
{
    char text[4] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
                    (char)(0x80 | (c & 0x3F)), '\0'};
    struct paper_row row = {.count = 1, .runs = {{.text = text, .size = 3}}};
    raster_row(raster, PAPER_NORMAL, &row, &canvas);
}

static void a_full_cache_draws_what_an_empty_one_draws(void **state)
{
    (void)state;
    struct raster *full = NULL;
    struct raster *fresh = NULL;
    assert_int_equal(raster_open(384, &full), TILL_OK);
    assert_int_equal(raster_open(384, &fresh), TILL_OK);
    for (uint32_t c = 0x4E00; c < 0x4E00 + 2 * RASTER_GLYPHS_MAX; c++) {
        draw_one(full, c);
    }
    static struct raster_canvas first;
    for (uint32_t c = 0x4E00; c < 0x4E00 + 2 * RASTER_GLYPHS_MAX; c += 31) {
        draw_one(fresh, c);
        first = canvas;
        assert_in_range(black(&first), 10, 400);
        draw_one(full, c);
        assert_memory_equal(canvas.bits, first.bits, (size_t)(first.stride * first.rows));
    }
    raster_close(full);
    raster_close(fresh);
}

static void an_inverse_row_is_black_from_edge_to_edge(void **state)
{
    (void)state;
    struct raster *raster = NULL;
    assert_int_equal(raster_open(384, &raster), TILL_OK);
    struct paper_row row = {.count = 1, .runs = {{.text = "DUPLICATE 1", .size = 11, .x = 100}}};
    raster_row(raster, PAPER_INVERSE, &row, &canvas);
    const uint8_t *middle = canvas.bits + canvas.rows / 2 * canvas.stride;
    assert_int_equal(middle[0], 0xFF);
    assert_int_equal(middle[canvas.stride - 1], 0xFF);
    assert_true(black(&canvas) < (size_t)(canvas.dots * (canvas.rows - 4)));
    raster_close(raster);
}

static void drawing_outside_the_paper_is_cut(void **state)
{
    (void)state;
    struct raster *raster = NULL;
    assert_int_equal(raster_open(384, &raster), TILL_OK);
    for (int x = -60; x < 384 + 60; x++) {
        struct paper_row row = {.count = 1, .runs = {{.text = "电费", .size = 6, .x = x}}};
        raster_row(raster, PAPER_LARGE, &row, &canvas);
    }
    raster_close(raster);
}

static void a_code_that_the_printer_would_draw_larger_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"escpos58-gb18030", "escpos58-raster"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        paper_init(&paper);
        paper_qr(&paper, "HTTPS://R.EXAMPLE#A/");
        assert_int_equal(encode(names[i]), TILL_BAD_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_job_begins_with_a_reset_and_chinese_mode, begin),
        cmocka_unit_test_setup(the_narrow_yen_sign_is_printed_wide, begin),
        cmocka_unit_test_setup(a_character_that_no_printer_has_makes_only_its_line_a_raster, begin),
        cmocka_unit_test_setup(no_band_is_higher_than_the_printer_takes, begin),
        cmocka_unit_test_setup(only_a_printer_with_a_cutter_is_told_to_cut, begin),
        cmocka_unit_test_setup(the_printers_own_qr_is_model_2_level_m_at_five_dots, begin),
        cmocka_unit_test_setup(a_paper_that_overflowed_is_not_printed, begin),
        cmocka_unit_test_setup(a_buffer_too_small_is_said, begin),
        cmocka_unit_test_setup(the_largest_receipt_fits_the_buffer_on_every_printer, begin),
        cmocka_unit_test(a_full_cache_draws_what_an_empty_one_draws),
        cmocka_unit_test(an_inverse_row_is_black_from_edge_to_edge),
        cmocka_unit_test(drawing_outside_the_paper_is_cut),
        cmocka_unit_test(a_code_that_the_printer_would_draw_larger_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

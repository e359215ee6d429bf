/*
 * A second opinion: the same bytes drawn by the strict roll, and by an interpreter in another
 * language that shares no code with it (tests/loop/lib/escpos_picture.py). Every dot must agree,
 * for every profile; in place of glyphs both fill a character's cell with a pattern of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "escpos.h"
#include "rolls.h"
#include "text.h"

enum { ROWS_MAX = 12000, STRIDE_MAX = 72, CELL_HEIGHT = 24 };

static struct paper paper;
static struct buffer bytes;
static uint8_t memory[ESCPOS_BYTES_MAX];
static uint8_t ours[ROWS_MAX * STRIDE_MAX];
static uint8_t theirs[ROWS_MAX * STRIDE_MAX + 64];
static char folder[] = "/tmp/foreign-XXXXXX";

/* ---- what the roll says, as dots ------------------------------------------------------------- */

static void blacken(int stride, uint32_t x, uint32_t y)
{
    assert_true(y < ROWS_MAX && x < (uint32_t)stride * 8);
    ours[y * (uint32_t)stride + x / 8] |= (uint8_t)(0x80 >> x % 8);
}

static bool cell_dot(uint32_t code, uint32_t x, uint32_t y, bool bold)
{
    if (code == ' ') {
        return false;
    }
    uint32_t mixed = code * 2654435761U;
    return (mixed >> (x + 5 * y) % 29 & 1) != 0 || (bold && (x + y) % 3 == 0);
}

static void draw_text(const struct roll *roll, const struct roll_op *op, int stride)
{
    struct span text = roll_op_data(roll, op);
    const char *at = (const char *)text.data;
    const char *end = at + text.size;
    for (uint32_t left = op->x; at < end; left += op->advance) {
        uint32_t code = text_next(&at, end);
        for (uint32_t y = 0; y < op->height; y++) {
            for (uint32_t x = 0; x < op->advance; x++) {
                uint32_t row = y / op->scale_y;
                bool dot = cell_dot(code, x / op->scale_x, row, op->bold) ||
                           (op->underline && row == CELL_HEIGHT - 1);
                if (dot != op->inverse) {
                    blacken(stride, left + x, op->y + y);
                }
            }
        }
    }
}

static void draw_bits(const struct roll *roll, const struct roll_op *op, int stride)
{
    struct span bits = roll_op_data(roll, op);
    uint32_t row_size = (op->width + 7U) / 8;
    for (uint32_t y = 0; y < op->height; y++) {
        for (uint32_t x = 0; x < op->width; x++) {
            if ((bits.data[y * row_size + x / 8] >> (7 - x % 8) & 1) != 0) {
                blacken(stride, op->x + x, op->y + y);
            }
        }
    }
}

static void draw(const struct roll *roll, int stride)
{
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    memset(ours, 0, sizeof ours);
    for (size_t i = 0; i < count; i++) {
        const struct roll_op *op = &ops[i];
        if (op->kind == ROLL_TEXT) {
            draw_text(roll, op, stride);
        } else if (op->kind == ROLL_RASTER) {
            draw_bits(roll, op, stride);
        } else if (op->kind == ROLL_QR) {
            for (uint32_t at = 0; at < (uint32_t)op->width * op->height; at++) {
                blacken(stride, op->x + at % op->width, op->y + at / op->width);
            }
        }
    }
}

/* ---- what the other one draws ---------------------------------------------------------------- */

static size_t draw_elsewhere(const struct printer_profile *profile)
{
    char in[64];
    char out[64];
    char dots[8];
    snprintf(in, sizeof in, "%s/bytes", folder);
    snprintf(out, sizeof out, "%s/picture", folder);
    snprintf(dots, sizeof dots, "%u", profile->dots);
    FILE *file = fopen(in, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    fclose(file);
    pid_t child = fork();
    if (child == 0) {
        bool redirected = freopen(in, "rb", stdin) != NULL && freopen(out, "wb", stdout) != NULL;
        if (redirected) {
            execlp("python3", "python3", "tests/loop/lib/escpos_picture.py", dots,
                   profile->gb18030 ? "1" : "0", (char *)NULL);
        }
        _exit(127);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    if (!WIFEXITED(how) || WEXITSTATUS(how) != 0) {
        fail_msg("%s: the other interpreter refused it", profile->name);
    }
    file = fopen(out, "rb");
    assert_non_null(file);
    size_t size = fread(theirs, 1, sizeof theirs, file);
    fclose(file);
    unlink(in);
    unlink(out);
    return size;
}

/* ---- both ------------------------------------------------------------------------------------ */

static void encode(const struct printer_profile *profile)
{
    struct escpos *escpos = NULL;
    assert_int_equal(escpos_open(profile, &escpos), TILL_OK);
    buffer_init(&bytes, memory, sizeof memory);
    assert_int_equal(escpos_encode(escpos, &paper, &bytes), TILL_OK);
    escpos_close(escpos);
}

static void expect_agreement(const struct printer_profile *profile)
{
    struct roll_profile printer;
    char head[64];
    size_t used = 0;
    roll_profile_of_printer(profile, &printer);
    struct roll *roll = roll_create(&printer);
    assert_non_null(roll);
    assert_int_equal(roll_put(roll, (struct span){bytes.data, bytes.size}, 0, &used), TILL_OK);
    int stride = profile->dots / 8;
    draw(roll, stride);
    size_t size = draw_elsewhere(profile);
    int head_size = snprintf(head, sizeof head, "P4\n%u %u\n", profile->dots, roll_height(roll));
    size_t dots_size = (size_t)stride * roll_height(roll);
    if (size < (size_t)head_size || memcmp(theirs, head, (size_t)head_size) != 0) {
        fail_msg("%s: ours is %s, theirs %.20s", profile->name, head, (const char *)theirs);
    }
    assert_int_equal(size, (size_t)head_size + dots_size);
    for (size_t i = 0; i < dots_size; i++) {
        if (ours[i] != theirs[(size_t)head_size + i]) {
            fail_msg("%s: they differ at row %zu, dot %zu", profile->name, i / (size_t)stride,
                     i % (size_t)stride * 8);
        }
    }
    roll_destroy(roll);
}

static void lay_out(void)
{
    char code[301];
    paper_init(&paper);
    for (size_t i = 0; i < sizeof code - 1; i++) {
        code[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i * 7 % 36];
    }
    code[sizeof code - 1] = '\0';
    for (int style = PAPER_NORMAL; style <= PAPER_INVERSE; style++) {
        paper_center(&paper, (enum paper_style)style, "电费收费凭证 RECEIPT");
        paper_sides(&paper, (enum paper_style)style, "户名 \xF0\xA0\xAE\xB7 $#@ ~", "¥1,234.50");
        paper_rule(&paper);
    }
    paper_sides(&paper, PAPER_NORMAL, "用电地址：幸福路一百二十八号三栋二单元五〇二室", "¥1.00");
    paper_qr(&paper, code);
    paper_cut(&paper);
}

static void two_interpreters_draw_the_same_dots_for_every_profile(void **state)
{
    (void)state;
    for (size_t i = 0; i < profile_count(); i++) {
        lay_out();
        encode(profile_at(i));
        expect_agreement(profile_at(i));
    }
}

/* Commands that our papers don't use now, as another layout may. */
static void they_agree_about_what_no_paper_uses_yet(void **state)
{
    (void)state;
    static const char job[] = "\x1b@\x1b\x61\x02right\n\x1b\x61\x30left\n\x1d!\x33"
                              "4 by 4\n\x1d!\x01tall\x1d!\x10wide\n\x1d!\x00\x1b\x32"
                              "narrow\n\x1b-\x01under\x1b-\x00\x1b\x45\x01 bold\n\x1bJ\x11"
                              "half a line\x1b\x64\x02\x1b\x61\x01\x1dv0\x00\x03\x00\x02\x00"
                              "\xff\x00\x81\x18\x24\x42";
    const struct printer_profile *profile = NULL;
    assert_int_equal(profile_find("escpos80-gb18030", &profile), TILL_OK);
    buffer_init(&bytes, memory, sizeof memory);
    buffer_put(&bytes, job, sizeof job - 1);
    struct printer_profile wide = *profile;
    struct roll_profile printer;
    size_t used = 0;
    roll_profile_of_printer(&wide, &printer);
    printer.features |= ROLL_CAN_UNDERLINE;
    printer.size_max = 8;
    struct roll *roll = roll_create(&printer);
    assert_int_equal(roll_put(roll, (struct span){bytes.data, bytes.size}, 0, &used), TILL_OK);
    draw(roll, wide.dots / 8);
    size_t size = draw_elsewhere(&wide);
    size_t dots_size = (size_t)wide.dots / 8 * roll_height(roll);
    assert_true(size > dots_size);
    assert_memory_equal(theirs + (size - dots_size), ours, dots_size);
    roll_destroy(roll);
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_interpreters_draw_the_same_dots_for_every_profile),
        cmocka_unit_test(they_agree_about_what_no_paper_uses_yet),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

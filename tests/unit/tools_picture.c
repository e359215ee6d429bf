/* The picture of a paper shows all that the head printed, up to the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "paper_picture.h"

enum { HEAD_DOTS = 384, MARGIN_DOTS = 40, CELL_DOTS = 12, LINES_MAX = 4096, PNG_MAX = 262144 };

struct png {
    uint8_t bytes[PNG_MAX];
    size_t size;
};

static enum till_status keep(void *context, struct span bytes)
{
    struct png *png = context;
    assert_true(png->size + bytes.size <= PNG_MAX);
    memcpy(png->bytes + png->size, bytes.data, bytes.size);
    png->size += bytes.size;
    return TILL_OK;
}

static void put(struct buffer *out, const char *bytes, size_t size)
{
    buffer_put(out, bytes, size);
}

/* One sign in the last cells of a line of 384 dots that begins at left_dots. */
static void put_sign(struct buffer *out, const char *sign, int cells, int size, int left_dots)
{
    int x = left_dots + HEAD_DOTS - cells * CELL_DOTS * size;
    const char place[] = {0x1B, '$', (char)(x % 256), (char)(x / 256)};
    const char scale[] = {0x1D, '!', (char)((size - 1) * 0x11)};
    put(out, scale, sizeof scale);
    put(out, place, sizeof place);
    put(out, sign, strlen(sign));
    put(out, "\n", 1);
}

static void paint(int dots, int left_dots, int margin, struct png *png)
{
    static const char *const narrow[] = {"0", "6", "8", "W", "M", "@", "."};
    static uint8_t memory[LINES_MAX];
    struct roll_profile profile;
    struct buffer out;
    size_t used = 0;
    roll_profile_58(&profile);
    profile.dots = (uint16_t)dots;
    buffer_init(&out, memory, sizeof memory);
    put(&out, "\x1B@\x1C&", 4);
    for (int bold = 0; bold < 2; bold++) {
        const char strikes[] = {0x1B, 'E', (char)bold};
        put(&out, strikes, sizeof strikes);
        for (int size = 1; size <= 2; size++) {
            for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++)
                put_sign(&out, narrow[i], 1, size, left_dots);
            put_sign(&out, "\xCA\xB5", 2, size, left_dots); /* one Han */
        }
    }
    assert_int_equal(buffer_status(&out), TILL_OK);
    struct roll *roll = roll_create(&profile);
    assert_non_null(roll);
    assert_int_equal(roll_put(roll, (struct span){out.data, out.size}, 0, &used), TILL_OK);
    struct paper_picture picture = {.scale = 1, .margin = margin};
    png->size = 0;
    assert_int_equal(paper_picture_png(roll, &picture, keep, png), TILL_OK);
    roll_destroy(roll);
}

/* A wider head has room where this one ends: what overhangs would be seen there. */
static void no_sign_is_cut_at_the_edge_of_the_paper(void **state)
{
    (void)state;
    static struct png edge, wide;
    paint(HEAD_DOTS, 0, MARGIN_DOTS, &edge);
    paint(HEAD_DOTS + 2 * MARGIN_DOTS, MARGIN_DOTS, 0, &wide);
    assert_int_equal(edge.size, wide.size);
    assert_memory_equal(edge.bytes, wide.bytes, edge.size);
}

int main(void)
{
    setenv("FONTCONFIG_FILE", "packaging/fonts.conf", 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_sign_is_cut_at_the_edge_of_the_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

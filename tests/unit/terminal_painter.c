/*
 * Frames of every screen of a day, in every shape that boards have, in both languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "handheld.h"
#include "painter.h"
#include "parts.h"
#include "text.h"

enum { SCREENS_MAX = 224, PAPER = 0xfdfdf9, FOOT = 0xe3e9e4, FOOT_HIGH = 23 };

struct shape {
    const char *name;
    struct display_shape shape;
    double factor; /* dots a design pixel */
};
static const struct shape shapes[] = {
    {"320x240", {320, 240, 1, false}, 1},     {"640x480", {640, 480, 2, false}, 2},
    {"240x320", {240, 320, 1, false}, 1},     {"480x320", {480, 320, 1, false}, 4.0 / 3.0},
    {"320x240 mono", {320, 240, 1, true}, 1}, {"128x64 mono", {128, 64, 1, true}, 1},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* Fontconfig keeps 288 bytes to the end of the process, however often it is used. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static struct handheld h;
static struct screen *screens; /* of both languages */
static size_t screen_count;

static bool is_known(const struct screen *s)
{
    struct screen other = *s;
    for (size_t i = 0; i < screen_count; i++) {
        other.bar = screens[i].bar; /* the bar alone makes no other screen */
        if (memcmp(&other, &screens[i], sizeof other) == 0)
            return true;
    }
    return false;
}

static void keep(void *context, struct handheld *handheld)
{
    const struct screen *s = &handheld->app->screen;
    (void)context;
    /* Half-typed digits are many and alike. */
    bool typing = s->keys == KEYS_DIGITS && screen_count > 0 &&
                  strcmp(screens[screen_count - 1].name, s->name) == 0;
    if (!s->name || typing || is_known(s))
        return;
    assert_true(screen_count < 2 * SCREENS_MAX);
    screens[screen_count++] = *s;
}

static int gather(void **state)
{
    static const char *const languages[] = {"en", "zh_CN"};
    (void)state;
    screens = calloc((size_t)2 * SCREENS_MAX, sizeof *screens);
    assert_non_null(screens);
    for (size_t i = 0; i < 2; i++) {
        const struct handheld_setup setup = {.language = languages[i]};
        handheld_make(&h, &setup);
        h.watch = keep;
        handheld_spend_day(&h);
        handheld_free(&h);
    }
    assert_true(screen_count > 60);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    free(screens);
    return 0;
}

static struct painter *open_painter(const struct shape *s)
{
    struct painter *p;
    assert_int_equal(painter_open(&s->shape, &p), TILL_OK);
    return p;
}

static void show_screen(const struct shape *shape, const struct screen *s)
{
    print_message("# %s on %s: %s / %s\n", s->name, shape->name, s->title, s->aside);
}

/* ---- what changed ---------------------------------------------------------------------------- */

static struct display_area box_of_change(const uint32_t *before, const uint32_t *now, size_t width,
                                         size_t height)
{
    size_t left = width, top = height, right = 0, bottom = 0;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            if (before[y * width + x] == now[y * width + x])
                continue;
            left = x < left ? x : left;
            right = x + 1 > right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    }
    if (right == 0)
        return (struct display_area){0, 0, 0, 0};
    return (struct display_area){(uint16_t)left, (uint16_t)top, (uint16_t)(right - left),
                                 (uint16_t)(bottom - top)};
}

static void assert_area(struct display_area a, struct display_area expected)
{
    assert_int_equal(a.width, expected.width);
    if (expected.width == 0)
        return;
    assert_int_equal(a.x, expected.x);
    assert_int_equal(a.y, expected.y);
    assert_int_equal(a.height, expected.height);
}

static void only_what_changed_is_named(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHAPES; k++) {
        const struct display_shape *d = &shapes[k].shape;
        size_t dots = (size_t)d->width * d->height;
        uint32_t *before = calloc(dots, sizeof *before);
        struct painter *p = open_painter(&shapes[k]);
        struct display_area area;
        assert_non_null(before);
        painter_paint(p, &screens[0], &area);
        assert_area(area, (struct display_area){0, 0, d->width, d->height});
        for (size_t i = 1; i < screen_count; i++) {
            memcpy(before, painter_frame(p), dots * sizeof *before);
            painter_paint(p, &screens[i], &area);
            assert_area(area, box_of_change(before, painter_frame(p), d->width, d->height));
        }
        painter_close(p);
        free(before);
    }
}

static void the_same_screen_again_changes_nothing(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHAPES; k++) {
        struct painter *p = open_painter(&shapes[k]);
        for (size_t i = 0; i < screen_count; i++) {
            struct display_area area;
            painter_paint(p, &screens[i], &area);
            painter_paint(p, &screens[i], &area);
            assert_int_equal(area.width, 0);
        }
        painter_close(p);
    }
}

/* What stood before leaves no trace. */
static void a_frame_depends_on_its_screen_alone(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHAPES; k++) {
        size_t dots = (size_t)shapes[k].shape.width * shapes[k].shape.height;
        struct painter *old = open_painter(&shapes[k]);
        struct display_area area;
        for (size_t i = 0; i < screen_count; i++) {
            painter_paint(old, &screens[i], &area);
            if (i % 7)
                continue;
            struct painter *new = open_painter(&shapes[k]);
            painter_paint(new, &screens[i], &area);
            assert_memory_equal(painter_frame(new), painter_frame(old), dots * sizeof(uint32_t));
            painter_close(new);
        }
        painter_close(old);
    }
}

/* ---- what stands there ----------------------------------------------------------------------- */

static void a_mono_frame_has_two_levels(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHAPES; k++) {
        if (!shapes[k].shape.mono)
            continue;
        size_t dots = (size_t)shapes[k].shape.width * shapes[k].shape.height;
        struct painter *p = open_painter(&shapes[k]);
        for (size_t i = 0; i < screen_count; i++) {
            struct display_area area;
            size_t ink = 0;
            painter_paint(p, &screens[i], &area);
            for (size_t n = 0; n < dots; n++) {
                uint32_t dot = painter_frame(p)[n] & 0xffffff;
                assert_true(dot == 0 || dot == 0xffffff);
                ink += dot == 0;
            }
            assert_in_range(ink, dots / 200, dots * 2 / 3);
        }
        painter_close(p);
    }
}

static bool row_is(const uint32_t *frame, size_t width, size_t y, size_t from, size_t to,
                   uint32_t paint)
{
    for (size_t x = from; x < to; x++)
        if ((frame[y * width + x] & 0xffffff) != paint)
            return false;
    return true;
}

static bool has_list(const struct screen *s)
{
    for (size_t i = 0; i < s->block_count; i++)
        if (s->blocks[i].kind == BLOCK_LIST)
            return true;
    return false;
}

/* The blocks end above the foot: nothing of them was cut. */
static void every_block_ends_above_the_foot(void **state)
{
    unsigned cut = 0;
    (void)state;
    for (size_t k = 0; k < SHAPES; k++) {
        const struct shape *s = &shapes[k];
        if (s->shape.mono)
            continue;
        struct painter *p = open_painter(s);
        size_t y = s->shape.height - (size_t)(FOOT_HIGH * s->factor + 0.999) - 1;
        for (size_t i = 0; i < screen_count; i++) {
            struct display_area area;
            painter_paint(p, &screens[i], &area);
            if (!has_list(&screens[i]) &&
                !row_is(painter_frame(p), s->shape.width, y, 0, s->shape.width, PAPER)) {
                show_screen(s, &screens[i]);
                cut++;
            }
        }
        painter_close(p);
    }
    assert_int_equal(cut, 0);
}

/* The keys' words end before the edge: the last columns of the foot are bare. */
static void every_key_in_the_foot_is_whole(void **state)
{
    unsigned cut = 0;
    (void)state;
    for (size_t k = 0; k < SHAPES; k++) {
        const struct shape *s = &shapes[k];
        if (s->shape.mono)
            continue;
        struct painter *p = open_painter(s);
        size_t width = s->shape.width, height = s->shape.height;
        for (size_t i = 0; i < screen_count; i++) {
            struct display_area area;
            bool bare = true;
            painter_paint(p, &screens[i], &area);
            for (size_t y = height - (size_t)(15 * s->factor); y < height; y++)
                bare = bare && row_is(painter_frame(p), width, y, width - 2, width, FOOT);
            if (!bare)
                show_screen(s, &screens[i]);
            cut += !bare;
        }
        painter_close(p);
    }
    assert_int_equal(cut, 0);
}

/* As a scanner sees it: what zbar reads from the picture of the frame. */
static void read_frame(const struct painter *p, const struct display_shape *d, const char *code)
{
    static struct command zbar;
    char path[] = "/tmp/fieldtill-frame-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    fprintf(file, "P5\n%d %d\n255\n", d->width, d->height);
    for (size_t i = 0; i < (size_t)d->width * d->height; i++)
        fputc((int)(painter_frame(p)[i] >> 8 & 0xff), file);
    assert_int_equal(fclose(file), 0);
    const char *const argv[] = {"zbarimg",         "-q", "--raw", "-Sdisable",
                                "-Sqrcode.enable", path, NULL};
    command_run(&zbar, argv);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(zbar.exit_code, 0);
    char *read = strstr(zbar.output, "FTC1:"); /* it complains of a missing bus before that */
    assert_non_null(read);
    read[strcspn(read, "\r\n")] = '\0';
    assert_string_equal(read, code);
}

/* The largest that a screen can hold, on every display that offers it. */
static void a_code_on_the_display_can_be_scanned(void **state)
{
    static struct screen s;
    char code[SCREEN_CODE_MAX] = "FTC1:";
    (void)state;
    for (size_t i = 5; i + 1 < sizeof code; i++)
        code[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[i * i % 31];
    screen_begin(&s, "give_code", KEYS_CARD);
    screen_title(&s, "Collected list", "CX01");
    screen_code(&s, code, "12 / 15", "Scan it with the other terminal, then OK for the next one.");
    screen_key(&s, "OK", "Next code");
    for (size_t k = 0; k < SHAPES; k++) {
        struct display_area area;
        if (shapes[k].shape.height < 200)
            continue;
        struct painter *p = open_painter(&shapes[k]);
        painter_paint(p, &s, &area);
        read_frame(p, &shapes[k].shape, code);
        painter_close(p);
    }
}

static size_t ink_between(const uint32_t *frame, size_t width, size_t from, size_t to)
{
    size_t ink = 0;
    for (size_t i = from * width; i < to * width; i++)
        ink += (frame[i] & 0xffffff) == 0;
    return ink;
}

/* Four lines of sixteen dots: title, the notice in two, the foot. */
static void a_notice_has_the_lines_that_nothing_else_needs(void **state)
{
    static const char *const texts[] = {"Short", "From then on nothing is taken in this shift"};
    const struct shape *small = &shapes[SHAPES - 1];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        static struct screen s;
        struct display_area area;
        struct painter *p = open_painter(small);
        screen_begin(&s, "help", KEYS_CARD);
        screen_title(&s, "Help", "");
        screen_notice(&s, TONE_NORMAL, "", texts[i]);
        screen_key(&s, "OK", "Back");
        painter_paint(p, &s, &area);
        size_t second = ink_between(painter_frame(p), small->shape.width, 32, 48);
        size_t foot = ink_between(painter_frame(p), small->shape.width, 48, 64);
        assert_true(i == 0 ? second == 0 || foot == 0 : second > 0 && foot > 0);
        painter_close(p);
    }
}

static void a_shape_without_a_layout_is_refused(void **state)
{
    const struct display_shape tiny = {100, 64, 1, true}, flat = {320, 60, 1, false},
                               none = {320, 240, 0, false};
    struct painter *p;
    (void)state;
    assert_int_equal(painter_open(&tiny, &p), TILL_E_CONFIG);
    assert_int_equal(painter_open(&flat, &p), TILL_E_CONFIG);
    assert_int_equal(painter_open(&none, &p), TILL_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_changed_is_named),
        cmocka_unit_test(the_same_screen_again_changes_nothing),
        cmocka_unit_test(a_frame_depends_on_its_screen_alone),
        cmocka_unit_test(a_mono_frame_has_two_levels),
        cmocka_unit_test(every_block_ends_above_the_foot),
        cmocka_unit_test(every_key_in_the_foot_is_whole),
        cmocka_unit_test(a_code_on_the_display_can_be_scanned),
        cmocka_unit_test(a_notice_has_the_lines_that_nothing_else_needs),
        cmocka_unit_test(a_shape_without_a_layout_is_refused),
    };
    return cmocka_run_group_tests(tests, gather, drop);
}

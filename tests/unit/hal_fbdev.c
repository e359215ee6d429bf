/* Displays by frame buffer, against a kernel of our own; and dots in every form and turn. */
#include <errno.h>
#include <linux/kd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "display.h"
#include "fake_fb.h"
#include "pixels.h"
#include "sysdev_drivers.h"

enum { RED = 0xFF0000, GREEN = 0x00FF00, BLUE = 0x0000FF, WHITE = 0xFFFFFF };

static struct fake_kernel kernel;
static struct fake_fb fb;
static struct fake_tty tty;
static struct settings settings;
static struct board board;
static uint32_t frame[64 * 64];

static int begin(void **state)
{
    (void)state;
    memset(&board, 0, sizeof board);
    memset(frame, 0, sizeof frame);
    fake_kernel_init(&kernel);
    return 0;
}

static void shut(void)
{
    if (board.display) {
        board.display->close(board.display->context);
        board.display = NULL;
    }
}

static int end(void **state)
{
    (void)state;
    shut();
    const char *complaint = fake_kernel_complaint(&kernel);
    if (complaint) {
        print_error("%s\n", complaint);
    }
    return complaint || (fb.node && fb.mapped > 0) ? -1 : 0;
}

static enum till_status open_it(const char *options)
{
    char text[400];
    snprintf(text, sizeof text, "[display]\n%s\n", options);
    assert_int_equal(
        settings_parse((struct span){(const uint8_t *)text, strlen(text)}, "x.conf", &settings),
        TILL_OK);
    struct opening opening = {&settings, "display", NULL};
    return fbdev_display_open_by(&opening, &board, &kernel.sys);
}

static enum till_status show(uint16_t x, uint16_t y, uint16_t width, uint16_t height)
{
    struct display_shape shape;
    display_shape(board.display, &shape);
    return display_show(board.display, frame, shape.width,
                        (struct display_area){x, y, width, height});
}

static uint16_t dot16(size_t x, size_t y)
{
    uint16_t dot;
    memcpy(&dot, fb.memory + y * fb.fix.line_length + x * 2, 2);
    return dot;
}

static uint32_t dot32(size_t x, size_t y)
{
    uint32_t dot;
    memcpy(&dot, fb.memory + y * fb.fix.line_length + x * 4, 4);
    return dot;
}

static void a_panel_of_565_takes_colours_where_they_belong(void **state)
{
    (void)state;
    fake_fb_add(&kernel, &fb, "/dev/fb0", 20, 10, 16, 48);
    assert_int_equal(open_it("scale=2"), TILL_OK);
    struct display_shape shape;
    display_shape(board.display, &shape);
    assert_int_equal(shape.width, 20);
    assert_int_equal(shape.height, 10);
    assert_int_equal(shape.scale, 2);
    assert_false(shape.mono);
    assert_int_equal(fb.blank, FB_BLANK_UNBLANK);
    frame[0] = RED;
    frame[1] = GREEN;
    frame[2] = BLUE;
    frame[9 * 20 + 19] = 0x12345678;
    assert_int_equal(show(0, 0, 20, 10), TILL_OK);
    assert_int_equal(dot16(0, 0), 0xF800);
    assert_int_equal(dot16(1, 0), 0x07E0);
    assert_int_equal(dot16(2, 0), 0x001F);
    /* 34H >> 3 = 6, 56H >> 2 = 21, 78H >> 3 = 15 */
    assert_int_equal(dot16(19, 9), 6 << 11 | 21 << 5 | 15);
    assert_int_equal(fb.memory[9 * 48 + 40], 0); /* beyond the visible row */
    assert_int_equal(display_backlight(board.display, 50), TILL_UNSUPPORTED);
}

static void only_what_changed_is_written(void **state)
{
    (void)state;
    fake_fb_add(&kernel, &fb, "/dev/fb0", 20, 10, 32, 0);
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(show(0, 0, 1, 1), TILL_OK); /* the first is always whole */
    memset(fb.memory, 0x55, sizeof fb.memory);
    for (size_t i = 0; i < 200; i++) {
        frame[i] = WHITE;
    }
    assert_int_equal(show(3, 4, 5, 2), TILL_OK);
    for (size_t y = 0; y < 10; y++) {
        for (size_t x = 0; x < 20; x++) {
            bool inside = x >= 3 && x < 8 && y >= 4 && y < 6;
            assert_int_equal(dot32(x, y), inside ? WHITE : 0x55555555);
        }
    }
    assert_int_equal(fb.memory[20 * 10 * 4], 0x55);
}

static void one_bit_panels_keep_the_dots_beside_the_area(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        uint32_t visual;
        uint8_t first, second; /* dots 6..10 light, the others of the row dark */
    } cases[] = {
        {"", FB_VISUAL_MONO10, 0x03, 0xE0},
        {"order=lsb", FB_VISUAL_MONO10, 0xC0, 0x07},
        {"order=msb", FB_VISUAL_MONO01, 0xFC, 0x1F},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake_kernel_init(&kernel);
        fake_fb_add(&kernel, &fb, "/dev/fb0", 20, 4, 1, 4);
        fb.fix.visual = cases[i].visual;
        memset(frame, 0, sizeof frame);
        assert_int_equal(open_it(cases[i].options), TILL_OK);
        struct display_shape shape;
        display_shape(board.display, &shape);
        assert_true(shape.mono);
        assert_int_equal(show(0, 0, 20, 4), TILL_OK);
        for (size_t x = 6; x <= 10; x++) {
            frame[20 + x] = 0x808080; /* the middle counts as light */
        }
        frame[20 + 2] = WHITE; /* outside the area */
        assert_int_equal(show(6, 1, 6, 1), TILL_OK);
        assert_int_equal(fb.memory[4], cases[i].first);
        assert_int_equal(fb.memory[5], cases[i].second);
        shut();
    }
}

static void other_orders_of_colours_and_opaque_bits_are_followed(void **state)
{
    (void)state;
    fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 8, 32, 0);
    fb.var.red.offset = 0;
    fb.var.blue.offset = 16;
    fb.var.transp = (struct fb_bitfield){24, 8, 0};
    assert_int_equal(open_it(""), TILL_OK);
    frame[0] = 0x123456;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    assert_int_equal(dot32(0, 0), 0xFF563412);
    shut();
    fake_kernel_init(&kernel);
    fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 8, 24, 0);
    assert_int_equal(open_it(""), TILL_OK);
    frame[9] = 0x123456;
    assert_int_equal(show(0, 0, 8, 8), TILL_OK);
    assert_memory_equal(fb.memory + 24 + 3, "\x56\x34\x12", 3);
}

/* The corners of a picture of 5 x 3 on the panel, by how it is turned. */
static void a_turned_picture_lies_right_and_partial_updates_with_it(void **state)
{
    (void)state;
    static const struct {
        uint16_t rotate, width, height;
        size_t red, green, blue; /* dots of the panel: top left, top right, bottom left */
    } cases[] = {
        {0, 5, 3, 0, 4, 10},
        {90, 3, 5, 2, 14, 0},
        {180, 5, 3, 14, 10, 4},
        {270, 3, 5, 12, 0, 14},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t memory[15] = {0};
        uint32_t whole[15];
        struct pixels_panel panel = {.memory = (uint8_t *)memory,
                                     .stride = cases[i].width * 4u,
                                     .width = cases[i].width,
                                     .height = cases[i].height,
                                     .rotate = cases[i].rotate};
        uint16_t width;
        uint16_t height;
        pixels_xrgb8888(&panel);
        pixels_size(&panel, &width, &height);
        assert_int_equal(width, 5);
        assert_int_equal(height, 3);
        for (uint32_t k = 0; k < 15; k++) {
            frame[k] = 0x100 + k;
        }
        frame[0] = RED;
        frame[4] = GREEN;
        frame[10] = BLUE;
        (void)pixels_put(&panel, frame, 5, (struct display_area){0, 0, 5, 3});
        assert_int_equal(memory[cases[i].red], RED);
        assert_int_equal(memory[cases[i].green], GREEN);
        assert_int_equal(memory[cases[i].blue], BLUE);
        memcpy(whole, memory, sizeof whole);
        for (uint16_t y = 0; y < 3; y++) { /* dot by dot gives the same */
            for (uint16_t x = 0; x < 5; x++) {
                memset(memory, 0, sizeof memory);
                struct display_area own =
                    pixels_put(&panel, frame, 5, (struct display_area){x, y, 1, 1});
                size_t at = (size_t)own.y * cases[i].width + own.x;
                assert_int_equal(memory[at], frame[y * 5 + x]);
                assert_int_equal(memory[at], whole[at]);
            }
        }
    }
}

static void the_visible_part_of_a_larger_memory_is_drawn_on(void **state)
{
    (void)state;
    fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 4, 16, 32);
    fb.var.xoffset = 2;
    fb.var.yoffset = 4;
    fb.var.yres_virtual = 8;
    fb.fix.smem_len = 8 * 32;
    fb.fix.smem_start = 0x1010; /* not at a page's beginning */
    assert_int_equal(open_it(""), TILL_OK);
    frame[0] = WHITE;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    assert_int_equal(fb.memory[0x10 + 4 * 32 + 2 * 2], 0xFF);
    assert_int_equal(fb.memory[0x10 + 4 * 32 + 2 * 2 - 1], 0);
}

static void a_display_that_went_comes_back_whole(void **state)
{
    (void)state;
    fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 4, 16, 0);
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(show(0, 0, 8, 4), TILL_OK);
    fake_node_unplug(fb.node);
    kernel.now_ms += 1000;
    assert_int_equal(show(0, 0, 1, 1), TILL_DEVICE_OFFLINE);
    assert_int_equal(fb.mapped, 0);
    fake_node_plug(fb.node);
    assert_int_equal(show(0, 0, 1, 1), TILL_DEVICE_OFFLINE); /* at most once a second */
    kernel.now_ms += 1000;
    memset(fb.memory, 0, sizeof fb.memory);
    frame[3 * 8 + 7] = WHITE;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    assert_int_equal(dot16(7, 3), 0xFFFF);
    fake_node_unplug(fb.node);
    kernel.now_ms += 1000;
    assert_int_equal(show(0, 0, 1, 1), TILL_DEVICE_OFFLINE);
    fb.var.xres = 6; /* another one in its place */
    fake_node_plug(fb.node);
    kernel.now_ms += 1000;
    assert_int_equal(show(0, 0, 1, 1), TILL_E_DEVICE);
    assert_int_equal(fb.mapped, 0);
}

static void a_changed_mode_is_followed(void **state)
{
    (void)state;
    fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 4, 16, 0);
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(show(0, 0, 8, 4), TILL_OK);
    fb.var.bits_per_pixel = 32;
    fb.var.red = (struct fb_bitfield){16, 8, 0};
    fb.var.green = (struct fb_bitfield){8, 8, 0};
    fb.var.blue = (struct fb_bitfield){0, 8, 0};
    fb.fix.line_length = 32;
    fb.fix.smem_len = 128;
    kernel.now_ms += 1000;
    frame[8] = 0x123456;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    assert_int_equal(dot32(0, 1), 0x123456);
}

static void the_console_is_silenced_and_given_back(void **state)
{
    (void)state;
    fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 4, 16, 0);
    fake_tty_add(&kernel, &tty, "/dev/tty1");
    fb.blank_errno = EINVAL; /* a panel that can't be dark */
    assert_int_equal(open_it("tty=/dev/tty1"), TILL_OK);
    assert_int_equal(tty.mode, KD_GRAPHICS);
    shut();
    assert_int_equal(tty.mode, KD_TEXT);
}

static void what_can_t_be_drawn_on_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        uint32_t bits, type, visual, nonstd, smem_len;
        const char *message;
    } cases[] = {
        {16, FB_TYPE_PLANES, FB_VISUAL_TRUECOLOR, 0, 0,
         "[display] device: has planes or tiles, not packed pixels"},
        {16, FB_TYPE_PACKED_PIXELS, FB_VISUAL_PSEUDOCOLOR, 0, 0, "[display] device: has a palette"},
        {8, FB_TYPE_PACKED_PIXELS, FB_VISUAL_TRUECOLOR, 0, 0,
         "[display] device: has neither 1, 16, 24 nor 32 bits a dot"},
        {16, FB_TYPE_PACKED_PIXELS, FB_VISUAL_TRUECOLOR, 0, 60,
         "[display] device: has too little memory for its size"},
        {1, FB_TYPE_PACKED_PIXELS, FB_VISUAL_PSEUDOCOLOR, 0, 0,
         "[display] device: has one bit a dot, but not black and white"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake_kernel_init(&kernel);
        fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 4, cases[i].bits, 0);
        fb.fix.type = cases[i].type;
        fb.fix.visual = cases[i].visual;
        fb.fix.smem_len = cases[i].smem_len ? cases[i].smem_len : fb.fix.smem_len;
        assert_int_equal(open_it("device=/dev/fb0"), TILL_E_DEVICE);
        assert_non_null(strstr(settings.message, cases[i].message));
        assert_null(fake_kernel_complaint(&kernel));
    }
    assert_int_equal(open_it("device=/dev/fb7"), TILL_DEVICE_OFFLINE);
    assert_string_equal(settings.message, "x.conf:2: [display] device: is not there");
    assert_int_equal(open_it("rotate=45"), TILL_E_CONFIG);
    assert_string_equal(settings.message,
                        "x.conf:2: [display] rotate: must be one of 0 90 180 270");
}

static void read_back(const char *path, char out[16])
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(out, 16, file));
    fclose(file);
}

static void the_backlight_is_a_share_of_its_most(void **state)
{
    (void)state;
    char root[64] = "/tmp/hal-light-XXXXXX";
    char paths[6][128];
    char options[128];
    char text[16];
    static const char *const parts[] = {"sys", "sys/class", "sys/class/backlight",
                                        "sys/class/backlight/lcd"};
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < 4; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%s", root, parts[i]);
        assert_int_equal(mkdir(paths[i], 0700), 0);
    }
    snprintf(paths[4], sizeof paths[4], "%s/sys/class/backlight/lcd/max_brightness", root);
    snprintf(paths[5], sizeof paths[5], "%s/sys/class/backlight/lcd/brightness", root);
    fake_fb_add(&kernel, &fb, "/dev/fb0", 8, 4, 16, 0);
    snprintf(options, sizeof options, "backlight=lcd\nroot=%s", root);
    assert_int_equal(open_it(options), TILL_OK);
    assert_int_equal(display_backlight(board.display, 50), TILL_DEVICE_OFFLINE);
    FILE *file = fopen(paths[4], "w");
    fputs("20\n", file);
    fclose(file);
    static const struct {
        uint8_t percent;
        const char *level;
    } cases[] = {{50, "10\n"}, {0, "0\n"}, {1, "1\n"}, {100, "20\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(display_backlight(board.display, cases[i].percent), TILL_OK);
        read_back(paths[5], text);
        assert_string_equal(text, cases[i].level);
    }
    unlink(paths[5]);
    unlink(paths[4]);
    for (size_t i = 4; i > 0; i--) {
        rmdir(paths[i - 1]);
    }
    assert_int_equal(rmdir(root), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_panel_of_565_takes_colours_where_they_belong),
        TEST(only_what_changed_is_written),
        TEST(one_bit_panels_keep_the_dots_beside_the_area),
        TEST(other_orders_of_colours_and_opaque_bits_are_followed),
        TEST(a_turned_picture_lies_right_and_partial_updates_with_it),
        TEST(the_visible_part_of_a_larger_memory_is_drawn_on),
        TEST(a_display_that_went_comes_back_whole),
        TEST(a_changed_mode_is_followed),
        TEST(the_console_is_silenced_and_given_back),
        TEST(what_can_t_be_drawn_on_is_refused_with_the_reason),
        TEST(the_backlight_is_a_share_of_its_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

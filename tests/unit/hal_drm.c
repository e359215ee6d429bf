/* Displays by the kernel's mode setting, against a card of our own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "display.h"
#include "fake_drm.h"
#include "log.h"
#include "sysdev_drivers.h"

enum { WHITE = 0xFFFFFF, WIDTH = 48, HEIGHT = 32 };

static struct fake_kernel kernel;
static struct fake_drm drm;
static struct settings settings;
static struct board board;
static uint32_t frame[64 * 64];

static int begin(void **state)
{
    (void)state;
    memset(&board, 0, sizeof board);
    memset(frame, 0, sizeof frame);
    fake_kernel_init(&kernel);
    fake_drm_add(&kernel, &drm, "/dev/dri/card1");
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
    return complaint || drm.mapped > 0 ? -1 : 0;
}

static enum till_status open_it(const char *options)
{
    char text[400];
    snprintf(text, sizeof text, "[display]\ndriver=drm\n%s\n", options);
    assert_int_equal(
        settings_parse((struct span){(const uint8_t *)text, strlen(text)}, "x.conf", &settings),
        TILL_OK);
    struct opening opening = {&settings, "display", NULL};
    return drm_display_open_by(&opening, &board, &kernel.sys);
}

static enum till_status show(uint16_t x, uint16_t y, uint16_t width, uint16_t height)
{
    struct display_shape shape;
    display_shape(board.display, &shape);
    return display_show(board.display, frame, shape.width,
                        (struct display_area){x, y, width, height});
}

static uint32_t dot(size_t x, size_t y)
{
    uint32_t wide = 0;
    memcpy(&wide, drm.memory + y * drm.pitch + x * drm.bpp / 8, drm.bpp / 8);
    return wide;
}

static void the_preferred_mode_of_the_connected_display_is_set(void **state)
{
    (void)state;
    struct display_shape shape;
    assert_int_equal(open_it(""), TILL_OK);
    display_shape(board.display, &shape);
    assert_int_equal(shape.width, WIDTH);
    assert_int_equal(shape.height, HEIGHT);
    assert_int_equal(drm.shown[1], drm.buffer);
    assert_int_equal(drm.shown_on[1], 61);
    assert_int_equal(drm.shown_width[1], WIDTH);
    assert_int_equal(drm.shown[0], 0);
    assert_int_equal(drm.bpp, 32);
    shut();
    assert_int_equal(drm.shown[1], FAKE_DRM_CONSOLE); /* given back */
    assert_int_equal(drm.mapped, 0);
    assert_int_equal(drm.handle, 0);
}

static void what_changed_is_written_and_told(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    frame[31 * WIDTH + 47] = 0x123456;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK); /* the first is whole */
    assert_int_equal(dot(47, 31), 0x123456);
    assert_int_equal(drm.clip_count, 1);
    assert_int_equal(drm.clips[0].x2, WIDTH);
    assert_int_equal(drm.clips[0].y2, HEIGHT);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
        frame[i] = WHITE;
    }
    assert_int_equal(show(3, 5, 10, 2), TILL_OK);
    assert_int_equal(drm.clip_count, 2);
    assert_memory_equal(&drm.clips[1], (&(struct fake_drm_clip){3, 5, 13, 7}),
                        sizeof(struct fake_drm_clip));
    for (size_t y = 0; y < HEIGHT; y++) {
        for (size_t x = 0; x < WIDTH; x++) {
            bool inside = x >= 3 && x < 13 && y >= 5 && y < 7;
            assert_int_equal(dot(x, y), inside ? WHITE : (x == 47 && y == 31) ? 0x123456 : 0);
        }
    }
}

static void a_turned_picture_tells_the_panel_s_own_area(void **state)
{
    (void)state;
    struct display_shape shape;
    assert_int_equal(open_it("rotate=90\nscale=2"), TILL_OK);
    display_shape(board.display, &shape);
    assert_int_equal(shape.width, HEIGHT);
    assert_int_equal(shape.height, WIDTH);
    assert_int_equal(shape.scale, 2);
    assert_int_equal(show(0, 0, HEIGHT, WIDTH), TILL_OK);
    frame[0] = WHITE;
    assert_int_equal(show(0, 0, 2, 1), TILL_OK);
    assert_memory_equal(&drm.clips[1], (&(struct fake_drm_clip){47, 0, 48, 2}),
                        sizeof(struct fake_drm_clip));
    assert_int_equal(dot(47, 0), WHITE);
}

static void a_card_that_has_no_xrgb_is_drawn_on_in_565(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        drm.no_xrgb = i == 0;
        drm.plane_takes_16_only = i == 1;
        assert_int_equal(open_it(i == 2 ? "format=rgb565" : ""), TILL_OK);
        assert_int_equal(drm.bpp, 16);
        frame[1] = 0xFF0000;
        assert_int_equal(show(0, 0, 2, 1), TILL_OK);
        assert_int_equal(dot(1, 0), 0xF800);
        shut();
    }
    drm.no_xrgb = true;
    assert_int_equal(open_it("format=xrgb8888"), TILL_E_DEVICE);
    assert_string_equal(settings.message, "x.conf:2: [display] driver: can't show a buffer");
}

static void a_connector_and_a_mode_can_be_named(void **state)
{
    (void)state;
    struct display_shape shape;
    assert_int_equal(open_it("connector=DSI-1\nmode=64x40"), TILL_OK);
    display_shape(board.display, &shape);
    assert_int_equal(shape.width, 64);
    assert_int_equal(shape.height, 40);
    shut();
    assert_int_equal(open_it("connector=HDMI-A-1"), TILL_DEVICE_OFFLINE);
    assert_string_equal(settings.message, "x.conf:2: [display] driver: has no display connected");
    drm.connectors[0].connection = 3; /* it can't know; by name it is believed */
    assert_int_equal(open_it("device=/dev/dri/card1\nconnector=HDMI-A-1"), TILL_OK);
    /* nothing was bound: the CRTC that its encoder can use, dark before and after */
    assert_int_equal(drm.shown[0], drm.buffer);
    assert_int_equal(drm.shown_on[0], 60);
    shut();
    assert_int_equal(drm.shown[0], 0);
    assert_int_equal(open_it("mode=100x100"), TILL_DEVICE_OFFLINE);
    assert_string_equal(settings.message, "x.conf:2: [display] driver: has no such mode");
}

static void a_driver_that_needs_no_telling_is_not_told_again(void **state)
{
    (void)state;
    drm.no_dirty = true;
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    drm.no_dirty = false;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    assert_int_equal(drm.clip_count, 0);
}

static void a_request_that_is_to_be_repeated_is(void **state)
{
    (void)state;
    drm.again = 3;
    assert_int_equal(open_it(""), TILL_OK);
    drm.again = 1;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    assert_int_equal(drm.clip_count, 1);
}

/* What a kernel does with the buffers of a card that went. */
static void unplug(void)
{
    fake_node_unplug(drm.node);
    drm.handle = drm.buffer = drm.shown[1] = 0;
}

static void a_display_that_went_comes_back_whole(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(show(0, 0, WIDTH, HEIGHT), TILL_OK);
    unplug();
    assert_int_equal(show(0, 0, 1, 1), TILL_DEVICE_OFFLINE);
    assert_int_equal(drm.mapped, 0);
    assert_int_equal(fake_node_open_count(drm.node), 0);
    fake_node_plug(drm.node);
    assert_int_equal(show(0, 0, 1, 1), TILL_DEVICE_OFFLINE); /* at most once a second */
    kernel.now_ms += 1000;
    frame[31 * WIDTH + 47] = WHITE;
    assert_int_equal(show(0, 0, 1, 1), TILL_OK);
    assert_int_equal(dot(47, 31), WHITE);
    unplug();
    assert_int_equal(show(0, 0, 1, 1), TILL_DEVICE_OFFLINE);
    fake_node_plug(drm.node);
    drm.connectors[1].preferred = 0; /* another panel */
    kernel.now_ms += 1000;
    assert_int_equal(show(0, 0, 1, 1), TILL_E_DEVICE);
    assert_int_equal(drm.mapped, 0);
}

static void a_card_in_use_or_of_no_use_is_refused_with_the_reason(void **state)
{
    (void)state;
    drm.not_master = true;
    assert_int_equal(open_it("device=/dev/dri/card1"), TILL_DEVICE_OFFLINE);
    assert_string_equal(settings.message,
                        "x.conf:3: [display] device: is in use by another program");
    drm.not_master = false;
    drm.no_dumb = true;
    assert_int_equal(open_it("device=/dev/dri/card1"), TILL_E_DEVICE);
    assert_string_equal(settings.message,
                        "x.conf:3: [display] device: can't be drawn on (no dumb buffers)");
    drm.node->refuse = EACCES;
    assert_int_equal(open_it("device=/dev/dri/card1"), TILL_E_DEVICE);
    assert_string_equal(settings.message,
                        "x.conf:3: [display] device: may not be opened by this user");
    fake_node_unplug(drm.node);
    assert_int_equal(open_it("device=/dev/dri/card1"), TILL_DEVICE_OFFLINE);
    assert_string_equal(settings.message, "x.conf:3: [display] device: is not there");
    assert_int_equal(open_it(""), TILL_DEVICE_OFFLINE);
    assert_string_equal(settings.message, "x.conf:2: [display] driver: there is none");
    assert_int_equal(open_it("mode=big"), TILL_E_CONFIG);
    assert_string_equal(settings.message, "x.conf:3: [display] mode: is not as 800x480");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(the_preferred_mode_of_the_connected_display_is_set),
        TEST(what_changed_is_written_and_told),
        TEST(a_turned_picture_tells_the_panel_s_own_area),
        TEST(a_card_that_has_no_xrgb_is_drawn_on_in_565),
        TEST(a_connector_and_a_mode_can_be_named),
        TEST(a_driver_that_needs_no_telling_is_not_told_again),
        TEST(a_request_that_is_to_be_repeated_is),
        TEST(a_display_that_went_comes_back_whole),
        TEST(a_card_in_use_or_of_no_use_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Display: a rectangle of pixels. It knows no fonts and no screens.
 *
 * The owner draws into a frame of its own (XRGB8888, row-major) and hands over what changed; the
 * driver converts to what the panel takes (RGB565, 1-bit …). `scale` is how many device dots one
 * design pixel has: layouts are designed for width / scale by height / scale.
 */
#ifndef TILL_DISPLAY_H
#define TILL_DISPLAY_H

#include "hal.h"

struct display_shape {
    uint16_t width, height; /* dots */
    uint8_t scale;          /* 1 or 2 */
    bool mono;              /* two levels only: the painter then uses no antialiasing */
};

struct display_area {
    uint16_t x, y, width, height;
};

struct display {
    void *context;
    void (*shape)(void *context, struct display_shape *shape_out);
    /* Show `area` of the frame; pixels points to the frame's first pixel, stride in pixels.
     * Copies before it returns; blocks at most 20 ms. TILL_E_DEVICE, TILL_DEVICE_OFFLINE. */
    enum till_status (*show)(void *context, const uint32_t *pixels, size_t stride,
                             struct display_area area);
    /* 0 = off .. 100; boards without a backlight answer TILL_UNSUPPORTED. */
    enum till_status (*backlight)(void *context, uint8_t percent);
    /* For drivers that publish what is shown to a person or a test as text: screen name and dump.
     * NULL where a driver doesn't. */
    void (*describe)(void *context, const char *screen, const char *text);
    void (*close)(void *context);
};

/* Checked calls (hal.h). An area must have a size and lie within the shape. */
void display_shape(const struct display *display, struct display_shape *shape_out);
enum till_status display_show(const struct display *display, const uint32_t *pixels, size_t stride,
                              struct display_area area) TILL_CHECKED;
/* percent: 0..100. */
enum till_status display_backlight(const struct display *display, uint8_t percent) TILL_CHECKED;
/* Does nothing where the driver has no describe. screen: 1..64 bytes, no line break in it; text:
 * any UTF-8 up to 8 KiB. */
void display_describe(const struct display *display, const char *screen, const char *text);

#endif

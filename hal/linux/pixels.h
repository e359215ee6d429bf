/*
 * Pixels of a frame (hal/display.h: XRGB8888) into the memory of a panel, turned and in the panel's
 * own form. Pure: memory in, memory out.
 */
#ifndef TILL_PIXELS_H
#define TILL_PIXELS_H

#include "display.h"

/* Where a colour stands in a pixel of 16, 24 or 32 bits: `size` bits from bit `offset` on. */
struct pixels_channel {
    uint8_t offset, size;
};

struct pixels_panel {
    uint8_t *memory;        /* its first dot */
    size_t stride;          /* bytes from one row of dots to the next */
    uint16_t width, height; /* dots, as the panel is wired */
    uint16_t rotate;        /* 0, 90, 180, 270: how far the picture is turned clockwise on it */
    uint8_t bits;           /* of a dot: 1, 16, 24, 32 */
    struct pixels_channel red, green, blue;
    uint32_t always;   /* bits that are set in every dot: opaque */
    bool low_first;    /* 1 bit: the leftmost dot of a byte is bit 0, not bit 7 */
    bool one_is_black; /* 1 bit */
};

/* The usual forms. */
void pixels_xrgb8888(struct pixels_panel *panel);
void pixels_rgb565(struct pixels_panel *panel);
/* The picture's measures: those of the panel, changed over where it lies on its side. */
void pixels_size(const struct pixels_panel *panel, uint16_t *width_out, uint16_t *height_out);
/* Put `area` of the frame on the panel; no dot outside it is touched. The area lies in the picture.
 * The area of the panel that changed. */
struct display_area pixels_put(const struct pixels_panel *panel, const uint32_t *pixels,
                               size_t stride, struct display_area area);

#endif

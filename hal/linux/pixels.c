#include "pixels.h"

#include <assert.h>
#include <string.h>

void pixels_xrgb8888(struct pixels_panel *panel)
{
    panel->bits = 32;
    panel->red = (struct pixels_channel){16, 8};
    panel->green = (struct pixels_channel){8, 8};
    panel->blue = (struct pixels_channel){0, 8};
    panel->always = 0;
}

void pixels_rgb565(struct pixels_panel *panel)
{
    panel->bits = 16;
    panel->red = (struct pixels_channel){11, 5};
    panel->green = (struct pixels_channel){5, 6};
    panel->blue = (struct pixels_channel){0, 5};
    panel->always = 0;
}

void pixels_size(const struct pixels_panel *panel, uint16_t *width_out, uint16_t *height_out)
{
    bool lying = panel->rotate == 90 || panel->rotate == 270;
    *width_out = lying ? panel->height : panel->width;
    *height_out = lying ? panel->width : panel->height;
}

/* The panel's area for one of the picture. */
static struct display_area turned(const struct pixels_panel *panel, struct display_area a)
{
    switch (panel->rotate) {
    case 90:
        return (struct display_area){(uint16_t)(panel->width - a.y - a.height), a.x, a.height,
                                     a.width};
    case 180:
        return (struct display_area){(uint16_t)(panel->width - a.x - a.width),
                                     (uint16_t)(panel->height - a.y - a.height), a.width, a.height};
    case 270:
        return (struct display_area){a.y, (uint16_t)(panel->height - a.x - a.width), a.height,
                                     a.width};
    default:
        return a;
    }
}

/* A row of the panel as it stands in the frame: its first pixel, and the way to the next. */
struct walk {
    const uint32_t *at;
    ptrdiff_t step;
};

static struct walk walk_row(const struct pixels_panel *panel, const uint32_t *pixels, size_t stride,
                            size_t x, size_t y)
{
    switch (panel->rotate) {
    case 90:
        return (struct walk){pixels + (panel->width - 1u - x) * stride + y, -(ptrdiff_t)stride};
    case 180:
        return (struct walk){pixels + (panel->height - 1u - y) * stride + (panel->width - 1u - x),
                             -1};
    case 270:
        return (struct walk){pixels + x * stride + (panel->height - 1u - y), (ptrdiff_t)stride};
    default:
        return (struct walk){pixels + y * stride + x, 1};
    }
}

static uint32_t channel(uint32_t level, struct pixels_channel c)
{
    return c.size >= 8 ? level << (c.offset + c.size - 8) : level >> (8 - c.size) << c.offset;
}

static uint32_t coloured(const struct pixels_panel *panel, uint32_t pixel)
{
    return channel(pixel >> 16 & 0xFF, panel->red) | channel(pixel >> 8 & 0xFF, panel->green) |
           channel(pixel & 0xFF, panel->blue) | panel->always;
}

static void put_colours(const struct pixels_panel *panel, uint8_t *row, size_t width,
                        struct walk from)
{
    size_t size = panel->bits / 8u;
    for (size_t i = 0; i < width; i++, from.at += from.step, row += size) {
        uint32_t dot = coloured(panel, *from.at);
        if (size == 4) {
            memcpy(row, &dot, 4);
        } else if (size == 2) {
            uint16_t narrow = (uint16_t)dot;
            memcpy(row, &narrow, 2);
        } else {
            row[0] = (uint8_t)dot;
            row[1] = (uint8_t)(dot >> 8);
            row[2] = (uint8_t)(dot >> 16);
        }
    }
}

/* Light or dark, by ITU-R BT.601 luma, in 1/256. */
static bool is_light(uint32_t pixel)
{
    return (pixel >> 16 & 0xFF) * 77 + (pixel >> 8 & 0xFF) * 150 + (pixel & 0xFF) * 29 >= 128 * 256;
}

static void put_bits(const struct pixels_panel *panel, uint8_t *row, size_t x, size_t width,
                     struct walk from)
{
    for (size_t i = x; i < x + width; i++, from.at += from.step) {
        uint8_t mask = (uint8_t)(panel->low_first ? 1u << (i % 8) : 0x80u >> (i % 8));
        bool one = is_light(*from.at) != panel->one_is_black;
        row[i / 8] = (uint8_t)(one ? row[i / 8] | mask : row[i / 8] & ~mask);
    }
}

static bool is_frame_s_own(const struct pixels_panel *panel)
{
    return panel->bits == 32 && panel->rotate == 0 && panel->always == 0 &&
           panel->red.offset == 16 && panel->red.size == 8 && panel->green.offset == 8 &&
           panel->green.size == 8 && panel->blue.offset == 0 && panel->blue.size == 8;
}

struct display_area pixels_put(const struct pixels_panel *panel, const uint32_t *pixels,
                               size_t stride, struct display_area area)
{
    struct display_area own = turned(panel, area);
    bool plain = is_frame_s_own(panel);
    assert(own.x + own.width <= panel->width && own.y + own.height <= panel->height);
    for (size_t y = own.y; y < (size_t)own.y + own.height; y++) {
        struct walk from = walk_row(panel, pixels, stride, own.x, y);
        uint8_t *row = panel->memory + y * panel->stride;
        if (panel->bits == 1) {
            put_bits(panel, row, own.x, own.width, from);
        } else if (plain) {
            memcpy(row + own.x * sizeof(uint32_t), from.at, own.width * sizeof(uint32_t));
        } else {
            put_colours(panel, row + (size_t)own.x * (panel->bits / 8u), own.width, from);
        }
    }
    return own;
}

/*
 * The painter: a screen model into pixels, by Pango and Cairo.
 *
 * Layouts are made for 320×240, 240×320 and 480×320 design pixels (dots / scale) and 128×64 as four
 * lines. It repaints all, compares with the frame before and names the smallest area that changed.
 * Fonts come through a private fontconfig file; glyph caches are bounded.
 *
 * Memory: frames are allocated at open, nothing grows with use. Blocking: a frame takes a few
 * milliseconds on a PC.
 */
#ifndef TILL_PAINTER_H
#define TILL_PAINTER_H

#include "display.h"
#include "screen.h"

struct painter;
/* TILL_E_CONFIG: a shape with no layout, or no font. */
enum till_status painter_open(const struct display_shape *shape, struct painter **out) TILL_CHECKED;
void painter_close(struct painter *p);
/* Paint; *area_out is what differs from the frame before (width 0: nothing). The first frame is
 * whole. */
void painter_paint(struct painter *p, const struct screen *s, struct display_area *area_out);
/* Once a frame has been shown: let go of glyphs where too many are kept, and draw those of this
 * screen again (20 ms, rarely), so that no frame waits for that. The frame stays as it is. */
void painter_rest(struct painter *p, const struct screen *s);
/* The frame: XRGB8888, stride in pixels = width. Valid until close. */
const uint32_t *painter_frame(const struct painter *p);

#endif

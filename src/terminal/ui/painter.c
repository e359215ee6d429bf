#include "painter.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "text.h"

enum { BAR = 19, TITLE = 24, FOOT = 23, MARGIN = 8 };

struct painter {
    struct display_shape shape;
    struct canvas canvas;
    uint32_t *frame, *before;
    bool painted;
};

/* ---- opening --------------------------------------------------------------------------------- */

static enum till_status open_canvas(struct painter *p)
{
    struct canvas *c = &p->canvas;
    p->canvas.surface =
        cairo_image_surface_create_for_data((unsigned char *)p->frame, CAIRO_FORMAT_RGB24,
                                            p->shape.width, p->shape.height, p->shape.width * 4);
    c->cairo = cairo_create(c->surface);
    if (cairo_status(c->cairo) != CAIRO_STATUS_SUCCESS)
        return TILL_E_MEMORY;
    double factor = p->shape.scale;
    /* 480×320 shows the same layout a third larger. */
    if (p->shape.width / p->shape.scale >= 480 && p->shape.height / p->shape.scale >= 320)
        factor *= 4.0 / 3.0;
    c->width = p->shape.width / factor;
    c->height = p->shape.height / factor;
    c->mono = p->shape.mono;
    cairo_scale(c->cairo, factor, factor);
    if (c->mono)
        cairo_set_antialias(c->cairo, CAIRO_ANTIALIAS_NONE);
    return canvas_load_fonts(c);
}

enum till_status painter_open(const struct display_shape *shape, struct painter **out)
{
    if (shape->scale < 1 || shape->width / shape->scale < 128 || shape->height / shape->scale < 64)
        return TILL_E_CONFIG;
    struct painter *p = calloc(1, sizeof *p);
    if (!p)
        return TILL_E_MEMORY;
    p->shape = *shape;
    size_t dots = (size_t)shape->width * shape->height;
    p->frame = calloc(dots, sizeof *p->frame);
    p->before = calloc(dots, sizeof *p->before);
    enum till_status status = p->frame && p->before ? open_canvas(p) : TILL_E_MEMORY;
    if (status != TILL_OK) {
        painter_close(p);
        return status;
    }
    *out = p;
    return TILL_OK;
}

void painter_close(struct painter *p)
{
    if (!p)
        return;
    canvas_drop_fonts(&p->canvas);
    if (p->canvas.cairo)
        cairo_destroy(p->canvas.cairo);
    if (p->canvas.surface)
        cairo_surface_destroy(p->canvas.surface);
    free(p->frame);
    free(p->before);
    free(p);
}

const uint32_t *painter_frame(const struct painter *p)
{
    return p->frame;
}

/* ---- bar, title, foot ------------------------------------------------------------------------ */

static void paint_signal(struct canvas *c, const struct screen_bar *bar)
{
    struct paint on = bar->bearer ? paint_bar_good : paint_look;
    for (int i = 0; i < 4; i++) {
        double height = 3 + 2.4 * i;
        bool lit = bar->bearer ? i < bar->bars : i < 2;
        canvas_box(c, 6 + 4 * i, 14 - height, 3, height,
                   lit ? on : (struct paint){0.30, 0.42, 0.46});
    }
}

static void paint_battery(struct canvas *c, const struct screen_bar *bar)
{
    char text[16];
    snprintf(text, sizeof text, "%u%%", bar->battery_percent);
    struct paint paint = bar->battery_percent <= 15 ? paint_look : paint_bar_text;
    struct ink ink = {13, false, paint};
    double used = canvas_text(c, c->width - 6, 9.5, 0, ALIGN_RIGHT, ink, text);
    double x = c->width - 6 - used - 26;
    canvas_round(c, x + 0.5, 5.5, 19, 8, 1.5, paint, false);
    canvas_box(c, x + 20, 8, 2, 3, paint);
    canvas_box(c, x + 2, 7, 16.0 * bar->battery_percent / 100, 5,
               bar->charging ? paint_bar_good : paint);
}

static void paint_bar_block(struct canvas *c, const struct screen_bar *bar)
{
    char text[32];
    struct ink ink = {13, false, bar->link_tone == TONE_LOOK ? paint_look : paint_bar_good};
    canvas_box(c, 0, 0, c->width, BAR, paint_bar);
    paint_signal(c, bar);
    paint_battery(c, bar);
    double x = 25;
    x += canvas_text(c, x, 9.5, c->width - 150, ALIGN_LEFT, ink, bar->link) + 8;
    ink.paint = paint_bar_text;
    snprintf(text, sizeof text, "↑%llu", (unsigned long long)bar->unsent);
    x += canvas_text(c, x, 9.5, 0, ALIGN_LEFT, ink, text) + 10;
    if (bar->cash == BAR_CASH_FIGURES) {
        x += canvas_text(c, x, 9.5, 0, ALIGN_LEFT, ink, bar->cash_text) + 8;
    } else if (bar->cash == BAR_CASH_FILL) {
        canvas_round(c, x + 0.5, 5.5, 54, 8, 1.5, paint_bar_good, false);
        canvas_box(c, x + 2, 7, 51.0 * bar->cash_percent / 100, 5, paint_bar_good);
        x += 64;
    }
    if (bar->training) {
        ink.paint = paint_look;
        canvas_text(c, x, 9.5, 0, ALIGN_LEFT, ink, _("TRAINING"));
    }
}

static void paint_title(struct canvas *c, const struct screen *s)
{
    struct ink ink = {12, false, paint_quiet};
    double middle = BAR + (TITLE - 2) / 2.0;
    double used = canvas_text_width(c, ink, s->aside);
    double most = c->width * 0.62;
    canvas_text(c, c->width - MARGIN - fmin(used, most), middle, most, ALIGN_LEFT, ink, s->aside);
    ink = (struct ink){16, true, paint_ink};
    canvas_text(c, MARGIN, middle, c->width - 2 * MARGIN - fmin(used, most) - 8, ALIGN_LEFT, ink,
                s->title);
    canvas_box(c, 0, BAR + TITLE - 2, c->width, 1.5, paint_accent);
}

enum { FOOT_GAP = 6 };

static double cap_width(struct canvas *c, const struct screen_key *key)
{
    const struct ink cap = {11, false, paint_paper};
    return canvas_text_width(c, cap, key->key) + 10;
}

/* The words of all keys side by side, and through *caps_out the caps with their least gaps. */
static double measure_foot(struct canvas *c, const struct screen *s, struct ink ink,
                           double *caps_out)
{
    double words = 0;
    *caps_out = s->foot_count > 1 ? FOOT_GAP * (double)(s->foot_count - 1) : 0;
    for (size_t i = 0; i < s->foot_count; i++) {
        words += canvas_text_width(c, ink, s->foot[i].does);
        *caps_out += cap_width(c, &s->foot[i]) + 4;
    }
    return words;
}

/* Long words get smaller; where that is not enough each is cut by its share. */
static void paint_foot_block(struct canvas *c, const struct screen *s)
{
    struct ink cap = {11, false, paint_paper}, text = {14, false, paint_ink};
    double top = c->height - FOOT, middle = top + FOOT / 2.0, caps;
    double room = c->width - 2 * MARGIN, words = measure_foot(c, s, text, &caps);
    canvas_box(c, 0, top, c->width, FOOT, paint_foot);
    canvas_box(c, 0, top, c->width, 1, paint_hairline);
    if (caps + words > room) {
        text.size = 12;
        words = measure_foot(c, s, text, &caps);
    }
    double share = caps + words > room ? (room - caps) / words : 1;
    double spare = fmax(0, room - caps - words);
    double gap = FOOT_GAP + (s->foot_count > 1 ? spare / (double)(s->foot_count - 1) : 0);
    double x = MARGIN;
    for (size_t i = 0; i < s->foot_count; i++) {
        double width = cap_width(c, &s->foot[i]);
        double most = floor(canvas_text_width(c, text, s->foot[i].does) * share);
        canvas_round(c, x, middle - 7, width, 15, 3, paint_bar, true);
        canvas_text(c, x + width / 2, middle + 0.5, 0, ALIGN_MIDDLE, cap, s->foot[i].key);
        x += width + 4;
        x += canvas_text(c, x, middle + 0.5, share < 1 ? most : 0, ALIGN_LEFT, text,
                         s->foot[i].does);
        x += gap;
    }
}

/* ---- what changed ---------------------------------------------------------------------------- */

static void find_change(struct painter *p, struct display_area *area)
{
    size_t width = p->shape.width, height = p->shape.height;
    size_t top = height, bottom = 0, left = width, right = 0;
    for (size_t y = 0; y < height; y++) {
        const uint32_t *now = p->frame + y * width, *old = p->before + y * width;
        if (memcmp(now, old, width * sizeof *now) == 0)
            continue;
        top = y < top ? y : top;
        bottom = y + 1;
        size_t first = 0, last = width;
        while (now[first] == old[first])
            first++;
        while (now[last - 1] == old[last - 1])
            last--;
        left = first < left ? first : left;
        right = last > right ? last : right;
    }
    *area = (struct display_area){0, 0, 0, 0};
    if (bottom > top)
        *area = (struct display_area){(uint16_t)left, (uint16_t)top, (uint16_t)(right - left),
                                      (uint16_t)(bottom - top)};
}

static void paint_all(struct canvas *c, const struct screen *s)
{
    if (c->height < 120) {
        paint_small(c, s);
    } else {
        canvas_box(c, 0, 0, c->width, c->height, paint_paper);
        paint_bar_block(c, &s->bar);
        paint_title(c, s);
        paint_blocks(c, s, BAR + TITLE + 1, c->height - FOOT);
        paint_foot_block(c, s);
    }
    cairo_surface_flush(c->surface);
}

void painter_paint(struct painter *p, const struct screen *s, struct display_area *area_out)
{
    memcpy(p->before, p->frame, (size_t)p->shape.width * p->shape.height * sizeof *p->frame);
    paint_all(&p->canvas, s);
    find_change(p, area_out);
    if (!p->painted)
        *area_out = (struct display_area){0, 0, p->shape.width, p->shape.height};
    p->painted = true;
}

void painter_rest(struct painter *p, const struct screen *s)
{
    if (canvas_bound_glyphs(&p->canvas))
        paint_all(&p->canvas, s);
}

#include "raster.h"

#include <assert.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#define RASTER_FONT "WenQuanYi Micro Hei"

enum {
    GLYPH_DOTS_MAX = 56, /* a wider or higher character is cut: none of a usual font is */
    GLYPH_STRIDE = GLYPH_DOTS_MAX / 8,
    GLYPH_KEY_MAX = 24, /* bytes of a character with its marks */
    GLYPH_WAYS = 4,
    GLYPH_SETS = RASTER_GLYPHS_MAX / GLYPH_WAYS,
    STYLES = 6
};

/* How a style is drawn, in dots. */
static const struct {
    int size, row, baseline;
    bool bold;
} look[STYLES] = {
    [PAPER_NORMAL] = {24, 32, 25, false}, [PAPER_SMALL] = {20, 27, 21, false},
    [PAPER_BOLD] = {24, 32, 25, true},    [PAPER_TALL] = {32, 44, 34, true},
    [PAPER_LARGE] = {42, 56, 44, true},   [PAPER_INVERSE] = {26, 40, 30, true},
};

struct glyph {
    char key[GLYPH_KEY_MAX];
    uint8_t key_size; /* 0 = empty */
    uint8_t style;
    uint8_t advance;
    int8_t x; /* of the first column, from the pen */
    uint8_t width, height;
    int8_t top; /* of the first row, from the baseline: above is negative */
    uint32_t used;
    uint8_t bits[GLYPH_STRIDE * GLYPH_DOTS_MAX];
};

struct raster {
    int dots;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layouts[STYLES];
    cairo_surface_t *surface; /* one character, eight bits a dot */
    cairo_t *cairo;
    uint32_t clock;
    struct glyph *glyphs;
};

static enum till_status open_cairo(struct raster *r)
{
    r->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, GLYPH_DOTS_MAX, GLYPH_DOTS_MAX);
    r->cairo = cairo_create(r->surface);
    if (cairo_status(r->cairo) != CAIRO_STATUS_SUCCESS) {
        return TILL_E_MEMORY;
    }
    /* Its own map: what it loads is freed with it. */
    r->fonts = pango_cairo_font_map_new();
    r->context = pango_font_map_create_context(r->fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_NONE);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_FULL);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
    pango_cairo_context_set_font_options(r->context, options);
    cairo_font_options_destroy(options);
    PangoFontDescription *font = pango_font_description_from_string(RASTER_FONT);
    PangoFont *found = pango_context_load_font(r->context, font);
    enum till_status status = found != NULL ? TILL_OK : TILL_E_CONFIG;
    if (found != NULL) {
        g_object_unref(found);
    }
    for (int s = 0; s < STYLES; s++) {
        pango_font_description_set_absolute_size(font, look[s].size * (double)PANGO_SCALE);
        pango_font_description_set_weight(font,
                                          look[s].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        r->layouts[s] = pango_layout_new(r->context);
        pango_layout_set_font_description(r->layouts[s], font);
        pango_layout_set_single_paragraph_mode(r->layouts[s], TRUE);
    }
    pango_font_description_free(font);
    return status;
}

enum till_status raster_open(int dots, struct raster **out)
{
    assert(dots > 0 && dots <= RASTER_DOTS_MAX && dots % 8 == 0);
    struct raster *r = calloc(1, sizeof(*r));
    if (r == NULL) {
        return TILL_E_MEMORY;
    }
    r->dots = dots;
    r->glyphs = calloc(RASTER_GLYPHS_MAX, sizeof(*r->glyphs));
    enum till_status status = r->glyphs != NULL ? open_cairo(r) : TILL_E_MEMORY;
    if (status != TILL_OK) {
        raster_close(r);
        return status;
    }
    *out = r;
    return TILL_OK;
}

void raster_close(struct raster *r)
{
    if (r == NULL) {
        return;
    }
    for (int s = 0; s < STYLES; s++) {
        if (r->layouts[s] != NULL) {
            g_object_unref(r->layouts[s]);
        }
    }
    if (r->context != NULL) {
        g_object_unref(r->context);
    }
    if (r->fonts != NULL) {
        g_object_unref(r->fonts);
    }
    cairo_destroy(r->cairo);
    cairo_surface_destroy(r->surface);
    free(r->glyphs);
    free(r);
}

/* ---- one character --------------------------------------------------------------------------- */

static int within(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void copy_dots(const struct raster *r, struct glyph *g)
{
    cairo_surface_flush(r->surface);
    const uint8_t *data = cairo_image_surface_get_data(r->surface);
    int stride = cairo_image_surface_get_stride(r->surface);
    memset(g->bits, 0, sizeof(g->bits));
    for (int y = 0; y < g->height; y++) {
        for (int x = 0; x < g->width; x++) {
            if (data[y * stride + x] >= 128) {
                g->bits[y * GLYPH_STRIDE + x / 8] |= (uint8_t)(0x80 >> x % 8);
            }
        }
    }
}

static void draw_glyph(struct raster *r, struct glyph *g)
{
    PangoLayout *layout = r->layouts[g->style];
    pango_layout_set_text(layout, g->key, g->key_size);
    PangoRectangle ink;
    PangoRectangle logical;
    pango_layout_get_pixel_extents(layout, &ink, &logical);
    int baseline = PANGO_PIXELS(pango_layout_get_baseline(layout));
    g->advance = (uint8_t)within(logical.width, 0, GLYPH_DOTS_MAX);
    g->x = (int8_t)within(ink.x, -GLYPH_DOTS_MAX, GLYPH_DOTS_MAX);
    g->top = (int8_t)within(ink.y - baseline, -GLYPH_DOTS_MAX, GLYPH_DOTS_MAX);
    g->width = (uint8_t)within(ink.width, 0, GLYPH_DOTS_MAX);
    g->height = (uint8_t)within(ink.height, 0, GLYPH_DOTS_MAX);
    cairo_set_operator(r->cairo, CAIRO_OPERATOR_CLEAR);
    cairo_paint(r->cairo);
    cairo_set_operator(r->cairo, CAIRO_OPERATOR_OVER);
    cairo_move_to(r->cairo, -ink.x, -ink.y);
    pango_cairo_show_layout(r->cairo, layout);
    copy_dots(r, g);
}

/* From the cache, else drawn now in place of the one used longest ago in its set. */
static const struct glyph *glyph_of(struct raster *r, enum paper_style style, const char *text,
                                    size_t size)
{
    size = size < GLYPH_KEY_MAX ? size : GLYPH_KEY_MAX;
    uint32_t hash = 2166136261u ^ (uint32_t)style; /* FNV-1a */
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    }
    hash ^= hash >> 15;
    struct glyph *set = &r->glyphs[(size_t)(hash % GLYPH_SETS) * GLYPH_WAYS];
    struct glyph *oldest = set;
    r->clock++;
    for (int way = 0; way < GLYPH_WAYS; way++) {
        struct glyph *g = &set[way];
        if (g->key_size == size && g->style == (uint8_t)style && memcmp(g->key, text, size) == 0) {
            g->used = r->clock;
            return g;
        }
        oldest = g->used < oldest->used ? g : oldest;
    }
    memcpy(oldest->key, text, size);
    oldest->key_size = (uint8_t)size;
    oldest->style = (uint8_t)style;
    oldest->used = r->clock;
    draw_glyph(r, oldest);
    return oldest;
}

static int advance_of(void *context, enum paper_style style, const char *text, size_t size)
{
    if (paper_is_space(text, size)) {
        text = " ";
        size = 1;
    }
    return glyph_of(context, style, text, size)->advance;
}

struct paper_ruler raster_ruler(struct raster *r)
{
    return (struct paper_ruler){.context = r, .width = r->dots, .advance = advance_of};
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void begin(const struct raster *r, int rows, struct raster_canvas *canvas)
{
    assert(rows <= RASTER_ROWS_MAX);
    canvas->dots = r->dots;
    canvas->rows = rows;
    canvas->stride = r->dots / 8;
    memset(canvas->bits, 0, (size_t)canvas->stride * (size_t)rows);
}

static void set_dot(struct raster_canvas *canvas, int x, int y)
{
    canvas->bits[y * canvas->stride + x / 8] |= (uint8_t)(0x80 >> x % 8);
}

static void blit(struct raster_canvas *canvas, const struct glyph *g, int x, int y)
{
    for (int row = 0; row < g->height; row++) {
        int to_y = y + row;
        if (to_y < 0 || to_y >= canvas->rows) {
            continue;
        }
        uint8_t *to = canvas->bits + (ptrdiff_t)to_y * canvas->stride;
        const uint8_t *from = g->bits + (ptrdiff_t)row * GLYPH_STRIDE;
        for (int column = 0; column < g->width; column += 8) {
            unsigned bits = (unsigned)from[column / 8] << 8;
            int at = x + column;
            if (at <= -8 || at >= canvas->dots) {
                continue;
            }
            int byte = at < 0 ? -1 : at / 8;
            bits >>= at & 7;
            if (byte >= 0) {
                to[byte] |= (uint8_t)(bits >> 8);
            }
            if (byte + 1 < canvas->stride) {
                to[byte + 1] |= (uint8_t)bits;
            }
        }
    }
}

void raster_row(struct raster *r, enum paper_style style, const struct paper_row *row,
                struct raster_canvas *canvas_out)
{
    begin(r, look[style].row, canvas_out);
    for (int i = 0; i < row->count; i++) {
        const struct paper_run *run = &row->runs[i];
        int x = run->x;
        const char *end = run->text + run->size;
        for (const char *at = run->text; at < end;) {
            size_t size = paper_cluster(at, end);
            bool space = paper_is_space(at, size);
            const struct glyph *g = glyph_of(r, style, space ? " " : at, space ? 1 : size);
            blit(canvas_out, g, x + g->x, look[style].baseline + g->top);
            x += g->advance;
            at += size;
        }
    }
    if (style == PAPER_INVERSE) {
        /* Black from edge to edge, a little air left above and below the bar. */
        for (int i = 2 * canvas_out->stride; i < canvas_out->stride * (canvas_out->rows - 2); i++) {
            canvas_out->bits[i] = (uint8_t)~canvas_out->bits[i];
        }
    }
}

void raster_rule(const struct raster *r, struct raster_canvas *canvas_out)
{
    enum { ROWS = 20, TOP = 9, THICK = 2, DASH = 6, PERIOD = 9 };
    begin(r, ROWS, canvas_out);
    for (int x = 0; x < r->dots; x++) {
        for (int y = TOP; y < TOP + THICK && x % PERIOD < DASH; y++) {
            set_dot(canvas_out, x, y);
        }
    }
}

void raster_qr(const struct raster *r, const struct qr *qr, int module,
               struct raster_canvas *canvas_out)
{
    begin(r, qr->side * module, canvas_out);
    int left = (r->dots - qr->side * module) / 2;
    assert(left >= 0);
    for (int y = 0; y < qr->side; y++) {
        uint8_t *first = canvas_out->bits + (ptrdiff_t)y * module * canvas_out->stride;
        for (int x = 0; x < qr->side * module; x++) {
            if (qr->modules[y * qr->side + x / module] != 0) {
                first[(left + x) / 8] |= (uint8_t)(0x80 >> (left + x) % 8);
            }
        }
        for (int copy = 1; copy < module; copy++) {
            memcpy(first + (ptrdiff_t)copy * canvas_out->stride, first, (size_t)canvas_out->stride);
        }
    }
}

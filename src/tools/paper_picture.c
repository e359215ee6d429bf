#include "paper_picture.h"

#include <assert.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#include "qr.h"
#include "text.h"

#define PICTURE_FONT "WenQuanYi Micro Hei Mono"

enum {
    CELL_HEIGHT = 24, /* of font A */
    CELL_BASELINE = 21,
    COLOR_PAPER = 0xFDFCF7, /* warm white */
    COLOR_INK = 0x1D1B1A,   /* thermal black is never quite black */
    UNDERLINE_DOTS = 2,
    FRAME_DOTS = 4,
    QR_TEXT_MAX = 440
};

/* The dots of the head: one byte each, 255 = black. */
struct dots {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts;
    PangoLayout *layout;
    int width, height;
    uint32_t from_y;
    int baseline;
};

static enum till_status open_dots(struct dots *d, int width, int height)
{
    d->width = width;
    d->height = height;
    d->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
    d->cairo = cairo_create(d->surface);
    if (cairo_status(d->cairo) != CAIRO_STATUS_SUCCESS) {
        return TILL_E_MEMORY;
    }
    cairo_set_antialias(d->cairo, CAIRO_ANTIALIAS_NONE);
    d->fonts = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(d->fonts);
    d->layout = pango_layout_new(context);
    g_object_unref(context);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_NONE);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_FULL);
    pango_cairo_context_set_font_options(pango_layout_get_context(d->layout), options);
    cairo_font_options_destroy(options);
    PangoFontDescription *font = pango_font_description_from_string(PICTURE_FONT);
    pango_font_description_set_absolute_size(font, CELL_HEIGHT * (double)PANGO_SCALE);
    pango_layout_set_font_description(d->layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(d->layout, "8", 1);
    d->baseline = PANGO_PIXELS(pango_layout_get_baseline(d->layout));
    return TILL_OK;
}

static void close_dots(struct dots *d)
{
    if (d->layout != NULL) {
        g_object_unref(d->layout);
    }
    if (d->fonts != NULL) {
        g_object_unref(d->fonts);
    }
    cairo_destroy(d->cairo);
    cairo_surface_destroy(d->surface);
}

static void fill(struct dots *d, double x, double y, double width, double height)
{
    cairo_rectangle(d->cairo, x, y, width, height);
    cairo_fill(d->cairo);
}

/* ---- operations ------------------------------------------------------------------------------ */

static void draw_character(struct dots *d, const struct roll_op *op, double x, double y)
{
    /* A narrow sign in a wide cell stands in its middle, as printers' fonts have it; one that is
     * wider than its cell is squeezed into it: at the paper's edge it would be cut. A bold printer
     * strikes twice, one dot apart. */
    PangoRectangle ink, logical;
    pango_cairo_update_layout(d->cairo, d->layout); /* measured in dots, as no sign is squeezed */
    pango_layout_get_pixel_extents(d->layout, &ink, &logical);
    int cell = op->advance / op->scale_x;
    int strikes = op->bold ? 2 : 1;
    bool squeezed = logical.width > cell;
    double squeeze = 1;
    if (squeezed) {
        /* What has ink up to its end would be rounded one dot over it. */
        int full = ink.x + ink.width + 1;
        squeeze = (double)(cell - strikes + 1) / (full > logical.width ? full : logical.width);
    }
    x += squeezed ? 0 : (cell - logical.width) / 2 * op->scale_x;
    for (int strike = 0; strike < strikes; strike++) {
        cairo_save(d->cairo);
        cairo_translate(d->cairo, x + strike * op->scale_x, y);
        cairo_scale(d->cairo, op->scale_x * squeeze, op->scale_y);
        cairo_move_to(d->cairo, 0, CELL_BASELINE - d->baseline);
        pango_cairo_update_layout(d->cairo, d->layout);
        pango_cairo_show_layout(d->cairo, d->layout);
        cairo_restore(d->cairo);
    }
}

static void draw_text(struct dots *d, const struct roll_op *op, struct span text)
{
    double x = op->x;
    double y = (double)op->y - d->from_y;
    if (op->inverse) {
        fill(d, x, y, op->width, op->height);
        cairo_set_operator(d->cairo, CAIRO_OPERATOR_DEST_OUT);
    }
    const char *at = (const char *)text.data;
    const char *end = at + text.size;
    while (at < end) {
        const char *next = at;
        if (text_next(&next, end) != ' ') {
            pango_layout_set_text(d->layout, at, (int)(next - at));
            draw_character(d, op, x, y);
        }
        x += op->advance;
        at = next;
    }
    if (op->underline) {
        fill(d, op->x, y + op->height - UNDERLINE_DOTS, op->width, UNDERLINE_DOTS);
    }
    cairo_set_operator(d->cairo, CAIRO_OPERATOR_OVER);
}

static void draw_raster(struct dots *d, const struct roll_op *op, struct span bits)
{
    int stride = (op->width + 7) / 8;
    assert(bits.size >= (size_t)stride * op->height);
    cairo_surface_flush(d->surface);
    uint8_t *data = cairo_image_surface_get_data(d->surface);
    int to_stride = cairo_image_surface_get_stride(d->surface);
    for (int row = 0; row < op->height; row++) {
        int64_t y = (int64_t)op->y + row - d->from_y;
        if (y < 0 || y >= d->height) {
            continue;
        }
        for (int x = 0; x < op->width && op->x + x < d->width; x++) {
            if ((bits.data[row * stride + x / 8] & 0x80 >> x % 8) != 0) {
                data[(int)y * to_stride + op->x + x] = 255;
            }
        }
    }
    cairo_surface_mark_dirty(d->surface);
}

/* A symbol other than ours (level, size, characters) is shown as an empty frame of its size. */
static void draw_qr(struct dots *d, const struct roll_op *op, struct span data)
{
    struct qr qr;
    char text[QR_TEXT_MAX];
    double y = (double)op->y - d->from_y;
    bool ours = op->level == 'M' && data.size < sizeof(text);
    if (ours) {
        memcpy(text, data.data, data.size);
        text[data.size] = '\0';
        ours = qr_encode(text, &qr) == TILL_OK && qr.side == op->modules;
    }
    if (!ours) {
        fill(d, op->x, y, op->width, op->height);
        cairo_set_operator(d->cairo, CAIRO_OPERATOR_DEST_OUT);
        fill(d, op->x + FRAME_DOTS, y + FRAME_DOTS, op->width - 2 * FRAME_DOTS,
             op->height - 2 * FRAME_DOTS);
        cairo_set_operator(d->cairo, CAIRO_OPERATOR_OVER);
        return;
    }
    for (int i = 0; i < qr.side * qr.side; i++) {
        int column = i % qr.side;
        int row = i / qr.side;
        if (qr.modules[i] != 0) {
            fill(d, op->x + column * op->module, y + row * op->module, op->module, op->module);
        }
    }
}

static void draw_ops(struct dots *d, const struct roll *roll)
{
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    for (size_t i = 0; i < count; i++) {
        const struct roll_op *op = &ops[i];
        bool seen =
            op->y + op->height > d->from_y && (int64_t)op->y - d->from_y < (int64_t)d->height;
        if (!seen) {
            continue;
        }
        struct span data = roll_op_data(roll, op);
        switch (op->kind) {
        case ROLL_TEXT:
            draw_text(d, op, data);
            break;
        case ROLL_RASTER:
            draw_raster(d, op, data);
            break;
        case ROLL_QR:
            draw_qr(d, op, data);
            break;
        case ROLL_FEED:
        case ROLL_CUT:
            break;
        }
    }
}

/* ---- the picture ----------------------------------------------------------------------------- */

static void color_in(struct dots *d, const struct paper_picture *p, cairo_surface_t *image)
{
    cairo_surface_flush(d->surface);
    cairo_surface_flush(image);
    const uint8_t *from = cairo_image_surface_get_data(d->surface);
    int from_stride = cairo_image_surface_get_stride(d->surface);
    uint8_t *to = cairo_image_surface_get_data(image);
    int to_stride = cairo_image_surface_get_stride(image);
    int width = cairo_image_surface_get_width(image);
    int height = cairo_image_surface_get_height(image);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int dot = x / p->scale - p->margin;
            bool black = dot >= 0 && dot < d->width &&
                         from[(ptrdiff_t)(y / p->scale) * from_stride + dot] >= 128;
            uint32_t color = black ? COLOR_INK : COLOR_PAPER;
            memcpy(to + (ptrdiff_t)y * to_stride + (ptrdiff_t)4 * x, &color, sizeof(color));
        }
    }
    cairo_surface_mark_dirty(image);
}

struct sink {
    enum till_status (*write)(void *context, struct span bytes);
    void *context;
    enum till_status status;
};

static cairo_status_t pass_on(void *closure, const unsigned char *data, unsigned int size)
{
    struct sink *sink = closure;
    sink->status = sink->write(sink->context, (struct span){data, size});
    return sink->status == TILL_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static enum till_status write_image(struct dots *d, const struct paper_picture *p,
                                    struct sink *sink)
{
    cairo_surface_t *image = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (d->width + 2 * p->margin) * p->scale, d->height * p->scale);
    enum till_status status = TILL_E_MEMORY;
    if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS) {
        color_in(d, p, image);
        cairo_status_t written = cairo_surface_write_to_png_stream(image, pass_on, sink);
        status = written == CAIRO_STATUS_SUCCESS ? TILL_OK
                 : sink->status != TILL_OK       ? sink->status
                                                 : TILL_E_MEMORY;
    }
    cairo_surface_destroy(image);
    return status;
}

enum till_status paper_picture_png(const struct roll *roll, const struct paper_picture *picture,
                                   enum till_status (*write)(void *context, struct span bytes),
                                   void *context)
{
    const struct paper_picture *p = picture;
    assert(p->scale >= 1 && p->scale <= PAPER_PICTURE_SCALE_MAX && p->margin >= 0);
    uint32_t to_y = p->to_y != 0 ? p->to_y : roll_height(roll);
    uint32_t rows = to_y > p->from_y ? to_y - p->from_y : 1;
    if (rows > PAPER_PICTURE_ROWS_MAX / (uint32_t)p->scale) {
        return TILL_TOO_LARGE;
    }
    struct dots dots = {.from_y = p->from_y};
    struct sink sink = {.write = write, .context = context, .status = TILL_OK};
    enum till_status status = open_dots(&dots, roll_profile_of(roll)->dots, (int)rows);
    if (status == TILL_OK) {
        draw_ops(&dots, roll);
        status = write_image(&dots, p, &sink);
    }
    close_dots(&dots);
    return status;
}

static enum till_status to_file(void *context, struct span bytes)
{
    return fwrite(bytes.data, 1, bytes.size, context) == bytes.size ? TILL_OK : TILL_E_IO;
}

enum till_status paper_picture_save(const struct roll *roll, const struct paper_picture *picture,
                                    const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return TILL_E_IO;
    }
    enum till_status status = paper_picture_png(roll, picture, to_file, file);
    if (fclose(file) != 0 && status == TILL_OK) {
        status = TILL_E_IO;
    }
    return status;
}

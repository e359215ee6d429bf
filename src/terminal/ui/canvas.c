#include "canvas.h"

#include <math.h>
#include <string.h>

#include "log.h"
#include "text.h"

#define RGB(value)                                                                                 \
    {                                                                                              \
        ((value) >> 16 & 255) / 255.0, ((value) >> 8 & 255) / 255.0, ((value)&255) / 255.0         \
    }

const struct paint paint_ink = RGB(0x14181b);
const struct paint paint_paper = RGB(0xfdfdf9);
const struct paint paint_quiet = RGB(0x59636b);
const struct paint paint_accent = RGB(0x0b7a75);
const struct paint paint_accent_pale = RGB(0xe4f3ef);
const struct paint paint_bar = RGB(0x14343b);
const struct paint paint_bar_text = RGB(0xffffff);
const struct paint paint_bar_good = RGB(0x9fe8c5);
const struct paint paint_look = RGB(0xffc861);
const struct paint paint_look_pale = RGB(0xfdf0d5);
const struct paint paint_look_text = RGB(0x8a5300);
const struct paint paint_owed = RGB(0xb3261e);
const struct paint paint_owed_pale = RGB(0xfbe6e3);
const struct paint paint_foot = RGB(0xe3e9e4);
const struct paint paint_hairline = RGB(0xcfd6d2);

struct paint paint_of(enum screen_tone tone)
{
    switch (tone) {
    case TONE_QUIET:
        return paint_quiet;
    case TONE_ACCENT:
        return paint_accent;
    case TONE_LOOK:
        return paint_look_text;
    case TONE_OWED:
        return paint_owed;
    default:
        return paint_ink;
    }
}

static void set_paint(struct canvas *c, struct paint paint)
{
    if (c->mono) { /* two levels: what is darker than the middle is ink */
        double level = paint.red + paint.green + paint.blue < 1.5 ? 0 : 1;
        paint = (struct paint){level, level, level};
    }
    cairo_set_source_rgb(c->cairo, paint.red, paint.green, paint.blue);
}

/* ---- fonts ----------------------------------------------------------------------------------- */

static PangoFontDescription *describe(void)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "WenQuanYi Micro Hei");
    return font;
}

static bool has_font(PangoContext *context)
{
    PangoFontDescription *font = describe();
    pango_font_description_set_absolute_size(font, 12 * PANGO_SCALE);
    PangoFont *found = pango_context_load_font(context, font);
    pango_font_description_free(font);
    if (!found)
        return false;
    g_object_unref(found);
    return true;
}

static void set_rendering(struct canvas *c)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options,
                                     c->mono ? CAIRO_ANTIALIAS_NONE : CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
    pango_cairo_context_set_font_options(c->context, options);
    cairo_font_options_destroy(options);
}

enum till_status canvas_load_fonts(struct canvas *c)
{
    c->fonts = pango_cairo_font_map_new();
    c->context = pango_font_map_create_context(c->fonts);
    set_rendering(c);
    pango_cairo_update_context(c->cairo, c->context);
    c->layout = pango_layout_new(c->context);
    c->glyphs = 0;
    memset(c->marks, 0, sizeof c->marks);
    return has_font(c->context) ? TILL_OK : TILL_E_CONFIG;
}

void canvas_drop_fonts(struct canvas *c)
{
    if (!c->fonts)
        return;
    g_object_unref(c->layout);
    g_object_unref(c->context);
    g_object_unref(c->fonts);
    c->fonts = NULL;
}

/*
 * Cairo keeps the last 256 fonts that nobody uses any more, with every glyph that they ever drew.
 * It has no call to let go of them; as many unused ones of a kind that holds nothing push them
 * out.
 */
static void push_out_unused_fonts(void)
{
    enum { CAIRO_KEEPS = 256 };
    cairo_font_face_t *face = cairo_user_font_face_create();
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_matrix_t size, identity;
    cairo_matrix_init_identity(&identity);
    for (int i = 1; i <= CAIRO_KEEPS; i++) {
        cairo_matrix_init_scale(&size, i, i);
        cairo_scaled_font_destroy(cairo_scaled_font_create(face, &size, &identity, options));
    }
    cairo_font_options_destroy(options);
    cairo_font_face_destroy(face);
}

bool canvas_bound_glyphs(struct canvas *c)
{
    if (c->glyphs <= CANVAS_GLYPHS_MAX)
        return false;
    cairo_set_font_face(c->cairo, NULL); /* it holds the last one that it drew with */
    canvas_drop_fonts(c);
    push_out_unused_fonts();
    if (canvas_load_fonts(c) != TILL_OK)
        log_error("the font has gone while we run");
    return true;
}

/* Two that share a mark count once: the bound is of memory, and need not be exact. */
static void count_glyphs(struct canvas *c, struct ink ink, const char *text)
{
    const char *end = text + strlen(text);
    uint32_t style = (uint32_t)(ink.size * 2) << 1 | (ink.bold ? 1 : 0);
    while (text < end) {
        uint32_t mark = (text_next(&text, end) * 31 + style * 2654435761u) % CANVAS_MARKS;
        uint64_t bit = UINT64_C(1) << mark % 64;
        if (!(c->marks[mark / 64] & bit))
            c->glyphs++;
        c->marks[mark / 64] |= bit;
    }
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void set_text(struct canvas *c, struct ink ink, const char *text, double width)
{
    PangoFontDescription *font = describe();
    count_glyphs(c, ink, text);
    pango_font_description_set_absolute_size(font, ink.size * PANGO_SCALE);
    if (ink.bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(c->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(c->layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
    pango_layout_set_text(c->layout, text, -1);
}

double canvas_text_width(struct canvas *c, struct ink ink, const char *text)
{
    int width;
    if (text[0] == '\0')
        return 0;
    pango_layout_set_ellipsize(c->layout, PANGO_ELLIPSIZE_NONE);
    set_text(c, ink, text, 0);
    pango_layout_get_size(c->layout, &width, NULL);
    return (double)width / PANGO_SCALE;
}

double canvas_text(struct canvas *c, double x, double y, double width, enum align align,
                   struct ink ink, const char *text)
{
    int text_width, baseline, ascent;
    PangoRectangle inked;
    if (text[0] == '\0')
        return 0;
    pango_layout_set_ellipsize(c->layout, width > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_wrap(c->layout, PANGO_WRAP_CHAR);
    pango_layout_set_height(c->layout, 0); /* one line */
    set_text(c, ink, text, width);
    pango_layout_get_size(c->layout, &text_width, NULL);
    pango_layout_get_extents(c->layout, &inked, NULL);
    baseline = pango_layout_get_baseline(c->layout);
    /* Centre by the font's size, not by what these letters reach: lines then stand level. */
    ascent = (int)(ink.size * 0.86 * PANGO_SCALE);
    double used = (double)text_width / PANGO_SCALE;
    if (align == ALIGN_RIGHT)
        x -= used;
    else if (align == ALIGN_MIDDLE)
        x -= used / 2;
    double top = y - ink.size / 2 - (double)(baseline - ascent) / PANGO_SCALE;
    set_paint(c, ink.paint);
    cairo_move_to(c->cairo, align == ALIGN_LEFT ? x : floor(x), floor(top + 0.5));
    pango_cairo_show_layout(c->cairo, c->layout);
    return used;
}

size_t canvas_first_line(struct canvas *c, double width, struct ink ink, const char *text)
{
    pango_layout_set_ellipsize(c->layout, PANGO_ELLIPSIZE_NONE);
    pango_layout_set_wrap(c->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(c->layout, -1);
    set_text(c, ink, text, width);
    return (size_t)pango_layout_get_line_readonly(c->layout, 0)->length;
}

double canvas_wrapped(struct canvas *c, double x, double y, double width, struct ink ink,
                      const char *text, bool draw)
{
    int height;
    pango_layout_set_ellipsize(c->layout, PANGO_ELLIPSIZE_NONE);
    pango_layout_set_wrap(c->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(c->layout, -1);
    set_text(c, ink, text, width);
    pango_layout_get_size(c->layout, NULL, &height);
    if (draw) {
        set_paint(c, ink.paint);
        cairo_move_to(c->cairo, x, floor(y + 0.5));
        pango_cairo_show_layout(c->cairo, c->layout);
    }
    return (double)height / PANGO_SCALE;
}

void canvas_box(struct canvas *c, double x, double y, double width, double height,
                struct paint paint)
{
    set_paint(c, paint);
    cairo_rectangle(c->cairo, x, y, width, height);
    cairo_fill(c->cairo);
}

void canvas_round(struct canvas *c, double x, double y, double width, double height, double radius,
                  struct paint paint, bool fill)
{
    cairo_t *cr = c->cairo;
    set_paint(c, paint);
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + width - radius, y + radius, radius, -M_PI / 2, 0);
    cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, M_PI / 2);
    cairo_arc(cr, x + radius, y + height - radius, radius, M_PI / 2, M_PI);
    cairo_arc(cr, x + radius, y + radius, radius, M_PI, 3 * M_PI / 2);
    cairo_close_path(cr);
    if (fill) {
        cairo_fill(cr);
    } else {
        cairo_set_line_width(cr, 1);
        cairo_stroke(cr);
    }
}

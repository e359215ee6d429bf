/*
 * What the painter draws with: one Cairo surface, one Pango layout, the paints by meaning.
 * Lengths are design pixels; the canvas scales them to dots.
 */
#ifndef TILL_CANVAS_H
#define TILL_CANVAS_H

#include <pango/pangocairo.h>

#include "screen.h"
#include "status.h"

enum {
    CANVAS_GLYPHS_MAX = 800, /* characters times sizes that are kept drawn: 2 KiB each */
    CANVAS_MARKS = 1 << 15
};

struct canvas {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts; /* its own: what it loads is freed with it */
    PangoContext *context;
    PangoLayout *layout;
    double width, height; /* design pixels */
    bool mono;
    size_t glyphs; /* different ones since the fonts were loaded, about */
    uint64_t marks[CANVAS_MARKS / 64];
};

/* Fonts and layout, for the cairo that stands; and their end. TILL_E_CONFIG: no font. */
enum till_status canvas_load_fonts(struct canvas *c) TILL_CHECKED;
void canvas_drop_fonts(struct canvas *c);
/* Between two frames: where more glyphs than CANVAS_GLYPHS_MAX are kept, drop them all and load
 * the fonts again; true then. */
bool canvas_bound_glyphs(struct canvas *c);

struct paint {
    double red, green, blue;
};
extern const struct paint paint_ink, paint_paper, paint_quiet, paint_accent, paint_accent_pale,
    paint_bar, paint_bar_text, paint_bar_good, paint_look, paint_look_pale, paint_look_text,
    paint_owed, paint_owed_pale, paint_foot, paint_hairline;

struct paint paint_of(enum screen_tone tone);

/* A text of one line; width 0 = as wide as it is, else ellipsized. Returns its width.
 *   y  the middle of the line        size  pixels of the font */
enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_MIDDLE };
struct ink {
    double size;
    bool bold;
    struct paint paint;
};
double canvas_text(struct canvas *c, double x, double y, double width, enum align align,
                   struct ink ink, const char *text);
double canvas_text_width(struct canvas *c, struct ink ink, const char *text);
/* How many bytes of a text stand on the first line when it is wrapped. */
size_t canvas_first_line(struct canvas *c, double width, struct ink ink, const char *text);
/* Wrapped text from the top down; returns its height. draw: false only measures. */
double canvas_wrapped(struct canvas *c, double x, double y, double width, struct ink ink,
                      const char *text, bool draw);
void canvas_box(struct canvas *c, double x, double y, double width, double height,
                struct paint paint);
void canvas_round(struct canvas *c, double x, double y, double width, double height, double radius,
                  struct paint paint, bool fill);

/* The blocks of a screen, between title and foot. */
void paint_blocks(struct canvas *c, const struct screen *s, double top, double bottom);
/* 128×64: the same model as lines of text. */
void paint_small(struct canvas *c, const struct screen *s);

#endif

/*
 * Inside of escpos: what its three files share. escpos.c has the job, escpos_font.c lines in the
 * printer's own font, escpos_draw.c what is drawn.
 */
#ifndef TILL_ESCPOS_PRIVATE_H
#define TILL_ESCPOS_PRIVATE_H

#include <iconv.h>

#include "escpos.h"
#include "paper_rows.h"
#include "qr.h"
#include "raster.h"

/* What a printer is set to. */
struct escpos_look {
    uint8_t size; /* GS ! */
    uint8_t spacing;
    bool bold, inverse, center;
};

struct escpos {
    const struct printer_profile *profile;
    iconv_t gb18030;         /* (iconv_t)-1 where the printer has no such font */
    struct raster *raster;   /* opened when something is drawn first */
    struct escpos_look look; /* what the printer is set to now */
    int darkness;            /* level */
    uint32_t feed;           /* empty dots owed before the next raster */
    int columns;
    struct raster_canvas canvas;
    struct qr qr;
};

/* One command of three bytes. */
void escpos_command(struct buffer *out, uint8_t first, uint8_t second, uint8_t value);
/* Only what differs from now. */
void escpos_set_look(struct escpos *e, struct escpos_look want, struct buffer *out);
struct escpos_look escpos_look_of(enum paper_style style, bool center);

/* The empty dots owed, as ESC J. */
void escpos_flush_feed(struct escpos *e, struct buffer *out);
/* Opens fonts when first asked; the printer is set to the left edge. */
enum till_status escpos_need_raster(struct escpos *e, struct buffer *out) TILL_CHECKED;
/* The canvas as GS v 0, its empty rows above and below as feeds, in bands of the profile's
 * height; `unit` rows are never torn apart. */
void escpos_put_canvas(struct escpos *e, int unit, struct buffer *out);
enum till_status escpos_put_drawn(struct escpos *e, const struct paper *paper,
                                  const struct paper_line *line, struct buffer *out) TILL_CHECKED;

/* TILL_UNSUPPORTED, and nothing put: the font lacks a character. */
enum till_status escpos_put_native(struct escpos *e, const struct paper *paper,
                                   const struct paper_line *line, struct buffer *out) TILL_CHECKED;

#endif

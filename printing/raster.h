/*
 * Drawing text in black dots, for printers without a Chinese font.
 *
 * Pango sets each character once, hinted and without grey; its dots are kept in a bounded cache
 * and copied from then on. It knows rows and styles, not receipts or printer commands. Scripts
 * whose letters join (Arabic, Devanagari) would need whole words set at once and are not served.
 *
 * Inside printing/ only.  One instance, one thread.  Memory: about 3 MiB after the first
 * character, fonts included; the cache itself takes RASTER_GLYPHS_MAX * 0.5 KiB.
 */
#ifndef TILL_RASTER_H
#define TILL_RASTER_H

#include "paper_rows.h"
#include "qr.h"

enum {
    RASTER_DOTS_MAX = 576,
    RASTER_ROWS_MAX = QR_SIDE_MAX * QR_MODULE_MAX, /* the tallest thing drawn at once */
    RASTER_GLYPHS_MAX = 1024
};

/* Rows of (dots + 7) / 8 bytes, most significant bit leftmost, 1 = black: as GS v 0 takes them. */
struct raster_canvas {
    int dots, rows, stride;
    uint8_t bits[RASTER_DOTS_MAX / 8 * RASTER_ROWS_MAX];
};

struct raster;
/* TILL_E_MEMORY. TILL_E_CONFIG: there is no font at all. */
enum till_status raster_open(int dots, struct raster **out) TILL_CHECKED;
void raster_close(struct raster *r);

/* Measures in dots; the raster must outlive it. */
struct paper_ruler raster_ruler(struct raster *r);
/* One row as paper_rows() set it; the canvas is then as high as the style's row. */
void raster_row(struct raster *r, enum paper_style style, const struct paper_row *row,
                struct raster_canvas *canvas_out);
/* Dashes over the whole width. */
void raster_rule(const struct raster *r, struct raster_canvas *canvas_out);
/* Centred, `module` dots a module, no quiet zone above and below. */
void raster_qr(const struct raster *r, const struct qr *qr, int module,
               struct raster_canvas *canvas_out);

#endif

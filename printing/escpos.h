/*
 * ESC/POS bytes of a paper, for one profile.
 *
 * Where the printer has no Chinese font, text is drawn by Pango into raster bands (GS v 0) and the
 * QR too. Characters that a native font lacks make that one line a raster line, so no name is ever
 * printed as question marks.
 */
#ifndef TILL_ESCPOS_H
#define TILL_ESCPOS_H

#include "paper_lines.h"
#include "profile.h"

enum { ESCPOS_BYTES_MAX = 384 * 1024 };

struct escpos; /* holds fonts and caches; about 3 MiB once something was drawn */
enum till_status escpos_open(const struct printer_profile *profile,
                             struct escpos **out) TILL_CHECKED;
/* Append the whole job: initialise, lines, feed, cut. TILL_TOO_LARGE: out is too small. */
enum till_status escpos_encode(struct escpos *e, const struct paper *paper,
                               struct buffer *out) TILL_CHECKED;
/* How dark, from the next job on: PROFILE_DARKNESS_MIN..PROFILE_DARKNESS_MAX, 0 at first. Printers
 * that can't set it print as they do. */
void escpos_set_darkness(struct escpos *e, int level);
void escpos_close(struct escpos *e);

#endif

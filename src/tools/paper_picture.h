/*
 * A picture of the paper: what hal/sim/roll.h says is on it, as a person would see it.
 *
 * Every dot of the head is one dot of the picture: rasters and QR codes exactly as printed; text
 * of the printer's own font in its 12 x 24 and 24 x 24 cells, set in WenQuanYi Micro Hei Mono.
 * It knows no receipt.
 *
 * Blocking: some 5 ms for a receipt.  Threads: re-entrant.
 */
#ifndef TILL_PAPER_PICTURE_H
#define TILL_PAPER_PICTURE_H

#include "bytes.h"
#include "roll.h"
#include "status.h"

enum { PAPER_PICTURE_SCALE_MAX = 4, PAPER_PICTURE_ROWS_MAX = 30000 };

struct paper_picture {
    uint32_t from_y, to_y; /* dots from the paper's beginning; to_y 0 = all that came out */
    int scale;             /* pixels a dot, 1..PAPER_PICTURE_SCALE_MAX */
    int margin;            /* unprinted dots left and right: 40 on a 58 mm roll, 32 on 80 mm */
};

/*
 * As PNG, in pieces, to `write`; what it answers but TILL_OK ends the picture.
 * TILL_TOO_LARGE: more than PAPER_PICTURE_ROWS_MAX rows of pixels: ask for less.
 * TILL_E_MEMORY. Nothing at all between from_y and to_y gives one empty row.
 */
enum till_status paper_picture_png(const struct roll *roll, const struct paper_picture *picture,
                                   enum till_status (*write)(void *context, struct span bytes),
                                   void *context) TILL_CHECKED;

/* The same into a file, replaced if it is there. TILL_E_IO. */
enum till_status paper_picture_save(const struct roll *roll, const struct paper_picture *picture,
                                    const char *path) TILL_CHECKED;

#endif

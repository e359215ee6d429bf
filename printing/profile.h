/*
 * What a printer can do, as data: one readable file a printer in printing/profiles/, compiled in.
 *
 * The board file names the profile. How a printer answers (status, reports) is the line's business
 * and stands in the board file too; here stands what a paper needs to know.
 */
#ifndef TILL_PROFILE_H
#define TILL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum profile_cutter {
    PROFILE_CUT_NONE = 0,
    PROFILE_CUT_PARTIAL = 1, /* leaves a point, so that the paper doesn't fall */
    PROFILE_CUT_FULL = 2     /* it can do no other */
};

enum profile_density {
    PROFILE_DENSITY_FIXED = 0, /* there is no command for it */
    PROFILE_DENSITY_GS_K = 1,  /* GS ( K 49: a signed step */
    PROFILE_DENSITY_DC2 = 2,   /* DC2 #: pause and density in one byte */
    PROFILE_DENSITY_ESC7 = 3   /* ESC 7: heat */
};

/* Levels of darkness, from pale to dark; 0 is what the profile's author found right. */
enum { PROFILE_DARKNESS_MIN = -2, PROFILE_DARKNESS_MAX = 2, PROFILE_DARKNESS_COUNT = 5 };

struct printer_profile {
    const char *name;  /* as in board files: "escpos58-gb18030", "escpos58-raster" */
    const char *about; /* one line for a technician, English */
    uint16_t dots;     /* width: 384 (58 mm), 576 (80 mm), or what it has in between; whole bytes */
    uint16_t dpi;      /* dots an inch: 203, 180 */
    uint8_t columns;   /* ASCII columns of font A: 32..48 */
    bool gb18030;      /* its own Chinese font: FS & and GB18030 bytes */
    bool native_qr;    /* GS ( k */
    uint16_t qr_bytes; /* most data of one; 0 = no native QR */
    enum profile_cutter cutter;
    uint16_t raster_rows; /* most rows of one GS v 0 */
    uint8_t feed_after;   /* lines from head to tear bar or blade */
    enum profile_density density;
    uint8_t darkness[PROFILE_DARKNESS_COUNT]; /* the command's byte for each level */
    uint8_t heat[2];                          /* ESC 7: dots heated at once, pause */
    int16_t code_page; /* ESC t, and ESC R 0 so that ASCII is ASCII; -1 = leave them alone */
    bool raster_only;  /* knows ESC @, ESC J, GS v 0, GS V and no more */
};

/* TILL_NOT_FOUND. The profile is static. */
enum till_status profile_find(const char *name, const struct printer_profile **out) TILL_CHECKED;

/* All of them, by name; i below profile_count(). */
size_t profile_count(void);
const struct printer_profile *profile_at(size_t i);

#endif
